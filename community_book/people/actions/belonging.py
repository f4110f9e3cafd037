"""Who belongs where, as what. An organisation that has a lead always keeps one."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import ROLE_LABELS, Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_pseudonym, new_reference, tidy_reference
from community_book.base.work import Work, changed, refuse
from community_book.organisations.queries import organisation_by_reference, organisations
from community_book.organisations.views import OrganisationView
from community_book.people import passwords
from community_book.people.actions.links import end_links
from community_book.people.actions.signing_in import end_all_sessions
from community_book.people.queries import memberships_of
from community_book.people.rules import INVITE, LEAD_ROLES, MANAGE_PEOPLE, may_give, roles_for
from community_book.people.tables import MembershipRow, Person


def make_person(
    work: Work, name: str, email: str, *, password: str | None = None, password_hash: str | None = None
) -> int:
    """Step: a new account; returns its id. Raises Refused on "email" when somebody has the address."""
    row = Person(
        reference=new_reference("PE"),
        name=" ".join(name.split()),
        email=email.strip().lower(),
        password_hash=passwords.hash_password(password) if password is not None else password_hash,
        pseudonym=new_pseudonym(),
    )
    try:
        with work.begin_nested():
            work.add(row)
    except IntegrityError:
        raise refuse(
            "email", N_("An account has this address already. Sign in with it, or use another address.")
        ) from None
    return row.id


def give_role(work: Work, person_id: int, organisation_id: int, role: Role) -> bool:
    """Step: gives somebody a role from now on; False when they hold it already.

    Raises Refused for a role that cannot be held in such an organisation.
    """
    organisation = organisations(work, [organisation_id]).get(organisation_id)
    if organisation is None:
        raise NotThere
    if role not in roles_for(is_council=organisation.is_council):
        raise refuse(
            "role",
            N_("Nobody can be %(role)s in %(name)s. Council roles are held in the council, the others outside it."),
            role=ROLE_LABELS[role],
            name=organisation.name,
        )
    try:
        with work.begin_nested():
            work.add(
                MembershipRow(person_id=person_id, organisation_id=organisation_id, role=role, since_utc=now_utc())
            )
    except IntegrityError:
        return False
    return True


def _lock_members(work: Work, organisation_id: int) -> list[MembershipRow]:
    """Every role held in an organisation now, locked in order: two removals at once are done one after the other."""
    return list(
        work.execute(
            select(MembershipRow)
            .where(MembershipRow.organisation_id == organisation_id, MembershipRow.until_utc.is_(None))
            .order_by(MembershipRow.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalars()
    )


def end_role(work: Work, person_id: int, organisation_id: int, role: Role, *, even_the_last: bool = False) -> None:
    """Step: ends a role somebody holds. Raises NotThere when they do not, WrongState when nobody else would lead.

    `even_the_last` is for organisations that end themselves.
    """
    held = _lock_members(work, organisation_id)
    row = next((row for row in held if row.person_id == person_id and row.role == role), None)
    if row is None:
        raise NotThere
    if role in LEAD_ROLES and not even_the_last:
        others = [other.person_id for other in held if other.role == role and other.person_id != person_id]
        able = work.execute(
            select(Person.id).where(Person.id.in_(others), Person.disabled_at_utc.is_(None)).limit(1)
        ).scalar_one_or_none()
        if able is None:
            raise WrongState(
                Message(
                    N_("Nobody else is %(role)s there. Give somebody else this role first, then end this one."),
                    role=ROLE_LABELS[role],
                )
            )
    if not changed(
        work,
        update(MembershipRow)
        .where(MembershipRow.id == row.id, MembershipRow.until_utc.is_(None))
        .values(until_utc=now_utc()),
    ):
        raise NotThere


def _check_authority(work: Work, actor: Actor, organisation: OrganisationView) -> frozenset[Role]:
    """The roles the actor may set there, from the rows as they are now and not as the request began."""
    if actor.is_system:
        return frozenset(Role)
    if actor.is_on_behalf:
        if actor.on_behalf_of_organisation_id != organisation.id:
            raise NotThere
        return may_give(actor.roles)
    fresh = memberships_of(work, actor.person_id) if actor.person_id is not None else ()
    acting = next((place.roles for place in fresh if place.organisation_id == actor.organisation_id), frozenset())
    if Role.ADMINISTRATOR in acting:
        return may_give(acting)
    if organisation.id != actor.organisation_id:
        raise NotThere
    if acting.isdisjoint(LEAD_ROLES):
        raise NotAllowed(Message(N_("Only a lead of %(name)s may change who belongs to it."), name=organisation.name))
    return may_give(acting)


def set_roles(actor: Actor, organisation_reference: str, person_reference: str, roles: Collection[Role]) -> str:
    """Sets which roles somebody holds in an organisation; none ends their membership. Returns the organisation.

    A lead sets those of their own people; a council administrator those of everybody but themselves.
    Raises Refused, NotThere, NotAllowed, WrongState (the last lead).
    """
    actor.must(INVITE)
    wanted = frozenset(roles)
    with transactions.work(actor) as work:
        organisation = organisation_by_reference(work, organisation_reference)
        person = work.execute(
            select(Person).where(Person.reference == tidy_reference(person_reference), Person.erased_at_utc.is_(None))
        ).scalar_one_or_none()
        if person is None:
            raise NotThere
        held = frozenset(Role(row.role) for row in _lock_members(work, organisation.id) if row.person_id == person.id)
        may = _check_authority(work, actor, organisation)
        if not held and not (actor.is_system or actor.has_role(Role.ADMINISTRATOR)):
            raise NotThere
        added, ended = wanted - held, held - wanted
        _check_change(actor, person, may, added=added, ended=ended)
        for role in sorted(added):
            give_role(work, person.id, organisation.id, role)
        for role in sorted(ended):
            end_role(work, person.id, organisation.id, role)
        work.record(
            "membership.set_roles",
            f"organisation:{organisation.reference}",
            f"person:{person.reference}",
            facts={"added": sorted(added), "ended": sorted(ended)},
        )
        if added or ended:
            work.tell(
                "RolesChanged",
                person_id=person.id,
                organisation_id=organisation.id,
                added=sorted(added),
                ended=sorted(ended),
            )
        return organisation.reference


def _check_change(
    actor: Actor, person: Person, may: frozenset[Role], *, added: frozenset[Role], ended: frozenset[Role]
) -> None:
    if not (added | ended) <= may:
        raise NotAllowed(Message(N_("Your role may not give or end this one. Ask the council's administrators.")))
    if added and person.id == actor.person_id and Role.ADMINISTRATOR in actor.roles:
        raise NotAllowed(Message(N_("Nobody gives roles to themselves. Ask another administrator.")))


def leave(actor: Actor, organisation_reference: str) -> None:
    """Ends the actor's own membership of an organisation. Raises WrongState for its last lead."""
    if actor.person_id is None:
        raise NotThere
    with transactions.work(actor) as work:
        organisation = organisation_by_reference(work, organisation_reference)
        person = work.get_one(Person, actor.person_id)
        held = [row for row in _lock_members(work, organisation.id) if row.person_id == person.id]
        if not held:
            raise NotThere
        for row in held:
            end_role(work, person.id, organisation.id, Role(row.role))
        work.record(
            "membership.leave",
            f"organisation:{organisation.reference}",
            f"person:{person.reference}",
            facts={"ended": sorted(row.role for row in held)},
        )


