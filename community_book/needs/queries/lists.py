"""Lists of needs: the public one, a group's own, the officers' queue, and counts for desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import LONDON, is_working_day, today
from community_book.base.errors import NotThere
from community_book.base.remembering import at_most_a_minute_old
from community_book.base.settings import settings
from community_book.groups.tables import GroupEntry
from community_book.needs.queries.one import ZonesOfPlace, zones_shown
from community_book.needs.queries.wanted import is_open, sessions_in_sum, terms_of
from community_book.needs.rules import COUNTED, POST_NEED, READ_ALL_NEEDS, NeedState, left_of
from community_book.needs.tables import Need, NeedPart
from community_book.needs.views import NeedCard, NeedsAsked, PartCard
from community_book.organisations.tables import Organisation
from community_book.places.tables import PlaceZone

SOON = timedelta(days=14)
"""What "can start soon" means: the first day is at most two weeks away."""
WORDS_AT_MOST = 6
PER_PAGE = 20


def _rows() -> Select[*tuple[Any, ...]]:
    return select(Need, Organisation.name.label("group_name")).join(
        Organisation, Organisation.id == Need.organisation_id
    )


def _page(
    reading: Session,
    statement: Select[*tuple[Any, ...]],
    order: Sequence[ColumnElement[Any]],
    number: int,
    per_page: int,
) -> tuple[int, list[NeedCard]]:
    """How many there are in all, and the cards of one page: five queries, whatever the number."""
    total = _count(reading, statement)
    return total, _page_of(reading, statement, order, number, per_page)


def _count(reading: Session, statement: Select[*tuple[Any, ...]]) -> int:
    counted = statement.order_by(None).with_only_columns(Need.id).subquery()
    return int(reading.execute(select(func.count()).select_from(counted)).scalar_one())


def _page_of(
    reading: Session,
    statement: Select[*tuple[Any, ...]],
    order: Sequence[ColumnElement[Any]],
    number: int,
    per_page: int,
) -> list[NeedCard]:
    rows = reading.execute(statement.order_by(*order).limit(per_page).offset((number - 1) * per_page)).all()
    return _cards(reading, rows)


def _cards(reading: Session, rows: Sequence[Row[Any]]) -> list[NeedCard]:
    ids = [row.Need.id for row in rows]
    parts: dict[int, list[NeedPart]] = defaultdict(list)
    if ids:
        for part in reading.execute(
            select(NeedPart).where(NeedPart.need_id.in_(ids)).order_by(NeedPart.need_id, NeedPart.position)
        ).scalars():
            parts[part.need_id].append(part)
    all_parts = [part for found in parts.values() for part in found]
    zones = zones_shown(reading, {part.place_id for part in all_parts}) if all_parts else {}
    with_times = [part.id for part in all_parts if part.pattern]
    sessions = sessions_in_sum(reading, with_times) if with_times else {}
    return [_card(row, [_part_card(part, zones, sessions) for part in parts[row.Need.id]]) for row in rows]


def _part_card(part: NeedPart, zones: Mapping[int, ZonesOfPlace], sessions: dict[int, tuple[int, int]]) -> PartCard:
    count, ahead = sessions.get(part.id, (0, None))
    return PartCard(
        kind=Kind(part.kind),
        unit=Unit(part.unit),
        amount=part.amount,
        is_about=part.is_about,
        committed=part.committed,
        met=part.met,
        left=left_of(terms_of(part, ahead)),
        smallest_useful=part.smallest_useful,
        session_count=count,
        first_day=part.first_day,
        last_day=part.last_day,
        pattern=part.pattern,
        online=part.online,
        zone_name=next(iter(zones[part.place_id].names), "") if part.place_id in zones else "",
        subject=part.subject,
        item_type=part.item_type,
        closed=part.closed,
    )


def _card(row: Row[Any], parts: list[PartCard]) -> NeedCard:
    found: Need = row.Need
    return NeedCard(
        id=found.id,
        reference=found.reference,
        version=found.version,
        title=found.title,
        story=found.story,
        state=NeedState(found.state),
        hidden=found.hidden,
        reason=found.reason,
        group_id=found.organisation_id,
        group_name=row.group_name,
        posted_at_utc=found.posted_at_utc,
        opened_at_utc=found.opened_at_utc,
        parts=tuple(parts),
        combine=found.combine,
    )


def open_needs(
    reading: Session, asked: NeedsAsked, number: int = 1, *, per_page: int = PER_PAGE
) -> tuple[int, list[NeedCard]]:
    """The public list: how many fit, and one page of them. Open and not hidden only; newest or ending soonest first.

    Every word asked for stands in title or story. What cannot be read in `asked` filters nothing.
    """
    part_fits = [NeedPart.need_id == Need.id, is_open(today())]
    statement = _rows().where(Need.state == NeedState.OPEN, Need.hidden.is_(False))  # so that an index gives the order
    if asked.kind in set(Kind):
        part_fits.append(NeedPart.kind == asked.kind)
    if asked.online:
        part_fits.append(NeedPart.online.is_(True))
    if asked.soon:
        part_fits.append(NeedPart.first_day <= today() + SOON)
    scheme, _, zone = asked.zone.partition(":")
    if scheme.isascii() and scheme.isdigit() and zone.isascii() and zone.isdigit() and len(zone + scheme) < 18:
        place = select(PlaceZone.place_id).where(PlaceZone.scheme_id == int(scheme), PlaceZone.zone_id == int(zone))
        part_fits.append(
            or_(
                and_(NeedPart.online.is_(False), NeedPart.place_id.in_(place)),
                and_(
                    NeedPart.online.is_(True),
                    exists().where(GroupEntry.organisation_id == Need.organisation_id, GroupEntry.place_id.in_(place)),
                ),
            )
        )
    statement = statement.where(exists().where(*part_fits).correlate(Need))
    for word in asked.words.split()[:WORDS_AT_MOST]:
        statement = statement.where(
            or_(Need.title.icontains(word, autoescape=True), Need.story.icontains(word, autoescape=True))
        )
    ends = select(func.min(NeedPart.last_day)).where(NeedPart.need_id == Need.id).scalar_subquery()
    order: list[ColumnElement[Any]] = [Need.opened_at_utc.desc(), Need.id.desc()]
    if asked.sort == "ending":
        order = [ends.asc(), Need.id.asc()]
    total = at_most_a_minute_old(reading, ("open needs", asked, today()), lambda: _count(reading, statement))
    return total, _page_of(reading, statement, order, number, per_page)


def open_needs_of(reading: Session, organisation_id: int) -> list[NeedCard]:
    """The open needs of one group, for its public page, newest first: at most a few, by the rule of three."""
    fits = exists().where(NeedPart.need_id == Need.id, is_open(today())).correlate(Need)
    statement = _rows().where(Need.organisation_id == organisation_id, fits)
    return _cards(reading, reading.execute(statement.order_by(Need.opened_at_utc.desc(), Need.id.desc())).all())


def open_titles_of(reading: Session, organisation_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Reference and title of the open needs of several groups, newest first, by organisation id."""
    fits = exists().where(NeedPart.need_id == Need.id, is_open(today())).correlate(Need)
    rows = reading.execute(
        select(Need.organisation_id, Need.reference, Need.title)
        .where(Need.organisation_id.in_(list(organisation_ids)), fits)
        .order_by(Need.opened_at_utc.desc(), Need.id.desc())
    ).all()
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.organisation_id, []).append((row.reference, row.title))
    return found


