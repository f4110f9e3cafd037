"""Postcodes: how one is written, and the files that say where they lie."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from community_book.base.messages import N_, Message
from community_book.places.rules.grid import (
    GRID_EAST_AT_MOST,
    GRID_NORTH_AT_MOST,
    GridPoint,
    distance_m,
    osgb_to_wgs84,
    wgs84_to_osgb,
)

_POSTCODE = re.compile(
    r"(GIR 0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY])"
    r" [0-9][ABD-HJLNP-UW-Z]{2})"
)
_DISTRICT = re.compile(r"[A-Z][0-9]{8}")
_APART_AT_MOST_M = 500
"""Where a row has both a grid reference and degrees they are one place, give or take their rounding."""


def tidy_postcode(text: str) -> str | None:
    """A postcode as it is stored, "WN7 3PT", from any spacing and case; None for what is not one.

    Tells only how it is written, not whether it exists. Source: research/standards.md 6.
    """
    squeezed = "".join(text.split())
    if not squeezed.isascii() or not 5 <= len(squeezed) <= 7:
        return None
    tidy = f"{squeezed[:-3]} {squeezed[-3:]}".upper()
    return tidy if _POSTCODE.fullmatch(tidy) else None


@dataclass(frozen=True)
class PostcodeRow:
    """A live postcode of a lookup file. The four coordinates are all there or all None (no known point)."""

    postcode: str
    easting: int | None
    northing: int | None
    latitude: float | None
    longitude: float | None
    district: str | None

    @property
    def point(self) -> GridPoint | None:
        if self.easting is None or self.northing is None:
            return None
        return GridPoint(self.easting, self.northing)


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one line of a file, counted from 1."""

    line: int
    message: Message


_HEADINGS: dict[str, re.Pattern[str]] = {
    "postcode": re.compile(r"pcds|pcd8|pcd7|pcd2|pcd|postcode"),
    "easting": re.compile(r"eastings?|oseast1m|east1m"),
    "northing": re.compile(r"northings?|osnrth1m|north1m"),
    "latitude": re.compile(r"lat|latitude"),
    "longitude": re.compile(r"long|lng|lon|longitude"),
    "district": re.compile(r"lad(?:[0-9]{2})?_?cd|lad(?:[0-9]{2})?|oslaua|laua|district(?:_?code)?"),
    "ended": re.compile(r"doterm|date_?of_?termination"),
}
"""Headings of the ONS lookups, old and new; where a file has several of one sort the first counts."""

_CODE_POINT_OPEN_COLUMNS = 10
_CODE_POINT_NO_POINT = "90"


