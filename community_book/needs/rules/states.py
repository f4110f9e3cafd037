"""What may happen to a need: its states, the acts between them, and who may do them (domain.md 4)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move


class NeedState(StrEnum):
    """Where a need stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    DECLINED = "declined"
    MERGED = "merged"
    OPEN = "open"
    PAUSED = "paused"
    PROMISED = "promised"
    MET = "met"
    MET_IN_PART = "met_in_part"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


S = NeedState

POST_NEED = Permission("post_need", Role.GROUP_LEAD, Role.GROUP_MEMBER)
"""Post and change the needs of the group one acts as."""

MODERATE_NEEDS = Permission("moderate_needs", Role.OFFICER)
"""Open, return, decline, merge and answer the needs of groups one does not belong to."""

HIDE_NEED = Permission("hide_need", Role.SAFEGUARDING)
"""Take a need out of sight at once, and put it back."""

READ_ALL_NEEDS = Permission(
    "read_all_needs", Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.AUDITOR, Role.ADMINISTRATOR
)
"""See needs in every state, and their history."""

STILL_NEEDED_LINK = "still_needed"
"""The act of the signed link in a reminder."""

WHICH_LINK = "need_which"
"""The act of the signed link that asks whether what is promised in part of one thing is enough."""

STATE_LABELS: dict[StrEnum, Message] = {
    S.DRAFT: Message(N_("a draft")),
    S.WAITING: Message(N_("waiting for the council")),
    S.RETURNED: Message(N_("sent back to the group")),
    S.DECLINED: Message(N_("declined by the council")),
    S.MERGED: Message(N_("joined with another need")),
    S.OPEN: Message(N_("open")),
    S.PAUSED: Message(N_("paused")),
    S.PROMISED: Message(N_("all promised")),
    S.MET: Message(N_("met")),
    S.MET_IN_PART: Message(N_("met in part")),
    S.CLOSED: Message(N_("closed with an answer")),
    S.WITHDRAWN: Message(N_("taken back")),
    S.EXPIRED: Message(N_("past its last day")),
}
"""Each state in words for group pages; they follow "This need is"."""

STATE_COLOURS: dict[NeedState, str] = {
    S.DRAFT: "grey",
    S.WAITING: "yellow",
    S.RETURNED: "orange",
    S.DECLINED: "red",
    S.MERGED: "grey",
    S.OPEN: "green",
    S.PAUSED: "yellow",
    S.PROMISED: "teal",
    S.MET: "green",
    S.MET_IN_PART: "green",
    S.CLOSED: "grey",
    S.WITHDRAWN: "grey",
    S.EXPIRED: "grey",
}
"""The tag's colour beside the words; it never stands alone."""

ENDED = frozenset({S.DECLINED, S.MERGED, S.MET, S.MET_IN_PART, S.CLOSED, S.WITHDRAWN, S.EXPIRED})
"""Nothing more is asked for in these."""

COUNTED = frozenset({S.WAITING, S.OPEN})
"""What counts against the most a group may have at once."""

FOLLOWS_AMOUNTS = frozenset({S.OPEN, S.PAUSED, S.PROMISED, S.MET, S.MET_IN_PART, S.EXPIRED})
"""States that what is left, promised and done decides, not a person."""

SHOWN_TO_ALL = frozenset({S.OPEN, S.PAUSED, S.PROMISED, S.MET, S.MET_IN_PART, S.CLOSED, S.EXPIRED})
"""A need in these can be read by everybody who has its address, unless it is hidden."""

NEEDS = Machine(
    noun=Message(N_("need")),
    moves={
        "save": move({S.DRAFT, S.RETURNED}, S.DRAFT),
        "post": move({S.DRAFT, S.RETURNED}, S.WAITING, S.OPEN),
        "change": move({S.WAITING, S.OPEN, S.PAUSED, S.PROMISED}),
        "open": move({S.WAITING}, S.OPEN),
        "return": move({S.WAITING}, S.RETURNED),
        "decline": move({S.WAITING}, S.DECLINED),
        "merge": move({S.WAITING}, S.MERGED),
        "pause": move({S.OPEN}, S.PAUSED),
        "resume": move({S.PAUSED}, S.OPEN),
        "still_needed": move({S.OPEN, S.PAUSED}),
        "keep_one": move({S.OPEN, S.PAUSED}),
        "keep_asking": move({S.OPEN, S.PAUSED}),
        "add_part": move({S.DRAFT, S.RETURNED, S.WAITING, S.OPEN, S.PAUSED, S.PROMISED}),
        "drop_part": move({S.DRAFT, S.RETURNED, S.WAITING, S.OPEN, S.PAUSED}),
        "withdraw": move(
            {S.DRAFT, S.WAITING, S.RETURNED, S.OPEN, S.PAUSED, S.PROMISED},
            S.WITHDRAWN,
            S.PROMISED,
            S.MET,
            S.MET_IN_PART,
        ),
        "close": move({S.OPEN, S.PAUSED, S.PROMISED, S.EXPIRED}, S.CLOSED),
        # Only as a part of undoing the closing of its group, so that it is offered to nobody and has no verb.
        "reopen": move({S.CLOSED, S.WITHDRAWN}, S.DRAFT, S.WAITING, S.RETURNED, S.OPEN, S.PAUSED),
        "expire": move({S.OPEN, S.PAUSED, S.PROMISED}, S.EXPIRED, S.PROMISED, S.MET, S.MET_IN_PART),
        "settle": move(FOLLOWS_AMOUNTS, S.OPEN, S.PAUSED, S.PROMISED, S.MET, S.MET_IN_PART, S.EXPIRED),
        "hide": move(set(S)),
        "show": move(set(S)),
    },
    labels=STATE_LABELS,
    verbs={
        "save": Message(N_("save it as a draft")),
        "post": Message(N_("post it")),
        "change": Message(N_("change it")),
        "open": Message(N_("open it")),
        "return": Message(N_("send it back")),
        "decline": Message(N_("decline it")),
        "merge": Message(N_("join it with another")),
        "pause": Message(N_("pause it")),
        "resume": Message(N_("open it again")),
        "still_needed": Message(N_("say that it is still needed")),
        "keep_one": Message(N_("stop asking for the rest")),
        "keep_asking": Message(N_("go on asking for all of it")),
        "add_part": Message(N_("ask for something more in it")),
        "drop_part": Message(N_("stop asking for one thing in it")),
        "withdraw": Message(N_("take it back")),
        "close": Message(N_("close it with an answer")),
    },
)
"""Every act of a need. `settle` is what its amounts do; `expire` is what the calendar does."""


def first_state(*, trusted: bool, looked_at: Sequence[str]) -> NeedState:
    """Where a posted need goes: a trusted group's is open at once, unless its words want a second look."""
    return S.OPEN if trusted and not looked_at else S.WAITING
