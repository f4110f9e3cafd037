"""The states of a pledge, the acts between them, and who may do them (domain.md 4)."""

from __future__ import annotations

from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move

LOG_PLEDGES = Permission("log_pledges", Role.PROVIDER_LEAD, Role.PROVIDER_MEMBER)
MODERATE_PLEDGES = Permission("moderate_pledges", Role.OFFICER)
SEE_ALL_PLEDGES = Permission(
    "see_all_pledges", Role.OFFICER, Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SAFEGUARDING
)


class PledgeState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    OFFERED = "offered"
    PAUSED = "paused"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


S = PledgeState

UNPUBLISHED = frozenset({S.DRAFT, S.WAITING, S.RETURNED})
RUNNING = frozenset({S.OFFERED, S.PAUSED})
ENDED = frozenset({S.FULFILLED, S.EXPIRED, S.WITHDRAWN})

STATE_LABELS: dict[StrEnum, Message] = {
    S.DRAFT: Message(N_("a draft")),
    S.WAITING: Message(N_("waiting for the council")),
    S.RETURNED: Message(N_("returned with a question")),
    S.OFFERED: Message(N_("on offer")),
    S.PAUSED: Message(N_("paused")),
    S.FULFILLED: Message(N_("fulfilled")),
    S.EXPIRED: Message(N_("past its last day")),
    S.WITHDRAWN: Message(N_("withdrawn")),
}

MACHINE = Machine(
    noun=Message(N_("pledge")),
    moves={
        "change": move({S.DRAFT, S.RETURNED}, S.DRAFT),
        "reword": move({S.WAITING, S.OFFERED, S.PAUSED}),
        "post": move({S.DRAFT}, S.WAITING, S.OFFERED),
        "return": move({S.WAITING}, S.RETURNED),
        "offer": move({S.WAITING}, S.OFFERED),
        "add": move({S.OFFERED, S.PAUSED}),
        "cut": move({S.OFFERED, S.PAUSED}),
        "add_sessions": move({S.OFFERED, S.PAUSED}),
        "drop_session": move({S.OFFERED, S.PAUSED}),
        "still_on_offer": move({S.OFFERED, S.PAUSED}),
        "pause": move({S.OFFERED}, S.PAUSED),
        "resume": move({S.PAUSED}, S.OFFERED),
        "withdraw": move({S.DRAFT, S.WAITING, S.RETURNED, S.OFFERED, S.PAUSED}, S.WITHDRAWN),
        "expire": move({S.OFFERED, S.PAUSED}, S.EXPIRED),
        # A promise about the provider's own house is verified after its window, so its last day does not
        # stand in the way; of a brokered one something was freed then, and it stays past its last day.
        "fulfil": move({S.OFFERED, S.PAUSED, S.EXPIRED}, S.FULFILLED),
    },
    labels=STATE_LABELS,
    verbs={
        "change": Message(N_("change it")),
        "reword": Message(N_("change its words")),
        "post": Message(N_("post it")),
        "return": Message(N_("return it with a question")),
        "offer": Message(N_("put it on offer")),
        "add": Message(N_("add to the amount")),
        "cut": Message(N_("cut the amount")),
        "add_sessions": Message(N_("add days")),
        "drop_session": Message(N_("take out a day")),
        "still_on_offer": Message(N_("say that it is still on offer")),
        "pause": Message(N_("pause it")),
        "resume": Message(N_("put it back on offer")),
        "withdraw": Message(N_("withdraw it")),
    },
)


class Basis(StrEnum):
    """Why a provider gives what it pledges. Only EXTRA enters the pillar figures."""

    EXTRA = "extra"
    CONDITION = "condition"
    TERM = "term"
    RATE = "rate"


BASIS_LABELS: dict[Basis, Message] = {
    Basis.EXTRA: Message(N_("Extra: we give it on top of what we have to do")),
    Basis.CONDITION: Message(N_("A condition of the framework")),
    Basis.TERM: Message(N_("A term of a call-off")),
    Basis.RATE: Message(N_("Paid for in the rate")),
}
BASIS_SHORT: dict[Basis, Message] = {
    Basis.EXTRA: Message(N_("extra")),
    Basis.CONDITION: Message(N_("condition of the framework")),
    Basis.TERM: Message(N_("term of a call-off")),
    Basis.RATE: Message(N_("paid for in the rate")),
}


def waits_for_the_council(*, is_first_of_provider: bool, meets_people_at_risk: bool) -> bool:
    """Whether a posted pledge waits: a provider's first, and any that meets adults at risk or children."""
    return is_first_of_provider or meets_people_at_risk
