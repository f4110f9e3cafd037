"""The states of a round, who may do what with it, and what is said of it (domain.md 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.amounts import Kind
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move

RUN_ROUNDS = Permission("run_rounds", Role.OFFICER)
SEE_ROUNDS = Permission("see_rounds", Role.OFFICER, Role.AUDITOR)

TEXT_FLOOR = 30
"""A round uses no pair whose texts give less than this to the score, whatever fairness would gain."""

KINDS_OF_A_ROUND = tuple(kind for kind in Kind if kind is not Kind.CONDUCT)
"""What is done in the provider's own house is never matched."""


class RoundState(StrEnum):
    """From the officer's start to what became of the plan."""

    STARTED = "started"
    COMPUTING = "computing"
    READY = "ready"
    PUBLISHED = "published"
    DROPPED = "dropped"


S = RoundState
OPEN_ROUND = frozenset({S.STARTED, S.COMPUTING, S.READY})
"""There is one such round at a time."""

ROUND_LABELS: dict[StrEnum, Message] = {
    S.STARTED: Message(N_("started")),
    S.COMPUTING: Message(N_("being computed")),
    S.READY: Message(N_("ready")),
    S.PUBLISHED: Message(N_("published")),
    S.DROPPED: Message(N_("dropped")),
}
ROUND_COLOURS: dict[RoundState, str] = {
    S.STARTED: "yellow",
    S.COMPUTING: "yellow",
    S.READY: "blue",
    S.PUBLISHED: "green",
    S.DROPPED: "grey",
}

ROUNDS = Machine(
    noun=Message(N_("round")),
    moves={
        "begin": move({S.STARTED, S.COMPUTING}, S.COMPUTING),
        "finish": move({S.COMPUTING}, S.READY, S.DROPPED),
        "stop": move({S.STARTED, S.COMPUTING}, S.READY, S.DROPPED),
        "mark": move({S.READY}),
        "rerun": move({S.READY}, S.STARTED),
        "publish": move({S.READY}, S.PUBLISHED),
        "publish_rest": move({S.PUBLISHED}),
        "drop": move({S.READY}, S.DROPPED),
    },
    labels=ROUND_LABELS,
    verbs={
        "stop": Message(N_("stop it")),
        "mark": Message(N_("lock pairs or strike them out")),
        "rerun": Message(N_("compute it again")),
        "publish": Message(N_("publish it")),
        "publish_rest": Message(N_("propose what waited")),
        "drop": Message(N_("drop it")),
    },
)
"""Every act on a round. `begin` takes up again what a worker left that was killed."""


class Mark(StrEnum):
    """What an officer says of a pair of a plan."""

    LOCKED = "locked"
    STRUCK = "struck"


class Outcome(StrEnum):
    """What became of a line of a published plan."""

    NOT_YET = ""
    PROPOSED = "proposed"
    GONE = "gone"
    WAITS = "waits"


@dataclass(frozen=True)
class NewRound:
    """What an officer chooses: a division of the borough, and kinds of help (none: all)."""

    scheme_id: int
    kinds: tuple[Kind, ...] = ()

    @property
    def all_kinds(self) -> tuple[Kind, ...]:
        """The kinds in the order of the house."""
        return tuple(kind for kind in KINDS_OF_A_ROUND if not self.kinds or kind in self.kinds)


def why_empty(*, pledges: int, paused: int, parts: int, unsure: int, pairs: int) -> Message | None:
    """Why a round has nothing to bring together; None where it has something."""
    sure = parts - unsure
    if not pledges and not parts:
        return Message(N_("Nothing of these kinds is on offer and nothing is asked for, so there is nothing to plan."))
    if not pledges and paused:
        return Message(
            N_("Every pledge of these kinds is paused (%(paused)s), so there is nothing to give out."), paused=paused
        )
    if not pledges:
        return Message(N_("Nobody has anything of these kinds on offer. Needs that wait: %(parts)s."), parts=parts)
    if not parts:
        return Message(N_("No open need asks for these kinds of help. On offer: %(pledges)s."), pledges=pledges)
    if not sure:
        return Message(
            N_("Every open need of these kinds says it is not sure how much. Such needs are matched one by one.")
        )
    if not pairs:
        return Message(
            N_("Nothing on offer fits an open need: %(pledges)s pledges and %(parts)s needs were compared."),
            pledges=pledges,
            parts=sure,
        )
    return None


@dataclass(frozen=True)
class Wanted:
    """A line that is to be proposed: whose it is, and what puts it before others."""

    line_id: int
    provider_id: int
    group_id: int
    is_first: bool
    score: int


def choose_lines(
    lines: Iterable[Wanted], waiting: Mapping[int, int], most: int
) -> tuple[tuple[int, ...], dict[int, int]]:
    """Which lines are proposed now, and for each other line which organisation has enough to answer already.

    `waiting` says how many offers each organisation has to answer. Groups that were never helped come first, then
    the better score; nobody gets more than `most` to answer at a time.
    """
    count = Counter(waiting)
    chosen: list[int] = []
    left: dict[int, int] = {}
    for line in sorted(lines, key=lambda one: (not one.is_first, -one.score, one.line_id)):
        full = [who for who in (line.group_id, line.provider_id) if count[who] >= most]
        if full:
            left[line.line_id] = full[0]
            continue
        count.update((line.group_id, line.provider_id))
        chosen.append(line.line_id)
    return tuple(chosen), left
