"""What the pillars hand out."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.amounts import Kind, Unit
from cwb.pillars.rules import Brokered, ConfirmedBy, Nature


@dataclass(frozen=True)
class PillarView:
    """A pillar as it is worded now."""

    number: int
    name: str
    plainly: str
    version: int = 1


@dataclass(frozen=True)
class MeasureView:
    """A measure with the name of its pillar. Retired ones keep their figures and take no new pledge.

    `about_wage` names the living wage a level speaks of, "real" or "national"; "" for all others. `not_with` are the
    codes of the measures under which the same thing is not counted again.
    """

    id: int
    reference: str
    version: int
    code: str
    pillar_number: int
    pillar_name: str
    theme: str
    title: str
    kind: Kind
    unit: Unit
    nature: Nature
    brokered: Brokered
    confirmed_by: ConfirmedBy
    evidence_asked: str
    what_counts: str
    why_this_pillar: str
    disclosive: bool
    counts_after_days: int
    shown_under: str
    two_verifiers_above: int | None
    pack: str
    is_retired: bool
    about_wage: str = ""
    not_with: tuple[str, ...] = ()

    @property
    def is_level(self) -> bool:
        return self.nature is Nature.LEVEL

    @property
    def group_confirms(self) -> bool:
        """Where it does not, group-confirmed reads "not applicable", never 0."""
        return self.confirmed_by is ConfirmedBy.GROUP
