"""What pledges hold about a person: that they are named as the one who looks after a pledge, or logged it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from community_book.people.tables import MembershipRow, Person
from cwb.pledges.tables import Pledge


def pledges_naming(reading: Session, person_id: int) -> list[tuple[int, str, str]]:
    """Id, reference and the name written, of pledges looked after by somebody of that name in their organisations."""
    statement = (
        select(Pledge.id, Pledge.reference, Pledge.owner_name)
        .join(Person, and_(Person.id == person_id, func.lower(Person.name) == func.lower(Pledge.owner_name)))
        .where(
            Pledge.organisation_id.in_(
                select(MembershipRow.organisation_id).where(MembershipRow.person_id == person_id)
            ),
            Pledge.owner_name != "",
        )
        .order_by(Pledge.id)
    )
    return [(row.id, row.reference, row.owner_name) for row in reading.execute(statement)]


def held_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """For the page that shows somebody what the site holds about them."""
    mine = or_(Pledge.logged_by_person_id == person_id, Pledge.moderated_by_person_id == person_id)
    handled = reading.execute(select(Pledge.title).where(mine).order_by(Pledge.id)).scalars()
    found = {
        "pledges you look after": [reference for _, reference, _ in pledges_naming(reading, person_id)],
        "pledges you logged or decided about": list(handled),
    }
    return {name: value for name, value in found.items() if value}
