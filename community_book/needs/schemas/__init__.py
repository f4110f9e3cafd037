"""Forms of needs: one schema for the need itself, asked as its kind wants it, and small ones for its acts."""

from __future__ import annotations

from community_book.needs.schemas.acts import (
    Answer,
    AnswerForm,
    Decision,
    DecisionForm,
    Hold,
    HoldForm,
    TakeBack,
    TakeBackForm,
)
from community_book.needs.schemas.parts import CardForm, PartForm, TypedPart
from community_book.needs.schemas.posting import NeedForm, form_values

__all__ = [
    "Answer",
    "AnswerForm",
    "CardForm",
    "Decision",
    "DecisionForm",
    "Hold",
    "HoldForm",
    "NeedForm",
    "PartForm",
    "TakeBack",
    "TakeBackForm",
    "TypedPart",
    "form_values",
]
