"""What a promise was before an act over many rooms stopped it, so that it can be put back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cwb.commitments.rules.states import OPEN, CommitmentState


@dataclass(frozen=True)
class Stopped:
    """A promise as it stood. Amounts are whole numbers of its unit.

    `held` of the pledge is what it kept before it was agreed; `free` and `past` are what is taken out of an agreed one
    when it is stopped, with the ids of its sessions. `holds` are ids of the reasons it was on hold for; `ended_pledge`
    says that its pledge had ended, `closed_part` that its part was not asked for any more.
    """

    stage: CommitmentState
    waiting_side: str | None = None
    held: int = 0
    free: int = 0
    free_sessions: tuple[int, ...] = ()
    past: int = 0
    past_sessions: tuple[int, ...] = ()
    holds: tuple[int, ...] = ()
    ended_pledge: bool = False
    closed_part: bool = False

    @property
    def was_open(self) -> bool:
        """Whether it had not been agreed yet."""
        return self.stage in OPEN

    def as_json(self) -> dict[str, Any]:
        """Plain values to be stored; `from_json` is the way back."""
        return {**vars(self), "stage": str(self.stage)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Stopped:
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(**{**values, "stage": CommitmentState(stored["stage"])})
