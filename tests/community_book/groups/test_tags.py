"""Tags to tick: ours and another list beside them, on a page that stays light and works without script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import system
from community_book.base.errors import NotAllowed, Refused
from community_book.groups import actions, queries
from community_book.groups.queries.tags import our_tags
from community_book.groups.rules import TAGS_AT_MOST, NewTag
from tests.community_book.groups.test_whats_on import profile_of
from tests.makers import client_of
from tests.makers_groups import make_group
from tests.support.databases import ON_SQLITE

MANY = tuple(
    NewTag(f"XX{number}", f"Something that charities do, number {number}", f"Theme {number % 24}", "")
    for number in range(300)
)


def codes() -> list[str]:
    with work.reading() as reading:
        return [tag.code for tag in queries.tags(reading)]


def test_another_list_is_loaded_beside_ours(app: Flask) -> None:
    assert actions.load_tags(system("test"), MANY, "others") == (300, 0)
    assert codes() == [*(tag.code for tag in our_tags()), *(tag.code for tag in MANY)]
    assert actions.load_tags(system("test"), MANY[:5], "again") == (0, 0)
    with pytest.raises(NotAllowed):
        actions.load_tags(make_group().lead, MANY, "others")


def test_a_group_ticks_among_three_hundred_on_a_light_page(app: Flask) -> None:
    actions.load_tags(system("test"), MANY, "others")
    group = make_group()
    actions.edit_group(group.lead, group.reference, profile_of(group.reference, tags=("food", "XX7")))
    client = client_of(app, group.lead.person_id or 0, group.organisation_id)
    page = client.get(f"/groups/{group.reference}/edit").get_data(as_text=True)
    assert len(page.encode()) < 60_000
    assert re.findall(r'name="tags" value="([^"]+)" checked', page) == ["food", "XX7"]
    assert page.count('<details class="cb-tags__theme" open>') == 2
    assert re.search(r'data-filter="tags" hidden', page)  # the script shows it; without one the parts open
    assert page.count('name="tags"') == len(our_tags()) + 300


def test_our_own_tags_stand_open(app: Flask) -> None:
    group = make_group()
    page = client_of(app, group.lead.person_id or 0, group.organisation_id).get(f"/groups/{group.reference}/edit")
    text = page.get_data(as_text=True)
    assert 'class="cb-tags__theme" open' not in text
    assert text.count('<fieldset class="govuk-fieldset cb-tags__theme">') > 3
    assert "data-filter" not in text


@pytest.mark.parametrize("tags", [("no-such-tag",), tuple(tag.code for tag in our_tags()[: TAGS_AT_MOST + 1])])
def test_a_tag_nobody_knows_and_too_many_are_refused(app: Flask, tags: tuple[str, ...]) -> None:
    group = make_group()
    with pytest.raises(Refused):
        actions.edit_group(group.lead, group.reference, profile_of(group.reference, tags=tags))


@ON_SQLITE
def test_the_command_reads_what_spreadsheets_write_and_says_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    path, runner = tmp_path / "tags.csv", app.test_cli_runner()

    def loaded(content: bytes) -> str:
        path.write_bytes(content)
        return str(runner.invoke(args=["groups", "load-tags", str(path)]).output)

    assert "1 added" in loaded("\ufeffCode;tag;Category\r\nAN;Füße;Animals\r\n".encode())
    assert "1 added" in loaded("code,label\r\nAM,Café\r\n".encode("cp1252"))
    assert "needs a code" in loaded(b"code,label\n,Nobody\n")
    assert "which was there before" in loaded(b"code,label\nA,One\na,Two\n")
    assert "Divide it" in loaded(b"code,label\n" + b"".join(b"T%d,Label\n" % number for number in range(100_000)))
    assert "5 MB" in loaded(b"code,label\n" + b"x" * (6 << 20))
    assert {"AN", "AM"} <= set(codes())
