"""How every act on a commitment begins and ends: find it, take the pledge's lock, check, change it.

The pledge's row is locked first (house decision 3), so that two acts on commitments of one pledge follow one
another and the second sees what the first did. Every change also names the version it was worked out from:
two who change one row without that lock cannot both win.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text, update

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor, Role
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed
from cwb.commitments import rules
from cwb.commitments.queries.terms import find_by_reference, standing_of
from cwb.commitments.rules import CommitmentState, Side
from cwb.commitments.tables import Commitment
from cwb.pledges import actions as pledges


def _side(actor: Actor, row: Commitment) -> Side:
    """The side somebody acts for. Raises NotThere for whoever has no part in it."""
    by_link = actor.kind == "link" and actor.link_subject == f"commitment:{row.reference}"
    if actor.is_system:
        return Side.SYSTEM
    if actor.organisation_id == row.provider_id and (by_link or actor.has_role(*PROVIDER_ROLES)):
        return Side.PROVIDER
    if actor.organisation_id == row.group_id and (by_link or actor.has_role(*GROUP_ROLES)):
        return Side.GROUP
    if actor.has_role(Role.OFFICER, Role.SAFEGUARDING):
        return Side.COUNCIL
    raise NotThere


def take(work: Work, actor: Actor, reference: str, act: str, *, version: int | None = None) -> tuple[Commitment, Side]:
    """Step: the commitment, its pledge locked, the act checked against how it stands at this moment.

    Raises NotThere, NotAllowed, WrongState (also when `version` is not the present one).
    """
    pledges.lock_pledge(work, select(Commitment.pledge_id).where(Commitment.reference == reference).scalar_subquery())
    row = find_by_reference(work, reference)
    if row is None:
        raise NotThere
    side = _side(actor, row)
    rules.check(act, standing_of(row), side)
    if version is not None and version != row.version:
        raise WrongState(
            Message(
                N_("Something changed here while you were reading. It is %(state)s now. Look again, then answer."),
                state=rules.STATE_LABELS[CommitmentState(row.state)],
            )
        )
    return row, side


def keep(work: Work, row: Commitment, **values: Any) -> None:
    """Step: writes values to a commitment as it was taken. Raises WrongState when somebody came in between."""
    statement = (
        update(Commitment)
        .where(Commitment.id == row.id, Commitment.version == row.version)
        .values(version=row.version + 1, **values)
    )
    if not changed(work, statement):
        raise WrongState(Message(N_("Somebody changed this at the same moment. Look at it again, then try once more.")))
    work.refresh(row)


def speaker(work: Work, side: Side) -> dict[str, int | None]:
    """Step: who speaks for a side from now on: the person who acts, but not an officer who records for others."""
    if work.actor.is_on_behalf or side not in {Side.PROVIDER, Side.GROUP}:
        return {}
    return {"provider_person_id" if side is Side.PROVIDER else "group_person_id": work.actor.person_id}


def one_at_a_time(work: Work, purpose: str, key: int) -> None:
    """Step: makes acts on the same thing wait for one another where there is no row to lock, before any lock.

    On SQLite one act writes at a time anyway.
    """
    if work.get_bind().dialect.name == "postgresql":
        work.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:purpose), CAST(:key AS integer))"),
            {"purpose": purpose, "key": key},
        )


def tell(work: Work, event: str, row: Commitment, **more: Any) -> None:
    """Step: notes an event about a commitment, with the ids every subscriber asks for."""
    work.tell(
        event,
        commitment_id=row.id,
        commitment_reference=row.reference,
        pledge_id=row.pledge_id,
        part_id=row.part_id,
        provider_id=row.provider_id,
        group_id=row.group_id,
        **more,
    )