def add_person(actor: Actor, name: str, email: str, *, organisation_reference: str, role: Role) -> str:
    """Gives an address an account, if it has none, and a role: the command line's act. Returns the reference."""
    if not actor.is_system:
        raise NotThere
    with transactions.work(actor) as work:
        organisation = organisation_by_reference(work, organisation_reference)
        person = work.execute(select(Person).where(Person.email == email.strip().lower())).scalar_one_or_none()
        person = person or work.get_one(Person, make_person(work, name, email))
        give_role(work, person.id, organisation.id, role)
        work.record(
            "person.add",
            f"person:{person.reference}",
            f"organisation:{organisation.reference}",
            facts={"role": role},
            texts={"name": name},
        )
        return person.reference


def disable_person(actor: Actor, reference: str) -> str:
    """Shuts somebody out from their next request on: a council administrator's act."""
    actor.must(MANAGE_PEOPLE)
    with transactions.work(actor) as work:
        person = _managed(work, reference)
        if person.id == actor.person_id:
            raise NotAllowed(Message(N_("Nobody shuts themselves out. Ask another administrator.")))
        if not changed(
            work,
            update(Person)
            .where(Person.id == person.id, Person.disabled_at_utc.is_(None))
            .values(disabled_at_utc=now_utc()),
        ):
            raise WrongState(Message(N_("This account is shut already.")))
        end_all_sessions(work, person.id)
        end_links(work, person_id=person.id)
        work.record("person.disable", f"person:{person.reference}")
        return person.reference


def enable_person(actor: Actor, reference: str) -> str:
    """Lets somebody in again."""
    actor.must(MANAGE_PEOPLE)
    with transactions.work(actor) as work:
        person = _managed(work, reference)
        if not changed(
            work,
            update(Person)
            .where(Person.id == person.id, Person.disabled_at_utc.is_not(None))
            .values(disabled_at_utc=None),
        ):
            raise WrongState(Message(N_("This account is open already.")))
        work.record("person.enable", f"person:{person.reference}")
        return person.reference


def _managed(work: Work, reference: str) -> Person:
    person = work.execute(
        select(Person).where(Person.reference == tidy_reference(reference), Person.erased_at_utc.is_(None))
    ).scalar_one_or_none()
    if person is None:
        raise NotThere
    return person
