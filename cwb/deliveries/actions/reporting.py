"""Saying what happened: by either side on an agreed promise, by a provider about its own house."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from community_book.base import work as transactions
from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor
from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS
from community_book.base.clock import add_working_days, now_utc, today
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference
from community_book.base.settings import settings
from community_book.base.work import Work
from community_book.people import actions as people
from cwb.commitments.queries import commitment_id_of, commitment_terms
from cwb.commitments.rules import LIVE, STATE_LABELS
from cwb.commitments.views import CommitmentTerms
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.evidence import KeptFiles, attach
from cwb.deliveries.actions.figures import count, settle_exceptions
from cwb.deliveries.actions.reckoning import What
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.queries.alike import similar_picture_elsewhere
from cwb.deliveries.queries.counted_once import may_stack
from cwb.deliveries.rules import DeliveryState, NewOwnReport, NewReport, SentFile, Who
from cwb.deliveries.tables import Delivery, DeliverySession
from cwb.pledges.queries import pledge_id_of
from cwb.pledges.rules import STATE_LABELS as PLEDGE_LABELS
from cwb.pledges.rules import UNPUBLISHED, PledgeState, PledgeTerms

S = DeliveryState


def report(
    actor: Actor,
    commitment_reference: str,
    new: NewReport,
    files: Iterable[SentFile] = (),
    *,
    waiting: Collection[str] = (),
) -> str:
    """A side says what happened on a promise; returns the delivery's reference.

    A group's own report is confirmed by it at once. Raises NotThere, NotAllowed, Refused, WrongState.
    """
    if actor.kind != "link" or actor.link_act != reads.REPORT_LINK:
        actor.must(rules.REPORT_DELIVERY)
    kept = KeptFiles.of(
        actor, f"commitment:{commitment_reference}", files, people_agreed=new.people_agreed, waiting=waiting
    )
    with transactions.work(actor) as work:
        found = commitment_terms(work, commitment_id_of(work, commitment_reference))
        side = _side(actor, found)
        terms, promise, need_id = standing.hold_promise(work, found.pledge_id, found.id, found.part_id)
        assert promise is not None  # noqa: S101  (it was found just above)
        _must_be_live(promise)
        people.use_link(work, actor)
        what = What.of(new, promise, promise.left)
        row = _row(terms, actor, side, what, new.what_happened, new.what_changed)
        row.commitment_id, row.part_id, row.group_id = promise.id, promise.part_id, promise.group_id
        row.visits = _visits(new, what)
        row.hosting_paid_pence = new.hosting_paid_pence or 0
        work.add(row)
        work.flush()
        for session_id, amount in {**what.used, **dict.fromkeys(what.not_used, 0)}.items():
            work.add(DeliverySession(delivery_id=row.id, commitment_session_id=session_id, amount=amount))
        attached = attach(work, row, kept)
        taken = Taken(row, side, terms, promise, reads.case_of(row, terms, promise), need_id)
        _finish(work, actor, taken, what, attached)
        return row.reference


def report_own(
    actor: Actor,
    pledge_reference: str,
    new: NewOwnReport,
    files: Iterable[SentFile] = (),
    *,
    waiting: Collection[str] = (),
) -> str:
    """A provider says what it did in its own house: an amount, or a level on a day. Returns the reference."""
    actor.must(rules.REPORT_DELIVERY)
    kept = KeptFiles.of(actor, f"pledge:{pledge_reference}", files, people_agreed=new.people_agreed, waiting=waiting)
    with transactions.work(actor) as work:
        pledge_id = pledge_id_of(work, pledge_reference)
        terms, _, _ = standing.hold_promise(work, pledge_id, None, None)
        _must_be_own(actor, terms)
        what = What.of_own(new, terms)
        row = _row(terms, actor, Who.PROVIDER, what, new.what_happened, new.what_changed)
        row.share_basis_points = new.share_basis_points or WHOLE_SHARE_BASIS_POINTS
        if terms.nature == "level":
            row.level_part, row.level_whole = new.level_part, new.level_whole
        work.add(row)
        work.flush()
        attached = attach(work, row, kept)
        taken = Taken(row, Who.PROVIDER, terms, None, reads.case_of(row, terms, None), None)
        _finish(work, actor, taken, what, attached)
        return row.reference


def _finish(work: Work, actor: Actor, taken: Taken, what: What, attached: list[str]) -> None:
    """What every new report ends with: who must answer, what counts, the flags, the record and the event."""
    row = taken.row
    standing.note(work, row, "report", amount=row.stated, reason="")
    at_once = answer_at_once(work, actor, taken)
    count(work, taken, what.counts, act="report", sessions_in=what.used)
    if at_once and row.state == S.CONFIRMED:
        settle_exceptions(work, taken)
    set_flags(work, taken, files=len(attached))
    standing.record(
        work,
        taken,
        "report",
        facts={
            "side": row.side,
            "stated": row.stated,
            "surplus": row.surplus,
            "usual": row.usual,
            "happened_on": row.happened_on.isoformat(),
            "files": attached,
            "sessions": sorted(what.used),
            "not_used": sorted(what.not_used),
            "level": [row.level_part, row.level_whole] if row.level_whole is not None else None,
        },
        texts={"what_happened": row.what_happened, "what_changed": row.what_changed},
    )
    standing.tell(work, "DeliveryReported", taken, at_once=at_once)
    if row.state == S.CONFIRMED:
        standing.tell(work, "DeliveryConfirmed", taken, at_once=True)
    if row.state == S.RECORDED_FOR:
        standing.tell(work, "DeliveryRecordedFor", taken)


def answer_at_once(work: Work, actor: Actor, taken: Taken) -> bool:
    """Step: sets who must answer by when. A group's own report is confirmed by it at once; says whether it was.

    Not before a qualifying time is over, and not by somebody who is one of the provider's people. What an officer
    recorded for the group waits for the group's objection instead.
    """
    row = taken.row
    by = add_working_days(today(), settings().confirm_working_days)
    row.state, row.group_word, row.confirmed_on_behalf = S.REPORTED, None, False
    row.nudges, row.nudged_on, row.asked_on, row.answer_by = 0, None, None, None
    if row.counts_on > today() or not taken.case.has_group:
        return False
    if row.side == Who.GROUP and reads.may_speak_for_group(work, actor, row.provider_id):
        row.state = S.RECORDED_FOR if actor.is_on_behalf else S.CONFIRMED
        row.group_word = row.stated - row.surplus
        row.confirmed_on_behalf = actor.is_on_behalf
        row.answer_by = by
        return True
    row.answer_by = by if taken.case.group_confirms else None
    return False


def set_flags(work: Work, taken: Taken, *, files: int) -> None:
    """Step: works out what a verifier should look at twice."""
    row, promise = taken.row, taken.promise
    flags = rules.flags_of(
        same_file=reads.same_file_elsewhere(work, row.id),
        similar_picture=similar_picture_elsewhere(work, row.id),
        same_day_and_amount=reads.same_day_and_amount(work, row),
        may_stack=may_stack(work, row),
        asks_for_evidence=promise is None,
        files=files,
        happened_on=row.happened_on,
        first_day=row.first_day,
        agreed_from=promise.first_day if promise else taken.terms.first_day,
        agreed_until=promise.last_day if promise else taken.terms.last_day,
        today=today(),
        surplus=row.surplus,
        on_behalf=row.reported_on_behalf,
    )
    row.flags = [str(flag) for flag in flags]
    work.flush()


# --- its row ------------------------------------------------------------------------------------


def _visits(new: NewReport, what: What) -> int:
    if new.visits is not None:
        return new.visits
    return len(what.used) or 1


def _row(terms: PledgeTerms, actor: Actor, side: Who, what: What, what_happened: str, what_changed: str) -> Delivery:
    return Delivery(
        reference=new_reference("D"),
        pledge_id=terms.pledge_id,
        measure_id=terms.measure_id,
        provider_id=terms.provider_id,
        unit=terms.unit,
        stated=what.stated,
        amount=0,
        surplus=what.surplus,
        usual=0,
        confirmed=0,
        verified=0,
        share_basis_points=WHOLE_SHARE_BASIS_POINTS,
        state=S.REPORTED,
        side=side,
        reported_by_person_id=actor.person_id,
        reported_on_behalf=actor.is_on_behalf,
        reported_at_utc=now_utc(),
        first_day=what.first_day,
        happened_on=what.happened_on,
        counts_on=rules.counts_on(what.happened_on, terms.counts_after_days),
        what_happened=what_happened,
        what_changed=what_changed,
        visits=0,
        nudges=0,
        appealed=False,
        flags=[],
    )


# --- who and when -------------------------------------------------------------------------------


def _side(actor: Actor, promise: CommitmentTerms) -> Who:
    by_link = actor.kind == "link" and actor.link_subject == f"commitment:{promise.reference}"
    if actor.organisation_id == promise.provider_id and (by_link or actor.has_role(*PROVIDER_ROLES)):
        return Who.PROVIDER
    if actor.organisation_id == promise.group_id and (by_link or actor.has_role(*GROUP_ROLES)):
        return Who.GROUP
    raise NotThere


def _must_be_live(promise: CommitmentTerms) -> None:
    stage = promise.state_before_hold or promise.state
    if promise.state not in LIVE or stage not in LIVE:
        raise WrongState(
            Message(
                N_("This promise is %(state)s, so nothing more can be reported on it."),
                state=STATE_LABELS[promise.state],
            )
        )


def _must_be_own(actor: Actor, terms: PledgeTerms) -> None:
    if terms.provider_id != actor.organisation_id or not actor.has_role(*PROVIDER_ROLES):
        if terms.state in UNPUBLISHED:
            raise NotThere
        raise NotAllowed(
            Message(N_("This pledge is another provider's. You act as %(who)s here."), who=actor.acting_as)
        )
    if terms.with_counterpart:
        raise WrongState(
            Message(N_("This pledge is given to groups. Report what happened on the promise made to the group."))
        )
    if terms.state in UNPUBLISHED or terms.state is PledgeState.WITHDRAWN:
        raise WrongState(
            Message(N_("This pledge is %(state)s, so nothing can be reported on it."), state=PLEDGE_LABELS[terms.state])
        )
