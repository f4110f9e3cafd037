"""What people say about listed entries: that a group is theirs, or that something is wrong. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move


class ReportKind(StrEnum):
    """What is said."""

    CLAIM = "claim"
    WRONG = "wrong"


class ReportState(StrEnum):
    """How it stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


KIND_LABELS: dict[ReportKind, Message] = {
    ReportKind.CLAIM: Message(N_("“This is our group”")),
    ReportKind.WRONG: Message(N_("“Something is not right”")),
}

REPORT = Machine(
    noun=Message(N_("message")),
    moves={
        "accept": move([ReportState.WAITING], ReportState.ACCEPTED),
        "decline": move([ReportState.WAITING], ReportState.DECLINED),
    },
    labels={
        ReportState.WAITING: Message(N_("waiting")),
        ReportState.ACCEPTED: Message(N_("accepted")),
        ReportState.DECLINED: Message(N_("declined")),
    },
    verbs={"accept": Message(N_("accept it")), "decline": Message(N_("decline it"))},
)


@dataclass(frozen=True)
class NewClaim:
    """Somebody says that a group is theirs, and how the council can see that."""

    name: str
    email: str
    proof: str


@dataclass(frozen=True)
class NewReport:
    """What is wrong with an entry. Name and address may be empty."""

    wrong: str
    name: str = ""
    email: str = ""
