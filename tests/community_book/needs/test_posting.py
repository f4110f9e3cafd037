"""A group writes needs down: drafts, posting, changing, copying, pausing, taking back; who may see what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from community_book.base import audit, clock, work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.needs import actions, queries
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedSession
from community_book.needs.views import NeedView
from tests.makers import actor_for, make_organisation
from tests.makers_needs import (
    ListedGroup,
    judge_needs_alone,
    make_listed_group,
    make_need,
    make_zones,
    need_ids,
    new_need,
)


@pytest.fixture
def group(app: Any) -> ListedGroup:
    judge_needs_alone()
    return make_listed_group("The lunch club", trusted=False)


@pytest.fixture
def trusted(app: Any) -> ListedGroup:
    judge_needs_alone()
    return make_listed_group("The growers", trusted=True)


@pytest.fixture
def officer(app: Any) -> Actor:
    return actor_for(make_organisation("The council", is_council=True), Role.OFFICER)


def seen(actor: Actor, reference: str) -> NeedView:
    with work.reading() as reading:
        return queries.need(reading, actor, reference)


def draw(part_id: int, amount: int, sessions: dict[int, int] | None = None) -> None:
    with work.work(system("test")) as session:
        actions.draw_on_part(session, part_id, amount, sessions or {})
        session.record("test.step", "need:N-TEST22")


# --- posting ------------------------------------------------------------------------------------


def test_a_posted_need_waits_for_the_council(group: ListedGroup) -> None:
    reference = actions.post_need(group.lead, new_need(title="People to paint our hall", amount=720, is_about=True))
    found = seen(group.lead, reference)
    assert found.state is NeedState.WAITING
    assert (found.title, str(found.part.how_much)) == ("People to paint our hall", "about 12 h")
    assert found.posted_at_utc is not None
    assert found.opened_at_utc is None


def test_a_trusted_groups_need_is_open_at_once(trusted: ListedGroup) -> None:
    found = seen(trusted.lead, actions.post_need(trusted.lead, new_need()))
    assert found.state is NeedState.OPEN
    assert found.opened_at_utc is not None


def test_words_about_what_is_never_on_offer_bring_even_a_trusted_group_before_an_officer(trusted: ListedGroup) -> None:
    found = seen(trusted.lead, actions.post_need(trusted.lead, new_need(story="Somebody to fetch prescriptions.")))
    assert found.state is NeedState.WAITING


def test_posting_with_gaps_names_each_and_keeps_nothing(group: ListedGroup) -> None:
    with pytest.raises(Refused) as refused:
        actions.post_need(group.lead, new_need(title="", amount=None, last_day=None, none_of_these=False))
    assert [problem.field for problem in refused.value.problems] == ["title", "amount", "last_day", "none_of_these"]
    with work.reading() as reading:
        assert queries.needs_of_group(reading, group.lead) == (0, [])


def test_a_draft_needs_no_more_than_a_title(group: ListedGroup) -> None:
    bare = replace(new_need(title="A bus"), amount=None, first_day=None, last_day=None, none_of_these=False)
    found = seen(group.lead, actions.save_need(group.lead, bare))
    assert found.state is NeedState.DRAFT
    assert (found.part.amount, found.part.first_day, found.part.unsure) == (None, None, False)
    with pytest.raises(Refused, match="Say in a few words"):
        actions.save_need(group.lead, replace(bare, title=""))


def test_a_draft_becomes_the_need_that_is_posted(group: ListedGroup) -> None:
    reference = actions.save_need(group.lead, new_need(Kind.MONEY, title="A cooker", amount=65000))
    again = replace(seen(group.lead, reference).as_written(), smallest_useful=30000, none_of_these=True)
    assert actions.post_need(group.lead, again, reference=reference) == reference
    found = seen(group.lead, reference)
    assert str(found.part.how_much) == "£650, and £300 would already help"
    with work.reading() as reading:
        assert [act.act for act in audit.history(reading, f"need:{reference}")] == ["need.post", "need.save"]


def test_a_group_has_at_most_three_needs_open_or_waiting_and_is_told_which(group: ListedGroup) -> None:
    titles = ["The first one", "The second one", "The third one"]
    references = [actions.post_need(group.lead, new_need(title=title)) for title in titles]
    with pytest.raises(Refused) as refused:
        actions.post_need(group.lead, new_need(title="The fourth one"))
    for said in [*titles, *references]:
        assert said in str(refused.value)
    actions.save_need(group.lead, new_need(title="The fourth one"))
    actions.withdraw_need(group.lead, references[0])
    actions.post_need(group.lead, new_need(title="The fourth one"))


def test_a_promised_need_makes_room_and_a_paused_one_needs_it_again(trusted: ListedGroup) -> None:
    made = [make_need(trusted.lead, amount=100) for _ in range(3)]
    draw(made[0].part_id, 100)
    actions.pause_need(trusted.lead, made[1].reference)
    make_need(trusted.lead)
    make_need(trusted.lead)
    with pytest.raises(Refused, match="3 needs open or waiting"):
        actions.resume_need(trusted.lead, made[1].reference)
    promised = seen(trusted.lead, made[0].reference).as_written()
    with pytest.raises(Refused, match="3 needs open or waiting"):
        actions.change_need(trusted.lead, made[0].reference, replace(promised, amount=200))


def test_only_a_listed_group_can_post_but_a_draft_is_kept(app: Any) -> None:
    paused = make_listed_group(state="paused")
    with pytest.raises(NotAllowed, match="listed in the Book"):
        actions.post_need(paused.lead, new_need())
    actions.save_need(paused.lead, new_need())
    nobody = actor_for(make_organisation(), Role.GROUP_LEAD)
    with pytest.raises(NotAllowed, match="not in the Book yet"):
        actions.save_need(nobody, new_need())


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.GROUP_LEAD, Role.GROUP_MEMBER}])
def test_nobody_but_a_group_posts(app: Any, role: Role) -> None:
    with pytest.raises(NotAllowed):
        actions.post_need(actor_for(make_organisation(), role), new_need())


def test_another_place_is_kept_for_this_need_alone(group: ListedGroup) -> None:
    zone = make_zones("Riverside")["Riverside"]
    reference = actions.save_need(group.lead, new_need(where="other", zone=(zone,)))
    part = seen(group.lead, reference).part
    assert (part.is_own_place, part.zone_names) == (False, ("Riverside",))
    place_id = part.place_id
    again = replace(seen(group.lead, reference).as_written(), postcode="WN1 1AA")
    assert again.zone == (zone,)
    actions.save_need(group.lead, again, reference=reference)
    part = seen(group.lead, reference).part
    assert (part.place_id, part.postcode) == (place_id, "WN1 1AA")
    copied = seen(group.lead, actions.copy_need(group.lead, reference)).part
    assert (copied.postcode, copied.place_id == place_id) == ("WN1 1AA", False)


# --- changing -----------------------------------------------------------------------------------


def test_everything_a_group_wrote_stands_in_its_form_again(group: ListedGroup) -> None:
    wrote = new_need(
        Kind.VEHICLE,
        how="weekly",
        weekdays=frozenset({1, 3}),
        every_weeks=2,
        left_out=frozenset({today() + timedelta(days=20)}),
        starts=600,
        ends=840,
        at_once=2,
        features={"seats": 12, "wheelchair_places": 2},
        insurance=True,
        has_permit=True,
        terms="No smoking.",
    )
    found = seen(group.lead, actions.post_need(group.lead, wrote))
    assert replace(found.as_written(), none_of_these=True, version=None) == wrote
    days = frozenset({today() + timedelta(days=5), today() + timedelta(days=9)})
    wrote = new_need(Kind.ROOM, how="dates", single_days=days, first_day=None, last_day=None, starts=600, ends=660)
    found = seen(group.lead, actions.post_need(group.lead, wrote))
    assert replace(found.as_written(), none_of_these=True, version=None, at_once=None) == wrote


def test_a_stale_change_is_refused(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead)
    first = seen(trusted.lead, made.reference).as_written()
    actions.change_need(trusted.lead, made.reference, replace(first, title="A better title"))
    with pytest.raises(WrongState, match="Somebody changed this"):
        actions.change_need(trusted.lead, made.reference, replace(first, title="A stale title"))
    assert seen(trusted.lead, made.reference).title == "A better title"


def test_what_is_promised_cannot_be_cut_from_a_need(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead, amount=600)
    draw(made.part_id, 300)
    now = seen(trusted.lead, made.reference).as_written()
    with pytest.raises(Refused, match="5 h is promised already, so it cannot be less"):
        actions.change_need(trusted.lead, made.reference, replace(now, amount=299))
    with pytest.raises(Refused, match="say how much it is in all"):
        actions.change_need(trusted.lead, made.reference, replace(now, amount=None, not_sure=True))
    weekly = {"how": "weekly", "weekdays": frozenset({1}), "starts": 600, "ends": 660, "amount": None}
    with pytest.raises(Refused, match="must stay as it is"):
        actions.change_need(trusted.lead, made.reference, replace(now, **weekly))  # type: ignore[arg-type]
    actions.change_need(trusted.lead, made.reference, replace(now, amount=300))
    assert seen(trusted.lead, made.reference).state is NeedState.PROMISED
    now = seen(trusted.lead, made.reference).as_written()
    actions.change_need(trusted.lead, made.reference, replace(now, amount=700))
    assert seen(trusted.lead, made.reference).state is NeedState.OPEN


def test_promised_days_stay_when_the_others_are_changed(trusted: ListedGroup) -> None:
    days = [today() + timedelta(days=n) for n in (3, 10, 17)]
    made = make_need(trusted.lead, kind=Kind.ROOM, sessions=[(day, 600, 660) for day in days])
    draw(made.part_id, 60, {made.session_ids[1]: 1})
    now = seen(trusted.lead, made.reference).as_written()
    with pytest.raises(Refused, match="Help is promised for"):
        actions.change_need(trusted.lead, made.reference, replace(now, single_days=frozenset(days[:1])))
    with pytest.raises(Refused, match="Help is promised for"):
        actions.change_need(trusted.lead, made.reference, replace(now, ends=690))
    later = today() + timedelta(days=24)
    actions.change_need(trusted.lead, made.reference, replace(now, single_days=frozenset({days[1], later})))
    part = seen(trusted.lead, made.reference).part
    assert [(session.day, session.left) for session in part.sessions] == [(days[1], 0), (later, 1)]
    assert (part.amount, part.committed) == (120, 60)
    back = replace(seen(trusted.lead, made.reference).as_written(), single_days=frozenset({days[0], days[1]}))
    actions.change_need(trusted.lead, made.reference, back)
    with work.reading() as reading:
        kept = reading.get_one(NeedSession, made.session_ids[0])
        assert not kept.dropped


def test_the_kind_of_a_posted_need_stays(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead)
    now = seen(trusted.lead, made.reference).as_written()
    with pytest.raises(Refused, match="cannot be changed"):
        actions.change_need(trusted.lead, made.reference, replace(now, kind=Kind.MONEY))


def test_a_copy_is_a_new_draft_without_the_days_that_are_past(trusted: ListedGroup) -> None:
    with clock.held_at(today() - timedelta(days=100)):
        made = make_need(trusted.lead, title="A minibus again", amount=300)
    found = seen(trusted.lead, actions.copy_need(trusted.lead, made.reference))
    assert (found.title, found.state) == ("A minibus again", NeedState.DRAFT)
    assert (found.part.amount, found.part.first_day, found.part.last_day) == (300, None, None)


# --- pausing, taking back, still needed ---------------------------------------------------------


def test_a_paused_need_is_out_of_the_list_until_it_is_opened_again(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead)
    actions.pause_need(trusted.lead, made.reference)
    with work.reading() as reading:
        assert queries.open_parts(reading) == []
        assert queries.part_wanted(reading, made.part_id) is None
        shown = queries.part_wanted(reading, made.part_id, any_state=True)
    assert shown is not None
    assert shown.state is NeedState.PAUSED
    actions.resume_need(trusted.lead, made.reference)
    with work.reading() as reading:
        assert [part.part_id for part in queries.open_parts(reading)] == [made.part_id]


def test_a_need_nobody_promised_anything_of_is_taken_back(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead)
    assert actions.withdraw_need(trusted.lead, made.reference, "Found elsewhere.") is NeedState.WITHDRAWN
    with pytest.raises(WrongState, match="Nothing more can be done with it"):
        actions.pause_need(trusted.lead, made.reference)


def test_of_a_need_promised_in_part_only_the_rest_is_taken_back(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead, amount=600)
    draw(made.part_id, 200)
    assert actions.withdraw_need(trusted.lead, made.reference) is NeedState.PROMISED
    assert seen(trusted.lead, made.reference).part.amount == 200
    with pytest.raises(WrongState, match="All of this need is promised"):
        actions.withdraw_need(trusted.lead, made.reference)


def test_of_a_need_for_days_only_the_free_days_are_taken_back(trusted: ListedGroup) -> None:
    days = [(today() + timedelta(days=n), 600, 660, 2) for n in (3, 10)]
    made = make_need(trusted.lead, kind=Kind.EQUIPMENT, sessions=days)
    draw(made.part_id, 60, {made.session_ids[0]: 1})
    actions.withdraw_need(trusted.lead, made.reference)
    part = seen(trusted.lead, made.reference).part
    assert [(session.at_once, session.left) for session in part.sessions] == [(1, 0)]
    assert part.amount == part.committed == 60


# --- who sees what ------------------------------------------------------------------------------


def anyone() -> Actor:
    return actor_for(make_organisation(), Role.PROVIDER_MEMBER)


def test_only_what_was_opened_is_seen_by_strangers(group: ListedGroup, officer: Actor) -> None:
    reference = actions.save_need(group.lead, new_need())
    stranger = anyone()
    for expected in (NeedState.DRAFT, NeedState.WAITING):
        assert seen(group.lead, reference).state is expected
        assert seen(officer, reference).state is expected
        with pytest.raises(NotThere):
            seen(stranger, reference)
        with pytest.raises(NotThere):
            actions.pause_need(stranger, reference)
        if expected is NeedState.DRAFT:
            written = replace(seen(group.lead, reference).as_written(), none_of_these=True)
            actions.post_need(group.lead, written, reference=reference)
    actions.open_need(officer, reference)
    assert seen(stranger, reference).is_own is False
    with pytest.raises(NotAllowed):
        actions.pause_need(stranger, reference)
    with pytest.raises(NotAllowed, match="another group's"):
        actions.pause_need(make_listed_group().lead, reference)


def test_strangers_see_the_zone_and_not_the_place_unless_it_is_public(app: Any, officer: Actor) -> None:
    zone = make_zones("Riverside")["Riverside"]
    stranger = anyone()
    auditor = actor_for(make_organisation(is_council=True), Role.AUDITOR)
    for place_public in (False, True):
        group = make_listed_group(zones=[zone], postcode="WN1 1AA", place_public=place_public)
        made = make_need(group.lead)
        for who, sees in ((stranger, place_public), (auditor, place_public), (officer, True), (group.lead, True)):
            part = seen(who, made.reference).part
            assert part.zone_names == ("Riverside",)
            assert (part.postcode == "WN1 1AA") is sees, who.acting_as


def test_a_hidden_need_is_gone_for_everybody_but_its_group_and_the_council(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead)
    safe = actor_for(make_organisation(is_council=True), Role.SAFEGUARDING)
    with pytest.raises(NotAllowed):
        actions.hide(trusted.lead, made.reference, "why")
    actions.hide(safe, made.reference, "Something was said.")
    with pytest.raises(NotThere):
        seen(anyone(), made.reference)
    with work.reading() as reading:
        found = queries.need(reading, trusted.lead, made.reference)
        assert found.hidden
        assert queries.open_parts(reading) == []
        assert all("Something was said" not in step.reason for step in queries.history(reading, found))
    actions.show(safe, made.reference, "All is well.")
    assert not seen(anyone(), made.reference).hidden


def test_the_history_is_for_the_group_and_the_council(trusted: ListedGroup) -> None:
    made = make_need(trusted.lead)
    with work.reading() as reading:
        steps = queries.history(reading, queries.need(reading, trusted.lead, made.reference))
        assert [(step.act, step.by) for step in steps] == [("need.post", "The growers")]
        with pytest.raises(NotThere):
            queries.history(reading, queries.need(reading, anyone(), made.reference))


def test_an_online_part_takes_the_zone_of_its_group(app: Any) -> None:
    zones = make_zones("Riverside", "Castle Hill")
    group = make_listed_group(zones=[zones["Castle Hill"]])
    made = make_need(group.lead, kind=Kind.ADVICE, where="online")
    with work.reading() as reading:
        part = queries.part_wanted(reading, made.part_id)
    assert part is not None
    assert list(part.zones.values()) == [zones["Castle Hill"]]
    assert (part.online, part.place_id) == (True, group.place_id)


def test_sessions_that_are_past_are_not_left(trusted: ListedGroup) -> None:
    begun = today() - timedelta(days=10)
    with clock.held_at(begun):
        days = [(begun + timedelta(days=n), 600, 660) for n in (1, 8, 15, 22)]
        made = make_need(trusted.lead, kind=Kind.ROOM, sessions=days)
    with work.reading() as reading:
        part = queries.part_wanted(reading, made.part_id)
    assert part is not None
    assert (part.amount, part.left, len(part.sessions)) == (240, 120, 4)
    draw(made.part_id, 120, {made.session_ids[2]: 1, made.session_ids[3]: 1})
    assert seen(trusted.lead, made.reference).state is NeedState.PROMISED


def test_a_group_that_had_help_before_is_counted(trusted: ListedGroup) -> None:
    one, two = make_need(trusted.lead, amount=100), make_need(trusted.lead, amount=100)
    draw(one.part_id, 50)
    with work.reading() as reading:
        assert {part.part_id: part.group_committed_count for part in queries.open_parts(reading)} == {
            one.part_id: 1,
            two.part_id: 1,
        }
        assert [part.part_id for part in queries.open_parts(reading, part_ids=[two.part_id])] == [two.part_id]
        assert [part.part_id for part in queries.open_parts(reading, limit=1)] == [one.part_id]
        assert queries.open_parts(reading, kind=Kind.MONEY) == []


def test_a_form_sent_twice_makes_one_need(trusted: ListedGroup) -> None:
    from community_book.base.errors import AlreadyDone

    sending = trusted.lead.for_form("x" * 24)
    reference = actions.post_need(sending, new_need())
    with pytest.raises(AlreadyDone) as again:
        actions.post_need(sending, new_need())
    assert again.value.subject_reference == reference
    with work.reading() as reading:
        assert reading.query(Need).count() == 1
    assert need_ids(reference).reference == reference
