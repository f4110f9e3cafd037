"""How a pack of measures is read, and what a measure must fulfil."""

from __future__ import annotations

from pathlib import Path

import pytest

from community_book.base.amounts import Unit
from cwb.pillars.rules import PILLARS, Brokered, ConfirmedBy, Nature, read_pack

STARTER = Path(__file__).resolve().parents[2] / "cwb" / "pillars" / "measures-cwb.csv"
HEADINGS = STARTER.read_text().splitlines()[0]
GOOD = "X1,fair employment,pay,Local people taken on,conduct,people,amount,no,council,count,Each once,Good jobs,no,0,,,"


def wrong_with(row: str, headings: str = HEADINGS) -> str:
    read = read_pack(f"{headings}\n{row}\n".encode())
    assert read.bad, "nothing was found wrong"
    return " / ".join(str(line.says()) for line in read.bad)


def changed(**cells: str) -> str:
    names, values = HEADINGS.split(","), GOOD.split(",")
    return ",".join({**dict(zip(names, values, strict=True)), **cells}.values())


def test_there_are_five_pillars_numbered_one_to_five() -> None:
    assert [pillar.number for pillar in PILLARS] == [1, 2, 3, 4, 5]
    assert [pillar.name for pillar in PILLARS] == [
        "Progressive procurement",
        "Fair employment",
        "Socially productive land and assets",
        "Making financial power work",
        "Plural ownership of the local economy",
    ]


def test_the_pack_that_comes_with_the_site_is_read_whole() -> None:
    read = read_pack(STARTER.read_bytes())
    assert read.bad == ()
    assert len(read.rows) == 33
    by_code = {row.code: row for row in read.rows}
    assert {row.pillar_number for row in read.rows} == {1, 2, 3, 4, 5}
    assert [code for code, row in by_code.items() if row.nature is Nature.LEVEL] == ["PP4", "FE1", "FE2", "FE3"]
    assert by_code["LA2"].unit is Unit.PLOT_WEEKS
    assert by_code["FE5"].brokered is Brokered.MAY
    assert by_code["FE5"].counts_after_days == 91
    assert {code for code, row in by_code.items() if row.disclosive} == {"FE6", "PO4", "PO8"}
    assert by_code["PO7"].confirmed_by is ConfirmedBy.GROUP
    assert by_code["PO7"].shown_under == "help_to_groups"


def test_a_good_row_is_taken() -> None:
    [row] = read_pack(f"{HEADINGS}\n{GOOD}\n".encode()).rows
    assert (row.code, row.pillar_number, row.unit) == ("X1", 2, Unit.PEOPLE)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"code": ""}, "code is"),
        ({"code": "1A"}, "code is"),
        ({"code": "TOOLONGACODE1"}, "code is"),
        ({"pillar": "sixth pillar"}, "one of the five"),
        ({"pillar": "6"}, "one of the five"),
        ({"title": ""}, "title is empty"),
        ({"title": "x" * 161}, "161 characters"),
        ({"title": "a\u202eb"}, "cannot be shown"),
        ({"kind": "gold"}, "kind is “gold”"),
        ({"unit": "hours"}, "unit is “hours”"),
        ({"unit": "minutes"}, "counted in pence, people or items"),
        ({"kind": "money"}, "money is counted in pence, not in people"),
        ({"nature": "rate"}, "nature is “rate”"),
        ({"nature": "level"}, "two whole numbers"),
        ({"nature": "level", "unit": "whole_numbers", "counts_after_days": "5"}, "must be 0"),
        ({"nature": "level", "unit": "whole_numbers", "brokered": "may"}, "never delivered to a group"),
        ({"unit": "whole_numbers"}, "counted in pence, people or items"),
        ({"brokered": "perhaps"}, "brokered is “perhaps”"),
        ({"brokered": "yes"}, "own house"),
        ({"confirmed_by": "nobody"}, "confirmed_by is “nobody”"),
        ({"confirmed_by": "group"}, "must be council"),
        ({"disclosive": "maybe"}, "disclosive is “maybe”"),
        ({"counts_after_days": "-1"}, "whole number"),
        ({"counts_after_days": "9999"}, "up to 730"),
        ({"counts_after_days": "\u0663"}, "whole number"),
        ({"shown_under": "help_to_groups"}, "plural ownership"),
        ({"pillar": "plural ownership"}, "must be ownership_and_say or help_to_groups"),
        ({"pillar": "plural ownership", "shown_under": "elsewhere"}, "shown_under is"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(cells: dict[str, str], said: str) -> None:
    told = wrong_with(changed(**cells))
    assert said in told
    assert told.startswith("Line 2: ")


def test_every_bad_row_has_its_line() -> None:
    read = read_pack(f"{HEADINGS}\n{changed(kind='x')}\n{GOOD}\n\n{changed(code='', unit='y')}\n{GOOD}\n".encode())
    assert [row.line for row in read.bad] == [2, 5, 5, 6]
    assert "is on line 3 too" in str(read.bad[-1].says())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\n\n\n",
        b"code\n",
        HEADINGS.encode(),
        b"\x00\x01\x02\x03",
        b"\xff\xfe\x00",
        b"PK\x03\x04 a workbook",
        b'"an open quotation mark\nand more',
        (HEADINGS + "\n" + '"broken').encode(),
        (HEADINGS + "," + HEADINGS).encode(),
        ("x" * 5_000_000).encode(),
        b"[1, 2, 3]",
    ],
)
def test_what_is_no_pack_is_refused_in_a_sentence(content: bytes) -> None:
    read = read_pack(content)
    assert read.rows == ()
    assert read.bad
    assert all(str(row.says()) for row in read.bad)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_pack_may_come_from_any_spreadsheet(encoding: str) -> None:
    text = f"{HEADINGS}\n{changed(title='Café on a Sunday “open”')}\n".replace(",", ";")
    [row] = read_pack(text.encode(encoding)).rows
    assert row.title == "Café on a Sunday “open”"
