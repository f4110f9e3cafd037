"""Forms of batches."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.web import fields as f


@dataclass(frozen=True)
class QuarterChosen:
    """A quarter written 2026-Q4."""

    quarter: str


class OpeningForm(f.FormSchema):
    makes = QuarterChosen
    quarter = f.words(Message(N_("Quarter")), hint=Message(N_("Like 2026-Q4")), at_most=10)


@dataclass(frozen=True)
class Why:
    """Why a batch is given up."""

    reason: str


class DropForm(f.FormSchema):
    makes = Why
    reason = f.long_words(
        Message(N_("Why is it given up?")),
        hint=Message(N_("Verifiers and auditors read it. Everybody sees that the batch was given up.")),
        at_most=500,
    )
