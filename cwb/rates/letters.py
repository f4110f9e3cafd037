"""What providers are written about a rate: it is in force, do you pay it?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import Role
from community_book.base.amounts import Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.sessions import say_date
from cwb.rates import queries
from cwb.rates.rules import ATTEST_PAY_LINK, WAGE_LABELS


def asked(reading: Session, event: Event) -> Sequence[Letter]:
    """To the leads of each provider that has not answered: one letter a rate."""
    return [
        Letter(
            organisation_id=one.provider_id,
            person_ids=(),
            subject=Message(N_("Do you pay the %(wage)s?"), wage=WAGE_LABELS[one.rate.wage]),
            body=(
                Message(
                    N_("From %(day)s the rate is %(rate)s an hour."),
                    day=say_date(one.rate.in_force_from),
                    rate=say_amount(Unit.PENCE, one.rate.uk_pence),
                ),
                *(
                    (Message(N_("In London it is %(rate)s."), rate=say_amount(Unit.PENCE, one.rate.london_pence)),)
                    if one.rate.london_pence
                    else ()
                ),
                Message(
                    N_("Please say by %(day)s whether you pay it, and from which day; or not yet, and why."),
                    day=say_date(one.rate.pay_by),
                )
                if one.rate.pay_by > one.asked_on
                else Message(N_("Please say whether you pay it, and from which day; or not yet, and why.")),
            ),
            about=f"attestation:{one.reference}",
            link_act=ATTEST_PAY_LINK,
            link_subject=f"attestation:{one.reference}",
            link_label=Message(N_("Answer with one tap")),
            roles=frozenset({str(Role.PROVIDER_LEAD)}),
        )
        for one in queries.by_references(reading, event.payload["attestations"])
    ]
