"""The states of a commitment, every act on one, and who may do it (domain.md 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.errors import NotAllowed, WrongState
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move


class CommitmentState(StrEnum):
    """From what is offered, asked for or proposed to how it ended."""

    OFFERED = "offered"
    ASKED = "asked"
    PROPOSED = "proposed"
    CONDITIONAL = "conditional"
    COMMITTEE = "committee"
    AGREED = "agreed"
    UNDER_WAY = "under_way"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    ENDED_SHORT = "ended_short"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"


class Side(StrEnum):
    """Who does an act: one of the two sides, the council as broker, or the site's clock."""

    PROVIDER = "provider"
    GROUP = "group"
    COUNCIL = "council"
    SYSTEM = "system"

    @property
    def other(self) -> Side:
        """The other of the two sides."""
        return Side.GROUP if self is Side.PROVIDER else Side.PROVIDER


S = CommitmentState
ASKING = frozenset({S.OFFERED, S.ASKED, S.PROPOSED})
WAITING = frozenset({S.CONDITIONAL, S.COMMITTEE})
OPEN = ASKING | WAITING
"""Not agreed yet: binds nobody, though some hold an amount of the pledge."""
RUNNING = frozenset({S.AGREED, S.UNDER_WAY})
LIVE = RUNNING | {S.ON_HOLD}
KEPT = frozenset({S.COMPLETED, S.ENDED_SHORT, S.CANCELLED})
"""Was agreed and is over."""
DROPPED = frozenset({S.DECLINED, S.LAPSED, S.TAKEN_BACK})
"""Was never agreed and is over."""

STATE_LABELS: dict[StrEnum, Message] = {
    S.OFFERED: Message(N_("offered")),
    S.ASKED: Message(N_("asked for")),
    S.PROPOSED: Message(N_("proposed by the council")),
    S.CONDITIONAL: Message(N_("accepted on a condition")),
    S.COMMITTEE: Message(N_("with a committee")),
    S.AGREED: Message(N_("agreed")),
    S.UNDER_WAY: Message(N_("under way")),
    S.ON_HOLD: Message(N_("on hold")),
    S.COMPLETED: Message(N_("completed")),
    S.ENDED_SHORT: Message(N_("stopped early")),
    S.CANCELLED: Message(N_("called off")),
    S.DECLINED: Message(N_("declined")),
    S.LAPSED: Message(N_("over: no answer in time")),
    S.TAKEN_BACK: Message(N_("taken back")),
}

STATE_COLOURS: dict[StrEnum, str] = {
    S.OFFERED: "blue",
    S.ASKED: "blue",
    S.PROPOSED: "blue",
    S.CONDITIONAL: "yellow",
    S.COMMITTEE: "yellow",
    S.AGREED: "green",
    S.UNDER_WAY: "turquoise",
    S.ON_HOLD: "orange",
    S.COMPLETED: "green",
}
"""The colour of a state's tag, beside its words; grey where none is named."""

MACHINE = Machine(
    noun=Message(N_("promise")),
    moves={
        "accept": move(OPEN, S.PROPOSED, S.CONDITIONAL, S.COMMITTEE, S.AGREED),
        "accept_on_condition": move(ASKING, S.CONDITIONAL),
        "ask_committee": move(ASKING, S.COMMITTEE),
        "meet": move(WAITING, S.CONDITIONAL, S.COMMITTEE, S.AGREED),
        "decline": move(OPEN | {S.ON_HOLD}, S.DECLINED),
        "take_back": move(OPEN | {S.ON_HOLD}, S.TAKEN_BACK),
        "lapse": move(OPEN | {S.ON_HOLD}, S.LAPSED),
        "start": move({S.AGREED}, S.UNDER_WAY),
        "report": move(LIVE, S.UNDER_WAY, S.ON_HOLD),
        "propose_change": move(RUNNING),
        "agree_change": move(RUNNING),
        "decline_change": move(LIVE),
        "take_back_change": move(LIVE),
        "say_did_not_happen": move(RUNNING),
        "add_surplus": move(RUNNING),
        "hold": move(OPEN | LIVE, S.ON_HOLD),
        "release": move({S.ON_HOLD}, *OPEN, *RUNNING, S.ON_HOLD),
        "complete": move(RUNNING, S.COMPLETED),
        "end_short": move(LIVE, S.ENDED_SHORT),
        "cancel": move(LIVE, S.CANCELLED),
        "write": move(frozenset(S)),
        # Only as a part of undoing an act over many promises, so that it is open to nobody and has no verb.
        "put_back": move({S.ENDED_SHORT, S.LAPSED}, *OPEN, *RUNNING, S.ON_HOLD),
    },
    labels=STATE_LABELS,
    verbs={
        "accept": Message(N_("accept it")),
        "accept_on_condition": Message(N_("accept it on a condition")),
        "ask_committee": Message(N_("ask your committee")),
        "meet": Message(N_("say yes to it for good")),
        "decline": Message(N_("decline it")),
        "take_back": Message(N_("take it back")),
        "lapse": Message(N_("let it lapse")),
        "start": Message(N_("start it")),
        "report": Message(N_("report what happened")),
        "propose_change": Message(N_("propose a change")),
        "agree_change": Message(N_("agree a change")),
        "decline_change": Message(N_("decline a change")),
        "take_back_change": Message(N_("take a change back")),
        "say_did_not_happen": Message(N_("say that something did not happen")),
        "add_surplus": Message(N_("add to it")),
        "hold": Message(N_("put it on hold")),
        "release": Message(N_("let it go on")),
        "complete": Message(N_("say it is finished")),
        "end_short": Message(N_("stop it early")),
        "cancel": Message(N_("call it off")),
        "write": Message(N_("write a message")),
    },
)
"""Every act on a commitment; offering, asking and proposing make one."""


