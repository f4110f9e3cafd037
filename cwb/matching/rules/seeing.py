"""Who sees suggestions, and which are strong enough to write to people about."""

from __future__ import annotations

from community_book.base.actor import Permission, Role

SEE_SCORES = Permission("see_scores", Role.OFFICER, Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR)
"""The council sees every suggestion with its score in parts; the two sides see the reasons only."""

SHOWN_ON_A_PAGE = 5
SHOWN_WHILE_WRITING = 3