def read_postcode_rows(lines: Iterable[str]) -> Iterator[PostcodeRow | RowProblem]:
    """The live postcodes of an ONS lookup (with headings) or of Code-Point Open (without), line by line.

    Closed postcodes are left out. Lines that cannot be read come as RowProblem; whether one of those
    spoils the whole file is for the caller to say.
    """
    following = _without_mark(lines)
    first = next(following, "")
    reader = csv.reader(chain([first], following), delimiter=max(",;\t", key=first.count))
    columns: Mapping[str, int] | None = None
    started = False
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not started:
                started = True
                columns = _columns(cells)
                if "postcode" in columns:
                    if wrong := _missing_columns(columns):
                        yield RowProblem(reader.line_num, wrong)
                        return
                    continue
                if len(cells) != _CODE_POINT_OPEN_COLUMNS or tidy_postcode(cells[0]) is None:
                    yield RowProblem(
                        reader.line_num,
                        Message(
                            N_(
                                "This is neither an ONS postcode lookup nor Code-Point Open: the first line "
                                "has no heading such as “pcds”, and is no postcode with nine more columns."
                            )
                        ),
                    )
                    return
                columns = None
            row = _code_point_row(cells) if columns is None else _lookup_row(cells, columns)
            if isinstance(row, Message):
                yield RowProblem(reader.line_num, row)
            elif row is not None:
                yield row
    except csv.Error as error:
        yield RowProblem(reader.line_num, Message(N_("This line is not readable as CSV: %(error)s."), error=str(error)))
        return
    if not started:
        yield RowProblem(1, Message(N_("The file is empty.")))


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the byte order mark that spreadsheets put first."""
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _columns(cells: Sequence[str]) -> dict[str, int]:
    headings = [cell.strip().lower() for cell in cells]
    found: dict[str, int] = {}
    for name, pattern in _HEADINGS.items():
        for place, heading in enumerate(headings):
            if pattern.fullmatch(heading):
                found[name] = place
                break
    return found


def _missing_columns(columns: Mapping[str, int]) -> Message | None:
    has_grid = "easting" in columns and "northing" in columns
    has_degrees = "latitude" in columns and "longitude" in columns
    if has_grid or has_degrees:
        return None
    return Message(N_("The headings name no place: add the columns “eastings” and “northings”, or “lat” and “long”."))


def _lookup_row(cells: Sequence[str], columns: Mapping[str, int]) -> PostcodeRow | Message | None:
    if len(cells) <= max(columns.values()):
        return Message(N_("This line has fewer columns than the headings."))
    values = {name: cells[place].strip() for name, place in columns.items()}
    if values.get("ended"):
        return None
    return _row(
        values["postcode"],
        values.get("easting", ""),
        values.get("northing", ""),
        values.get("latitude", ""),
        values.get("longitude", ""),
        values.get("district", ""),
    )


def _code_point_row(cells: Sequence[str]) -> PostcodeRow | Message | None:
    if len(cells) != _CODE_POINT_OPEN_COLUMNS:
        return Message(N_("A line of Code-Point Open has 10 columns, this one has %(count)s."), count=str(len(cells)))
    postcode, quality, easting, northing = (cell.strip() for cell in cells[:4])
    if quality == _CODE_POINT_NO_POINT:
        easting = northing = ""
    return _row(postcode, easting, northing, "", "", cells[8].strip())


def _row(
    typed: str, easting: str, northing: str, latitude: str, longitude: str, district: str
) -> PostcodeRow | Message:
    postcode = tidy_postcode(typed)
    if postcode is None:
        return Message(N_("“%(typed)s” is not a postcode."), typed=typed[:40])
    if district and not _DISTRICT.fullmatch(district):
        return Message(N_("“%(code)s” is not the code of a district, such as E08000010."), code=district[:40])
    grid = _grid_point(easting, northing)
    if isinstance(grid, Message):
        return grid
    degrees = _degrees(latitude, longitude)
    if isinstance(degrees, Message):
        return degrees
    if postcode.startswith("BT"):
        grid = None  # the lookups give Northern Ireland on the Irish grid, which is another one
    if degrees is not None:
        try:
            from_degrees = wgs84_to_osgb(*degrees)
        except ValueError:
            return Message(N_("This latitude and longitude are not in the United Kingdom; are they swapped?"))
        if grid is not None and distance_m(grid, from_degrees) > _APART_AT_MOST_M:
            return Message(N_("The grid reference and the latitude and longitude are two different places."))
        grid = grid or from_degrees
    elif grid is not None:
        degrees = osgb_to_wgs84(grid.easting, grid.northing)
    if grid is None or degrees is None:
        return PostcodeRow(postcode, None, None, None, None, district or None)
    return PostcodeRow(postcode, grid.easting, grid.northing, *degrees, district or None)


def _grid_point(easting: str, northing: str) -> GridPoint | Message | None:
    if not easting and not northing:
        return None
    if not (re.fullmatch(r"[0-9]{1,7}", easting) and re.fullmatch(r"[0-9]{1,7}", northing)):
        return Message(N_("The grid reference must be two whole numbers of metres."))
    point = GridPoint(int(easting), int(northing))
    if point == GridPoint(0, 0):
        return None
    if point.easting > GRID_EAST_AT_MOST or point.northing > GRID_NORTH_AT_MOST:
        return Message(N_("The grid reference does not lie on the National Grid."))
    return point


def _degrees(latitude: str, longitude: str) -> tuple[float, float] | Message | None:
    if not latitude and not longitude:
        return None
    number = r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?"
    if not (re.fullmatch(number, latitude) and re.fullmatch(number, longitude)):
        return Message(N_("Latitude and longitude must be numbers of degrees, such as 53.479415 and -2.546081."))
    found = float(latitude), float(longitude)
    # The lookups write "no known point" as latitude 99.999999, longitude 0.
    return None if found[0] > 99 else found
