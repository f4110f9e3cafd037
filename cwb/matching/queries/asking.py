"""Reads for letters to providers: whom to ask, and what was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_UNITS, Kind, Unit
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.organisations.tables import Organisation
from community_book.places.tables import Zone
from cwb.frameworks.tables import Admission, AdmissionZone
from cwb.matching.rules import SEE_SCORES
from cwb.matching.tables import ProviderLetter, ProviderLetterTo
from cwb.matching.views import ProviderLetterView, ProviderToAsk
from cwb.pledges.rules import LOG_PLEDGES
from cwb.pledges.tables import Pledge

LETTERS_SHOWN = 50


def providers_to_ask(reading: Session, kind: Kind, zone_id: int | None) -> list[ProviderToAsk]:
    """Providers admitted now for a zone (or for no zone in particular), by name: one query.

    Those of zones of another division are left out where one is named; without a zone all are concerned.
    """
    on = today()
    named = exists().where(AdmissionZone.admission_id == Admission.id).correlate(Admission)
    here = exists().where(AdmissionZone.admission_id == Admission.id, AdmissionZone.zone_id == zone_id)
    pledged = exists().where(Pledge.organisation_id == Organisation.id, Pledge.kind == str(kind))
    statement = (
        select(Organisation.id, Organisation.reference, Organisation.name, pledged.label("has_pledged"))
        .where(
            exists()
            .where(
                Admission.organisation_id == Organisation.id,
                Admission.state == "admitted",
                Admission.admitted_on <= on,
                or_(Admission.ends_on.is_(None), Admission.ends_on >= on),
                or_(~named, here.correlate(Admission)) if zone_id is not None else and_(True),
            )
            .correlate(Organisation)
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return [ProviderToAsk(row.id, row.reference, row.name, bool(row.has_pledged)) for row in reading.execute(statement)]


def letters_sent(reading: Session, actor: Actor) -> list[ProviderLetterView]:
    """The newest letters, for the council: two queries. Raises NotThere for others."""
    if not actor.may(SEE_SCORES):
        raise NotThere
    rows = reading.execute(
        select(ProviderLetter, Zone.name)
        .outerjoin(Zone, Zone.id == ProviderLetter.zone_id)
        .order_by(ProviderLetter.sent_at_utc.desc(), ProviderLetter.id.desc())
        .limit(LETTERS_SHOWN)
    ).all()
    to = _recipients(reading, [row.ProviderLetter.id for row in rows])
    return [_view(row.ProviderLetter, row.name or "", to[row.ProviderLetter.id]) for row in rows]


def provider_letter(reading: Session, actor: Actor, reference: str) -> ProviderLetterView:
    """One letter, for the council and the providers it was sent to. Raises NotThere for others."""
    row = reading.execute(
        select(ProviderLetter, Zone.name)
        .outerjoin(Zone, Zone.id == ProviderLetter.zone_id)
        .where(ProviderLetter.reference == reference)
    ).one_or_none()
    if row is None:
        raise NotThere
    to = _recipients(reading, [row.ProviderLetter.id])[row.ProviderLetter.id]
    if actor.is_system or actor.may(SEE_SCORES):
        return _view(row.ProviderLetter, row.name or "", to)
    if actor.may(LOG_PLEDGES) and actor.organisation_id in {organisation_id for organisation_id, _ in to}:
        return _view(row.ProviderLetter, row.name or "", ())
    raise NotThere


def _recipients(reading: Session, letter_ids: Collection[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in reading.execute(
        select(ProviderLetterTo.letter_id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == ProviderLetterTo.organisation_id)
        .where(ProviderLetterTo.letter_id.in_(letter_ids))
        .order_by(Organisation.name, Organisation.id)
    ):
        found[row.letter_id].append((row.id, row.name))
    return defaultdict(tuple, {key: tuple(value) for key, value in found.items()})


def _view(row: ProviderLetter, zone: str, to: tuple[tuple[int, str], ...]) -> ProviderLetterView:
    kind = Kind(row.kind)
    return ProviderLetterView(
        reference=row.reference,
        kind=kind,
        what=row.what,
        zone_name=zone,
        quarter=row.quarter,
        short=row.short,
        unit=KIND_UNITS[kind] or Unit.ITEMS,
        subject=row.subject,
        words=row.words,
        sent_at_utc=row.sent_at_utc,
        to=to,
    )
