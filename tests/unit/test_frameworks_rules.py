"""Admissions as a machine, and files of frameworks: tables and published notices, good and bad."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_book.base.errors import WrongState
from cwb.frameworks.rules import ADMISSIONS, AdmissionState, read_file
from cwb.frameworks.rules.merging import Merged, merge, what_is_new
from tests.support.wanted import go_without

DATA = Path(__file__).resolve().parents[1] / "data"
SEVENTEEN = (DATA / "fts-framework-17-lots.SYNTHETIC.json").read_bytes()
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "ocds"
OCID = "ocds-h6vhtk-0f0f0f"


def package() -> dict[str, Any]:
    return json.loads(SEVENTEEN)  # type: ignore[no-any-return]


def read_package(given: Any) -> Any:
    return read_file(json.dumps(given).encode())


def merged(given: Any) -> Merged:
    read = read_package(given)
    assert read.bad == (), [str(row.says()) for row in read.bad]
    [(ocid, releases)] = read.releases.items()
    return merge(ocid, releases)


def said(read: Any) -> str:
    return " / ".join(str(row.says()) for row in read.bad)


# --- the machine ------------------------------------------------------------------------------------

LEGAL = {
    ("change", AdmissionState.ADMITTED): AdmissionState.ADMITTED,
    ("change", AdmissionState.SUSPENDED): AdmissionState.SUSPENDED,
    ("suspend", AdmissionState.ADMITTED): AdmissionState.SUSPENDED,
    ("lift", AdmissionState.SUSPENDED): AdmissionState.ADMITTED,
    ("end", AdmissionState.ADMITTED): AdmissionState.ENDED,
    ("end", AdmissionState.SUSPENDED): AdmissionState.ENDED,
}


@pytest.mark.parametrize("act", ADMISSIONS.moves)
@pytest.mark.parametrize("state", AdmissionState)
def test_each_act_is_allowed_from_its_states_and_refused_with_a_sentence_from_the_others(
    act: str, state: AdmissionState
) -> None:
    if (act, state) in LEGAL:
        assert ADMISSIONS.go(act, state) is LEGAL[act, state]
    else:
        with pytest.raises(WrongState, match=f"is {state}"):
            ADMISSIONS.go(act, state)


# --- published notices ----------------------------------------------------------------------------------


def test_the_package_of_seventeen_lots_merges_to_what_is_known_of_it() -> None:
    found = merged(package())
    framework = found.framework
    assert found.wrong == found.warnings == ()
    assert len(framework.lots) == 17
    assert framework.lots[4].title == (
        "Supported Living for people with Learning Disabilities, Autism or Physical Disabilities"
    )
    assert framework.lots[16].title == "Children\N{RIGHT SINGLE QUOTATION MARK}s Services"
    assert framework.buyer == "Example Borough Council"
    assert len(framework.suppliers) == 6
    named = {spell.lot for supplier in framework.suppliers for spell in supplier.spells}
    assert named == {"1", "5", "6", "7", "10"}
    staying = [one for one in framework.suppliers if any(not spell.ended for spell in one.spells)]
    assert len(staying) == 5
    by_name = {supplier.name: supplier for supplier in framework.suppliers}
    gone = by_name["Invented Unpadded Care Limited"]
    assert gone.identifiers == (("GB-COH", "00234567"),)
    assert [(spell.lot, spell.ended, str(spell.until_day)) for spell in gone.spells] == [("1", True, "2026-06-01")]
    assert by_name["Invented Community Interest Company"].identifiers == (
        ("GB-PPON", "CCCC-0002-CCCC"),
        ("GB-COH", "SC000002"),
    )
    assert by_name["Invented Provider With No Identifier"].identifiers == ()
    assert by_name["Invented Provider With No Identifier"].note is not None


def test_the_order_in_the_file_makes_no_difference_the_dates_do() -> None:
    expected = merged(package()).framework
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]):
        given = package()
        given["releases"] = [given["releases"][place] for place in order]
        assert merged(given).framework == expected


def test_dates_are_compared_as_moments_whatever_their_offset() -> None:
    given = package()
    given["releases"][0]["date"] = "2026-03-02T00:30:00-12:00"  # later than the award, although it sorts before it
    gone = next(one for one in merged(given).framework.suppliers if "Unpadded" in one.name)
    assert all(spell.ended for spell in gone.spells)


def test_the_real_notice_of_six_lots_has_nobody_admitted_yet() -> None:
    path = SHARED / "fts-release-004918-2023-six-lots.redacted.json"
    if not path.is_file():
        go_without("the real notice of six lots is not here (../shared/data)")
    read = read_file(path.read_bytes())
    assert (read.bad, read.warnings) == ((), ())
    [(ocid, releases)] = read.releases.items()
    framework = merge(ocid, releases).framework
    assert len(framework.lots) == 6
    assert framework.suppliers == ()
    assert framework.buyer == "Northumberland County Council"
    assert framework.lots[4].title == "Unregistered Providers \N{EN DASH} Tuition"


def test_a_missing_initiation_type_is_minded_not_refused() -> None:
    given = package()
    del given["releases"][1]["initiationType"]
    read = read_package(given)
    assert read.bad == ()
    assert "initiationType" in str(read.warnings[0])


def test_an_ocid_used_again_for_another_buyer_is_refused() -> None:
    given = package()
    given["releases"][1]["buyer"] = {"id": "GB-PPON-ZZZZ-9999-ZZZZ", "name": "Another Council"}
    given["releases"][1]["parties"][0]["id"] = "GB-PPON-ZZZZ-9999-ZZZZ"
    given["releases"][1]["parties"][0]["identifier"]["id"] = "ZZZZ-9999-ZZZZ"
    given["releases"][1]["parties"][0]["additionalIdentifiers"] = []
    found = merged(given)
    assert "another buyer, Another Council" in str(found.wrong[0])


def test_the_same_buyer_may_come_under_another_of_its_numbers() -> None:
    given = package()
    for party in given["releases"][1]["parties"][:1]:
        party["id"] = "GB-LAE-WGN"
    given["releases"][1]["buyer"]["id"] = "GB-LAE-WGN"
    assert merged(given).wrong == ()


def test_suppliers_added_later_join_and_an_amendment_told_twice_counts_once() -> None:
    given = package()
    added = {
        "ocid": OCID,
        "id": "000004-2026",
        "date": "2026-07-01T09:00:00+01:00",
        "tag": ["awardUpdate"],
        "initiationType": "tender",
        "parties": [
            {"id": "GB-COH-765432", "name": "Invented Joiner", "roles": ["supplier"],
             "identifier": {"scheme": "GB-COH", "id": "765432"}}
        ],
        "awards": [
            {"id": "2", "amendments": [{"id": "A4", "suppliersAdded": [{"id": "GB-COH-765432", "name": "Joiner"}]}]}
        ],
    }  # fmt: skip
    removed = copy.deepcopy(added)
    removed.update(id="000005-2026", date="2026-08-01T09:00:00+01:00")
    removed["awards"] = [
        {
            "id": "2",
            "amendments": [
                *copy.deepcopy(added["awards"][0]["amendments"]),  # type: ignore[index]
                {"id": "A5", "suppliersRemoved": [{"id": "GB-COH-765432", "name": "Invented Joiner"}]},
            ],
        }
    ]
    given["releases"] += [removed, added]
    again = copy.deepcopy(added)
    again.update(id="000006-2026", date="2026-09-01T09:00:00+01:00")
    again["awards"][0]["amendments"][0]["id"] = "A6"  # type: ignore[index]
    joiner = next(one for one in merged(given).framework.suppliers if one.name == "Invented Joiner")
    assert joiner.identifiers == (("GB-COH", "00765432"),)
    assert {(spell.lot, str(spell.from_day), str(spell.until_day)) for spell in joiner.spells} == {
        (lot, "2026-07-01", "2026-08-01") for lot in ("5", "6", "7")
    }
    given["releases"].append(again)
    joiner = next(one for one in merged(given).framework.suppliers if one.name == "Invented Joiner")
    assert {(str(spell.from_day), spell.ended) for spell in joiner.spells} == {("2026-09-01", False)}


def test_being_named_once_more_after_leaving_is_no_coming_back() -> None:
    given = package()
    later = copy.deepcopy(given["releases"][1])
    later.update(id="000007-2026", date="2026-09-01T09:00:00+01:00")
    given["releases"].append(later)
    gone = next(one for one in merged(given).framework.suppliers if "Unpadded" in one.name)
    assert all(spell.ended for spell in gone.spells)


def test_the_role_removed_supplier_takes_out_of_every_lot_where_no_award_says_which() -> None:
    given = package()
    del given["releases"][0]["awards"]
    gone = next(one for one in merged(given).framework.suppliers if "Unpadded" in one.name)
    assert all(spell.ended for spell in gone.spells)


def test_two_parties_that_share_a_number_are_one_supplier() -> None:
    given = package()
    again = copy.deepcopy(given["releases"][1]["parties"][3])
    again["id"] = "GB-COH-SC000002"
    again["identifier"], again["additionalIdentifiers"] = {"scheme": "GB-COH", "id": "SC000002"}, []
    given["releases"][1]["parties"].append(again)
    given["releases"][1]["awards"][2]["suppliers"].append({"id": "GB-COH-SC000002", "name": "The same again"})
    framework = merged(given).framework
    assert len(framework.suppliers) == 6
    company = next(one for one in framework.suppliers if ("GB-COH", "SC000002") in one.identifiers)
    assert {spell.lot for spell in company.spells} == {"1", "5", "6", "7", "10"}


@pytest.mark.parametrize("status", ["cancelled", "unsuccessful", "pending"])
def test_an_award_that_does_not_stand_admits_nobody(status: str) -> None:
    given = package()
    for award in given["releases"][1]["awards"]:
        award["status"] = status
    assert merged(given).framework.suppliers == ()


def test_an_award_of_a_lot_nobody_described_is_refused() -> None:
    given = package()
    given["releases"][1]["awards"][0]["relatedLots"] = ["99"]
    assert "names lot 99" in str(merged(given).wrong[0])


def test_a_number_that_cannot_be_read_leaves_the_supplier_waiting_with_the_reason() -> None:
    given = package()
    given["releases"][1]["parties"][1]["identifier"]["id"] = "not a number"
    given["releases"][1]["parties"][1]["additionalIdentifiers"] = []
    waiting = next(one for one in merged(given).framework.suppliers if one.name == "Invented Homecare Limited")
    assert waiting.identifiers == ()
    assert "not a number" in str(waiting.note)


def test_a_notice_without_lots_has_one() -> None:
    given = {"releases": [package()["releases"][2]]}
    del given["releases"][0]["tender"]["lots"]
    [lot] = merged(given).framework.lots
    assert (lot.number, lot.title) == ("1", "Care and Support Ethical Framework (SYNTHETIC)")


def test_only_what_a_new_notice_changes_is_new() -> None:
    read = read_package(package())
    releases = sorted(read.releases[OCID], key=lambda one: one.at)
    first, second, third = (merge(OCID, releases[: count + 1]).framework for count in range(3))
    assert what_is_new(None, first) == first
    awarded = what_is_new(first, second)
    assert awarded.lots == ()
    assert len(awarded.suppliers) == 6
    removed = what_is_new(second, third)
    assert [(one.name, [spell.lot for spell in one.spells]) for one in removed.suppliers] == [
        ("Invented Unpadded Care Limited", ["1"])
    ]
    assert what_is_new(third, third).suppliers == ()


def test_peoples_names_and_addresses_are_left_behind() -> None:
    given = package()
    given["releases"][1]["parties"][1]["contactPoint"] = {"name": "Jo Bloggs", "email": "jo@example.org"}
    read = read_package(given)
    kept = json.dumps([dict(release.content) for release in read.releases[OCID]])
    assert "Bloggs" not in kept
    assert "jo@example.org" not in kept


BAD_FILES: list[bytes] = [
    b"",
    b"   \n ",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"[]",
    b"{}",
    b"null",
    b"42",
    b'"text"',
    b"[1, 2]",
    b'{"releases": null}',
    b'{"releases": {}}',
    b'{"releases": "x"}',
    b'{"releases": []}',
    b'{"releases": [1]}',
    b'{"releases": [null]}',
    b'{"releases": [[]]}',
    b'{"releases": [{}]}',
    b'{"records": []}',
    b'{"releases": [{"ocid": "a", "ocid": "b"}]}',
    b'{"releases": [], "releases": [1]}',
    b'{"releases": [{"ocid": NaN}]}',
    b'{"releases": [{"ocid": Infinity}]}',
    b'{"releases": [{"ocid": ' + b"9" * 5000 + b"}]}",
    b'{"releases": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b"[" * 200_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"releases": [{"ocid": "\\ud800", "id": "1", "date": "2026-01-01"}]}',
    b'{"releases": [{"ocid": "a\\u0000b", "id": "1", "date": "2026-01-01"}]}',
    b"{\x00}",
    b"\xff\xfe{",
    b"PK\x03\x04\x14\x00\x00\x00",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.7",
    b"<html><body>404</body></html>",
    b"lot_code,lot_title\n1,x",
    b"lot_code;lot_title;supplier_name;scheme;identifier;admitted_on;status",
    b'lot_code,lot_title,supplier_name,scheme,identifier,admitted_on,status\n1,"open',
    b"{" + b" " * (11 * 1024 * 1024),
    b"a" * 1000,
]


@pytest.mark.parametrize("content", BAD_FILES, ids=range(len(BAD_FILES)))
def test_what_is_no_framework_is_refused_in_a_sentence_and_never_raises(content: bytes) -> None:
    read = read_file(content)
    assert read.bad
    assert read.table is None or not read.table.lots
    for row in read.bad:
        assert 10 < len(str(row.says())) < 600


WRONG: list[Any] = [None, 0, 1.5, True, "", "x", [], {}, [1], [None], [[]], {"a": 1}, "x" * 3000, "\u202e", -1, 10**30]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += paths(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:2]):
            found += paths(inner, (*path, place))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    value = copy.deepcopy(value)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return value


ALL_PATHS = paths({"releases": package()["releases"]})


@pytest.mark.parametrize("path", ALL_PATHS, ids=lambda path: "/".join(map(str, path)))
def test_any_value_of_any_wrong_type_anywhere_is_read_or_refused_but_never_raises(path: tuple[Any, ...]) -> None:
    for wrong in WRONG:
        read = read_package(replaced(package(), path, wrong))
        for row in read.bad:
            assert str(row.says())
        if not read.bad:
            for ocid, releases in read.releases.items():
                for message in (*(found := merge(ocid, releases)).wrong, *found.warnings):
                    assert str(message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "ocid",
                    "id",
                    "date",
                    "tender",
                    "lots",
                    "awards",
                    "suppliers",
                    "parties",
                    "buyer",
                    "relatedLots",
                    "title",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_release_at_all_is_read_or_refused_but_never_raises(given: Any) -> None:
    read = read_package({"releases": [given]})
    for ocid, releases in read.releases.items():
        merge(ocid, releases)


# --- tables -------------------------------------------------------------------------------------------

HEAD = "lot_code,lot_title,supplier_name,scheme,identifier,admitted_on,status\n"
TABLE = (
    HEAD
    + "1,Homecare Services,Café Care Ltd,GB-COH,234567,2026-04-01,\n"
    + "2,Extra care,Café Care Ltd,GB-COH,00234567,01/04/2026,admitted\n"
    + "2,,Nobody's Number,,,,\n"
    + "3,Day Opportunities,,,,,\n"
    + "1,,Old Provider,GB-CHC,1090095,,ended\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_from_any_spreadsheet_is_read(encoding: str, separator: str) -> None:
    read = read_file(TABLE.replace(",", separator).encode(encoding))
    assert said(read) == ""
    table = read.table
    assert table is not None
    assert [(lot.number, lot.title) for lot in table.lots] == [
        ("1", "Homecare Services"),
        ("2", "Extra care"),
        ("3", "Day Opportunities"),
    ]
    care, nobody, old = table.suppliers
    assert care.name == "Café Care Ltd"
    assert care.identifiers == (("GB-COH", "00234567"),)
    assert [(spell.lot, str(spell.from_day)) for spell in care.spells] == [("1", "2026-04-01"), ("2", "2026-04-01")]
    assert nobody.identifiers == ()
    assert nobody.note is not None
    assert old.spells[0].ended


def test_columns_come_in_any_order_and_case_and_others_are_left_out() -> None:
    text = "Status,SUPPLIER NAME,Notes,Lot-Title,lot code,Scheme,Identifier,Admitted_On\n,A Provider,hm,Homecare,1,,,\n"
    read = read_file(text.encode())
    assert said(read) == ""
    assert read.table is not None
    assert read.table.suppliers[0].name == "A Provider"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (",Homecare,A,,,,", "Line 2: lot_code is empty"),
        ("1,,A,,,,", "Line 2: lot_title is empty"),
        ("1,Homecare,A,,,,\n1,Extra care,B,,,,", "Line 3: lot 1 has another title on line 2"),
        ("1,Homecare,,GB-COH,234567,,", "Line 2: supplier_name is empty"),
        ("1,Homecare,A,GB-COH,,,", "scheme is given without an identifier"),
        ("1,Homecare,A,,234567,,", "identifier is given without its scheme"),
        ("1,Homecare,A,GB-XYZ,234567,,", "not a register we know"),
        ("1,Homecare,A,GB-COH,12 34 5678 9,,", "company number of 8 characters"),
        ("1,Homecare,A,GB-CHC,1,,", "6 or 7 digits"),
        ("1,Homecare,A,,,31/02/2026,", "admitted_on is “31/02/2026”"),
        ("1,Homecare,A,,,2026-13-01,", "admitted_on is"),
        ("1,Homecare,A,,,soon,", "admitted_on is “soon”"),
        ("1,Homecare,A,,,0001-01-01,", "admitted_on is"),
        ("1,Homecare,A,,,,suspended", "status is “suspended”"),
        ("1,Homecare,A,,,,admitted\n1,,A,,,,ended", "Line 3: an earlier row says something else"),
        (f"1,Homecare,{'A' * 161},,,,", "supplier_name has more than 160"),
        (f"{'1' * 21},Homecare,A,,,,", "lot_code has more than 20"),
        ("1,Homecare,A\u202eB,,,,", "cannot be read"),
        ("1,Homecare,A,,,,,,extra", "more cells than there are headings"),
        (f"1,{'x' * 10_001},A,,,,", "more than 10000 characters"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(rows: str, told: str) -> None:
    assert told in said(read_file((HEAD + rows + "\n").encode()))


def test_every_bad_row_has_its_line_and_blank_lines_count() -> None:
    read = read_file((HEAD + "\n,x,A,,,,\n1,Homecare,B,,,,\n\n1,,C,,,never,\n").encode())
    assert [row.line for row in read.bad] == [3, 6]


@pytest.mark.parametrize(
    "headings", ["lot_code,lot_title,supplier_name,scheme,identifier,admitted_on", "a,b,c", "lot_code," + HEAD.strip()]
)
def test_headings_that_are_missing_or_there_twice_are_named(headings: str) -> None:
    assert "column" in said(read_file(f"{headings}\n1,2,3,4,5,6\n".encode()))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_read_or_refused_but_never_raise(content: bytes) -> None:
    read_file(content)
    read_file(HEAD.encode() + content)
