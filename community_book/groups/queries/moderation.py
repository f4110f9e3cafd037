"""Reads of asks: what waits for officers, and which groups may be the same."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import LONDON, today, working_days_between
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.groups.rules import ANSWER_LINK, ENTRY, SEE_GROUP_CONTACTS, SEE_WAITING_GROUPS, WAITING, GroupState
from community_book.groups.tables import GroupEntry
from community_book.groups.views import Alike, AskView, QuestionView
from community_book.organisations.queries import find_by_identifier
from community_book.organisations.rules import Scheme, org_id
from community_book.organisations.tables import Identifier, Organisation
from community_book.organisations.views import OrganisationView
from community_book.people.tables import MembershipRow
from community_book.places import queries as places

ALIKE_AT_MOST = 5


def _must_see(actor: Actor) -> None:
    if not actor.may(SEE_WAITING_GROUPS):
        raise NotAllowed(Message(N_("Only officers of the council decide who is listed.")))


def _views(reading: Session, actor: Actor, rows: list[GroupEntry]) -> list[AskView]:
    held = places.places(reading, [row.place_id for row in rows]) if rows else {}
    contacts = actor.may(SEE_GROUP_CONTACTS)
    own = own_asks(reading, actor, rows)
    views = []
    for row in rows:
        place = held[row.place_id]
        number = org_id(Scheme(row.asked_scheme), row.asked_identifier) if row.asked_scheme else ""
        since = row.waiting_since_utc.astimezone(LONDON).date()
        views.append(
            AskView(
                id=row.id,
                reference=row.reference,
                name=row.asked_name,
                state=GroupState(row.state),
                what_we_do=row.what_we_do,
                who_for=row.who_for,
                size_band=row.size_band,
                scheme=row.asked_scheme,
                identifier=row.asked_identifier,
                number=number,
                informal=row.informal,
                proof=row.proof,
                zones=place.zones,
                postcode=(place.postcode or "") if contacts else "",
                confidential=place.confidential,
                contact_name=row.contact_name if contacts else "",
                contact_email=row.contact_email if contacts else "",
                contact_telephone=row.contact_telephone if contacts else "",
                contacts_public=row.contacts_public,
                asked_at_utc=row.asked_at_utc,
                waiting_since_utc=row.waiting_since_utc,
                working_days=working_days_between(since, today()),
                question=row.question,
                answer=row.answer,
                reason=row.reason,
                version=row.version,
                is_own=row.id in own,
            )
        )
    return views


def waiting(reading: Session, actor: Actor, *, limit: int, offset: int = 0) -> tuple[int, list[AskView]]:
    """How many asks are not decided yet, and some, oldest first. Raises NotAllowed for all but officers, auditors."""
    _must_see(actor)
    undecided = select(GroupEntry).where(GroupEntry.state.in_(WAITING))
    total = reading.execute(select(func.count()).select_from(undecided.subquery())).scalar_one()
    rows = reading.execute(
        undecided.order_by(GroupEntry.waiting_since_utc, GroupEntry.id).limit(limit).offset(offset)
    ).scalars()
    return total, _views(reading, actor, list(rows))


def waiting_count(reading: Session) -> tuple[int, int]:
    """How many asks wait for an officer, and the working days the oldest has waited."""
    count, oldest = reading.execute(
        select(func.count(), func.min(GroupEntry.waiting_since_utc)).where(GroupEntry.state == GroupState.ASKED_FOR)
    ).one()
    return count, working_days_between(oldest.astimezone(LONDON).date(), today()) if count else 0


def ask(reading: Session, actor: Actor, reference: str) -> AskView:
    """One ask, decided or not, while it is no listed group. Raises NotThere, NotAllowed."""
    _must_see(actor)
    row = reading.execute(
        select(GroupEntry).where(
            GroupEntry.reference == tidy_reference(reference), GroupEntry.organisation_id.is_(None)
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    return _views(reading, actor, [row])[0]


def state_of_ask(reading: Session, reference: str) -> GroupState:
    """The state of the entry of this reference, whoever asks. Raises NotThere when there is none."""
    state = reading.execute(select(GroupEntry.state).where(GroupEntry.reference == reference)).scalar_one_or_none()
    if state is None:
        raise NotThere
    return GroupState(state)


def asked_it(actor: Actor, entry: GroupEntry) -> bool:
    """Whether a signed-in person asked for this entry, by account or by the address given."""
    if actor.person_id is None:
        return False
    return entry.asked_by_person_id == actor.person_id or (
        bool(actor.email) and actor.email.lower() == entry.asked_by_email.lower()
    )


def question(reading: Session, actor: Actor, reference: str) -> QuestionView:
    """What the council wants to know more about, for the asker or the holder of the mailed link.

    Raises NotThere for anybody else, WrongState when nothing is wanted now.
    """
    entry = reading.execute(
        select(GroupEntry).where(GroupEntry.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if entry is None:
        raise NotThere
    by_link = actor.link_act == ANSWER_LINK and actor.link_subject == f"group:{entry.reference}"
    if not by_link and not asked_it(actor, entry):
        raise NotThere
    ENTRY.check("answer", GroupState(entry.state))
    return QuestionView(entry.reference, entry.asked_name, entry.question)


def known_by_number(reading: Session, ask: AskView) -> OrganisationView | None:
    """The body that has an ask's register number already, listed or not: listing makes it this group."""
    return find_by_identifier(reading, ask.scheme, ask.identifier) if ask.scheme else None


