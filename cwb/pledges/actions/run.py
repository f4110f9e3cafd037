"""What a provider does with a pledge that is on offer: words, amount, pausing, ending it."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import LARGEST, Unit, say_amount
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotAllowed, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, refuse
from community_book.people.actions import use_link
from cwb.frameworks.queries import admission_scope, is_admitted
from cwb.ledger.actions import book, reverse
from cwb.ledger.rules import Figure
from cwb.pledges import queries
from cwb.pledges.actions.log import NOT_ADMITTED, place_pledge, set_zones
from cwb.pledges.actions.own import announce, own_pledge, pledged_booking, seen_pledge
from cwb.pledges.rules import MACHINE, NewPledge, PledgeState, Reworded, above_baseline
from cwb.pledges.tables import Pledge, PledgeSession


def add_to_pledge(actor: Actor, reference: str, more: int, version: int | None = None) -> None:
    """The provider promises more. Raises Refused where the amount follows from days, or would be too large."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "add", version=version)
        _refuse_level_and_days(work, row)
        if row.amount is None or row.amount + more > LARGEST:
            raise refuse("amount", N_("That is more than can be entered here."))
        if row.last_day < today():
            raise WrongState(Message(N_("The last day of this pledge is over. Change it first.")))
        before = _pledged(row)
        row.amount += more
        work.flush()
        book(work, pledged_booking(work, row, _pledged(row) - before, "pledge.add"))
        work.record("pledge.add", f"pledge:{row.reference}", facts={"more": more, "amount": row.amount})
        announce(work, "PledgeChanged", row)


def cut_pledge(actor: Actor, reference: str, amount: int, reason: str, version: int | None = None) -> None:
    """The provider cuts a pledge to an amount. Refused below what is held, committed or reported already."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "cut", version=version)
        _refuse_level_and_days(work, row)
        if row.amount is None or amount >= row.amount:
            raise refuse("amount", N_("Enter less than the %(amount)s it is now"), amount=_say(row, row.amount or 0))
        if amount < 1:
            raise refuse("amount", N_("To cut it to nothing, withdraw it instead"))
        freed = _pledged(row) - above_baseline(amount, row.baseline, row.first_day, row.last_day)
        _refuse_below_reported(work, row, _pledged(row) - freed)
        cut = update(Pledge).where(Pledge.id == row.id, Pledge.held + Pledge.committed <= amount)
        before = row.amount
        if not changed(work, cut.values(amount=amount)):
            raise refuse(
                "amount",
                N_("%(taken)s is promised or on offer to groups, so it cannot be cut below that"),
                taken=_say(row, row.held + row.committed),
            )
        work.refresh(row)
        reverse(work, figure=Figure.PLEDGED, pledge_id=row.id, amount=freed, act="pledge.cut")
        work.record(
            "pledge.cut", f"pledge:{row.reference}", facts={"from": before, "to": amount}, texts={"reason": reason}
        )
        announce(work, "PledgeChanged", row)


def reword_pledge(actor: Actor, reference: str, new: Reworded) -> None:
    """The provider changes words, place, zones, conditions or the last day of a posted pledge."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "reword", version=new.version)
        before = _pledged(row)
        _refuse_bad_words(work, row, new)
        row.title, row.story, row.owner_name, row.last_day = new.title, new.story, new.owner_name, new.last_day
        row.smallest_useful = new.smallest_useful or 1
        row.features, row.conditions = new.features, new.conditions
        row.team_smallest, row.team_largest = new.team_smallest, new.team_largest
        row.visit_minutes, row.hosting_pence_at_most = new.visit_minutes, new.hosting_pence_at_most
        if new.online is not None:
            row.online = new.online
        row.reminded_at_days = None
        place_pledge(
            work,
            row,
            NewPledge(
                measure_id=row.measure_id,
                title=row.title,
                story=row.story,
                basis=row.basis,  # type: ignore[arg-type]  # only the place is read
                first_day=row.first_day,
                last_day=row.last_day,
                postcode=new.postcode,
                place_label=new.place_label,
                picked_zones=new.picked_zones,
            ),
        )
        work.flush()
        _move_pledged(work, row, before)
        work.record(
            "pledge.reword",
            f"pledge:{row.reference}",
            facts={"last_day": row.last_day.isoformat()},
            texts={"title": row.title, "story": row.story, "owner": row.owner_name},
        )
        announce(work, "PledgeChanged", row)


def pause_pledge(actor: Actor, reference: str, reason: str, version: int | None = None) -> None:
    """The provider takes a pledge out of matching for a while, without shame; what is promised goes on."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "pause", version=version)
        row.state = MACHINE.go("pause", PledgeState(row.state))
        row.reason = reason
        work.record("pledge.pause", f"pledge:{row.reference}", texts={"reason": reason})
        announce(work, "PledgeChanged", row)


def resume_pledge(actor: Actor, reference: str, version: int | None = None) -> None:
    """The provider puts a paused pledge back on offer. Raises WrongState while not admitted or past its last day."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "resume", version=version)
        if not is_admitted(work, row.organisation_id, row.framework_id, today()):
            raise WrongState(Message(NOT_ADMITTED))
        if row.last_day < today():
            raise WrongState(Message(N_("The last day of this pledge is over. Change it first.")))
        row.state = MACHINE.go("resume", PledgeState(row.state))
        row.reason, row.paused_by_council = "", False
        work.record("pledge.resume", f"pledge:{row.reference}")
        announce(work, "PledgeChanged", row)


