"""State machines as data: an act leads from certain states to one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.errors import WrongState
from community_book.base.messages import Message


@dataclass(frozen=True)
class Move:
    """One named act: the states it may start from, and the states it may lead to."""

    sources: frozenset[StrEnum]
    targets: frozenset[StrEnum]


def move(sources: Iterable[StrEnum], *targets: StrEnum) -> Move:
    """A row of a machine's table. Without a target the act leaves the state as it is."""
    return Move(frozenset(sources), frozenset(targets))


@dataclass(frozen=True)
class Machine:
    """Every act of a thing with the states it is allowed in; `noun` and `labels` are for sentences.

    `labels` gives each state's plain words, `verbs` each act's ("accept this offer").
    """

    noun: Message
    moves: Mapping[str, Move]
    labels: Mapping[StrEnum, Message]
    verbs: Mapping[str, Message]

    def allows(self, act: str, state: StrEnum) -> bool:
        return state in self.moves[act].sources

    def acts_from(self, state: StrEnum) -> list[str]:
        """Names of the acts that can be done from here, in the table's order."""
        return [act for act, way in self.moves.items() if state in way.sources]

    def check(self, act: str, state: StrEnum) -> None:
        """Raises WrongState with a sentence that says what the state is and what can be done from it."""
        if self.allows(act, state):
            return
        possible = [str(self.verbs[name]) for name in self.acts_from(state) if name in self.verbs]
        if possible:
            raise WrongState(
                Message(
                    "This %(noun)s is %(state)s, so you cannot %(act)s. What can be done now: %(possible)s.",
                    noun=self.noun,
                    state=self.labels[state],
                    act=self.verbs.get(act, Message(act.replace("_", " "))),
                    possible=", ".join(possible),
                )
            )
        raise WrongState(
            Message(
                "This %(noun)s is %(state)s, so you cannot %(act)s. Nothing more can be done with it.",
                noun=self.noun,
                state=self.labels[state],
                act=self.verbs.get(act, Message(act.replace("_", " "))),
            )
        )

    def go(self, act: str, state: StrEnum, target: StrEnum | None = None) -> StrEnum:
        """The state after the act. `target` picks one where the act may lead to several.

        Raises WrongState when the act is not allowed now, ValueError for a target outside the table.
        """
        self.check(act, state)
        targets = self.moves[act].targets
        if not targets:
            return state
        if target is None:
            if len(targets) > 1:
                raise ValueError(f"{act} leads to one of {sorted(targets)}; say which")
            return next(iter(targets))
        if target not in targets:
            raise ValueError(f"{act} does not lead to {target}")
        return target