def own_asks(reading: Session, actor: Actor, rows: list[GroupEntry]) -> set[int]:
    """Which of these asks the actor may not decide: recorded by them, in their name, or of a body they belong to."""
    own = {
        row.id
        for row in rows
        if actor.person_id is not None
        and (
            row.asked_by_person_id == actor.person_id
            or (actor.email and actor.email.lower() in {row.contact_email.lower(), row.asked_by_email.lower()})
        )
    }
    if actor.person_id is None or not rows:
        return own
    belongs: Select[str, str | None, str | None] = (
        select(func.lower(Organisation.name), Identifier.scheme, Identifier.value)
        .join(MembershipRow, MembershipRow.organisation_id == Organisation.id)
        .outerjoin(Identifier, Identifier.organisation_id == Organisation.id)
        .where(MembershipRow.person_id == actor.person_id, Organisation.is_council.is_(False))
    )
    for name, scheme, value in reading.execute(belongs).all():
        own |= {
            row.id
            for row in rows
            if row.asked_name.lower() == name
            or (row.asked_scheme and (row.asked_scheme, row.asked_identifier) == (scheme, value))
        }
    return own


def alike(
    reading: Session, name: str, scheme: str, identifier: str, *, also_waiting: bool = False, but: int = 0
) -> list[Alike]:
    """Groups of the same name or number, by name. `also_waiting` looks at other asks too (for officers).

    `but` leaves one entry out.
    """
    states = [GroupState.LISTED, GroupState.PAUSED]
    if also_waiting:
        states += [*sorted(WAITING), GroupState.SUSPENDED, GroupState.DECLINED]
    tidy = " ".join(name.split()).lower()
    numbered = and_(Identifier.scheme == scheme, Identifier.value == identifier)
    holders = select(Identifier.organisation_id).where(numbered)
    same_number = or_(
        GroupEntry.organisation_id.in_(holders),
        and_(GroupEntry.asked_scheme == scheme, GroupEntry.asked_identifier == identifier),
    )
    shown_name = func.coalesce(Organisation.name, GroupEntry.asked_name)
    found = func.lower(shown_name) == tidy
    if scheme:
        found = or_(found, same_number)
    rows = reading.execute(
        select(
            GroupEntry.reference,
            shown_name.label("name"),
            GroupEntry.state,
            func.lower(shown_name).label("lower"),
        )
        .outerjoin(Organisation, Organisation.id == GroupEntry.organisation_id)
        .where(found, GroupEntry.state.in_(states), GroupEntry.id != but)
        .order_by(shown_name, GroupEntry.id)
        .limit(ALIKE_AT_MOST)
    )
    return [Alike(row.reference, row.name, GroupState(row.state), row.lower != tidy) for row in rows]


def own_standing(reading: Session, actor: Actor) -> tuple[str, GroupState, date] | None:
    """Reference, state and last confirmation of the entry one acts for: what a desk asks, in one query."""
    row = reading.execute(
        select(GroupEntry.reference, GroupEntry.state, GroupEntry.last_confirmed_on)
        .where(GroupEntry.organisation_id == actor.organisation_id)
        .order_by(GroupEntry.state == GroupState.CLOSED, GroupEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.reference, GroupState(row.state), row.last_confirmed_on) if row else None


def listed_names_and_numbers(reading: Session) -> tuple[set[str], set[tuple[str, str]]]:
    """Every name (lower case) and register number (scheme, value) of an entry that is not closed."""
    names = reading.execute(
        select(func.lower(Organisation.name))
        .join(GroupEntry, GroupEntry.organisation_id == Organisation.id)
        .where(GroupEntry.state != GroupState.CLOSED)
    ).scalars()
    numbers = reading.execute(
        select(Identifier.scheme, Identifier.value)
        .join(GroupEntry, GroupEntry.organisation_id == Identifier.organisation_id)
        .where(GroupEntry.state != GroupState.CLOSED)
    ).all()
    return set(names), {(scheme, value) for scheme, value in numbers}
