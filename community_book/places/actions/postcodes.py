"""Loading postcodes from a lookup file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.work import Work
from community_book.places.actions.place import place_what_waited
from community_book.places.rules import PostcodeRow, RowProblem, read_postcode_rows
from community_book.places.rules.permissions import RUN_ZONES
from community_book.places.tables import Postcode

ROWS_AT_ONCE = 2_000
PROBLEMS_AT_MOST = 50


@dataclass(frozen=True)
class Loaded:
    """What became of a file."""

    postcodes: int
    without_point: int
    elsewhere: int
    placed: int


def load_postcodes(
    actor: Actor, read_lines: Callable[[], Iterable[str]], *, districts: Collection[str] = (), name: str = ""
) -> Loaded:
    """Act: keeps the point of every postcode of a file, all of them or none; loading it again changes nothing.

    `read_lines` opens the file from its start: it is read twice, first to check every line without holding
    the database, then to write in batches. `districts` keeps only those of some (E08000010).
    Raises Refused with a Problem for each bad line, the first PROBLEMS_AT_MOST of them.
    """
    actor.must(RUN_ZONES)
    _check(read_lines())
    wanted = frozenset(districts)
    with transactions.work(actor) as work:
        count = without_point = elsewhere = 0
        rows = (row for row in read_postcode_rows(read_lines()) if isinstance(row, PostcodeRow))
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            inside = [row for row in batch if not wanted or row.district in wanted]
            with_point = {row.postcode: _values(row) for row in inside if row.point is not None}
            elsewhere += len(batch) - len(inside)
            without_point += sum(row.point is None for row in inside)
            count += len(with_point)
            if with_point:
                work.execute(_upsert(work), list(with_point.values()))
        placed = place_what_waited(work)
        work.record(
            "places.load_postcodes",
            "postcodes:all",
            facts={"file": name[:100], "postcodes": count, "without_point": without_point, "placed": placed},
        )
    return Loaded(count, without_point, elsewhere, placed)


def _check(lines: Iterable[str]) -> None:
    problems: list[Problem] = []
    further = 0
    for row in read_postcode_rows(lines):
        if isinstance(row, RowProblem):
            if len(problems) < PROBLEMS_AT_MOST:
                problems.append(
                    Problem("file", Message(N_("Line %(line)s: %(wrong)s"), line=row.line, wrong=row.message))
                )
            else:
                further += 1
    if further:
        problems.append(Problem("file", Message(N_("and %(count)s more lines"), count=further)))
    if problems:
        raise Refused(*problems)


def _values(row: PostcodeRow) -> dict[str, str | int | None]:
    return {
        "postcode": row.postcode,
        "easting": row.easting,
        "northing": row.northing,
        "latitude_millionths": None if row.latitude is None else round(row.latitude * 1_000_000),
        "longitude_millionths": None if row.longitude is None else round(row.longitude * 1_000_000),
        "district": row.district,
    }


def _upsert(work: Work) -> Insert:
    """Insert, or put the new values in the place of the old: both databases have it, each in its own words."""
    columns = ("easting", "northing", "latitude_millionths", "longitude_millionths", "district")
    if work.get_bind().dialect.name == "postgresql":
        into = postgresql.insert(Postcode)
        return into.on_conflict_do_update(
            index_elements=[Postcode.postcode], set_={name: getattr(into.excluded, name) for name in columns}
        )
    to = sqlite.insert(Postcode)
    return to.on_conflict_do_update(
        index_elements=[Postcode.postcode], set_={name: getattr(to.excluded, name) for name in columns}
    )
