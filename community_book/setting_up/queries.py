"""How far a council is with setting its site up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base import starting
from community_book.base.actor import Actor, Role
from community_book.base.clock import now_utc, today
from community_book.base.messages import Message
from community_book.base.site import COLOUR, NAMES, OPENING, SAFEGUARDING
from community_book.base.tables import SiteFact
from community_book.organisations.tables import Organisation
from community_book.people.tables import Invitation, MembershipRow, Person
from community_book.places.queries import schemes_in_use
from community_book.setting_up.rules import SET_UP
from community_book.setting_up.views import Progress, StepShown

LEFT = "set-up steps left"
NEEDED = (Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING)
"""Without these nobody lists a group, decides on a delivery or reads what is wrong."""


def fact(reading: Session, name: str) -> dict[str, Any]:
    """What is kept under a name; empty where nothing is."""
    found = reading.execute(select(SiteFact.value).where(SiteFact.name == name)).scalar_one_or_none()
    return dict(found or {})


def has_names(reading: Session) -> bool:
    return "contact_email" in fact(reading, NAMES)


def has_safeguarding(reading: Session) -> bool:
    return bool(fact(reading, SAFEGUARDING))


def has_colour(reading: Session) -> bool:
    return bool(fact(reading, COLOUR))


def has_administrator(reading: Session) -> bool:
    """Whether somebody with an account can set the site up."""
    return (
        reading.execute(
            select(MembershipRow.id)
            .join(Person, Person.id == MembershipRow.person_id)
            .where(
                MembershipRow.role == Role.ADMINISTRATOR,
                MembershipRow.until_utc.is_(None),
                Person.erased_at_utc.is_(None),
                Person.disabled_at_utc.is_(None),
            )
            .limit(1)
        ).first()
        is not None
    )


def council(reading: Session) -> tuple[int, str] | None:
    """The council's own organisation: its id and reference; the first where there are more."""
    row = reading.execute(
        select(Organisation.id, Organisation.reference)
        .where(Organisation.is_council, Organisation.closed_at_utc.is_(None))
        .order_by(Organisation.id)
        .limit(1)
    ).first()
    return (row.id, row.reference) if row else None


def has_zones(reading: Session) -> bool:
    return bool(schemes_in_use(reading, today()))


def has_people(reading: Session) -> bool:
    """Whether an officer, a verifier and a safeguarding officer are there or asked to come."""
    there = select(MembershipRow.role).where(MembershipRow.until_utc.is_(None), MembershipRow.role.in_(NEEDED))
    asked = select(Invitation.role).where(
        Invitation.role.in_(NEEDED),
        Invitation.accepted_at_utc.is_(None),
        Invitation.withdrawn_at_utc.is_(None),
        Invitation.expires_at_utc > now_utc(),
    )
    return set(reading.execute(there.union(asked)).scalars()) >= {str(role) for role in NEEDED}


def made_up_accounts(reading: Session) -> str:
    """What keeps the site from starting in production: accounts of the made-up borough; "" without any."""
    made_up = select(func.count()).select_from(Person).where(Person.email.endswith(".example"))
    found = reading.execute(made_up).scalar_one()
    return f"{found} accounts have made-up addresses (ending in .example)" if found else ""


def missing(reading: Session) -> list[Message]:
    """What must be done before the site opens, and is not."""
    return [step.title for step in starting.set_up_steps() if step.must and not step.is_done(reading)]


def progress(reading: Session, actor: Actor) -> Progress:
    """The list of steps as it stands. For administrators."""
    actor.must(SET_UP)
    opening, left = fact(reading, OPENING), fact(reading, LEFT)
    steps = [
        StepShown(
            name=step.name,
            title=step.title,
            hint=step.hint,
            address=step.address(reading, actor),
            is_done=step.is_done(reading),
            is_left=step.name in left.get("names", []),
            must=step.must,
        )
        for step in starting.set_up_steps()
    ]
    return Progress(steps, is_open=bool(opening.get("is_open", True)), version=opening.get("version"))
