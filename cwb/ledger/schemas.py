"""The one form of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.web import fields as f


@dataclass(frozen=True)
class QuarterToClose:
    """A quarter written 2026-Q4."""

    quarter: str


class ClosingForm(f.FormSchema):
    makes = QuarterToClose
    quarter = f.words(Message(N_("Quarter")), hint=Message(N_("Like 2026-Q4")), at_most=10)
