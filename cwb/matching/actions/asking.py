"""An officer writes to providers about what is asked for and nobody offers yet."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.messages import N_
from community_book.base.references import new_reference
from community_book.base.work import refuse
from cwb.matching import queries
from cwb.matching.rules.unmet import WRITE_TO_PROVIDERS, NewLetter
from cwb.matching.tables import ProviderLetter, ProviderLetterTo


def write_to_providers(actor: Actor, new: NewLetter) -> str:
    """Sends a letter the officer has read to the providers chosen from those concerned; returns its reference.

    Raises NotAllowed, and Refused where nobody is chosen, or somebody who is not concerned.
    """
    actor.must(WRITE_TO_PROVIDERS)
    with transactions.work(actor) as work:
        concerned = {one.organisation_id for one in queries.providers_to_ask(work, new.kind, new.zone_id)}
        if not new.to:
            raise refuse("to", N_("Choose at least one provider"))
        if not new.to <= concerned:
            raise refuse("to", N_("One of them is not admitted for this zone any more. Look at the list once more"))
        if not new.subject or not new.words:
            raise refuse("subject" if not new.subject else "words", N_("A letter needs a subject and some words"))
        row = ProviderLetter(
            reference=new_reference("W"),
            kind=str(new.kind),
            what=new.what,
            zone_id=new.zone_id,
            quarter=new.quarter,
            short=new.short,
            subject=new.subject,
            words=new.words,
            sent_by_person_id=actor.person_id,
            sent_at_utc=now_utc(),
        )
        work.add(row)
        work.flush()
        work.add_all(ProviderLetterTo(letter_id=row.id, organisation_id=one) for one in sorted(new.to))
        work.record(
            "letter.to_providers",
            f"letter:{row.reference}",
            facts={"kind": new.kind, "what": new.what, "quarter": new.quarter, "short": new.short, "to": len(new.to)},
            texts={"subject": new.subject, "words": new.words},
        )
        work.tell("ProvidersWritten", letter_id=row.id, reference=row.reference)
        return row.reference
