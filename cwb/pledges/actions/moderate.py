"""What officers decide about a waiting pledge."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, refuse, require_version
from community_book.people.queries import belonged_lately
from cwb.frameworks.queries import is_admitted
from cwb.pledges.actions.log import put_on_offer
from cwb.pledges.actions.own import announce, seen_pledge
from cwb.pledges.rules import MACHINE, MODERATE_PLEDGES, PledgeState
from cwb.pledges.tables import Pledge


def offer_pledge(actor: Actor, reference: str, version: int | None = None) -> None:
    """An officer puts a waiting pledge on offer. Raises NotAllowed for one of their own organisation's."""
    with transactions.work(actor) as work:
        row = _judged(work, actor, reference, "offer", version)
        if row.last_day < today():
            raise WrongState(Message(N_("The last day of this pledge is over. Return it with a word about that.")))
        if not is_admitted(work, row.organisation_id, row.framework_id, today()):
            raise WrongState(Message(N_("This provider is not admitted just now, so its pledge cannot go on offer.")))
        row.state = MACHINE.go("offer", PledgeState(row.state))
        row.moderated_by_person_id, row.reason = actor.person_id, ""
        put_on_offer(work, row, "pledge.offer")
        work.record("pledge.offer", f"pledge:{row.reference}")


def return_pledge(actor: Actor, reference: str, reason: str, version: int | None = None) -> None:
    """An officer gives a waiting pledge back with a question, which the provider reads."""
    with transactions.work(actor) as work:
        row = _judged(work, actor, reference, "return", version)
        if not reason.strip():
            raise refuse("reason", N_("Say what the provider should change or answer"))
        row.state = MACHINE.go("return", PledgeState(row.state))
        row.moderated_by_person_id, row.reason = actor.person_id, reason
        work.record("pledge.return", f"pledge:{row.reference}", texts={"reason": reason})
        announce(work, "PledgeReturned", row)


def _judged(work: Work, actor: Actor, reference: str, act: str, version: int | None) -> Pledge:
    row = seen_pledge(work, actor, reference)
    actor.must(MODERATE_PLEDGES)
    own = belonged_lately(work, actor.person_id, row.organisation_id) or row.logged_by_person_id == actor.person_id
    if own and actor.person_id is not None:
        raise NotAllowed(
            Message(N_("You belong to this provider, did so lately, or logged this yourself. A colleague decides it."))
        )
    MACHINE.check(act, PledgeState(row.state))
    require_version(row, version)
    return row
