"""Acts of a group that writes a need down: saving, posting, changing, copying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotAllowed, Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference
from community_book.base.settings import settings
from community_book.base.work import Work, refuse, require_version
from community_book.groups.rules import GroupState
from community_book.needs import queries
from community_book.needs.actions.laying import fill_part, refill_part, take_out_part
from community_book.needs.actions.rows import about, own_need, parts_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import (
    COUNTED,
    NEEDS,
    POST_NEED,
    NeedState,
    NewNeed,
    NewPart,
    check_new,
    first_state,
    without_past_days,
    words_to_look_at,
)
from community_book.needs.tables import Need, NeedPart
from community_book.places.actions import change_place, make_place
from community_book.places.rules import NewPlace


def save_need(actor: Actor, new: NewNeed, *, reference: str | None = None) -> str:
    """Saves a draft, which may have gaps but needs a title; with `reference` an earlier draft or one sent back.

    Returns its reference. Raises Refused, NotAllowed, WrongState.
    """
    with transactions.work(actor) as work:
        need = _written(work, actor, new, reference)
        work.record("need.save", f"need:{need.reference}", facts={"kind": new.kind}, texts=_texts(new))
        return need.reference


def post_need(actor: Actor, new: NewNeed, *, reference: str | None = None) -> str:
    """Posts a need, new or from a draft: it waits for an officer, or is open at once for a trusted group.

    A trusted group's need waits too where its words may be about something that is never on offer. Returns its
    reference. Raises Refused for gaps and when the group has as many needs open or waiting as it may.
    """
    with transactions.work(actor) as work:
        problems = check_new(new, today())
        if problems:
            raise Refused(*problems)
        need = _written(work, actor, new, reference)
        if not new.others:
            check_stored(work, actor, need)
        post_row(work, actor, need, texts=_texts(new))
        return need.reference


def check_stored(work: Work, actor: Actor, need: Need) -> None:
    """Step: refuses to post a draft of several parts while something is missing in one of them."""
    work.flush()
    stored = queries.need(work, actor, need.reference).as_written()
    if not stored.others:
        return
    problems = check_new(replace(stored, none_of_these=True), today())
    if problems:
        raise Refused(*problems)


def post_row(work: Work, actor: Actor, need: Need, *, texts: dict[str, str | None]) -> None:
    """Step: puts a need that is written and checked before the council or, for a trusted group, before everybody."""
    standing = queries.group_standing(work, need.organisation_id)
    if standing is None or standing.state != GroupState.LISTED:
        raise NotAllowed(
            Message(N_("Only a group that is listed in the Book can post a need. Your draft can be kept."))
        )
    require_room(work, need.organisation_id, besides=need.id)
    target = first_state(trusted=standing.trusted, looked_at=words_to_look_at(need.title, need.story))
    need.state = NEEDS.go("post", NeedState(need.state), target)
    need.reason, need.ended_at_utc, need.asked_at_days = "", None, None
    need.posted_by_person_id = actor.person_id
    need.posted_at_utc = now_utc()
    if target is NeedState.OPEN:
        need.opened_at_utc = now_utc()
    work.flush()
    parts = parts_of(work, need.id)
    kinds = ", ".join(part.kind for part in parts)
    facts: dict[str, object] = {"kind": kinds, "state": target, **_figures(work, need)}
    if len(parts) > 1:
        facts["combine"] = need.combine
    work.record("need.post", f"need:{need.reference}", facts=facts, texts=texts)
    if target is NeedState.OPEN:
        work.tell("NeedOpened", **about(work, need), at_once=True)
    else:
        work.tell("NeedPosted", **about(work, need))


def change_need(actor: Actor, reference: str, new: NewNeed) -> None:
    """Changes a need that was posted; help that is promised keeps its amount and its days.

    Raises Refused, NotThere, NotAllowed, and WrongState when somebody changed it meanwhile.
    """
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        NEEDS.check("change", NeedState(need.state))
        require_version(need, new.version)
        part = parts_of(work, need.id)[0]
        if new.kind != part.kind:
            raise refuse("kind", N_("The kind of help cannot be changed. Post another need instead."))
        problems = check_new(new, today(), changing=True)
        if problems:
            raise Refused(*problems)
        words_changed = (need.title, need.story) != (new.title, new.story)
        last_day = part.last_day
        need.title, need.story = new.title, new.story
        refill_part(work, part, new, place_for(work, need.organisation_id, new, part.place_id))
        if part.last_day != last_day:
            need.asked_at_days = None
        work.flush()
        before = NeedState(need.state)
        after = settle_need(work, need.id)
        if after is NeedState.OPEN and before not in COUNTED:
            require_room(work, need.organisation_id, besides=need.id)
        work.record("need.change", f"need:{reference}", facts=_figures(work, need), texts=_texts(new))
        work.tell("NeedChanged", **about(work, need), state=after, words_changed=words_changed)


def copy_need(actor: Actor, reference: str) -> str:
    """Makes a new draft like an earlier need of the group, without the days that are past. Returns its reference."""
    with transactions.work(actor) as work:
        own_need(work, actor, reference)
        old = queries.need(work, actor, reference).as_written()
        others = tuple(without_past_days(part, today()) for part in old.others)
        new = replace(without_past_days(old, today()), others=others, version=None)
        need = _written(work, actor, new, None)
        work.record(
            "need.copy", f"need:{need.reference}", f"need:{reference}", facts={"kind": new.kind}, texts=_texts(new)
        )
        return need.reference


def require_room(work: Work, organisation_id: int, *, besides: int) -> None:
    """Step: refuses one more open or waiting need than a group may have, and says which those are."""
    queries.wait_for_others_posting(work, organisation_id)
    counted = queries.counted_needs(work, organisation_id, besides=besides)
    if len(counted) < settings().open_needs_at_most:
        return
    which = Message("%(reference)s “%(title)s”", reference=counted[0][0], title=counted[0][1])
    for other, title in counted[1:]:
        which = Message("%(first)s, %(reference)s “%(title)s”", first=which, reference=other, title=title)
    raise Refused(
        Problem(
            "",
            Message(
                N_(
                    "Your group has %(count)s needs open or waiting already: %(which)s. More are not possible at "
                    "once. Save this one as a draft, and post it when one of those is met or taken back."
                ),
                count=len(counted),
                which=which,
            ),
        )
    )


def _written(work: Work, actor: Actor, new: NewNeed, reference: str | None) -> Need:
    """The need's row with all that was written in it, in the state of a draft."""
    actor.must(POST_NEED)
    if not new.title:
        raise refuse("title", N_("Say in a few words what you need, like “Minibus for our lunch club”"))
    if reference is None:
        if actor.organisation_id is None:
            raise NotAllowed(Message(N_("Say first for which group you act.")))
        need = Need(
            reference=new_reference("N"), organisation_id=actor.organisation_id, title=new.title, state=NeedState.DRAFT
        )
        work.add(need)
        work.flush()
        part = NeedPart(need_id=need.id, kind=new.kind)
        kept_at = None
    else:
        need = own_need(work, actor, reference)
        need.state = NEEDS.go("save", NeedState(need.state))
        require_version(need, new.version)
        part = parts_of(work, need.id)[0]
        part.kind = new.kind
        kept_at = part.place_id
    need.title, need.story = new.title, new.story
    place_id = place_for(work, need.organisation_id, new, kept_at)
    fill_part(work, part, new, place_id)
    if new.others:
        need.combine = new.combine
        _write_others(work, need, new.others)
    return need


