"""Something is wrong here: said by anybody, read by safeguarding officers, unknown to everybody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from community_book.base import dispatcher, work
from community_book.base.actor import Role, anybody
from community_book.base.errors import NotThere, WrongState
from community_book.base.tables import AuditEntry, AuditText, OutboxEvent, SecurityEvent
from community_book.concerns import actions, queries
from community_book.concerns.rules import CONCERN, ConcernState, NewConcern
from community_book.concerns.tables import Concern
from community_book.notices.tables import Notice, OutgoingMail
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_concerns import make_concern, make_safeguarding_officer

SAID = {"what": "A stranger comes to the lunch club", "said_by": "The cook, 01632 960155"}
ABOUT = "/concern?about=need:N-7K2M9Q"


def rows(reading) -> list[Concern]:
    return list(reading.execute(select(Concern).order_by(Concern.id)).scalars())


def told(reading, name: str) -> list[dict[str, object]]:
    return list(
        reading.execute(select(OutboxEvent.payload).where(OutboxEvent.name == name).order_by(OutboxEvent.id)).scalars()
    )


def browser(app, actor):
    return client_of(app, actor.person_id, actor.organisation_id)


# --- saying it ----------------------------------------------------------------------------------


def test_the_page_shows_999_and_the_safeguarding_number_before_the_form(client) -> None:
    page = client.get(ABOUT).get_data(as_text=True)
    main = page[page.index("<main") :]
    assert main.index("tel:999") < main.index("01632 960 999") < main.index("<form")
    assert "N-7K2M9Q" in main


def test_anybody_says_it_without_an_account_and_is_thanked_without_a_word_of_it(client, reading) -> None:
    answer = send(client, "/concern", page=ABOUT, **SAID, about="need:N-7K2M9Q")
    assert answer.status_code == 303
    thanks = client.get(answer.headers["Location"]).get_data(as_text=True)
    [row] = rows(reading)
    assert (row.subject, row.what, row.said_by, row.state) == ("need:N-7K2M9Q", *SAID.values(), ConcernState.RAISED)
    for word in ("N-7K2M9Q", row.reference, "stranger", "cook"):
        assert word not in thanks


def test_without_a_name_it_is_kept_all_the_same(client, reading) -> None:
    assert send(client, "/concern", what="Something").status_code == 303
    assert [(row.said_by, row.subject) for row in rows(reading)] == [("", "")]


def test_an_empty_form_says_what_to_do_and_keeps_what_it_is_about(client, reading) -> None:
    answer = send(client, "/concern", page=ABOUT, about="need:N-7K2M9Q")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Say in a few words what is wrong" in page
    assert "N-7K2M9Q" in page
    assert rows(reading) == []


@pytest.mark.parametrize("about", ["nonsense", "need:../../x", "person:PE-222222", "x" * 60, "javascript:alert(1)"])
def test_an_address_that_was_tampered_with_still_takes_the_concern(client, reading, about) -> None:
    assert client.get("/concern", query_string={"about": about}).status_code == 200
    assert send(client, "/concern", what="Something", about=about).status_code == 303
    assert rows(reading)[0].subject == ""


def test_it_does_not_say_whether_what_it_is_about_exists(client) -> None:
    first = client.get("/concern?about=need:N-222222").get_data(as_text=True)
    assert "N-222222" in first


def test_this_should_stop_now_holds_at_once(client, reading) -> None:
    send(client, "/concern", page=ABOUT, **SAID, stop="yes", about="need:N-7K2M9Q")
    assert rows(reading)[0].state == ConcernState.HELD
    assert told(reading, "ConcernHeld") == [{"subject": "need:N-7K2M9Q"}]
    assert queries.is_held(reading, "need:N-7K2M9Q")


def test_a_group_is_not_stopped_by_a_tick_but_officers_see_that_it_was_asked(client, reading) -> None:
    send(client, "/concern", **SAID, stop="yes", about="group:G-7K2M9Q")
    [row] = rows(reading)
    assert (row.state, row.stop_asked) == (ConcernState.RAISED, True)
    assert told(reading, "ConcernHeld") == []


def test_one_place_stops_three_things_an_hour_and_the_fourth_is_kept_for_an_officer(client, reading) -> None:
    for number in range(4):
        send(client, "/concern", **SAID, stop="yes", about=f"need:N-22222{number + 2}")
    assert [row.state for row in rows(reading)] == [ConcernState.HELD] * 3 + [ConcernState.RAISED]
    assert rows(reading)[-1].stop_asked


def test_very_many_concerns_from_one_place_wait(client, reading) -> None:
    for _ in range(20):
        assert send(client, "/concern", what="Something").status_code == 303
    answer = send(client, "/concern", what="Something")
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers


def test_sending_twice_is_one_concern_and_the_same_thanks(client, reading) -> None:
    shown = client.get("/concern").get_data(as_text=True)
    token, key = (shown.split(f'name="{name}" value="')[1].split('"')[0] for name in ("_token", "_key"))
    for _ in range(2):
        answer = client.post("/concern", data={"_token": token, "_key": key, "what": "Something"})
        assert answer.headers["Location"] == "/concern/thanks"
    assert len(rows(reading)) == 1


# --- who learns of it ---------------------------------------------------------------------------


def test_only_safeguarding_officers_are_written_to_and_only_that_there_is_one(app, reading) -> None:
    officer = make_safeguarding_officer()
    others = [actor_for(make_organisation(is_council=True), role) for role in (Role.OFFICER, Role.AUDITOR)]
    make_concern(what="A stranger comes")
    dispatcher.dispatch_all()
    mails = reading.execute(select(OutgoingMail)).scalars().all()
    notices = reading.execute(select(Notice)).scalars().all()
    assert {notice.person_id for notice in notices} == {officer.person_id}
    assert others[0].email not in {mail.to_email for mail in mails}
    said = "".join(mail.subject + mail.text for mail in mails) + json.dumps([n.body for n in notices])
    for word in ("stranger", "N-7K2M9Q"):
        assert word not in said


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SAFEGUARDING])
def test_for_every_other_role_there_are_no_concerns(app, reading, role) -> None:
    reference = make_concern()
    actor = actor_for(make_organisation(is_council=True), role)
    page = browser(app, actor)
    for address in ("/concerns", "/concerns?closed=yes", f"/concerns/{reference}", "/concerns/X-222222"):
        assert page.get(address).status_code == 404
    for act in ("hold", "release", "note", "close"):
        answer = send(page, f"/concerns/{reference}/{act}", page="/desk", words="x", nonsense="y")
        assert answer.status_code == 404
    for do in ACTS.values():
        with pytest.raises(NotThere):
            do(actor, reference)
    desk = page.get("/desk").get_data(as_text=True)
    assert "/concerns" not in desk
    with pytest.raises(NotThere):
        queries.concerns(reading, actor)


def test_signed_out_you_are_sent_to_sign_in_whether_there_is_one_or_not(client) -> None:
    reference = make_concern()
    for address in ("/concerns", f"/concerns/{reference}", "/concerns/X-222222"):
        assert client.get(address).status_code == 303


def test_the_audit_chain_says_only_that_somebody_spoke_up(app, reading) -> None:
    actor = actor_for(make_organisation(), Role.GROUP_MEMBER)
    actions.raise_concern(actor, NewConcern("A stranger comes", "The cook", stop=True, about="need:N-7K2M9Q"))
    [entry] = reading.execute(select(AuditEntry).where(AuditEntry.act == "concern.raise")).scalars()
    for word in ("stranger", "cook", "N-7K2M9Q", actor.pseudonym):
        assert word not in entry.body
    assert reading.execute(select(AuditText).where(AuditText.sequence == entry.sequence)).first() is None


# --- what officers do ---------------------------------------------------------------------------


def test_a_safeguarding_officer_finds_it_on_desk_and_list_and_reading_is_written_down(app, reading) -> None:
    reference = make_concern(what="A stranger comes")
    officer = make_safeguarding_officer()
    page = browser(app, officer)
    assert "Concerns" in page.get("/desk").get_data(as_text=True)
    listed = page.get("/concerns").get_data(as_text=True)
    assert reference in listed
    assert "stranger" not in listed
    shown = page.get(f"/concerns/{reference}")
    assert "A stranger comes" in shown.get_data(as_text=True)
    assert shown.headers["Cache-Control"] == "no-store"
    events = reading.execute(select(SecurityEvent).order_by(SecurityEvent.id)).scalars().all()
    read = [(event.name, event.actor, event.subject) for event in events if event.name.startswith("concern")]
    assert read == [
        ("concern.list", officer.pseudonym, ""),
        ("concern.read", officer.pseudonym, f"concern:{reference}"),
    ]


def test_the_page_says_what_a_hold_does_before_it_is_pressed(app) -> None:
    page = browser(app, make_safeguarding_officer())
    assert "only its group and the council can read the need" in page.get(f"/concerns/{make_concern()}").get_data(
        as_text=True
    )


def test_holding_releasing_noting_and_closing_on_the_page(app, reading) -> None:
    reference = make_concern()
    page = browser(app, make_safeguarding_officer())
    address = f"/concerns/{reference}"
    for act, fields in (("hold", {}), ("release", {}), ("note", {"words": "SG-1"}), ("close", {})):
        version = rows_version(reference)
        answer = send(page, f"{address}/{act}", page=address, version=version, **fields)
        assert answer.status_code == 303, act
        if act == "close":
            assert answer.location == "/concerns"
    shown = page.get(address).get_data(as_text=True)
    for words in ("Put on hold", "Released", "SG-1", "Closed"):
        assert words in shown
    assert told(reading, "ConcernHeld") == told(reading, "ConcernReleased") == [{"subject": "need:N-7K2M9Q"}]
    assert reference in page.get("/concerns?closed=yes").get_data(as_text=True)
    assert reference not in page.get("/concerns").get_data(as_text=True)


def rows_version(reference: str) -> int:
    with work.reading() as reading:
        return reading.execute(select(Concern.version).where(Concern.reference == reference)).scalar_one()


def test_an_empty_note_is_the_page_again(app) -> None:
    reference = make_concern()
    address = f"/concerns/{reference}"
    answer = send(browser(app, make_safeguarding_officer()), f"{address}/note", page=address, words=" ")
    assert answer.status_code == 422
    assert "Fill in “Note”" in answer.get_data(as_text=True)


def test_of_two_officers_the_second_is_told_what_it_is_now(app) -> None:
    reference = make_concern()
    seen = rows_version(reference)
    actions.hold_subject(make_safeguarding_officer(), reference, version=seen)
    with pytest.raises(WrongState, match="This concern is holding"):
        actions.hold_subject(make_safeguarding_officer(), reference, version=seen)
    with pytest.raises(WrongState, match="Somebody changed this"):
        actions.add_note(make_safeguarding_officer(), reference, "x", seen)


ACTS = {
    "hold": actions.hold_subject,
    "release": actions.release_subject,
    "note": lambda actor, reference: actions.add_note(actor, reference, "x"),
    "close": lambda actor, reference: actions.close_concern(actor, reference, "x"),
}


@pytest.mark.parametrize("state", ConcernState)
def test_every_act_from_every_state(app, state) -> None:
    officer = make_safeguarding_officer()
    for act, do in ACTS.items():
        reference = make_concern(stop=state is ConcernState.HELD)
        if state is ConcernState.CLOSED:
            actions.close_concern(officer, reference, "x")
        if CONCERN.allows(act, state):
            do(officer, reference)
        else:
            with pytest.raises(WrongState):
                do(officer, reference)


def test_what_two_concerns_hold_is_released_with_the_second(app, reading) -> None:
    officer = make_safeguarding_officer()
    first, second = make_concern(stop=True), make_concern(stop=True)
    assert len(told(reading, "ConcernHeld")) == 1
    actions.release_subject(officer, first)
    assert told(reading, "ConcernReleased") == []
    actions.release_subject(officer, second)
    assert told(reading, "ConcernReleased") == [{"subject": "need:N-7K2M9Q"}]


def test_a_concern_about_nothing_that_could_be_held(app) -> None:
    officer = make_safeguarding_officer()
    reference = make_concern("group:G-7K2M9Q")
    with pytest.raises(WrongState, match="nothing that could be held"):
        actions.hold_subject(officer, reference)
    assert "Put it on hold" not in browser(app, officer).get(f"/concerns/{reference}").get_data(as_text=True)


def test_a_concern_that_is_not_there(app) -> None:
    officer = make_safeguarding_officer()
    assert browser(app, officer).get("/concerns/X-222222").status_code == 404
    with pytest.raises(NotThere):
        actions.hold_subject(officer, "X-222222")
    with pytest.raises(NotThere):
        actions.hold_subject(anybody(), make_concern())


def test_the_list_has_pages(app, reading) -> None:
    for _ in range(26):
        make_concern()
    page = browser(app, make_safeguarding_officer())
    assert page.get("/concerns").get_data(as_text=True).count('class="cb-card"') == 25
    assert page.get("/concerns?page=2").get_data(as_text=True).count('class="cb-card"') == 1
    assert reading.execute(select(func.count()).select_from(Concern)).scalar_one() == 26
