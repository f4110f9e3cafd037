"""How closely a report is to be checked: one by one, and why, or with the rest of its quarter. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.messages import N_, Message


class Risk(StrEnum):
    """Why a report is always checked one by one, in the order in which a verifier takes them."""

    FLAGGED = "flagged"
    QUERIED = "queried"
    FULL_CHECKING = "full_checking"
    LARGE = "large"
    PAY_AND_HIRING = "pay_and_hiring"
    FIRST = "first"
    UNANSWERED = "unanswered"
    BY_COUNCIL = "by_council"
    NO_GROUP = "no_group"


RISK_LABELS: dict[Risk, Message] = {
    Risk.FLAGGED: Message(N_("look twice")),
    Risk.QUERIED: Message(N_("queried")),
    Risk.FULL_CHECKING: Message(N_("provider found wrong before")),
    Risk.LARGE: Message(N_("large amount")),
    Risk.PAY_AND_HIRING: Message(N_("pay and hiring")),
    Risk.FIRST: Message(N_("first of this provider")),
    Risk.UNANSWERED: Message(N_("the group did not answer")),
    Risk.BY_COUNCIL: Message(N_("recorded by the council")),
    Risk.NO_GROUP: Message(N_("no group has confirmed it")),
}

HIRING_KIND = "jobs"
CONDUCT_KIND = "conduct"
FAIR_EMPLOYMENT = 2
"""The number of the pillar under which a provider's own conduct is about pay, contracts and hiring."""


def is_pay_or_hiring(*, kind: str, pillar_number: int) -> bool:
    """Whether a measure is about pay and hiring: jobs of any pillar, and what providers do in their own house under
    fair employment (pay, contracts, people taken on).
    """
    return kind == HIRING_KIND or (kind == CONDUCT_KIND and pillar_number == FAIR_EMPLOYMENT)


@dataclass(frozen=True)
class Facts:
    """What decides how closely a report is checked. `whole` is in the measure's unit.

    `is_first`: it is the earliest report of its provider that stands. `was_queried`: somebody queried it once.
    `by_council`: the report or the group's word was written down by the council. `has_word`: the group confirmed it.
    """

    whole: int
    two_verifiers_above: int | None
    pays_or_hires: bool
    is_first: bool
    is_flagged: bool
    was_queried: bool
    is_unanswered: bool
    by_council: bool
    has_word: bool
    is_level: bool
    under_full_checking: bool


def risks_of(facts: Facts) -> tuple[Risk, ...]:
    """Every reason to check a report one by one, heaviest first; none: it can be part of a batch."""
    above = facts.two_verifiers_above
    holds = {
        Risk.FLAGGED: facts.is_flagged,
        Risk.QUERIED: facts.was_queried,
        Risk.FULL_CHECKING: facts.under_full_checking,
        Risk.LARGE: above is not None and facts.whole > above,
        Risk.PAY_AND_HIRING: facts.pays_or_hires,
        Risk.FIRST: facts.is_first,
        Risk.UNANSWERED: facts.is_unanswered,
        Risk.BY_COUNCIL: facts.by_council,
        Risk.NO_GROUP: facts.is_level or (not facts.has_word and not facts.is_unanswered),
    }
    return tuple(risk for risk in Risk if holds[risk])


def place_of(risks: Sequence[Risk]) -> int:
    """Where a report stands in the queue by its heaviest reason; those without any come last."""
    return list(Risk).index(risks[0]) if risks else len(Risk)
