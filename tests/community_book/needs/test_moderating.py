"""Officers decide about needs; clocks end and ask; people are written to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from community_book.base import clock, outbox, work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import add_working_days, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.registered import Letter
from community_book.needs import actions, letters, queries
from community_book.needs.desk import on_desk
from community_book.needs.rules import STILL_NEEDED_LINK, NeedState
from community_book.needs.views import NeedView
from community_book.people.actions import make_link
from community_book.people.queries import actor_of_link
from tests.makers import actor_for, join, make_organisation
from tests.makers_needs import ListedGroup, judge_needs_alone, make_listed_group, make_need, need_ids, new_need

CLOCK = system("clock")


@pytest.fixture
def group(app: Any) -> ListedGroup:
    judge_needs_alone()
    return make_listed_group("The lunch club", trusted=False)


@pytest.fixture
def officer(app: Any) -> Actor:
    return actor_for(make_organisation("The council", is_council=True), Role.OFFICER)


def seen(actor: Actor, reference: str) -> NeedView:
    with work.reading() as reading:
        return queries.need(reading, actor, reference)


def events(name: str) -> list[outbox.Event]:
    from community_book.base.tables import OutboxEvent

    with work.reading() as reading:
        rows = reading.query(OutboxEvent).filter_by(name=name).order_by(OutboxEvent.id).all()
        return [outbox.Event(row.name, row.payload, row.id, row.at_utc) for row in rows]


def told(name: str, source: Callable[..., Any]) -> list[Letter]:
    with work.reading() as reading:
        return [letter for event in events(name) for letter in source(reading, event)]


# --- deciding -----------------------------------------------------------------------------------


def test_an_officer_opens_a_need_and_the_group_is_told(group: ListedGroup, officer: Actor) -> None:
    reference = actions.post_need(group.lead, new_need(title="A hall to paint"))
    [letter] = told("NeedPosted", letters.need_posted)
    assert letter.roles == {"officer"}
    assert "A hall to paint" in str(letter.subject)
    actions.open_need(officer, reference)
    assert seen(group.lead, reference).state is NeedState.OPEN
    [letter] = told("NeedOpened", letters.need_opened)
    assert (letter.organisation_id, letter.about) == (group.organisation.id, f"need:{reference}")
    assert told("NeedPosted", letters.need_posted) == []


def test_who_has_posted_a_need_that_is_open_at_once_gets_no_letter_about_it(app: Any) -> None:
    judge_needs_alone()
    trusted = make_listed_group("The growers", trusted=True)
    actions.post_need(trusted.lead, new_need())
    assert told("NeedOpened", letters.need_opened) == []
    member = actor_for(trusted.organisation, Role.GROUP_MEMBER)
    [letter] = told("NeedOpened", letters.need_opened)
    assert letter.person_ids == (member.person_id,)


DECISIONS: list[tuple[str, NeedState]] = [
    ("return_need", NeedState.RETURNED),
    ("decline_need", NeedState.DECLINED),
]


@pytest.mark.parametrize(("act", "state"), DECISIONS)
def test_a_decision_against_a_need_takes_a_reason_which_is_told(
    group: ListedGroup, officer: Actor, act: str, state: NeedState
) -> None:
    reference = actions.post_need(group.lead, new_need())
    with pytest.raises(Refused, match="Write to the group why"):
        getattr(actions, act)(officer, reference, "  ")
    getattr(actions, act)(officer, reference, "Say how many people it is for.")
    found = seen(group.lead, reference)
    assert (found.state, found.reason) == (state, "Say how many people it is for.")
    name, source = (
        ("NeedReturned", letters.need_returned) if state is NeedState.RETURNED else ("NeedEnded", letters.need_ended)
    )
    [letter] = told(name, source)
    assert "Say how many people it is for." in [str(line) for line in letter.body]


def test_a_need_sent_back_is_changed_and_posted_again(group: ListedGroup, officer: Actor) -> None:
    from dataclasses import replace

    reference = actions.post_need(group.lead, new_need())
    actions.return_need(officer, reference, "Say more.")
    again = replace(seen(group.lead, reference).as_written(), story="More.", none_of_these=True)
    actions.post_need(group.lead, again, reference=reference)
    found = seen(group.lead, reference)
    assert (found.state, found.reason, found.story) == (NeedState.WAITING, "", "More.")


def test_two_needs_for_the_same_are_joined(group: ListedGroup, officer: Actor) -> None:
    one, two = actions.post_need(group.lead, new_need()), actions.post_need(group.lead, new_need())
    for wrong in (one, "N-222222", "no reference", ""):
        with pytest.raises(Refused):
            actions.merge_need(officer, one, wrong, "The same twice.")
    actions.merge_need(officer, one, two.lower().replace("-", " "), "The same twice.")
    found = seen(group.lead, one)
    assert (found.state, found.merged_into) == (NeedState.MERGED, two)
    [letter] = told("NeedEnded", letters.need_ended)
    assert any(two in str(line) for line in letter.body)
    with pytest.raises(Refused):
        actions.merge_need(officer, two, one, "And back.")


def test_an_officer_ends_a_need_with_an_answer_and_what_is_promised_goes_on(group: ListedGroup, officer: Actor) -> None:
    made = make_need(group.lead, amount=600, officer=officer)
    with work.work(CLOCK) as session:
        actions.draw_on_part(session, made.part_id, 100, {})
        session.record("test.step", "need:N-TEST22")
    actions.close_need(officer, made.reference, "The grants team can help with the rest.")
    assert seen(group.lead, made.reference).state is NeedState.CLOSED
    with work.work(CLOCK) as session:
        actions.note_met(session, made.part_id, 100)
        session.record("test.step", "need:N-TEST22")
    assert seen(group.lead, made.reference).state is NeedState.CLOSED


def test_nobody_decides_about_a_need_of_their_own_side(group: ListedGroup, officer: Actor) -> None:
    from dataclasses import replace

    reference = actions.post_need(group.lead, new_need())
    assert officer.person_id is not None
    from community_book.people.tables import Person

    with work.reading() as reading:
        person = reading.get_one(Person, officer.person_id)
    join(person, group.organisation, Role.GROUP_MEMBER)
    with pytest.raises(NotAllowed, match="Another officer decides"):
        actions.open_need(officer, reference)
    other = actor_for(make_organisation(is_council=True), Role.OFFICER)
    spoken_for = replace(
        other,
        organisation_id=group.organisation.id,
        organisation_reference=group.organisation.reference,
        roles=frozenset({Role.GROUP_LEAD}),
        on_behalf_of_organisation_id=group.organisation.id,
        channel="on behalf",
    )
    recorded = actions.post_need(spoken_for, new_need())
    with pytest.raises(NotAllowed, match="You wrote this need down"):
        actions.open_need(other, recorded)
    third = actor_for(make_organisation(is_council=True), Role.OFFICER)
    actions.open_need(third, recorded)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_nobody_but_an_officer_decides(group: ListedGroup, role: Role) -> None:
    reference = actions.post_need(group.lead, new_need())
    who = actor_for(make_organisation(is_council=True), role)
    attempts: list[Callable[[], None]] = [
        lambda: actions.open_need(who, reference),
        lambda: actions.return_need(who, reference, "why"),
        lambda: actions.decline_need(who, reference, "why"),
        lambda: actions.merge_need(who, reference, reference, "why"),
        lambda: actions.close_need(who, reference, "why"),
    ]
    for act in attempts:
        with pytest.raises((NotAllowed, NotThere, Refused)):
            act()
    assert seen(group.lead, reference).state is NeedState.WAITING


def test_a_stale_or_second_decision_is_refused(group: ListedGroup, officer: Actor) -> None:
    reference = actions.post_need(group.lead, new_need())
    version = seen(officer, reference).version
    actions.open_need(officer, reference, version=version)
    with pytest.raises(WrongState):
        actions.decline_need(officer, reference, "Too late.", version=version)
    with pytest.raises(WrongState, match="This need is open"):
        actions.open_need(officer, reference)


def test_a_need_whose_last_day_passed_while_it_waited_is_sent_back_not_opened(
    group: ListedGroup, officer: Actor
) -> None:
    with clock.held_at(today() - timedelta(days=30)):
        reference = actions.post_need(group.lead, new_need(last_day=today() + timedelta(days=10)))
    with pytest.raises(Refused, match="last day has passed"):
        actions.open_need(officer, reference)


def test_changed_words_of_an_open_need_are_shown_to_officers(group: ListedGroup, officer: Actor) -> None:
    from dataclasses import replace

    made = make_need(group.lead, officer=officer)
    now = seen(group.lead, made.reference).as_written()
    actions.change_need(group.lead, made.reference, replace(now, amount=900))
    assert told("NeedChanged", letters.need_changed) == []
    now = seen(group.lead, made.reference).as_written()
    actions.change_need(group.lead, made.reference, replace(now, story="Quite another story."))
    [letter] = told("NeedChanged", letters.need_changed)
    assert letter.roles == {"officer"}


# --- clocks -------------------------------------------------------------------------------------


def test_needs_whose_days_are_over_end_as_their_amounts_say(group: ListedGroup, officer: Actor) -> None:
    last = today() + timedelta(days=10)
    made = [make_need(group.lead, amount=600, last_day=last, officer=officer) for _ in range(3)]
    with work.work(CLOCK) as session:
        actions.draw_on_part(session, made[1].part_id, 100, {})
        actions.draw_on_part(session, made[2].part_id, 100, {})
        actions.note_met(session, made[2].part_id, 100)
        session.record("test.step", "need:N-TEST22")
    actions.pause_need(group.lead, made[0].reference)
    assert actions.expire_needs(CLOCK) == 0
    with clock.held_at(last + timedelta(days=1)):
        assert actions.expire_needs(CLOCK) == 3
        assert actions.expire_needs(CLOCK) == 0
    states = [seen(group.lead, one.reference).state for one in made]
    assert states == [NeedState.EXPIRED, NeedState.PROMISED, NeedState.MET_IN_PART]
    subjects = [str(letter.subject) for letter in told("NeedEnded", letters.need_ended)]
    assert len(subjects) == 2


def test_a_need_nobody_met_is_owed_a_written_answer(group: ListedGroup, officer: Actor) -> None:
    made = make_need(group.lead, last_day=today() + timedelta(days=1), officer=officer)
    with clock.held_at(today() + timedelta(days=2)):
        actions.expire_needs(CLOCK)
    with work.reading() as reading:
        assert queries.needs_owed_an_answer(reading, officer)[0] == 1
    actions.close_need(officer, made.reference, "We looked everywhere. Try again in spring.")
    with work.reading() as reading:
        assert queries.needs_owed_an_answer(reading, officer)[0] == 0


def test_groups_are_asked_30_and_7_days_before_whether_it_is_still_needed(group: ListedGroup, officer: Actor) -> None:
    last = today() + timedelta(days=60)
    made = make_need(group.lead, last_day=last, officer=officer)
    asked = []
    for days in (40, 30, 29, 8, 7, 6, 0):
        with clock.held_at(last - timedelta(days=days)):
            asked.append(actions.ask_still_needed(CLOCK))
    assert asked == [0, 1, 0, 0, 1, 0, 0]
    first, _ = told("NeedEndingSoon", letters.need_ending_soon)
    assert (first.link_act, first.link_subject) == (STILL_NEEDED_LINK, f"need:{made.reference}")


def link_for(reference: str, organisation_id: int) -> Actor:
    with work.bookkeeping(CLOCK) as session:
        token = make_link(session, STILL_NEEDED_LINK, f"need:{reference}", organisation_id=organisation_id)
    with work.reading() as reading:
        return actor_of_link(reading, token, STILL_NEEDED_LINK)


def test_the_reminders_link_answers_once_and_for_its_own_need_only(group: ListedGroup, officer: Actor) -> None:
    made, other = make_need(group.lead, officer=officer), make_need(group.lead, officer=officer)
    holder = link_for(made.reference, group.organisation.id)
    with pytest.raises((NotThere, NotAllowed)):
        actions.say_still_needed(holder, other.reference)
    with pytest.raises((NotThere, NotAllowed)):
        actions.pause_need(holder, made.reference)
    actions.say_still_needed(holder, made.reference)
    with pytest.raises(WrongState, match="used already"):
        actions.say_not_needed(holder, made.reference)
    assert actions.say_not_needed(link_for(other.reference, group.organisation.id), other.reference) == "withdrawn"


# --- desks --------------------------------------------------------------------------------------


def test_desks_show_what_waits(app: Any, group: ListedGroup, officer: Actor) -> None:
    soon = today() + timedelta(days=20)
    with clock.held_at(today() - timedelta(days=40)):
        make_need(group.lead, officer=officer, last_day=soon)
    actions.save_need(group.lead, new_need())
    returned = actions.post_need(group.lead, new_need())
    actions.return_need(officer, returned, "Say more.")
    actions.post_need(group.lead, new_need())
    with app.test_request_context(), work.reading() as reading:
        own = {str(item.title): item.count for item in on_desk(reading, group.lead)}
        council = {str(item.title): item.count for item in on_desk(reading, officer)}
        nobody = on_desk(reading, actor_for(make_organisation(), Role.PROVIDER_LEAD))
    assert list(own.values()) == [1, 1, 1]
    assert council == {"Needs waiting for you": 1, "Open needs nobody has answered for 10 working days": 1}
    assert list(nobody) == []


def test_a_need_counts_as_unanswered_from_the_tenth_working_day_on(group: ListedGroup, officer: Actor) -> None:
    made = make_need(group.lead, officer=officer)
    for days, found in ((9, 0), (10, 1)):
        with clock.held_at(add_working_days(today(), days)), work.reading() as reading:
            assert queries.unanswered_needs(reading, officer)[0] == found
    with work.work(CLOCK) as session:
        actions.note_first_answer(session, made.part_id)
        session.record("test.step", "need:N-TEST22")
    with clock.held_at(add_working_days(today(), 10)), work.reading() as reading:
        assert queries.unanswered_needs(reading, officer)[0] == 0
    assert need_ids(made.reference) == made
