"""What was done to a pledge, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community_book.base.audit import PastAct
from community_book.base.messages import N_, Message
from community_book.base.site import site
from cwb.pledges.views import PledgeView

ACTS: dict[str, Message] = {
    "pledge.log": Message(N_("Logged")),
    "pledge.change": Message(N_("Changed")),
    "pledge.post": Message(N_("Posted")),
    "pledge.return": Message(N_("Returned with a question")),
    "pledge.offer": Message(N_("Put on offer by the council")),
    "pledge.reword": Message(N_("Words or conditions changed")),
    "pledge.add": Message(N_("Amount added")),
    "pledge.cut": Message(N_("Amount cut")),
    "pledge.add_days": Message(N_("Days added")),
    "pledge.drop_days": Message(N_("Days taken out")),
    "pledge.pause": Message(N_("Paused")),
    "pledge.resume": Message(N_("Put back on offer")),
    "pledge.still_on_offer": Message(N_("Said to be still on offer")),
    "pledge.withdraw": Message(N_("Withdrawn")),
    "pledge.expire": Message(N_("Past its last day")),
    "pledge.fulfil": Message(N_("Fulfilled: all of it is verified")),
}


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    at_utc: datetime
    what: Message
    by: str
    reason: str


def told(acts: Sequence[PastAct], pledge: PledgeView) -> list[Told]:
    """The acts on the pledge itself, newest first; what others did with it is on their own pages.

    Only its provider, the council and the clock ever act on a pledge, so nobody else needs a name here.
    """
    return [
        Told(act.at_utc, ACTS[act.act], _by(act, pledge), act.texts.get("reason", ""))
        for act in acts
        if act.act in ACTS
    ]


def _by(act: PastAct, pledge: PledgeView) -> str:
    if act.acting_as == pledge.provider_reference:
        return pledge.provider_name
    return "" if act.channel == "system" else site().council_name
