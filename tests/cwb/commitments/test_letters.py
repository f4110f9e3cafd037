"""What people are written about promises, and what is left of somebody who was erased."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community_book.base import dispatcher, registers, work
from community_book.base.actor import system
from community_book.base.clock import held_at
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.tables import OutboxEvent
from community_book.notices.tables import Notice
from cwb.commitments import actions, queries
from cwb.commitments.actions import NewChange
from cwb.commitments.letters import LETTERS
from cwb.commitments.rules import CommitmentState
from tests.makers_commitments import Pair, make_commitment, make_minibus_pair, make_pair, report_all, row_of, terms_of

S = CommitmentState


def letters(event_name: str) -> list[Letter]:
    """The letters the last event of a name leads to in this room."""
    with work.reading() as reading:
        row = reading.execute(
            select(OutboxEvent).where(OutboxEvent.name == event_name).order_by(OutboxEvent.id.desc()).limit(1)
        ).scalar_one()
        return list(LETTERS[event_name](reading, Event(row.name, row.payload, row.id, row.at_utc)))


def to(pair: Pair, letter: Letter) -> str:
    return {pair.provider.id: "provider", pair.group.organisation.id: "group"}[letter.organisation_id or 0]


def told(pair: Pair, event_name: str) -> dict[str, str]:
    """To whom the letters go, and which act their link does."""
    found = letters(event_name)
    for letter in found:
        assert "%(" not in str(letter.subject)
        assert all("%(" not in str(line) for line in letter.body)
        assert letter.about.startswith("commitment:C-")
    return {to(pair, letter): letter.link_act or "" for letter in found}


def test_every_step_is_told_to_those_it_concerns(app):
    pair = make_pair()
    first = make_commitment(pair, S.OFFERED, words="We would love to")
    assert told(pair, "CommitmentOffered") == {"group": "answer_offer"}
    actions.decline(pair.asking, first, reason_code="dates", reason="Shut in August")
    assert told(pair, "CommitmentDeclined") == {"provider": ""}
    assert "Shut in August" in [str(line) for line in letters("CommitmentDeclined")[0].body]
    second = make_commitment(pair, S.ASKED)
    assert told(pair, "CommitmentAsked") == {"provider": "answer_offer"}
    actions.take_back(pair.asking, second)
    assert told(pair, "CommitmentTakenBack") == {"provider": ""}
    third = make_commitment(pair, S.PROPOSED)
    assert told(pair, "CommitmentProposed") == {"provider": "answer_offer", "group": "answer_offer"}
    actions.accept(pair.offering, third)
    assert told(pair, "CommitmentHalfAgreed") == {"group": "answer_offer"}
    actions.accept(pair.asking, third)
    assert told(pair, "CommitmentAgreed") == {"provider": "", "group": ""}
    change = actions.propose_change(pair.asking, third, NewChange("amount", amount=600, why="Less to do"))
    assert told(pair, "ChangeProposed") == {"provider": "answer_change"}
    actions.agree_change(pair.offering, third, change)
    assert told(pair, "ChangeAnswered") == {"group": ""}
    actions.write_message(pair.officer, third, "Well done")
    assert told(pair, "MessageWritten") == {"provider": "", "group": ""}
    actions.hold(pair.officer, third, reason="A secret reason")
    assert told(pair, "CommitmentHeld") == {"provider": "", "group": ""}
    assert all("secret" not in str(line) for letter in letters("CommitmentHeld") for line in letter.body)
    actions.release(pair.officer, third)
    assert told(pair, "CommitmentReleased") == {"provider": "", "group": ""}
    report_all(third)
    actions.complete(pair.offering, third)
    assert told(pair, "CommitmentEnded") == {"provider": "", "group": ""}


def test_a_condition_a_committee_and_a_lapse_are_told(app):
    pair = make_pair()
    make_commitment(pair, S.CONDITIONAL, amount=60)
    assert told(pair, "CommitmentConditional") == {"provider": ""}
    other = make_pair()
    make_commitment(other, S.COMMITTEE)
    assert told(other, "CommitmentConditional") == {"provider": ""}
    third = make_pair()
    make_commitment(third, S.LAPSED)
    assert told(third, "CommitmentLapsed") == {"provider": "", "group": ""}
    assert "not available any more" in str(letters("CommitmentLapsed")[0].body[1])


def test_what_did_not_happen_and_what_is_due_are_told(app):
    pair = make_minibus_pair(2)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    with held_at(first.day):
        actions.say_did_not_happen(pair.asking, reference, session_id=first.id)
        assert told(pair, "DidNotHappenSaid") == {"provider": ""}
    due = row_of(reference).due_on
    assert due is not None
    with held_at(due):
        actions.ask_what_happened(system("clocks"))
        assert told(pair, "CommitmentDue") == {"provider": "report_delivery", "group": "report_delivery"}


@pytest.mark.parametrize("event_name", LETTERS)
def test_letters_about_what_is_gone_are_not_written(app, event_name):
    with work.reading() as reading:
        event = Event(event_name, {"commitment_reference": "C-222222", "side": "group", "waits_for": []})
        assert list(LETTERS[event_name](reading, event)) == []


def test_letters_reach_people_with_their_link(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    dispatcher.dispatch_all()
    notices = reading.query(Notice).filter_by(person_id=pair.asking.person_id, about=f"commitment:{reference}").all()
    assert [notice.link_act for notice in notices] == ["answer_offer"]


def test_erasing_a_person_takes_their_words_and_leaves_the_amounts(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, words="I am at home on Tuesdays")
    actions.write_message(pair.offering, reference, "My number is in the hall")
    data = registers.persons_data()["commitments"]
    person_id = pair.offering.person_id
    assert person_id is not None
    shown = data.show(reading, person_id)
    assert [message["text"] for message in shown["messages"]] == ["My number is in the hall"]
    assert shown["spoke_for"] == [reference]
    with work.work(pair.offering) as session:
        data.erase(session, person_id)
        session.record("test", f"commitment:{reference}")
    view = queries.commitment(reading, pair.asking, reference)
    assert (view.words, view.messages, view.terms.amount) == ("", (), 720)
    assert row_of(reference).provider_person_id is None