def needs_of_group(
    reading: Session, actor: Actor, number: int = 1, *, states: Sequence[NeedState] = (), per_page: int = PER_PAGE
) -> tuple[int, list[NeedCard]]:
    """The needs of the group the actor speaks for, in every state, newest first. Raises NotAllowed."""
    actor.must(POST_NEED)
    statement = _rows().where(Need.organisation_id == actor.organisation_id)
    if states:
        statement = statement.where(Need.state.in_(states))
    return _page(reading, statement, [Need.created_at_utc.desc(), Need.id.desc()], number, per_page)


def counted_needs(reading: Session, organisation_id: int, *, besides: int = 0) -> list[tuple[str, str]]:
    """Reference and title of what counts against the most a group may have at once, oldest first."""
    return [
        (row.reference, row.title)
        for row in reading.execute(
            select(Need.reference, Need.title)
            .where(Need.organisation_id == organisation_id, Need.state.in_(COUNTED), Need.id != besides)
            .order_by(Need.id)
        )
    ]


def waiting_needs(reading: Session, actor: Actor, number: int = 1) -> tuple[int, list[NeedCard]]:
    """The officers' queue: needs waiting for the council, the longest wait first. Raises NotThere for others."""
    _council_only(actor)
    statement = _rows().where(Need.state == NeedState.WAITING)
    return _page(reading, statement, [Need.posted_at_utc.asc(), Need.id.asc()], number, PER_PAGE)


