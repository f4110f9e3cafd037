"""What holds of matching: who sees what of it."""

from __future__ import annotations

from cwb.matching.rules.seeing import SEE_SCORES, SHOWN_ON_A_PAGE, SHOWN_WHILE_WRITING

__all__ = ["SEE_SCORES", "SHOWN_ON_A_PAGE", "SHOWN_WHILE_WRITING"]
