"""What decides how closely reports are checked, read with them; and the providers that are checked in full."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from community_book.base.clock import quarter_of, today
from community_book.organisations.tables import Organisation
from cwb.deliveries.queries.rows import IS_FLAGGED
from cwb.deliveries.rules import ENDED_WITHOUT_COUNTING, DeliveryState, Facts, is_pay_or_hiring
from cwb.deliveries.tables import Delivery, DeliveryDecision, FullChecking
from cwb.deliveries.views import FoundWrong
from cwb.pillars.tables import Measure


def risk_columns() -> list[ColumnElement[Any]]:
    """What `facts_of` reads, beside a delivery's number and reference; for a statement with its measure."""
    others = aliased(Delivery)
    earliest = (
        select(func.min(others.id)).where(others.state.not_in(ENDED_WITHOUT_COUNTING)).group_by(others.provider_id)
    )
    queried = exists().where(DeliveryDecision.delivery_id == Delivery.id, DeliveryDecision.act == "query")
    return [
        Delivery.id.label("id"),
        Delivery.reference.label("reference"),
        (Delivery.amount + Delivery.usual).label("whole"),
        Delivery.state.label("state"),
        Delivery.group_word.label("group_word"),
        Delivery.level_whole.label("level_whole"),
        Delivery.reported_on_behalf.label("reported_on_behalf"),
        Delivery.confirmed_on_behalf.label("confirmed_on_behalf"),
        Measure.kind.label("kind"),
        Measure.pillar_number.label("pillar_number"),
        Measure.confirmed_by.label("confirmed_by"),
        Measure.two_verifiers_above.label("two_verifiers_above"),
        Delivery.id.in_(earliest).label("is_first"),
        IS_FLAGGED.label("is_flagged"),
        queried.label("was_queried"),
        _checked_in_full().label("checked_in_full"),
    ]


def _checked_in_full() -> ColumnElement[bool]:
    now = quarter_of(today())
    found: ColumnElement[bool] = exists().where(
        FullChecking.provider_id == Delivery.provider_id, FullChecking.until_quarter >= now
    )
    return found


def facts_of(row: Any) -> Facts:
    """One row of `risk_columns` as the rule wants it."""
    return Facts(
        whole=row.whole,
        two_verifiers_above=row.two_verifiers_above,
        pays_or_hires=is_pay_or_hiring(kind=row.kind, pillar_number=row.pillar_number),
        is_first=bool(row.is_first),
        is_flagged=bool(row.is_flagged),
        was_queried=bool(row.was_queried) or row.state == DeliveryState.UPHELD,
        is_unanswered=row.state == DeliveryState.UNANSWERED,
        by_council=row.reported_on_behalf or row.confirmed_on_behalf,
        has_word=row.group_word is not None and row.confirmed_by == "group",
        is_level=row.level_whole is not None,
        under_full_checking=bool(row.checked_in_full),
    )


def found_wrong(reading: Session) -> list[FoundWrong]:
    """Providers whose reports are all checked one by one now, and until which quarter, by name."""
    rows = reading.execute(
        select(FullChecking, Organisation.name, Organisation.reference, Delivery.reference)
        .join(Organisation, Organisation.id == FullChecking.provider_id)
        .join(Delivery, Delivery.id == FullChecking.delivery_id)
        .where(FullChecking.until_quarter >= quarter_of(today()))
        .order_by(Organisation.name, FullChecking.id)
    ).all()
    return [FoundWrong(row.provider_id, name, own, of, row.until_quarter, row.since_utc) for row, name, own, of in rows]
