"""Writing to a group whose address is not shown: the site passes one plain message on, and nothing else."""

from __future__ import annotations

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.groups.actions.asking import entry_named
from community_book.groups.rules import GroupState, NewMessage
from community_book.groups.tables import GroupMessage
from community_book.people.rules import network_of

FROM_ONE_PLACE_AN_HOUR = 5
FROM_ONE_ADDRESS_A_DAY = 10
TO_ONE_GROUP_A_DAY = 30
DAY_MINUTES = 24 * 60


def write_to_group(actor: Actor, reference: str, new: NewMessage, *, address: str = "") -> str:
    """Passes a message on to a group's contact, who sees the writer's address. Raises TooMany, WrongState.

    The receiver, the subject and the words around the message are the site's: it cannot be used to write
    to anybody else. How many may be sent is bounded by network, by writer and by group.
    """
    if address:
        throttle.count_try(
            actor, "write-network", network_of(address), at_most=FROM_ONE_PLACE_AN_HOUR, within_minutes=60
        )
    throttle.count_try(actor, "write-from", new.email, at_most=FROM_ONE_ADDRESS_A_DAY, within_minutes=DAY_MINUTES)
    throttle.count_try(actor, "write-to", reference, at_most=TO_ONE_GROUP_A_DAY, within_minutes=DAY_MINUTES)
    with transactions.work(actor) as work:
        row = entry_named(work, reference)
        if row.organisation_id is None or row.state == GroupState.SUSPENDED:
            raise NotThere
        if row.state == GroupState.CLOSED or not row.contact_email:
            raise WrongState(Message(N_("Nobody at this group can be written to any more.")))
        message = GroupMessage(
            entry_id=row.id, from_name=new.name, from_email=new.email, words=new.message, written_at_utc=now_utc()
        )
        work.add(message)
        work.flush()
        work.record("group.write", f"group:{row.reference}")
        work.tell("GroupWrittenTo", message_id=message.id, group_id=row.id, reference=row.reference)
        return row.reference
