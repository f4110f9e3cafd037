"""Suppliers that wait to be matched, and files that were looked at."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.organisations.tables import Organisation
from cwb.frameworks.rules import UnmatchedState
from cwb.frameworks.tables import Framework, FrameworkUpload, UnmatchedSupplier
from cwb.frameworks.views import UnmatchedView, UploadView


def unmatched(reading: Session, *, state: UnmatchedState | None = None) -> list[UnmatchedView]:
    """Suppliers without an identifier, those that wait first, then by framework and name."""
    statement = (
        select(UnmatchedSupplier, Framework.reference, Framework.name, Organisation.reference, Organisation.name)
        .join(Framework, Framework.id == UnmatchedSupplier.framework_id)
        .outerjoin(Organisation, Organisation.id == UnmatchedSupplier.organisation_id)
        .order_by(
            UnmatchedSupplier.state != str(UnmatchedState.WAITING),
            Framework.name,
            UnmatchedSupplier.name,
            UnmatchedSupplier.id,
        )
    )
    if state is not None:
        statement = statement.where(UnmatchedSupplier.state == str(state))
    return [
        UnmatchedView(
            id=row.id,
            reference=row.reference,
            version=row.version,
            framework_id=row.framework_id,
            framework_reference=framework_reference,
            framework_name=framework_name,
            name=row.name,
            lots=tuple(str(spell["lot"]) for spell in row.lots),
            note=row.note,
            state=UnmatchedState(row.state),
            organisation_reference=organisation_reference or "",
            organisation_name=organisation_name or "",
        )
        for row, framework_reference, framework_name, organisation_reference, organisation_name in reading.execute(
            statement
        ).all()
    ]


def unmatched_by_reference(reading: Session, reference: str) -> UnmatchedView:
    """One of them. Raises NotThere."""
    wanted = tidy_reference(reference)
    found = next((view for view in unmatched(reading) if view.reference == wanted), None)
    if found is None:
        raise NotThere
    return found


def waiting_count(reading: Session) -> int:
    """How many wait."""
    return reading.execute(
        select(func.count()).where(UnmatchedSupplier.state == str(UnmatchedState.WAITING))
    ).scalar_one()


def upload(reading: Session, reference: str, added_by: str) -> UploadView:
    """A file somebody looked at; only theirs. Raises NotThere."""
    row = reading.execute(
        select(FrameworkUpload).where(
            FrameworkUpload.reference == tidy_reference(reference), FrameworkUpload.added_by == added_by
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    return UploadView(row.reference, row.name, row.framework_name, row.content, row.created_at_utc)