def withdraw_pledge(actor: Actor, reference: str, reason: str, version: int | None = None) -> None:
    """The provider ends a pledge. Only what is neither held nor committed is freed; what is promised goes on."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "withdraw", version=version)
        end(work, row, "withdraw", reason)


def answer_still_on_offer(actor: Actor, reference: str, *, still: bool) -> None:
    """The answer to "still on offer?", by page or by signed link: yes, or no, which withdraws what is left."""
    with transactions.work(actor) as work:
        if actor.link_subject is not None:
            row = seen_pledge(work, actor, reference)
            if actor.link_subject != f"pledge:{row.reference}":
                raise NotAllowed(Message(N_("This link is for another pledge.")))
            MACHINE.check("still_on_offer" if still else "withdraw", PledgeState(row.state))
            use_link(work, actor)
        else:
            row = own_pledge(work, actor, reference, "still_on_offer" if still else "withdraw")
        if not still:
            end(work, row, "withdraw", "")
            return
        row.still_offered_on = today()
        work.record("pledge.still_on_offer", f"pledge:{row.reference}")
        announce(work, "PledgeChanged", row)


def end(work: Work, row: Pledge, act: str, reason: str) -> None:
    """Step: ends a locked pledge by an act of the machine and frees what nobody counts on.

    Of a promise about the provider's own house nothing was taken: withdrawing frees what was not reported,
    and when its last day passes all of it stands, kept or not.
    """
    was_offered = row.offered_at_utc is not None
    row.state = MACHINE.go(act, PledgeState(row.state))
    row.reason, row.ended_at_utc = reason, now_utc()
    freed = 0
    if was_offered and row.amount is not None:
        before = _pledged(row)
        if row.with_counterpart:
            row.amount = row.held + row.committed
        elif act == "withdraw":
            row.amount -= max(0, before - queries.reported_so_far(work, row.id))
        freed = before - _pledged(row)
    work.flush()
    drop_free_sessions(work, row)
    if freed:
        reverse(work, figure=Figure.PLEDGED, pledge_id=row.id, amount=freed, act=f"pledge.{act}")
    work.record(f"pledge.{act}", f"pledge:{row.reference}", facts={"freed": freed}, texts={"reason": reason})
    announce(work, "PledgeEnded", row, how=str(row.state))


def drop_free_sessions(work: Work, row: Pledge) -> None:
    """Step: takes out the sessions of an ended pledge that nobody has booked."""
    changed(
        work,
        update(PledgeSession)
        .where(PledgeSession.pledge_id == row.id, PledgeSession.held == 0, PledgeSession.committed == 0)
        .values(dropped=True),
    )


# --- within -------------------------------------------------------------------------------------


def _pledged(row: Pledge) -> int:
    return above_baseline(row.amount or 0, row.baseline, row.first_day, row.last_day)


def _say(row: Pledge, amount: int) -> Message:
    return say_amount(Unit(row.unit), amount)


def _refuse_level_and_days(work: Work, row: Pledge) -> None:
    if row.amount is None:
        raise refuse("amount", N_("This pledge is a share, not an amount. Withdraw it and log a new one"))
    if queries.sessions_of_pledge(work, row.id):
        raise refuse("amount", N_("This amount is added up from its days. Add days or take some out instead"))


def _refuse_below_reported(work: Work, row: Pledge, pledged: int) -> None:
    reported = queries.reported_so_far(work, row.id)
    if not row.with_counterpart and pledged < reported:
        raise refuse(
            "amount", N_("%(reported)s is reported already. Enter more than that"), reported=_say(row, reported)
        )


def _refuse_bad_words(work: Work, row: Pledge, new: Reworded) -> None:
    """What a posted pledge may become; the zones are set here too, since they are checked by the same scope."""
    if new.last_day < max(row.first_day, today()):
        raise refuse("last_day", N_("Choose a last day from today on, and not before the first day"))
    if not new.owner_name:
        raise refuse("owner_name", N_("Name the person who looks after this pledge"))
    sessions = queries.sessions_of_pledge(work, row.id)
    if sessions and new.last_day < sessions[-1].day:
        raise refuse("last_day", N_("There are days after that. Take them out first"))
    if row.amount and new.smallest_useful and new.smallest_useful > row.amount:
        raise refuse("smallest_useful", N_("This is more than the whole pledge. Enter less"))
    if new.team_smallest and new.team_largest and new.team_smallest > new.team_largest:
        raise refuse("team_largest", N_("The largest team cannot be smaller than the smallest"))
    if row.baseline and above_baseline(row.amount or 0, row.baseline, row.first_day, new.last_day) < 1:
        raise refuse("last_day", N_("That would add a year whose usual amount is more than what you promise"))
    if not row.with_counterpart:
        return
    admission = admission_scope(work, row.organisation_id, today(), row.framework_id)
    if admission is None:
        raise WrongState(Message(NOT_ADMITTED))
    scope = queries.scope_of(work, admission, today())
    if not new.borough_wide and not new.zone_ids:
        raise refuse("zones", N_("Choose at least one zone, or the whole borough"))
    if not new.borough_wide and not new.zone_ids <= scope.zone_ids:
        raise refuse("zones", N_("Choose only zones that your admission covers"))
    if new.borough_wide and not scope.is_whole_borough and not row.borough_wide:
        raise refuse("where", N_("Your admission covers certain zones only. Choose which of them this serves"))
    row.borough_wide = new.borough_wide
    row.zone_scheme_id = None if new.borough_wide else scope.zone_scheme_id
    set_zones(work, row, frozenset() if new.borough_wide else new.zone_ids)


def _move_pledged(work: Work, row: Pledge, before: int) -> None:
    """A longer window may add a year of what is usual; pledged follows."""
    difference = _pledged(row) - before
    if row.offered_at_utc is None or not difference:
        return
    if difference > 0:
        book(work, pledged_booking(work, row, difference, "pledge.reword"))
    else:
        reverse(work, figure=Figure.PLEDGED, pledge_id=row.id, amount=-difference, act="pledge.reword")
