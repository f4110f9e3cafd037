"""Acts of either side on a suggestion: it is not for us, and taking that back."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed
from cwb.matching import queries
from cwb.matching.rules import NOT_FOR_US, NewNotForUs, check_not_for_us
from cwb.matching.tables import NotForUs


def say_not_for_us(actor: Actor, pledge_reference: str, part_id: int, new: NewNotForUs) -> None:
    """One side says that a suggestion is not for it: it is shown to it no more. Saying it anew changes the reason.

    The other side is not told. Raises NotThere, NotAllowed, Refused.
    """
    actor.must(NOT_FOR_US)
    with transactions.work(actor) as work:
        pair = queries.pair(work, actor, pledge_reference, part_id)
        if problems := check_not_for_us(new, pair.side):
            raise Refused(*problems)
        if actor.organisation_id is None:
            raise NotAllowed(Message(N_("Say first for which organisation you act.")))
        row = queries.said_before(work, pair.pledge_id, part_id, actor.organisation_id) or NotForUs(
            pledge_id=pair.pledge_id, part_id=part_id, organisation_id=actor.organisation_id, side=pair.side
        )
        row.reason_code, row.words = new.reason_code, new.words
        row.said_by_person_id = None if actor.is_on_behalf else actor.person_id
        row.said_at_utc, row.undone_at_utc = now_utc(), None
        work.add(row)
        work.flush()
        work.record(
            "suggestion.not_for_us",
            f"need:{pair.need_reference}" if pair.side == "group" else f"pledge:{pledge_reference}",
            f"pledge:{pledge_reference}" if pair.side == "group" else f"need:{pair.need_reference}",
            facts={"side": str(pair.side), "why": new.reason_code},
            texts={"words": new.words},
        )


def take_back_not_for_us(actor: Actor, pledge_reference: str, part_id: int) -> None:
    """The same side takes it back: the suggestion is shown again while it fits. Raises NotThere, WrongState."""
    actor.must(NOT_FOR_US)
    with transactions.work(actor) as work:
        pair = queries.pair(work, actor, pledge_reference, part_id)
        undone = changed(
            work,
            update(NotForUs)
            .where(
                NotForUs.pledge_id == pair.pledge_id,
                NotForUs.part_id == part_id,
                NotForUs.organisation_id == actor.organisation_id,
                NotForUs.undone_at_utc.is_(None),
            )
            .values(undone_at_utc=now_utc()),
        )
        if not undone:
            raise WrongState(Message(N_("You have taken this back already, so it is shown to you again.")))
        work.record(
            "suggestion.take_back_not_for_us",
            f"need:{pair.need_reference}" if pair.side == "group" else f"pledge:{pledge_reference}",
            f"pledge:{pledge_reference}" if pair.side == "group" else f"need:{pair.need_reference}",
            facts={"side": str(pair.side)},
        )


def erase_words(work: Work, person_id: int) -> None:
    """Step: a person's words of what is not for their organisation; that it is not stays."""
    changed(
        work,
        update(NotForUs).where(NotForUs.said_by_person_id == person_id).values(words="", said_by_person_id=None),
    )


def move_words(
    work: Work, from_organisation: int, to_organisation: int, ids: Collection[int] | None = None
) -> list[int]:
    """Step: what one organisation said is not for it, or these of it, another says, which it was all along.

    Returns their ids. What the other has said of the same pair itself stays as it is.
    """
    other = aliased(NotForUs)
    wanted = [
        NotForUs.organisation_id == from_organisation,
        ~exists().where(
            other.organisation_id == to_organisation,
            other.pledge_id == NotForUs.pledge_id,
            other.part_id == NotForUs.part_id,
        ),
    ]
    if ids is not None:
        wanted.append(NotForUs.id.in_(ids))
    found = list(work.execute(select(NotForUs.id).where(*wanted).order_by(NotForUs.id)).scalars())
    changed(work, update(NotForUs).where(NotForUs.id.in_(found)).values(organisation_id=to_organisation))
    return found
