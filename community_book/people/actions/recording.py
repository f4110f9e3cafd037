"""As whom somebody acts: one of their organisations, or the one an officer records for."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.work import Work, changed
from community_book.organisations.queries import organisation_by_reference
from community_book.people.queries import token_hash
from community_book.people.queries.sessions import roles_spoken_for
from community_book.people.rules import RECORD_FOR
from community_book.people.tables import SignInSession


def _set(work: Work, actor: Actor, token: str, **values: int | None) -> None:
    if not changed(
        work,
        update(SignInSession)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.person_id == actor.person_id,
            SignInSession.ended_at_utc.is_(None),
        )
        .values(**values),
    ):
        raise NotThere


def act_as(actor: Actor, organisation_reference: str, *, token: str) -> str:
    """Chooses the organisation the actor acts as in this browser; returns its name. Ends recording for another."""
    wanted = tidy_reference(organisation_reference)
    place = next((place for place in actor.memberships if place.organisation_reference == wanted), None)
    if place is None:
        raise NotThere
    with transactions.bookkeeping(actor) as work:
        _set(work, actor, token, acting_organisation_id=place.organisation_id, recording_for_organisation_id=None)
    return place.organisation_name


def record_for(actor: Actor, organisation_reference: str, *, token: str) -> str:
    """Begins to record for an organisation whose people telephoned or wrote; returns its name.

    From the next request the officer has that organisation's roles, and only those, until they stop.
    """
    actor.must(RECORD_FOR)
    with transactions.work(actor) as work:
        organisation = organisation_by_reference(work, organisation_reference)
        if actor.is_on_behalf:
            raise WrongState(Message(N_("You record for %(name)s. Stop that first."), name=actor.on_behalf_of))
        if organisation.is_closed or not roles_spoken_for(work, organisation.id):
            raise NotAllowed(
                Message(
                    N_("%(name)s is neither in the Community Book nor a provider, so there is nothing to record."),
                    name=organisation.name,
                )
            )
        _set(work, actor, token, recording_for_organisation_id=organisation.id)
        work.record("recording.start", f"organisation:{organisation.reference}")
    return organisation.name


def stop_recording(actor: Actor, *, token: str) -> None:
    """Ends recording for another organisation; where nobody records, nothing happens."""
    if not actor.is_on_behalf:
        return
    with transactions.work(actor) as work:
        _set(work, actor, token, recording_for_organisation_id=None)
        work.record("recording.stop", f"organisation:{actor.organisation_reference}")
