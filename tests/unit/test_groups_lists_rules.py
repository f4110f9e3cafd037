"""What groups run, the tags they tick and the list a council brings: read and refused without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.errors import Refused
from community_book.groups.rules import (
    COLUMNS,
    ROWS_AT_MOST,
    TAGS_AT_MOST,
    GroupRow,
    NewActivity,
    about_miles,
    check_activity,
    days_mask,
    days_of,
    read_groups,
    read_tags,
)
from community_book.groups.rules.importing import LENGTHS

LUNCH = NewActivity("Hot lunch", ("2",), 720, 840)


# --- activities ----------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 6)))
def test_days_are_one_number_and_come_back(days: set[int]) -> None:
    assert days_of(days_mask(str(day) for day in days)) == tuple(sorted(days))


@pytest.mark.parametrize(
    ("changes", "secret", "fields"),
    [
        ({}, False, []),
        ({}, True, []),
        ({"days": ()}, False, ["days"]),
        ({"ends": 720}, False, ["ends"]),
        ({"ends": 60, "days": ()}, False, ["days", "ends"]),
        ({"place_public": True}, False, []),
        ({"place_public": True}, True, ["place_public"]),
        ({"place_public": True, "postcode": "WX1 1AA"}, True, []),
        ({"place_public": True, "zone": (3,)}, True, []),
    ],
)
def test_an_activity_has_a_day_an_end_and_no_secret_place(
    changes: dict[str, object], secret: bool, fields: list[str]
) -> None:
    new = replace(LUNCH, **changes)  # type: ignore[arg-type]
    if not fields:
        check_activity(new, group_is_secret=secret)
        return
    with pytest.raises(Refused) as refused:
        check_activity(new, group_is_secret=secret)
    assert [problem.field for problem in refused.value.problems] == fields


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "less than half a mile away"),
        (803, "less than half a mile away"),
        (804, "about a mile away"),
        (2_400, "about a mile away"),
        (2_500, "about 2 miles away"),
        (16_090, "about 10 miles away"),
    ],
)
def test_a_distance_is_said_in_miles(metres: int, said: str) -> None:
    assert str(about_miles(metres)) == said


# --- tags ----------------------------------------------------------------------------------------


def test_tags_of_another_list_are_read_by_its_own_headings() -> None:
    read = read_tags(b"Code,tag,Category,Subcategory,Level,Notes\nAN101,Cats,Animals,,3,Purring\n\nAN102,Dogs,,,,\n")
    assert [(tag.code, tag.label, tag.theme, tag.description) for tag in read.tags] == [
        ("AN101", "Cats", "Animals", "Purring"),
        ("AN102", "Dogs", "", ""),
    ]
    assert read.bad == ()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Nobody", "Line 2: needs a code of 1 to 40 characters"),
        ("X" * 41 + ",Long", "Line 2: needs a code"),
        ("A,", "Line 2: needs a label"),
        ("A," + "x" * 121, "Line 2: needs a label"),
        ("A,One\na,Two", "Line 3: has the code a, which was there before"),
        ("A,One,x,y,z", "Line 2: has more cells than there are headings"),
    ],
)
def test_a_tag_that_cannot_be_kept_is_named_by_its_line(row: str, says: str) -> None:
    read = read_tags(f"code,label\n{row}\n".encode())
    assert len(read.bad) == 1
    assert str(read.bad[0].says()).startswith(says)


# --- a council's own list ------------------------------------------------------------------------


def table(*rows: str, headings: str = "name,what_we_do,zone") -> bytes:
    return "\n".join([headings, *rows]).encode()


def wrong(content: bytes) -> list[str]:
    return [str(bad.says()) for bad in read_groups(content).bad]


@pytest.mark.parametrize(
    ("headings", "row", "says"),
    [
        ("name,what_we_do,zone", ",Help,1", "Line 2: has no name"),
        ("name,what_we_do,zone", "A,,1", "Line 2: does not say what the group does"),
        ("name,what_we_do,zone", "A,Help,", "Line 2: needs a postcode or a zone"),
        ("name,what_we_do,zone", f"{'x' * 161},Help,1", "Line 2: name has more than 160 characters"),
        ("name,what_we_do,zone", "A\x07,Help,1", "Line 2: has characters that cannot be shown"),
        ("name,what_we_do,zone,confidential", "A,Help,1,perhaps", "Line 2: confidential is yes, no or empty"),
        ("name,what_we_do,postcode,confidential", "A,Help,WX1 1AA,yes", "Line 2: is secret"),
        ("name,what_we_do,zone,email", "A,Help,1,nobody", "Line 2: contact_email is no email address"),
        ("name,what_we_do,zone,size", "A,Help,1,huge", "Line 2: size is one of"),
        ("name,what_we_do,zone,register", "A,Help,1,GB-NONE", "Line 2: register is one of"),
        ("name,what_we_do,zone,register", "A,Help,1,GB-CHC", "Line 2: names a register but no number"),
        ("name,what_we_do,zone,register,number", "A,Help,1,GB-CHC,12", "Line 2: "),
        ("name,what_we_do,zone,tags", f"A,Help,1,{';'.join(map(str, range(TAGS_AT_MOST + 1)))}", "Line 2: has more"),
    ],
)
def test_a_line_that_cannot_be_taken_in_is_named(headings: str, row: str, says: str) -> None:
    found = wrong(table(row, headings=headings))
    assert len(found) == 1
    assert found[0].startswith(says), found


def test_the_same_group_twice_is_told_by_both_lines() -> None:
    assert wrong(table("One,Help,1", "one ,Again,1")) == ["Line 3: has the same name as line 2"]
    numbered = "name,what_we_do,zone,register,number"
    assert wrong(table("One,Help,1,GB-CHC,1165999", "Two,Help,1,GB-CHC,1165999", headings=numbered)) == [
        "Line 3: has the same number as line 2"
    ]


def test_everything_a_line_can_say_is_read() -> None:
    cells = {
        **dict.fromkeys(COLUMNS, "x"),
        "tags": "food; growing;food",
        "register": "gb-chc",
        "number": "1165999",
        "size": "Small",
        "confidential": "No",
        "contact_email": "Nora@Group.example",
    }
    content = ",".join(cells) + "\n" + ",".join(f'"{value}"' for value in cells.values())
    [row] = read_groups(content.encode()).rows
    assert (row.tags, row.scheme, row.size, row.confidential) == (("food", "growing"), "GB-CHC", "small", False)
    assert row.contact_email == "nora@group.example"
    assert GroupRow.from_json(row.as_json()) == row


def test_so_many_groups_as_no_borough_has_are_refused_in_a_sentence() -> None:
    rows = [f"Group {number},Help,1" for number in range(ROWS_AT_MOST)]
    assert len(read_groups(table(*rows)).rows) == ROWS_AT_MOST
    assert wrong(table(*rows, "One more,Help,1")) == [
        f"The table has {ROWS_AT_MOST + 1} groups; at most {ROWS_AT_MOST} go in at once. Divide it and try again."
    ]
    assert wrong(table()) == ["There is no group in the file."]


@given(st.binary(max_size=300) | st.text(alphabet='name,;\t\n"what_we_do zone\ufeff€', max_size=200).map(str.encode))
def test_any_bytes_at_all_are_read_or_refused_but_never_raise(content: bytes) -> None:
    for given_content in (content, b"name,what_we_do,zone\n" + content):
        read = read_groups(given_content)
        assert read.rows or read.bad
        assert all(str(bad.says()) for bad in read.bad)
        assert all(len(getattr(row, column)) <= LENGTHS[column] for row in read.rows for column in ("name", "zone"))
        read_tags(given_content)
