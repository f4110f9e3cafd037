"""Rules of concerns: what one may be about, its states, who may know of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.messages import N_, Message
from community_book.base.references import SHAPE, tidy_reference
from community_book.base.states import Machine, move

SEE_CONCERNS = Permission("see_concerns", Role.SAFEGUARDING)
"""To everybody else a concern does not exist: pages answer 404."""

ABOUT: dict[str, Message] = {
    "need": Message(N_("a need")),
    "pledge": Message(N_("possible help")),
    "commitment": Message(N_("a promise")),
    "delivery": Message(N_("a report of what happened")),
    "group": Message(N_("a group")),
    "organisation": Message(N_("an organisation")),
}
"""What a concern may be about. Anything else counts as the site as a whole."""

CAN_STOP = frozenset({"need", "pledge", "commitment", "delivery"})
"""What can be held: a need is hidden, a promise put on hold."""


class ConcernState(StrEnum):
    """How a concern stands."""

    RAISED = "raised"
    HELD = "held"
    CLOSED = "closed"


C = ConcernState
CONCERN = Machine(
    noun=Message(N_("concern")),
    moves={
        "hold": move([C.RAISED], C.HELD),
        "release": move([C.HELD], C.RAISED),
        "note": move([C.RAISED, C.HELD, C.CLOSED]),
        "close": move([C.RAISED], C.CLOSED),
    },
    labels={
        C.RAISED: Message(N_("raised")),
        C.HELD: Message(N_("holding")),
        C.CLOSED: Message(N_("closed")),
    },
    verbs={
        "hold": Message(N_("hold what it is about")),
        "release": Message(N_("release what it holds")),
        "note": Message(N_("add a note")),
        "close": Message(N_("close it")),
    },
)


@dataclass(frozen=True)
class NewConcern:
    """What somebody says is wrong. `about` is a subject such as "need:N-7K2M9Q", or anything else."""

    what: str
    said_by: str = ""
    stop: bool = False
    about: str = ""


def subject_of(about: str) -> str:
    """The subject of what a page handed over, "" where it is none we know: typed addresses prove nothing."""
    kind, _, reference = about.strip().partition(":")
    tidy = tidy_reference(reference) if len(reference) <= 20 else ""
    return f"{kind}:{tidy}" if kind in ABOUT and SHAPE.match(tidy) else ""


def can_stop(subject: str) -> bool:
    """Whether there is something to hold."""
    return subject.partition(":")[0] in CAN_STOP


BEFORE_HOLDING: dict[str, Message] = {
    "need": Message(
        N_("On hold, only its group and the council can read the need, and what was promised for it stands still.")
    ),
    "pledge": Message(N_("On hold, what was promised of it stands still. It stays on offer to others.")),
    "commitment": Message(N_("On hold, the promise stands still. Both sides see “on hold” and no reason.")),
    "delivery": Message(N_("On hold, the promise it belongs to stands still. Both sides see “on hold” and no reason.")),
}
"""What a hold does, said before it; the same whatever the state."""

DONE: dict[str, Message] = {
    "hold": Message(N_("Put on hold")),
    "release": Message(N_("Released")),
    "close": Message(N_("Closed")),
}
"""What an officer did, as the list of what was done says it."""