@dataclass(frozen=True)
class Standing:
    """What decides who may do what: the state, who opened it, who has said yes, who keeps the others waiting."""

    state: CommitmentState
    opened_by: Side
    provider_said_yes: bool
    group_said_yes: bool
    waiting_side: Side | None = None
    state_before_hold: CommitmentState | None = None

    @property
    def stage(self) -> CommitmentState:
        """The state, looking through a hold."""
        return self.state_before_hold or self.state if self.state is S.ON_HOLD else self.state

    @property
    def still_to_answer(self) -> frozenset[Side]:
        """The sides that have not said yes."""
        said = {Side.PROVIDER: self.provider_said_yes, Side.GROUP: self.group_said_yes}
        return frozenset(side for side, yes in said.items() if not yes)


_BOTH = frozenset({Side.PROVIDER, Side.GROUP})
_THREE = _BOTH | {Side.COUNCIL}
_SITE = frozenset({Side.SYSTEM})
_ALWAYS: dict[str, frozenset[Side]] = {
    "lapse": _SITE,
    "start": _SITE,
    "report": _BOTH,
    "propose_change": _BOTH,
    "agree_change": _BOTH,
    "decline_change": _BOTH,
    "take_back_change": _BOTH,
    "say_did_not_happen": _BOTH,
    "add_surplus": _BOTH,
    "hold": frozenset({Side.COUNCIL, Side.SYSTEM}),
    "release": frozenset({Side.COUNCIL, Side.SYSTEM}),
    "complete": _THREE | _SITE,
    "end_short": _THREE,
    "cancel": _THREE,
    "write": _THREE,
    "put_back": frozenset(),
}
_FROM_HOLD_WHEN_OPEN = frozenset({"decline", "take_back", "lapse", "hold", "release", "write"})
_FROM_HOLD_WHEN_LIVE = frozenset(
    {"report", "hold", "release", "decline_change", "take_back_change", "end_short", "cancel", "write"}
)
"""Something on hold can be held for a second reason; it goes on when the last one is gone."""


def who_may(act: str, standing: Standing) -> frozenset[Side]:
    """The sides that may do an act as things stand; none when the state does not allow it."""
    if not MACHINE.allows(act, standing.state):
        return frozenset()
    if standing.state is S.ON_HOLD:
        allowed = _FROM_HOLD_WHEN_OPEN if standing.stage in OPEN else _FROM_HOLD_WHEN_LIVE
        if act not in allowed:
            return frozenset()
    waiting = frozenset() if standing.waiting_side is None else frozenset({standing.waiting_side})
    missing = standing.still_to_answer
    match act:
        case "accept":
            return missing - waiting
        case "accept_on_condition" | "ask_committee":
            return missing
        case "meet":
            return waiting & missing
        case "decline":
            return _BOTH if standing.opened_by is Side.COUNCIL else missing
        case "take_back":
            return frozenset({standing.opened_by})
        case _:
            return _ALWAYS[act]


def acts_of(side: Side, standing: Standing) -> frozenset[str]:
    """Everything one side may do now."""
    return frozenset(act for act in MACHINE.moves if side in who_may(act, standing))


def check(act: str, standing: Standing, side: Side) -> None:
    """Raises WrongState when it cannot be done now by anybody, NotAllowed when it is for somebody else to do."""
    MACHINE.check(act, standing.state)
    may = who_may(act, standing)
    if not may:
        raise WrongState(
            Message(
                N_("This promise is %(state)s, so nobody can %(act)s just now."),
                state=STATE_LABELS[standing.state],
                act=MACHINE.verbs.get(act, Message(act.replace("_", " "))),
            )
        )
    if side not in may:
        raise NotAllowed(
            Message(
                N_("This promise is %(state)s. It is for %(who)s to %(act)s."),
                state=STATE_LABELS[standing.state],
                who=say_sides(may),
                act=MACHINE.verbs[act],
            )
        )


SIDE_LABELS: dict[Side, Message] = {
    Side.PROVIDER: Message(N_("the provider")),
    Side.GROUP: Message(N_("the group")),
    Side.COUNCIL: Message(N_("the council")),
    Side.SYSTEM: Message(N_("the site itself")),
}


def say_sides(sides: Iterable[Side]) -> Message:
    """Like "the provider or the group"."""
    ordered = [SIDE_LABELS[side] for side in Side if side in frozenset(sides)]
    said = ordered[0]
    for label in ordered[1:]:
        said = Message(N_("%(first)s or %(second)s"), first=said, second=label)
    return said
