"""Acts of a group on a need with several parts: its card, and one part after the other."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotThere, Refused
from community_book.base.messages import N_
from community_book.base.work import Work, refuse, require_version
from community_book.needs import queries
from community_book.needs.actions.keeping import stop_parts
from community_book.needs.actions.laying import fill_part, refill_part, take_out_part
from community_book.needs.actions.posting import check_stored, place_for, post_row, require_room
from community_book.needs.actions.rows import about, own_need, parts_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import (
    COMBINE_LABELS,
    COUNTED,
    NEEDS,
    PARTS_AT_MOST,
    NeedState,
    NewCard,
    NewPart,
    check_card,
    check_part,
    may_combine,
    one_is_enough,
)
from community_book.needs.tables import Need, NeedPart

_DRAFTS = frozenset({NeedState.DRAFT, NeedState.RETURNED})


def save_card(actor: Actor, reference: str, card: NewCard) -> None:
    """Saves the words of a draft and how its parts go together."""
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        need.state = NEEDS.go("save", NeedState(need.state))
        require_version(need, card.version)
        if not card.title:
            raise refuse("title", N_("Say in a few words what you need, like “Minibus for our lunch club”"))
        _write_card(work, need, card)
        work.record("need.save", f"need:{reference}", texts=_texts(card))


def post_card(actor: Actor, reference: str, card: NewCard) -> None:
    """Posts a draft with all its parts as they are saved. Raises Refused, naming the part where one has gaps."""
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        NEEDS.check("post", NeedState(need.state))
        require_version(need, card.version)
        if problems := check_card(card):
            raise Refused(*problems)
        _write_card(work, need, card)
        check_stored(work, actor, need)
        post_row(work, actor, need, texts=_texts(card))


def change_card(actor: Actor, reference: str, card: NewCard) -> None:
    """Changes the words of a posted need, and how its parts go together while nothing is promised."""
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        NEEDS.check("change", NeedState(need.state))
        require_version(need, card.version)
        if problems := check_card(card, changing=True):
            raise Refused(*problems)
        words_changed = (need.title, need.story) != (card.title, card.story)
        _write_card(work, need, card)
        after = settle_need(work, need.id)
        work.record("need.change", f"need:{reference}", facts={"combine": need.combine}, texts=_texts(card))
        work.tell("NeedChanged", **about(work, need), state=after, words_changed=words_changed)


def add_part(
    actor: Actor, reference: str, part: NewPart, *, combine: str | None = None, version: int | None = None
) -> int:
    """Asks for one more thing in a need, at most three in all; returns its position.

    A draft's may have gaps. Raises Refused, NotThere, NotAllowed, WrongState.
    """
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        before = NeedState(need.state)
        NEEDS.check("add_part", before)
        require_version(need, version)
        parts = parts_of(work, need.id)
        if len(parts) >= PARTS_AT_MOST:
            raise refuse("", N_("One need can ask for %(most)s things at most. Post another need for more."),
                         most=PARTS_AT_MOST)  # fmt: skip
        if combine is not None:
            _set_combine(work, need, combine)
        if one_is_enough(need.combine, [queries.terms_of(row) for row in parts]):
            raise refuse("", N_("One of these is promised in full, so nothing else is asked for in this need"))
        _check_when_posted(before, part)
        row = NeedPart(need_id=need.id, kind=part.kind, position=parts[-1].position + 1)
        fill_part(work, row, part, place_for(work, need.organisation_id, part, None))
        _finish(work, need, before, "need.add_part", row)
        return row.position


def change_part(actor: Actor, reference: str, position: int, part: NewPart, *, version: int | None = None) -> None:
    """Changes one part. Of a posted need, help that is promised keeps its amount and its days."""
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        before = NeedState(need.state)
        NEEDS.check("save" if before in _DRAFTS else "change", before)
        require_version(need, version)
        row = _part_at(work, need, position)
        place_id = place_for(work, need.organisation_id, part, row.place_id)
        if before in _DRAFTS:
            row.kind = part.kind
            fill_part(work, row, part, place_id)
        else:
            if part.kind != row.kind:
                raise refuse("kind", N_("The kind of help cannot be changed. Add another to the need instead."))
            if row.closed:
                raise refuse("", N_("This is not asked for any more. Look at the need as it is now"))
            _check_when_posted(before, part, changing=True)
            last_day = row.last_day
            refill_part(work, row, part, place_id)
            if row.last_day != last_day:
                need.asked_at_days = None
        _finish(work, need, before, "need.change_part", row)


def drop_part(actor: Actor, reference: str, position: int, *, version: int | None = None) -> None:
    """Takes a part out of a draft; of a posted need, the group asks for it no more and what is promised goes on.

    The last thing asked for cannot be dropped: the need is taken back instead.
    """
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        before = NeedState(need.state)
        NEEDS.check("drop_part", before)
        require_version(need, version)
        row = _part_at(work, need, position)
        parts = parts_of(work, need.id)
        if not row.closed and not any(part.id != row.id and not part.closed for part in parts):
            raise refuse("", N_("This is the last thing it asks for. Take the whole need back instead."))
        if row.closed:
            raise refuse("", N_("This is not asked for any more. Look at the need as it is now"))
        if before in _DRAFTS:
            take_out_part(work, row)
            for number, part in enumerate(parts_of(work, need.id), start=1):
                part.position = number
                work.flush()
            need.state = NeedState.DRAFT
            work.record("need.drop_part", f"need:{reference}", facts={"position": position, "kind": row.kind})
            return
        stop_parts(work, need, [row.id])
        _finish(work, need, before, "need.drop_part", row, words_changed=False)


def _part_at(work: Work, need: Need, position: int) -> NeedPart:
    found = next((part for part in parts_of(work, need.id) if part.position == position), None)
    if found is None:
        raise NotThere
    return found


def _check_when_posted(state: NeedState, part: NewPart, *, changing: bool = False) -> None:
    problems = check_part(part, today(), changing=changing) if state not in _DRAFTS else []
    if problems:
        raise Refused(*problems)


def _write_card(work: Work, need: Need, card: NewCard) -> None:
    need.title, need.story = card.title, card.story
    _set_combine(work, need, card.combine)


def _set_combine(work: Work, need: Need, combine: str) -> None:
    if combine not in COMBINE_LABELS:
        raise refuse("combine", N_("Say whether any of these helps, or all are needed"))
    if not may_combine(combine, need.combine, [queries.terms_of(part) for part in parts_of(work, need.id)]):
        raise refuse("combine", N_("Help is promised already, so this must stay as it is: %(combine)s"),
                     combine=COMBINE_LABELS[need.combine])  # fmt: skip
    need.combine = combine
    work.flush()


def _finish(work: Work, need: Need, before: NeedState, act: str, row: NeedPart, *, words_changed: bool = True) -> None:
    """What follows a change of a part: of a draft nothing, of a posted need its state, the cap and the news."""
    facts = {"position": row.position, "kind": row.kind, "amount": row.amount, "committed": row.committed}
    if before in _DRAFTS:
        need.state = NeedState.DRAFT
        work.record(act, f"need:{need.reference}", facts=facts)
        return
    work.flush()
    after = settle_need(work, need.id)
    if after is NeedState.OPEN and before not in COUNTED:
        require_room(work, need.organisation_id, besides=need.id)
    work.record(act, f"need:{need.reference}", facts=facts)
    work.tell("NeedChanged", **about(work, need), state=after, words_changed=words_changed)


def _texts(card: NewCard) -> dict[str, str | None]:
    return {"title": card.title, "story": card.story}
