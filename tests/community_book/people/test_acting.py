"""Acting as one of one's organisations, and an officer recording for another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import audit, registers, work
from community_book.base.actor import Role
from community_book.organisations.tables import Organisation
from community_book.people.queries import actor_of_session
from tests.makers import client_of, join, make_organisation, make_person, send
from tests.makers_people import council, lead


def body(page: Any) -> str:
    return str(page.get_data(as_text=True))


@pytest.fixture
def bodies(app: Flask) -> Iterator[dict[str, set[int]]]:
    """Says which organisations are groups and which are providers, whatever other rooms know."""
    known: dict[str, set[int]] = {"group": set(), "provider": set()}
    before = dict(registers.held().bodies)
    registers.add_body("group", lambda reading, organisation_id: organisation_id in known["group"])
    registers.add_body("provider", lambda reading, organisation_id: organisation_id in known["provider"])
    yield known
    registers.held().bodies.clear()
    registers.held().bodies.update(before)


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    place = council()
    return client_of(app, make_person("Olu Ficer", belongs_to=place, role=Role.OFFICER).id, place.id)


def test_every_page_says_as_whom_one_acts_and_it_can_be_changed_without_script(app: Flask) -> None:
    club, shed = make_organisation("Lunch club"), make_organisation("Tool shed")
    person = make_person(belongs_to=club, role=Role.GROUP_LEAD)
    join(person, shed, Role.PROVIDER_MEMBER)
    browser = client_of(app, person.id)
    assert "You act as <strong>Lunch club</strong>" in body(browser.get("/account"))
    shown = body(browser.get("/act-as"))
    assert shown.index("Lunch club") < shown.index("Tool shed")
    answer = send(browser, "/act-as", organisation=shed.reference)
    assert answer.status_code == 303
    assert "You act as <strong>Tool shed</strong>" in body(browser.get("/account"))
    assert browser.get(f"/organisations/{club.reference}/people").status_code == 404, "rights do not add up"


def test_choosing_leads_back_to_where_one_was(app: Flask) -> None:
    club, shed = make_organisation("Lunch club"), make_organisation("Tool shed")
    person = make_person(belongs_to=club, role=Role.GROUP_LEAD)
    join(person, shed, Role.GROUP_LEAD)
    browser = client_of(app, person.id)
    assert send(browser, "/act-as", organisation=shed.reference, next="/notices").location == "/notices"
    assert send(browser, "/act-as", organisation=shed.reference, next="//evil.example").location == "/desk"


def test_nobody_acts_as_an_organisation_they_do_not_belong_to(app: Flask) -> None:
    other = make_organisation()
    browser = client_of(app, lead(make_organisation()).id)
    refused = send(browser, "/act-as", organisation=other.reference)
    assert refused.status_code == 422
    assert "Choose one of the answers" in body(refused)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_only_officers_record_for_others(app: Flask, role: Role, bodies: dict[str, set[int]]) -> None:
    group = make_organisation()
    bodies["group"].add(group.id)
    browser = client_of(app, make_person(belongs_to=make_organisation(), role=role).id)
    assert browser.get("/record-for").status_code == 403
    assert send(browser, "/record-for", page="/account", organisation=group.reference).status_code == 403


@pytest.mark.parametrize(
    ("kinds", "roles"),
    [
        ({"group"}, {Role.GROUP_LEAD}),
        ({"provider"}, {Role.PROVIDER_LEAD}),
        ({"group", "provider"}, {Role.GROUP_LEAD, Role.PROVIDER_LEAD}),
    ],
)
def test_an_officer_records_for_an_organisation_with_its_roles_and_no_others(
    officer: FlaskClient,
    bodies: dict[str, set[int]],
    reading: work.Reading,
    kinds: set[str],
    roles: set[Role],
) -> None:
    club = make_organisation("Lunch club")
    for kind in kinds:
        bodies[kind].add(club.id)
    found = body(officer.get("/record-for?words=lunch"))
    assert "Lunch club" in found
    answer = send(officer, "/record-for", page="/record-for?words=lunch", organisation=club.reference)
    assert answer.status_code == 303
    for url in ("/desk", "/account", "/notices", "/", f"/organisations/{club.reference}"):
        assert "You record for Lunch club." in body(officer.get(url))
    actor = acting(officer, reading)
    assert (actor.organisation_id, actor.roles) == (club.id, roles)
    assert (actor.on_behalf_of_organisation_id, actor.on_behalf_of, actor.channel) == (
        club.id,
        "Lunch club",
        "on behalf",
    )
    assert [place.organisation_name for place in actor.memberships] == ["The council"]
    assert actor.name == "Olu Ficer"
    assert not actor.belongs_to(club.id)
    assert officer.get(f"/organisations/{club.reference}/edit").status_code == 200
    assert officer.get("/record-for").status_code == 403, "one organisation at a time"
    assert send(officer, "/record-for/stop", page="/desk").status_code == 303
    assert "You act as <strong>The council</strong>" in body(officer.get("/desk"))
    assert officer.get(f"/organisations/{club.reference}/edit").status_code == 403
    acts = [past.act for past in audit.history(reading, f"organisation:{club.reference}")]
    assert acts == ["recording.stop", "recording.start"]


def acting(browser: FlaskClient, reading: work.Reading) -> Any:
    with browser.session_transaction() as cookie:
        return actor_of_session(reading, cookie["_user_id"])


def test_what_is_recorded_says_who_recorded_it_and_for_whom(
    officer: FlaskClient, bodies: dict[str, set[int]], reading: work.Reading
) -> None:
    club = make_organisation("Lunch club")
    bodies["group"].add(club.id)
    send(officer, "/record-for", page="/record-for?words=lunch", organisation=club.reference)
    send(officer, f"/organisations/{club.reference}/edit", description="We cook on Wednesdays.", version=1)
    pseudonym = acting(officer, reading).pseudonym
    [edit, _] = audit.history(reading, f"organisation:{club.reference}")
    assert (edit.act, edit.actor, edit.acting_as, edit.channel) == (
        "organisation.edit",
        pseudonym,
        club.reference,
        "on behalf",
    )


@pytest.mark.parametrize("typed", ["", "O-ZZZZZZ", "nonsense", "'; DROP TABLE people;--", "\x00"])
def test_recording_for_nobody_is_refused(officer: FlaskClient, typed: str) -> None:
    assert send(officer, "/record-for", page="/record-for", organisation=typed).status_code == 404


def test_there_is_nothing_to_record_for_a_body_that_is_neither_group_nor_provider(
    officer: FlaskClient, bodies: dict[str, set[int]]
) -> None:
    refused = send(officer, "/record-for", page="/record-for", organisation=make_organisation("A firm").reference)
    assert refused.status_code == 403
    assert "A firm is neither in the Community Book nor a provider" in body(refused)


def test_an_officer_who_is_none_any_more_records_for_nobody(
    app: Flask, bodies: dict[str, set[int]], reading: work.Reading
) -> None:
    place, club = council(), make_organisation("Lunch club")
    bodies["group"].add(club.id)
    person = make_person(belongs_to=place, role=Role.OFFICER)
    browser = client_of(app, person.id, place.id)
    send(browser, "/record-for", page="/record-for", organisation=club.reference)
    end_everything(person.id, place)
    actor = acting(browser, reading)
    assert (actor.roles, actor.organisation_id, actor.is_on_behalf) == (frozenset(), None, False)


def end_everything(person_id: int, place: Organisation) -> None:
    from community_book.base.actor import system
    from community_book.people import actions

    with work.bookkeeping(system("test")) as session:
        actions.end_role(session, person_id, place.id, Role.OFFICER)


@pytest.mark.parametrize("words", ["%", "_", "x" * 5000, "<script>alert(1)</script>", "' OR 1=1"])
def test_a_search_takes_any_words_as_words(officer: FlaskClient, words: str) -> None:
    make_organisation("Lunch club")
    answer = officer.get("/record-for", query_string={"words": words})
    assert answer.status_code == 200
    assert "Lunch club" not in body(answer)
    assert "<script>alert" not in body(answer)
