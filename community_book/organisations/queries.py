"""Reads of organisations. What they hand out is public; contacts belong to other rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from community_book.base.errors import NotThere, Refused
from community_book.base.messages import Message
from community_book.base.references import tidy_reference
from community_book.organisations.rules import SCHEME_LABELS, Scheme, org_id, read_scheme, tidy_identifier
from community_book.organisations.tables import Identifier, Organisation
from community_book.organisations.views import IdentifierView, OrganisationView


def identifiers_of(reading: Session, ids: Iterable[int]) -> dict[int, tuple[IdentifierView, ...]]:
    """Register numbers by organisation: the primary one first, then by scheme and number."""
    rows = reading.execute(
        select(Identifier)
        .where(Identifier.organisation_id.in_(set(ids)))
        .order_by(Identifier.is_primary.desc(), Identifier.scheme, Identifier.value)
    ).scalars()
    found: dict[int, list[IdentifierView]] = defaultdict(list)
    for row in rows:
        scheme = Scheme(row.scheme)
        found[row.organisation_id].append(
            IdentifierView(row.scheme, row.value, org_id(scheme, row.value), row.is_primary, SCHEME_LABELS[scheme])
        )
    return {organisation_id: tuple(numbers) for organisation_id, numbers in found.items()}


def _views(reading: Session, rows: Iterable[Organisation]) -> list[OrganisationView]:
    rows = list(rows)
    numbers = identifiers_of(reading, [row.id for row in rows])
    return [
        OrganisationView(
            id=row.id,
            reference=row.reference,
            name=row.name,
            description=row.description,
            website=row.website,
            is_council=row.is_council,
            identifiers=numbers.get(row.id, ()),
            version=row.version,
            is_closed=row.closed_at_utc is not None,
        )
        for row in rows
    ]


def organisations(reading: Session, ids: Iterable[int]) -> dict[int, OrganisationView]:
    """Organisations by id; ids that are not there are left out."""
    rows = reading.execute(
        select(Organisation).where(Organisation.id.in_(set(ids))).order_by(Organisation.id)
    ).scalars()
    return {view.id: view for view in _views(reading, rows)}


def organisation_by_reference(reading: Session, reference: str) -> OrganisationView:
    """One organisation by the reference people type. Raises NotThere."""
    row = reading.execute(
        select(Organisation).where(Organisation.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    return _views(reading, [row])[0]


def find_by_identifier(reading: Session, scheme: str, value: str) -> OrganisationView | None:
    """The organisation with a register number, as typed or tidied; None when nobody has it or it is no number."""
    try:
        known = read_scheme(scheme)
        tidy = tidy_identifier(known, value)
    except Refused:
        return None
    row = reading.execute(
        select(Organisation)
        .join(Identifier, Identifier.organisation_id == Organisation.id)
        .where(Identifier.scheme == known, Identifier.value == tidy)
    ).scalar_one_or_none()
    if row is not None and row.merged_into_id is not None:
        row = reading.get_one(Organisation, row.merged_into_id)
    return _views(reading, [row])[0] if row is not None else None


def stands_for(reading: Session, reference: str) -> str | None:
    """The reference of the organisation another was merged into; None for one that stands for itself."""
    stays = aliased(Organisation)
    return reading.execute(
        select(stays.reference)
        .join(Organisation, Organisation.merged_into_id == stays.id)
        .where(Organisation.reference == tidy_reference(reference))
    ).scalar_one_or_none()


def find_by_name(reading: Session, words: str, *, limit: int = 20) -> list[OrganisationView]:
    """Organisations whose name or reference has the words in it, by name; nothing for empty words."""
    words = " ".join(words.split())[:100]
    if not words:
        return []
    rows = reading.execute(
        select(Organisation)
        .where(
            Organisation.name.icontains(words, autoescape=True) | (Organisation.reference == tidy_reference(words)),
            Organisation.closed_at_utc.is_(None),
        )
        .order_by(func.lower(Organisation.name), Organisation.id)
        .limit(limit)
    ).scalars()
    return _views(reading, rows)


def names_of(reading: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names by id, in one query: for lists that need no more."""
    rows = reading.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids)))).all()
    return {row.id: row.name for row in rows}


def said_number(scheme: Scheme, value: str) -> Message:
    """A number with its register, for sentences: Company number (Companies House) 01234567."""
    return Message("%(label)s %(value)s", label=SCHEME_LABELS[scheme], value=value)
