"""What a provider is written when one of its reports was found wrong in a sample."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import PROVIDER_ROLES
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from cwb.ledger.rules import say_quarter


def found_wrong(_reading: Session, event: Event) -> Sequence[Letter]:
    """To the provider: every report is checked by itself for a while, why, and what can be done."""
    reference = str(event.payload["delivery_reference"])
    return [
        Letter(
            organisation_id=int(event.payload["provider_id"]),
            person_ids=(),
            subject=Message(N_("For a while we check each of your reports")),
            body=(
                Message(
                    N_(
                        "We drew your report %(reference)s by lot and could not accept all of it. So we check each of "
                        "your reports by itself until the end of %(quarter)s."
                    ),
                    reference=reference,
                    quarter=say_quarter(str(event.payload["until"])),
                ),
                Message(N_("Nothing else changes: what you promised and what was verified before stands.")),
                Message(
                    N_(
                        "If the decision is wrong, open the report and appeal. Somebody else then decides. If they "
                        "accept all of it, this ends at once."
                    )
                ),
            ),
            about=f"delivery:{reference}",
            roles=frozenset(str(role) for role in PROVIDER_ROLES),
        )
    ]
