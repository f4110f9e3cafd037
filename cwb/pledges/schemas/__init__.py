"""The forms about pledges."""

from __future__ import annotations

from cwb.pledges.schemas.acts import (
    CutForm,
    DaysForm,
    DropDaysForm,
    MoreForm,
    PauseForm,
    ReturnForm,
    WithdrawForm,
    day_values,
)
from cwb.pledges.schemas.pledge import PledgeForm, RewordForm, values_of

__all__ = [
    "CutForm",
    "DaysForm",
    "DropDaysForm",
    "MoreForm",
    "PauseForm",
    "PledgeForm",
    "ReturnForm",
    "RewordForm",
    "WithdrawForm",
    "day_values",
    "values_of",
]