def _write_others(work: Work, need: Need, others: Sequence[NewPart]) -> None:
    """The further parts of a draft, in the place of those that were there."""
    for part in parts_of(work, need.id)[1:]:
        take_out_part(work, part)
    for position, new in enumerate(others, start=2):
        part = NeedPart(need_id=need.id, kind=new.kind, position=position)
        fill_part(work, part, new, place_for(work, need.organisation_id, new, None))


def place_for(work: Work, organisation_id: int, new: NewPart, kept_at: int | None) -> int:
    """Step: the group's own place, or another one written down for this need alone."""
    standing = queries.group_standing(work, organisation_id)
    if standing is None:
        raise NotAllowed(Message(N_("Your group is not in the Book yet. Ask the council to list it first.")))
    if new.where != "other" or not (new.postcode or new.zone):
        return standing.place_id
    place = NewPlace(postcode=new.postcode, confidential=new.confidential, picked=new.zone)
    if kept_at is not None and kept_at != standing.place_id:
        change_place(work, kept_at, place)
        return kept_at
    return make_place(work, place)


def _texts(new: NewNeed) -> dict[str, str | None]:
    return {"title": new.title, "story": new.story, "terms": new.terms}


def _figures(work: Work, need: Need) -> dict[str, int | None]:
    """Amount and promised of each part; of a need with one part without a number."""
    found: dict[str, int | None] = {}
    for part in parts_of(work, need.id):
        number = "" if part.position == 1 else f"_{part.position}"
        found |= {f"amount{number}": part.amount, f"committed{number}": part.committed}
    return found
