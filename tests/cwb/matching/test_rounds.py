"""Rounds from start to published, on a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community_book.base import registers, work
from community_book.base.actor import Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import AuditEntry
from community_book.needs import actions as needs
from cwb.commitments import actions as promises
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.matching.actions import rounds as acts
from cwb.matching.actions.rounds import computing
from cwb.matching.queries.field import field_of_round
from cwb.matching.rules.rounds import Mark, NewRound, Outcome, RoundState
from cwb.matching.tables import Round
from cwb.pledges import actions as pledges
from tests.makers_commitments import make_officer
from tests.makers_needs import make_need_of_several, new_part
from tests.makers_pledges import make_pledge
from tests.makers_rounds import OFFICE, TREASURER, Borough, compute, lines_of, make_borough, make_round, view_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def borough() -> Borough:
    return make_borough()


def proposed() -> list[Commitment]:
    with work.reading() as reading:
        return list(reading.execute(select(Commitment).order_by(Commitment.id)).scalars())


def nothing_is_wrong() -> None:
    with work.reading() as reading:
        assert [breach for check in registers.invariants().values() for breach in check(reading)] == []


def test_a_round_gives_a_pledge_to_the_needs_it_fits(borough: Borough) -> None:
    pledge = borough.pledge()
    first, second = borough.need(0), borough.need(1)
    reference = make_round(borough)
    found = view_of(borough, reference)
    assert found.state is RoundState.READY
    assert {(one.pledge_id, one.part_id, one.amount) for one in lines_of(borough, reference)} == {
        (pledge.id, first.part_id, 720),
        (pledge.id, second.part_id, 720),
    }
    assert found.figures is not None
    assert (found.figures.plan.needs_reached, found.figures.today.needs_reached) == (2, 0)
    assert found.figures.plan.groups_first == 2
    assert found.why is None


def test_what_is_short_is_shared_between_zones_that_greed_would_not_share(borough: Borough) -> None:
    borough.pledge(amount=12 * 60)
    borough.need(0)
    borough.need(1)
    found = view_of(borough, make_round(borough))
    assert found.figures is not None
    assert found.figures.plan.worst_basis_points == 5000
    assert found.figures.greedy.worst_basis_points == 0


def test_a_need_that_is_not_sure_how_much_is_in_no_round(borough: Borough) -> None:
    borough.pledge()
    borough.need(0, amount=None)
    found = view_of(borough, make_round(borough))
    assert (found.lines, found.figures.unsure if found.figures else None) == (0, 1)
    assert "not sure" in str(found.why)


def test_a_pair_whose_texts_have_nothing_to_do_with_each_other_is_in_no_round(borough: Borough) -> None:
    borough.pledge(title="Pruning", story="Pruning roses.")
    borough.need(0, title="Qwertz", story="Zzyx.")
    assert view_of(borough, make_round(borough)).lines == 0


@pytest.mark.parametrize("missing", ["all", "pledge", "need", "paused", "kind"])
def test_a_round_with_nothing_to_bring_together_says_so(borough: Borough, missing: str) -> None:
    if missing in {"need", "paused", "kind"}:
        made = borough.pledge()
        if missing == "paused":
            pledges.pause_pledge(borough.provider.actor, made.reference, "short of staff")
    if missing in {"pledge", "paused", "kind"}:
        borough.need(0)
    found = view_of(borough, make_round(borough, *([Kind.LAND] if missing == "kind" else [])))
    said = {
        "all": "nothing is asked for", "pledge": "Nobody has", "need": "No open need", "paused": "paused",
        "kind": "nothing is asked for",
    }[missing]  # fmt: skip
    assert said in str(found.why)
    with pytest.raises(WrongState, match="empty"):
        acts.publish_round(borough.officer, found.reference)
    acts.drop_round(borough.officer, found.reference)


def test_the_same_input_gives_the_same_plan(borough: Borough) -> None:
    borough.pledge(amount=900)
    borough.pledge(amount=800)
    borough.need(0)
    borough.need(1)
    reference = make_round(borough)
    before = view_of(borough, reference)
    acts.compute_again(borough.officer, reference)
    assert compute() == 1
    after = view_of(borough, reference)
    assert (after.plan_hash, after.figures) == (before.plan_hash, before.figures)
    assert after.times == 2


def test_only_one_round_is_open_at_a_time(borough: Borough) -> None:
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))
    with pytest.raises(WrongState, match="Another round is open"):
        acts.start_round(make_officer(), NewRound(borough.scheme_id))
    compute()
    acts.drop_round(borough.officer, reference)
    acts.start_round(borough.officer, NewRound(borough.scheme_id))


def test_a_division_nobody_uses_is_refused(borough: Borough) -> None:
    with pytest.raises(Refused):
        acts.start_round(borough.officer, NewRound(999_999))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
def test_only_officers_run_rounds(borough: Borough, role: Role) -> None:
    with pytest.raises(NotAllowed):
        acts.start_round(make_officer(role), NewRound(borough.scheme_id))


def several(borough: Borough, combine: str) -> tuple[str, list[int]]:
    """A need for twelve hours of accounts and for money, where pledges of both are on offer."""
    advice, money = new_part(Kind.ADVICE, amount=720), new_part(Kind.MONEY, amount=200_00)
    return make_need_of_several(borough.groups[0].lead, combine, advice, money, **TREASURER)


def test_of_a_need_of_which_one_part_is_enough_one_part_is_used(borough: Borough) -> None:
    borough.pledge()
    make_pledge(borough.provider.actor, "FP1", **{**OFFICE, "online": False})
    several(borough, "any")
    reference = make_round(borough)
    found = view_of(borough, reference)
    assert found.lines == 1
    assert found.figures is not None
    assert (found.figures.plan.needs, found.figures.plan.needs_reached) == (1, 1)


def test_a_need_that_asks_for_all_its_parts_is_reached_with_all_of_them_only(borough: Borough) -> None:
    borough.pledge()
    several(borough, "all")
    found = view_of(borough, make_round(borough))
    assert found.figures is not None
    assert (found.lines, found.figures.plan.needs_reached) == (1, 0)


# --- locking, striking out ----------------------------------------------------------------------


def test_a_locked_pair_stays_when_the_round_is_computed_again(borough: Borough) -> None:
    borough.pledge(amount=12 * 60)
    borough.need(0)
    borough.need(1)
    reference = make_round(borough)
    line = lines_of(borough, reference)[0]
    assert line.id is not None
    acts.mark_pair(borough.officer, reference, line.id, Mark.LOCKED)
    borough.need(1, title="Our books are a muddle")
    acts.compute_again(borough.officer, reference)
    compute()
    [kept] = [one for one in lines_of(borough, reference) if one.mark is Mark.LOCKED]
    assert (kept.pledge_id, kept.part_id, kept.amount) == (line.pledge_id, line.part_id, line.amount)


def test_a_pair_that_was_struck_out_stays_out_until_it_is_let_in_again(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    [line] = lines_of(borough, reference)
    assert line.id is not None
    acts.mark_pair(borough.officer, reference, line.id, Mark.STRUCK)
    [struck] = lines_of(borough, reference)
    assert (struck.id, struck.mark) == (None, Mark.STRUCK)
    acts.compute_again(borough.officer, reference)
    compute()
    assert view_of(borough, reference).lines == 0
    acts.unmark_pair(borough.officer, reference, line.pledge_id, line.part_id)
    acts.compute_again(borough.officer, reference)
    compute()
    assert view_of(borough, reference).lines == 1


def test_a_lock_that_cannot_be_kept_says_so(borough: Borough) -> None:
    made = borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    [line] = lines_of(borough, reference)
    assert line.id is not None
    acts.mark_pair(borough.officer, reference, line.id, Mark.LOCKED)
    pledges.withdraw_pledge(borough.provider.actor, made.reference, "the office closes")
    acts.compute_again(borough.officer, reference)
    compute()
    [gone] = lines_of(borough, reference)
    assert gone.id is None
    assert "cannot be kept" in str(gone.says)


def test_a_line_of_another_round_cannot_be_marked(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    with pytest.raises(NotThere):
        acts.mark_pair(borough.officer, reference, 10**9, Mark.LOCKED)
    with pytest.raises(NotThere):
        acts.unmark_pair(borough.officer, reference, 10**9, 10**9)


# --- computing ----------------------------------------------------------------------------------


def test_a_round_can_be_stopped_before_and_while_it_is_computed(
    borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    borough.pledge()
    borough.need(0)
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))
    assert acts.stop_round(borough.officer, reference) is RoundState.DROPPED
    assert compute() == 0

    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))
    monkeypatch.setattr(computing, "PAUSE_SECONDS", 0.0)
    real = field_of_round

    def stopped_meanwhile(*given: object) -> object:
        acts.stop_round(borough.officer, reference)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(computing, "field_of_round", stopped_meanwhile)
    assert compute() == 0
    assert view_of(borough, reference).state is RoundState.DROPPED
    assert view_of(borough, reference).lines == 0


def test_stopping_a_second_computing_leaves_the_first_plan(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    acts.compute_again(borough.officer, reference)
    assert acts.stop_round(borough.officer, reference) is RoundState.READY
    assert view_of(borough, reference).lines == 1


def test_a_round_whose_worker_was_killed_is_taken_up_by_the_next(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))
    with work.bookkeeping(system("test")) as session:
        session.execute(
            update(Round).values(state=RoundState.COMPUTING, runner="dead", seen_at_utc=now_utc())
        )  # fmt: skip
    assert compute() == 0  # it may still be at work
    with work.bookkeeping(system("test")) as session:
        session.execute(update(Round).values(seen_at_utc=now_utc() - timedelta(minutes=5)))
    with work.reading() as reading:
        assert acts.needs_computing(reading)
    assert compute() == 1
    assert view_of(borough, reference).state is RoundState.READY


def test_a_round_that_cannot_be_computed_is_dropped_with_a_sentence(
    borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))

    def fails(*_: object) -> object:
        raise ArithmeticError

    monkeypatch.setattr(computing, "field_of_round", fails)
    with pytest.raises(ArithmeticError):
        compute()
    found = view_of(borough, reference)
    assert found.state is RoundState.DROPPED
    assert "could not be computed" in str(found.why)


# --- publishing ---------------------------------------------------------------------------------


def test_publishing_proposes_every_line_to_both_sides_and_draws_nothing(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    borough.need(1)
    reference = make_round(borough)
    acts.publish_round(borough.officer, reference)
    made = proposed()
    assert [one.state for one in made] == [CommitmentState.PROPOSED] * 2
    assert {one.brokered_by_person_id for one in made} == {borough.officer.person_id}
    found = view_of(borough, reference)
    assert (found.state, found.proposed, found.gone, found.waits) == (RoundState.PUBLISHED, 2, 0, 0)
    with work.reading() as reading:
        recorded = reading.execute(select(AuditEntry.act).order_by(AuditEntry.sequence)).scalars().all()
    assert recorded.count("commitment.propose") == 2
    assert recorded.count("round.publish") == 1
    nothing_is_wrong()


def test_what_both_sides_agree_after_a_round_is_drawn_once(borough: Borough) -> None:
    borough.pledge(amount=12 * 60)
    borough.need(0)
    reference = make_round(borough)
    acts.publish_round(borough.officer, reference)
    [made] = proposed()
    promises.accept(borough.provider.actor, made.reference)
    promises.accept(borough.groups[0].lead, made.reference)
    [made] = proposed()
    assert made.state == CommitmentState.AGREED
    nothing_is_wrong()


def test_a_round_is_published_once(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    acts.publish_round(borough.officer, reference)
    with pytest.raises(WrongState, match="published"):
        acts.publish_round(make_officer(), reference)
    assert len(proposed()) == 1


def test_a_plan_that_changed_meanwhile_is_not_published(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    seen = view_of(borough, reference).version
    [line] = lines_of(borough, reference)
    assert line.id is not None
    acts.mark_pair(make_officer(), reference, line.id, Mark.LOCKED)
    with pytest.raises(WrongState, match="changed while you were looking"):
        acts.publish_round(borough.officer, reference, version=seen)
    assert proposed() == []


@pytest.mark.parametrize("what", ["pledge withdrawn", "need withdrawn", "drawn elsewhere", "offered meanwhile"])
def test_what_had_gone_meanwhile_is_said_in_words(borough: Borough, what: str) -> None:
    made = borough.pledge(amount=12 * 60)
    need = borough.need(0, smallest_useful=12 * 60)
    other = borough.need(1) if what == "drawn elsewhere" else None
    reference = make_round(borough)
    if what == "pledge withdrawn":
        pledges.withdraw_pledge(borough.provider.actor, made.reference, "the office closes")
    elif what == "need withdrawn":
        needs.withdraw_need(borough.groups[0].lead, need.reference, "not needed any more")
    else:
        part = other.part_id if other else need.part_id
        promises.offer(borough.provider.actor, promises.NewCommitment(made.id, part, amount=12 * 60))
    before = len(proposed())
    acts.publish_round(borough.officer, reference)
    found = view_of(borough, reference)
    assert found.gone >= 1
    assert len(proposed()) == before
    gone = [one for one in lines_of(borough, reference) if one.outcome is Outcome.GONE]
    assert all(str(one.says) for one in gone)
    nothing_is_wrong()


def test_nobody_has_more_than_three_to_answer_and_the_rest_can_be_sent_later() -> None:
    borough = make_borough(groups=5)
    borough.pledge(amount=100 * 60)
    for place in range(5):
        borough.need(place)
    reference = make_round(borough)
    acts.publish_round(borough.officer, reference)
    found = view_of(borough, reference)
    assert (found.proposed, found.waits) == (3, 2)
    waiting = [one for one in lines_of(borough, reference) if one.outcome is Outcome.WAITS]
    assert all("Linden Homecare" in str(one.says) for one in waiting)
    with pytest.raises(WrongState, match="room"):
        acts.publish_rest(borough.officer, reference)
    for one in proposed()[:2]:
        promises.accept(borough.provider.actor, one.reference)
    acts.publish_rest(borough.officer, reference)
    assert view_of(borough, reference).waits == 0
    assert len(proposed()) == 5
    nothing_is_wrong()


def test_a_dropped_round_writes_to_nobody(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = make_round(borough)
    acts.drop_round(borough.officer, reference)
    assert proposed() == []
    with pytest.raises(WrongState, match="dropped"):
        acts.publish_round(borough.officer, reference)


def test_a_dry_run_writes_nothing(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    figures, lines = acts.dry_run(system("test"), borough.scheme_id, NewRound(borough.scheme_id).all_kinds)
    assert (figures["plan"]["needs_reached"], len(lines)) == (1, 1)
    with work.reading() as reading:
        assert reading.execute(select(Round)).first() is None
