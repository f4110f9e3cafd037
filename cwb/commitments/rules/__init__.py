"""What holds of commitments: which pledge fits which part, the states, who may do what, the arithmetic."""

from __future__ import annotations

from cwb.commitments.rules.fitting import CommonSession, Fit, fits, session_amount
from cwb.commitments.rules.sides import PartSide, PledgeSide

__all__ = ["CommonSession", "Fit", "PartSide", "PledgeSide", "fits", "session_amount"]
