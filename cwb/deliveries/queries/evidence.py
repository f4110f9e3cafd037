"""Handing out a file: only to those who see its delivery."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.tables import StoredFile
from cwb.deliveries.queries.seeing import seen_by
from cwb.deliveries.tables import Delivery, Evidence
from cwb.deliveries.views import EvidenceFile


def evidence_file(reading: Session, actor: Actor, uuid: UUID) -> EvidenceFile:
    """The file behind a UUID. Raises NotThere for whoever may not see its delivery, as if it did not exist."""
    file = reading.execute(
        select(StoredFile)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .join(Delivery, Delivery.id == Evidence.delivery_id)
        .where(StoredFile.uuid == uuid, seen_by(actor))
    ).scalar_one_or_none()
    if file is None:
        raise NotThere
    return EvidenceFile(file.sha256, file.media_type, file.extension, file.name)
