"""The letters that would be written if promises were stopped or held, to be read before anybody does so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments import saying
from cwb.commitments.queries import terms
from cwb.commitments.queries.stopping import before_stopping
from cwb.commitments.rules import CommitmentState, SessionState, Stopped
from cwb.commitments.tables import Commitment
from cwb.commitments.views import CommitmentTerms, LetterAhead, PromiseInWords


def letters_ahead(
    reading: Session,
    becomes: Mapping[int, CommitmentState],
    on: date,
    *,
    reason_code: str = "",
    reason: str = "",
) -> list[LetterAhead]:
    """One letter to both sides for each promise that `becomes` held, lapsed or stopped on a day: five queries.

    By pledge and id, as the letters will be written. `reason` is what the sides would be told.
    """
    stopped = before_stopping(reading, list(becomes), on)
    sessions = terms.sessions_of(reading, list(becomes))
    provider, group = aliased(Organisation), aliased(Organisation)
    rows = reading.execute(
        select(Commitment, provider.name.label("provider"), group.name.label("group"), Need.title, NeedPart)
        .join(provider, provider.id == Commitment.provider_id)
        .join(group, group.id == Commitment.group_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(Commitment.id.in_(list(becomes)))
        .order_by(Commitment.pledge_id, Commitment.id)
    )
    found = []
    for row in rows:
        own = terms.terms_of(row.Commitment, sessions.get(row.Commitment.id, ()))
        state = becomes[row.Commitment.id]
        promise = PromiseInWords(
            terms=_then(own, state, stopped[row.Commitment.id]),
            provider_name=row.provider,
            group_name=row.group,
            need_title=row.title,
            item_type=row.NeedPart.item_type,
            subject=row.NeedPart.subject,
            online=row.NeedPart.online,
            amount_agreed=row.Commitment.amount_agreed,
        )
        match state:
            case CommitmentState.ON_HOLD:
                words = saying.held_words(row.title)
            case CommitmentState.LAPSED:
                words = saying.lapsed_words(row.title, "not_available")
            case _:
                words = saying.ended_words(row.title, str(state), reason_code, reason)
        body = (saying.say_promise(promise), *words[1:])
        found.append(LetterAhead((row.provider, row.group), words[0], body, f"commitment:{own.reference}"))
    return found


def _then(now: CommitmentTerms, state: CommitmentState, before: Stopped) -> CommitmentTerms:
    """A promise as it will stand when its letter is written."""
    if state is not CommitmentState.ENDED_SHORT:
        return replace(now, state=state)
    gone = {
        **dict.fromkeys(before.free_sessions, SessionState.RETURNED),
        **dict.fromkeys(before.past_sessions, SessionState.NOT_USED),
    }
    sessions = tuple(replace(one, state=gone.get(one.id, one.state)) for one in now.sessions)
    return replace(now, state=state, amount=now.amount - before.free - before.past, sessions=sessions)