def unanswered_since() -> datetime:
    """Needs opened before this moment have waited so many working days that an officer should act."""
    day, left = today(), settings().stuck_working_days
    while left > 0:
        if is_working_day(day):
            left -= 1
        day -= timedelta(days=1)
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=LONDON)


def _is_unanswered() -> ColumnElement[bool]:
    return and_(
        Need.state == NeedState.OPEN, Need.first_answer_at_utc.is_(None), Need.opened_at_utc <= unanswered_since()
    )


def _owes_an_answer() -> ColumnElement[bool]:
    return and_(Need.state == NeedState.EXPIRED, Need.reason == "")


def unanswered_needs(reading: Session, actor: Actor, number: int = 1) -> tuple[int, list[NeedCard]]:
    """Open needs nobody has answered for 10 working days, the oldest first. Raises NotThere for others."""
    _council_only(actor)
    return _page(reading, _rows().where(_is_unanswered()), [Need.opened_at_utc.asc(), Need.id.asc()], number, PER_PAGE)


def needs_owed_an_answer(reading: Session, actor: Actor, number: int = 1) -> tuple[int, list[NeedCard]]:
    """Needs nobody met that still lack the council's written answer, the oldest first. Raises NotThere for others."""
    _council_only(actor)
    return _page(reading, _rows().where(_owes_an_answer()), [Need.ended_at_utc.asc(), Need.id.asc()], number, PER_PAGE)


def _council_only(actor: Actor) -> None:
    if not actor.may(READ_ALL_NEEDS):
        raise NotThere


def waiting_on_officers(reading: Session) -> dict[str, tuple[int, datetime | None]]:
    """For the officers' desk: "waiting", "unanswered" and "owed", each with how many and since when.

    On a very large site they may be a minute old.
    """
    return at_most_a_minute_old(reading, ("needs.waiting_on_officers", today()), lambda: _waiting_on_officers(reading))


def _waiting_on_officers(reading: Session) -> dict[str, tuple[int, datetime | None]]:
    asked = {
        "waiting": (Need.state == NeedState.WAITING, Need.posted_at_utc),
        "unanswered": (_is_unanswered(), Need.opened_at_utc),
        "owed": (_owes_an_answer(), Need.ended_at_utc),
    }
    statement = union_all(
        *(
            select(literal(name).label("name"), func.count(), func.min(since)).where(condition)
            for name, (condition, since) in asked.items()
        )
    )
    return {name: (count, first) for name, count, first in reading.execute(statement)}


def waiting_on_group(reading: Session, organisation_id: int) -> dict[str, int]:
    """For a group's desk: how many are "draft", "returned", "ending" (open, last day within 30 days) and "which".

    The last are those of which one part is promised in part, and the group has not said whether that is enough.
    """
    by_state: dict[str, int] = {
        row.state: row.many
        for row in reading.execute(
            select(Need.state, func.count().label("many"))
            .where(Need.organisation_id == organisation_id, Need.state.in_([NeedState.DRAFT, NeedState.RETURNED]))
            .group_by(Need.state)
        )
    }
    ending = reading.execute(
        select(func.count(Need.id.distinct()))
        .join(NeedPart, NeedPart.need_id == Need.id)
        .where(Need.organisation_id == organisation_id, is_open(today()), NeedPart.last_day <= _in_30_days())
    ).scalar_one()
    which = reading.execute(
        select(func.count(Need.id)).where(
            Need.organisation_id == organisation_id,
            Need.asked_which_at_utc.is_not(None),
            Need.state.in_([NeedState.OPEN, NeedState.PAUSED]),
        )
    ).scalar_one()
    return {
        "draft": by_state.get(NeedState.DRAFT, 0),
        "returned": by_state.get(NeedState.RETURNED, 0),
        "ending": ending,
        "which": which,
    }


def _in_30_days() -> date:
    return today() + timedelta(days=30)
