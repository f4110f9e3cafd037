"""Steps every act over many rooms begins with: who may not do it, and what it changed, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference
from community_book.base.settings import settings
from community_book.base.work import Work
from community_book.people.queries import belonged_lately
from cwb.commitments.rules import Stopped
from cwb.continuity.rules import Change, Deed, Thing
from cwb.continuity.tables import Undertaking, UndertakingChange
from cwb.continuity.views import Affected


@dataclass(frozen=True)
class Changed:
    """One thing an act changes: what happens to it, and how it stood. `before` is what puts it back."""

    kind: Thing
    thing_id: int
    reference: str
    what: Change
    state_before: str
    unit: str = ""
    amount: int | None = None
    before: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Affected, what: Change, stopped: Stopped | None = None) -> Changed:
        """A promise, pledge or need the act reaches."""
        kind = Thing(item.subject.partition(":")[0])
        before = stopped.as_json() if stopped is not None else {}
        return cls(kind, item.id, item.reference, what, item.stands, item.unit or "", item.amount, before)


def keep_undertaking(
    work: Work, deed: Deed, organisation_id: int, changes: Iterable[Changed], *, into: int | None = None
) -> str:
    """Step: keeps what an act changes, until when it can be undone, and by whom it was; returns its reference."""
    row = Undertaking(
        reference=new_reference("U"),
        act=deed,
        organisation_id=organisation_id,
        into_organisation_id=into,
        by_person_id=work.actor.person_id,
        at_utc=now_utc(),
        until=today() + timedelta(days=settings().undo_days),
    )
    work.add(row)
    work.flush()
    work.add_all(UndertakingChange(undertaking_id=row.id, **vars(change)) for change in changes)
    work.flush()
    return row.reference


def not_own(work: Work, actor: Actor, organisation_id: int) -> None:
    """Step: raises NotAllowed for whoever belongs to the organisation, or did lately."""
    if actor.belongs_to(organisation_id) or belonged_lately(work, actor.person_id, organisation_id):
        raise NotAllowed(
            Message(N_("You belong to this organisation, or did in the last 12 months, so somebody else decides."))
        )
