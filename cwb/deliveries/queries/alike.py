"""Pictures that are nearly the same as one of another delivery: candidates by index, compared bit by bit."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.file_checking.looks import NEARLY_BITS, Bands, beside, bits_between
from community_book.base.tables import StoredFile
from community_book.organisations.tables import Organisation
from cwb.deliveries.queries.seeing import seen_by
from cwb.deliveries.rules import DECIDE_DELIVERY, DeliveryState
from cwb.deliveries.tables import Delivery, Evidence
from cwb.deliveries.views import AlikePicture, PictureBeside

CANDIDATES_AT_MOST = 2_000
"""More pictures than this with a band in common are all of one plain kind, and none of them says much."""


def similar_picture_elsewhere(reading: Session, delivery_id: int) -> bool:
    """Whether a picture of this delivery is nearly that of another one. The very same file is `same_file_elsewhere`."""
    mine = reading.execute(
        select(StoredFile).join(Evidence, Evidence.file_id == StoredFile.id).where(Evidence.delivery_id == delivery_id)
    ).scalars()
    return bool(_alike(reading, delivery_id, list(mine)))


def alike_pictures(
    reading: Session, actor: Actor, delivery_id: int, files: Iterable[StoredFile]
) -> dict[int, tuple[AlikePicture, ...]]:
    """By file of a delivery, the pictures of others nearly the same; only for those who decide, as far as they see."""
    if not actor.may(DECIDE_DELIVERY):
        return {}
    return _alike(reading, delivery_id, list(files), seen_by(actor))


def _alike(
    reading: Session, delivery_id: int, files: list[StoredFile], *conditions: ColumnElement[bool]
) -> dict[int, tuple[AlikePicture, ...]]:
    looks = {file.id: look for file in files if (look := look_of(file)) is not None}
    if not looks:
        return {}
    columns = (StoredFile.look_1, StoredFile.look_2, StoredFile.look_3, StoredFile.look_4)
    near = or_(
        *(
            column.in_({value for look in looks.values() for value in beside(look[place])})
            for place, column in enumerate(columns)
        )
    )
    candidates = reading.execute(
        select(StoredFile, Delivery.reference)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .join(Delivery, Delivery.id == Evidence.delivery_id)
        .where(near, Delivery.id != delivery_id, *conditions)
        .order_by(StoredFile.id.desc())
        .limit(CANDIDATES_AT_MOST)
    ).all()
    found: dict[int, tuple[AlikePicture, ...]] = {}
    for file in files:
        look = looks.get(file.id)
        pictures = [
            AlikePicture(other.uuid, reference)
            for other, reference in reversed(candidates)
            if look is not None
            and not _is_same_file(file, other)
            and bits_between(look, look_of(other) or look) <= NEARLY_BITS
        ]
        if pictures:
            found[file.id] = tuple(pictures)
    return found


def look_of(file: StoredFile) -> Bands | None:
    """What a kept picture looks like; None for other files, and for pictures with too little on them."""
    first, second, third, fourth = file.look_1, file.look_2, file.look_3, file.look_4
    if first is None or second is None or third is None or fourth is None:
        return None
    return first, second, third, fourth


def _is_same_file(one: StoredFile, other: StoredFile) -> bool:
    return one.sha256_original == other.sha256_original or one.sha256 == other.sha256


def pictures_beside(reading: Session, actor: Actor, uuid: UUID, other: UUID) -> tuple[PictureBeside, PictureBeside]:
    """Two pictures with what was reported with each. Raises NotThere for any the actor may not see."""
    provider, group = aliased(Organisation), aliased(Organisation)
    rows = reading.execute(
        select(StoredFile, Delivery, provider.name, group.name)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .join(Delivery, Delivery.id == Evidence.delivery_id)
        .join(provider, provider.id == Delivery.provider_id)
        .outerjoin(group, group.id == Delivery.group_id)
        .where(StoredFile.uuid.in_([uuid, other]), StoredFile.media_type.startswith("image/"), seen_by(actor))
    ).all()
    found = {
        file.uuid: PictureBeside(
            uuid=file.uuid,
            name=file.name,
            reference=row.reference,
            state=DeliveryState(row.state),
            provider_name=provider_name,
            group_name=group_name or "",
            happened_on=row.happened_on,
            reported_at_utc=row.reported_at_utc,
        )
        for file, row, provider_name, group_name in rows
    }
    if len(found) != 2:
        raise NotThere
    return found[uuid], found[other]
