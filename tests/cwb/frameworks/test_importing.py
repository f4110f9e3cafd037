"""Taking in frameworks from files, by command and by page, on both databases."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.clock import held_at, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.organisations.queries import find_by_identifier
from cwb.frameworks import actions, queries
from cwb.frameworks.rules import AdmissionState, UnmatchedState
from tests.makers import actor_for, client_of, make_organisation, send
from tests.support.wanted import go_without

DATA = Path(__file__).resolve().parents[2] / "data"
SEVENTEEN = DATA / "fts-framework-17-lots.SYNTHETIC.json"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "ocds"
NAME = "Care and Support Ethical Framework (SYNTHETIC)"
SITE = system("test")
HEAD = "lot_code,lot_title,supplier_name,scheme,identifier,admitted_on,status\n"


def package() -> dict[str, Any]:
    return json.loads(SEVENTEEN.read_text())  # type: ignore[no-any-return]


def import_package(given: dict[str, Any], **options: Any) -> Any:
    return actions.import_file(SITE, json.dumps(given).encode(), **options)


def the_framework(reading: work.Reading) -> Any:
    [card] = queries.frameworks(reading)
    return queries.framework_by_reference(reading, card.reference)


def places(reading: work.Reading, *, ended: bool = False) -> dict[str, list[str]]:
    framework = the_framework(reading)
    return {
        place.organisation_name: [lot.number for lot in place.lots]
        for place in queries.providers_of_framework(reading, framework.id, ended=ended)
    }


def test_the_package_of_seventeen_lots_is_taken_in_as_it_is_described(app, reading) -> None:
    done = app.test_cli_runner().invoke(args=["frameworks", "import", str(SEVENTEEN)])
    assert done.exit_code == 0, done.output
    framework = the_framework(reading)
    assert (framework.name, framework.buyer, framework.ocid) == (NAME, "Example Borough Council", "ocds-h6vhtk-0f0f0f")
    assert len(framework.lots) == 17
    assert [lot.number for lot in framework.lots] == [str(number) for number in range(1, 18)]
    assert [lot.number for lot in framework.lots if lot.providers] == ["1", "5", "6", "7"]
    assert places(reading) == {
        "Invented Homecare Limited": ["1"],
        "Invented Community Interest Company": ["1", "5", "6", "7"],
        "Invented Charity": ["5", "6", "7"],
        "Invented Care Co-operative Limited": ["5", "6", "7"],
    }
    [waiting] = queries.unmatched(reading)
    assert (waiting.name, waiting.lots, waiting.state) == (
        "Invented Provider With No Identifier",
        ("10",),
        UnmatchedState.WAITING,
    )
    assert places(reading, ended=True) == {"Invented Unpadded Care Limited": []}
    unpadded = find_by_identifier(reading, "GB-COH", "00234567")
    assert unpadded is not None
    [gone] = queries.admissions_ever(reading, unpadded.id)
    assert (gone.state, str(gone.admitted_on), str(gone.ends_on)) == (AdmissionState.ENDED, "2026-03-01", "2026-06-01")
    company = find_by_identifier(reading, "GB-COH", "SC000002")
    assert company == find_by_identifier(reading, "GB-PPON", "CCCC-0002-CCCC")
    homecare = find_by_identifier(reading, "GB-COH", "00000001")
    assert homecare == find_by_identifier(reading, "GB-PPON", "BBBB-0001-BBBB")


def test_the_same_again_changes_nothing(app, reading) -> None:
    import_package(package())
    before = places(reading)
    again = import_package(package())
    assert again.changes == ()
    assert places(reading) == before
    assert len(queries.unmatched(reading)) == 1


def test_release_by_release_in_any_order_ends_in_the_same(app, reading) -> None:
    releases = package()["releases"]
    for place in (2, 0, 1):  # tender, removal, award: the removal waits for what it removes from
        import_package({"releases": [releases[place]]})
    assert places(reading) == {
        "Invented Homecare Limited": ["1"],
        "Invented Community Interest Company": ["1", "5", "6", "7"],
        "Invented Charity": ["5", "6", "7"],
        "Invented Care Co-operative Limited": ["5", "6", "7"],
    }
    assert places(reading, ended=True) == {"Invented Unpadded Care Limited": []}


def test_a_later_notice_changes_only_what_it_says(app, reading) -> None:
    releases = package()["releases"]
    import_package({"releases": releases[1:]})
    assert "Invented Unpadded Care Limited" in places(reading)
    charity = find_by_identifier(reading, "GB-CHC", "1000003")
    assert charity is not None
    [place] = queries.admissions_of(reading, charity.id, today())
    with work.bookkeeping(SITE) as session:
        actions.end_admission(session, place.id, "by hand")
    done = import_package({"releases": [releases[0]]})
    assert len(done.changes) == 2
    assert "Invented Charity" not in places(reading)
    assert "Invented Unpadded Care Limited" not in places(reading)


def test_a_provider_that_comes_back_has_a_new_place_and_its_old_one_stays(app, reading) -> None:
    given = package()
    given["releases"].append(
        {
            "ocid": "ocds-h6vhtk-0f0f0f",
            "id": "000004-2026",
            "date": "2026-09-01T09:00:00+01:00",
            "tag": ["awardUpdate"],
            "initiationType": "tender",
            "awards": [{"id": "1", "amendments": [{"id": "4", "suppliersAdded": [{"id": "GB-COH-234567"}]}]}],
        }
    )
    import_package(package())
    import_package(given)
    unpadded = find_by_identifier(reading, "GB-COH", "234567")
    assert unpadded is not None
    assert [(str(place.state), str(place.admitted_on)) for place in queries.admissions_ever(reading, unpadded.id)] == [
        ("admitted", "2026-09-01"),
        ("ended", "2026-03-01"),
    ]


def test_a_release_that_changed_under_its_id_is_left_as_it_was(app, reading) -> None:
    import_package(package())
    given = package()
    given["releases"][2]["tender"]["lots"][0]["title"] = "Renamed"
    done = import_package(given)
    assert done.changes == ()
    assert "other content" in str(done.warnings[0])
    assert the_framework(reading).lots[0].title == "Homecare Services"


def test_an_ocid_used_again_for_another_buyer_is_refused_also_in_a_later_file(app, reading) -> None:
    import_package(package())
    given = {"releases": [package()["releases"][2]]}
    given["releases"][0].update(id="000009-2026", date="2026-09-01T09:00:00+01:00")
    given["releases"][0]["buyer"] = {"id": "GB-FTS-1", "name": "Another Council"}
    given["releases"][0]["parties"] = []
    with pytest.raises(Refused, match="another buyer"):
        import_package(given)


def test_the_real_notice_of_six_lots_is_taken_in_with_nobody_admitted_yet(app, reading) -> None:
    path = SHARED / "fts-release-004918-2023-six-lots.redacted.json"
    if not path.is_file():
        go_without("the real notice of six lots is not here (../shared/data)")
    done = actions.import_file(SITE, path.read_bytes())
    framework = the_framework(reading)
    assert framework.name == "NCC1101 Alternative Education"
    assert len(framework.lots) == 6
    assert places(reading) == {}
    assert any("nobody is admitted" in str(message) for message in done.warnings)
    assert actions.import_file(SITE, path.read_bytes()).changes == ()


def test_a_dry_run_says_what_would_change_and_saves_nothing(app, reading) -> None:
    done = app.test_cli_runner().invoke(args=["frameworks", "import", str(SEVENTEEN), "--dry-run"])
    assert done.exit_code == 0
    assert "New lot 17: Children" in done.output
    assert "a dry run: nothing was saved" in done.output
    assert queries.frameworks(reading) == []
    assert find_by_identifier(reading, "GB-CHC", "1000003") is None


def test_a_supplier_whose_numbers_belong_to_two_organisations_waits(app, reading) -> None:
    from community_book.organisations.actions import add_identifier

    first, second = make_organisation("First"), make_organisation("Second")
    with work.bookkeeping(SITE) as session:
        add_identifier(session, first.id, "GB-COH", "SC000002")
        add_identifier(session, second.id, "GB-PPON", "CCCC-0002-CCCC")
    import_package(package())
    waiting = {view.name: view.note for view in queries.unmatched(reading)}
    assert waiting["Invented Community Interest Company"].endswith("First / Second")


def test_an_organisation_known_by_one_number_gains_the_others(app, reading) -> None:
    from community_book.organisations.actions import add_identifier

    known = make_organisation("Known by its company number")
    with work.bookkeeping(SITE) as session:
        add_identifier(session, known.id, "GB-COH", "SC000002")
    import_package(package())
    assert places(reading)["Known by its company number"] == ["1", "5", "6", "7"]
    found = find_by_identifier(reading, "GB-PPON", "CCCC-0002-CCCC")
    assert found is not None
    assert found.id == known.id


TABLE = (
    HEAD
    + "1,Homecare Services,Café Care Ltd,GB-COH,234567,2026-04-01,\n"
    + "2,Extra care,Café Care Ltd,GB-COH,234567,2026-04-01,\n"
    + "2,,No Number Ltd,,,2026-04-01,\n"
    + "3,Day Opportunities,,,,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_table_is_taken_in_under_the_name_given(app, reading, encoding: str) -> None:
    content = TABLE.replace(",", ";").encode(encoding)
    with pytest.raises(Refused, match="Name the framework"):
        actions.import_file(SITE, content)
    actions.import_file(SITE, content, name="Our framework")
    assert places(reading) == {"Café Care Ltd": ["1", "2"]}
    assert [view.name for view in queries.unmatched(reading)] == ["No Number Ltd"]
    assert actions.import_file(SITE, content, name="Our framework").changes == ()


def test_what_is_exported_can_be_taken_in_again_and_changes_nothing(app, client, reading) -> None:
    import_package(package())
    framework = the_framework(reading)
    exported = client.get(f"/frameworks/{framework.reference}/providers.csv")
    assert exported.get_data().startswith(b"\xef\xbb\xbflot_code,lot_title,supplier_name")
    before = places(reading)
    done = actions.import_file(SITE, exported.get_data(), name=NAME)
    assert [str(message) for message in done.changes] == []
    assert places(reading) == before


def test_a_row_that_says_ended_takes_the_provider_off_the_lot(app, reading) -> None:
    actions.import_file(SITE, TABLE.encode(), name="Our framework")
    ended = HEAD + "2,Extra care,Café Care Ltd,GB-COH,234567,,ended\n"
    actions.import_file(SITE, ended.encode(), name="Our framework")
    assert places(reading) == {"Café Care Ltd": ["1"]}
    last = HEAD + "1,Homecare Services,Café Care Ltd,GB-COH,234567,,ended\n"
    actions.import_file(SITE, last.encode(), name="Our framework")
    assert places(reading) == {}
    assert list(places(reading, ended=True)) == ["Café Care Ltd"]


def test_a_table_with_bad_rows_is_refused_whole_with_a_line_for_each(app, reading, tmp_path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(TABLE + "4,,X,,,,\n5,Lot,Y,GB-COH,hello,,\n")
    done = app.test_cli_runner().invoke(args=["frameworks", "import", str(path), "--name", "Our framework"])
    assert done.exit_code == 1
    assert "Line 6: lot_title is empty" in done.output
    assert "Line 7: Enter a company number" in done.output
    assert "Nothing was imported" in done.output
    assert queries.frameworks(reading) == []


def test_a_name_of_another_ocid_is_not_taken_over(app) -> None:
    import_package(package())
    given = package()
    for release in given["releases"]:
        release["ocid"] = "ocds-h6vhtk-0f0f10"
    with pytest.raises(Refused, match="another ocid"):
        import_package(given)
    assert import_package(given, name="Another generation").changes


# --- the page ----------------------------------------------------------------------------------------


@pytest.fixture
def officer(app):
    return actor_for(make_organisation("Example Council", is_council=True), Role.OFFICER)


def upload(browser: Any, content: bytes, name: str = "", file_name: str = "file.json") -> Any:
    shown = browser.get("/frameworks/import").get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', shown)
    assert token
    data = {"_token": token[1], "name": name, "file": (io.BytesIO(content), file_name)}
    return browser.post("/frameworks/import", data=data, content_type="multipart/form-data")


def test_an_officer_looks_at_a_file_and_then_takes_it_in(app, reading, officer) -> None:
    browser = client_of(app, officer.person_id, officer.organisation_id)
    looked = upload(browser, SEVENTEEN.read_bytes())
    page = looked.get_data(as_text=True)
    assert looked.status_code == 200
    assert "Nothing has been saved yet" in page
    assert "Invented Homecare Limited is admitted to lot 1" in page
    assert queries.frameworks(reading) == []
    reference = re.search(r"/frameworks/import/(FU-[A-Z0-9]+)", page)
    fingerprint = re.search(r'name="fingerprint" value="([^"]+)"', page)
    token = re.search(r'name="_token" value="([^"]+)"', page)
    key = re.search(r'action="/frameworks/import/.*?name="_key" value="([^"]+)"', page, re.DOTALL)
    assert reference
    assert fingerprint
    assert token
    assert key
    address = f"/frameworks/import/{reference[1]}"
    data = {"_token": token[1], "_key": key[1], "fingerprint": fingerprint[1]}
    assert browser.post(address, data={**data, "fingerprint": "other", "_key": "x" * 30}).status_code == 409
    done = browser.post(address, data=data)
    assert done.status_code == 303
    assert done.location.startswith("/frameworks/F-")
    assert len(places(reading)) == 4
    assert browser.post(address, data=data).status_code in {303, 404}
    assert len(queries.frameworks(reading)) == 1


def test_who_takes_in_a_file_is_told_that_suppliers_wait_to_be_matched(app, officer) -> None:
    table = f"{HEAD}1,Homecare Services,No Number Care,,,,\n".encode()
    reference, looked = actions.keep_upload(officer, "table.csv", table, name="Day Care")
    browser = client_of(app, officer.person_id, officer.organisation_id)
    done = send(browser, f"/frameworks/import/{reference}", page="/frameworks/import", fingerprint=looked.fingerprint)
    page = browser.get(done.location).get_data(as_text=True)
    assert "Suppliers that wait to be matched by hand: 1." in page


def test_what_changed_since_looking_is_shown_again(app, reading, officer) -> None:
    reference, looked = actions.keep_upload(officer, "x.json", SEVENTEEN.read_bytes())
    import_package({"releases": package()["releases"][2:]})
    with pytest.raises(WrongState, match="Look again"):
        actions.take_in_upload(officer, reference, looked.fingerprint)
    assert places(reading) == {}


def test_somebody_elses_upload_is_not_there(app, officer) -> None:
    reference, looked = actions.keep_upload(officer, "x.json", SEVENTEEN.read_bytes())
    other = actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)
    browser = client_of(app, other.person_id, other.organisation_id)
    answer = send(browser, f"/frameworks/import/{reference}", page="/frameworks/import", fingerprint=looked.fingerprint)
    assert answer.status_code == 404


def test_a_file_that_was_looked_at_and_left_is_thrown_away_after_a_day(app, officer) -> None:
    with held_at(date(2026, 11, 20)):
        reference, looked = actions.keep_upload(officer, "x.json", SEVENTEEN.read_bytes())
        assert actions.drop_old_uploads(SITE) == 0
    with held_at(date(2026, 11, 22)):
        assert actions.drop_old_uploads(SITE) == 1
        with pytest.raises(NotThere):
            actions.take_in_upload(officer, reference, looked.fingerprint)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"{", "not whole JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\x89PNG\r\n\x1a\n\x00", "no text file"),
        ((HEAD + "1,,X,,,,\n2,,Y,,,,\n").encode(), "Line 3: lot_title is empty"),
    ],
)
def test_a_bad_file_comes_back_with_what_is_wrong(app, reading, officer, content: bytes, said: str) -> None:
    browser = client_of(app, officer.person_id, officer.organisation_id)
    answer = upload(browser, content, "Our framework")
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert "Our framework" in answer.get_data(as_text=True)
    assert queries.frameworks(reading) == []


def test_a_form_without_a_file_says_so(app, officer) -> None:
    browser = client_of(app, officer.person_id, officer.organisation_id)
    answer = send(browser, "/frameworks/import", name="Our framework")
    assert answer.status_code == 422
    assert "Choose a file" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OFFICER, Role.ADMINISTRATOR}])
def test_nobody_but_officers_and_administrators_import(app, role: Role) -> None:
    actor = actor_for(make_organisation("Example Council", is_council=True), role)
    browser = client_of(app, actor.person_id, actor.organisation_id)
    assert browser.get("/frameworks/import").status_code == 403
    assert browser.get("/frameworks/unmatched").status_code == 403
    with pytest.raises(NotAllowed):
        actions.import_file(actor, SEVENTEEN.read_bytes())
    with pytest.raises(NotAllowed):
        actions.keep_upload(actor, "x", SEVENTEEN.read_bytes())
    with pytest.raises(NotAllowed):
        actions.load_seed(actor)


# --- suppliers without an identifier ------------------------------------------------------------------


def test_a_supplier_is_matched_to_an_organisation_and_admitted_as_the_notice_says(app, reading, officer) -> None:
    import_package(package())
    known = make_organisation("Provider We Know")
    [waiting] = queries.unmatched(reading)
    browser = client_of(app, officer.person_id, officer.organisation_id)
    address = f"/frameworks/unmatched/{waiting.reference}"
    shown = browser.get(f"{address}?q=we+know").get_data(as_text=True)
    assert "Provider We Know" in shown
    done = send(browser, f"{address}/match", page=f"{address}?q=we+know", organisation=known.reference, version=1)
    assert done.status_code == 303
    assert places(reading)["Provider We Know"] == ["10"]
    [place] = queries.admissions_ever(reading, known.id)
    assert str(place.admitted_on) == "2026-03-01"
    again = send(browser, f"{address}/match", page=address, organisation=known.reference, version=2)
    assert again.status_code in {403, 409}
    with pytest.raises(WrongState):
        actions.make_organisation_of(officer, waiting.reference)
    assert import_package(package()).changes == ()


def test_a_supplier_becomes_a_new_organisation(app, reading, officer) -> None:
    import_package(package())
    [waiting] = queries.unmatched(reading)
    actions.make_organisation_of(officer, waiting.reference, waiting.version)
    assert places(reading)["Invented Provider With No Identifier"] == ["10"]
    [done] = queries.unmatched(reading)
    assert (done.state, done.organisation_name) == (UnmatchedState.MATCHED, "Invented Provider With No Identifier")


def test_a_supplier_is_set_aside_and_stays_so(app, reading, officer) -> None:
    import_package(package())
    [waiting] = queries.unmatched(reading)
    actions.set_aside(officer, waiting.reference, waiting.version)
    assert queries.waiting_count(reading) == 0
    import_package(package())
    [done] = queries.unmatched(reading)
    assert done.state is UnmatchedState.SET_ASIDE


def test_a_match_with_nobody_or_with_the_council_is_refused(app, officer) -> None:
    import_package(package())
    council = make_organisation("The Council", is_council=True)
    with work.reading() as reading:
        [waiting] = queries.unmatched(reading)
    for wrong in ("O-222222", "", council.reference):
        with pytest.raises(Refused):
            actions.match_supplier(officer, waiting.reference, wrong)


def test_officers_see_on_their_desk_how_many_suppliers_wait(app, officer) -> None:
    import_package(package())
    browser = client_of(app, officer.person_id, officer.organisation_id)
    assert "Suppliers without a register number" in browser.get("/desk").get_data(as_text=True)
