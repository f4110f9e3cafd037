"""The table of the house holds, and the checker that says so sees each kind of breach."""

from __future__ import annotations

import ast

import pytest

from tests.house.rooms import (
    ROOT,
    breaches,
    files,
    functions_of,
    imports_of,
    neither_act_nor_step,
    too_long,
)


def test_each_file_imports_only_what_its_kind_may() -> None:
    assert [line for module, source in files() for line in breaches(module, source, functions_of)] == []


def test_each_public_function_of_actions_is_an_act_or_a_step() -> None:
    assert [line for module, source in files() for line in neither_act_nor_step(module, source)] == []


def test_no_file_is_too_long() -> None:
    outside = [ROOT / "app.py", *sorted((ROOT / "tools").glob("*.py"))]
    others = [(path.name, path.read_text()) for path in outside if path.is_file()]
    assert [line for name, source in [*files(), *others] for line in too_long(name, source)] == []


def steps_and_acts(room: str, kind: str) -> dict[str, str]:
    return {"draw_from_part": "work", "post_need": "actor"}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cwb.pledges.rules", "from cwb.pillars.tables import Measure"),
        ("cwb.pledges.rules", "from cwb.pledges.views import Pledge"),
        ("cwb.pledges.rules", "from community_book.web import forms"),
        ("cwb.pledges.tables", "from community_book.needs.rules import states"),
        ("cwb.pledges.tables", "from cwb.pledges import queries"),
        ("cwb.pledges.views", "from cwb.pledges.tables import Pledge"),
        ("cwb.pledges.queries.lists", "from cwb.pledges.actions import log_pledge"),
        ("cwb.pledges.actions", "from community_book.needs.tables import Part"),
        ("cwb.pledges.actions", "from community_book.needs import tables"),
        ("cwb.pledges.actions", "from community_book.needs.actions import post_need"),
        ("cwb.pledges.actions", "from community_book.needs import actions\nactions.post_need(actor, new)"),
        ("cwb.pledges.actions", "from community_book.needs import actions as needs\nneeds.post_need(1)"),
        ("cwb.pledges.actions", "import community_book.needs.actions"),
        ("cwb.pledges.actions", "def act(actor):\n    from community_book.needs.tables import Part"),
        ("cwb.pledges.actions", "from community_book.web import forms"),
        ("cwb.pledges.actions", "from cwb.pledges.schemas import NewPledge"),
        ("cwb.pledges.schemas", "from cwb.pledges.queries import pledge"),
        ("cwb.pledges.pages", "from cwb.pledges.api import show"),
        ("cwb.pledges.api", "from cwb.pledges.pages import show"),
        ("cwb.pledges.commands", "from cwb.pledges import pages"),
        ("cwb.pledges.pages", "from cwb.pledges.tables import Pledge"),
        ("cwb.pledges.pages", "from community_book.needs.actions import draw_from_part"),
        ("cwb.pledges.pages", "from community_book.needs.schemas import NewNeed"),
        ("cwb.matching.engine.score", "from cwb.matching.pages import show"),
        ("cwb.matching.rules", "from cwb.matching.engine import candidates"),
        ("cwb.continuity.actions", "from cwb.matching.engine import candidates"),
        ("cwb.matching.engine", "from community_book.needs.actions import draw_from_part"),
        ("cwb.matching.engine", "from community_book.search import whoosh_engine"),
        ("cwb.pledges.pages", "from community_book import needs"),
    ],
)
def test_a_planted_breach_is_seen(module: str, line: str) -> None:
    assert list(breaches(module, line + "\n", steps_and_acts)) != []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cwb.pledges.rules", "from community_book.base.amounts import Unit"),
        ("cwb.pledges.rules", "from cwb.pillars.rules import Nature"),
        ("cwb.pledges.tables", "from cwb.pillars.tables import Measure"),
        ("cwb.pledges.queries", "from community_book.needs.tables import Part"),
        ("cwb.pledges.actions", "from community_book.needs.actions import draw_from_part"),
        ("cwb.pledges.actions", "from community_book.needs import actions\nactions.draw_from_part(work)"),
        ("cwb.pledges.actions", "from cwb.pledges.tables import Pledge"),
        ("cwb.pledges.actions.log", "from cwb.pledges.actions.draw import draw_from_pledge"),
        ("cwb.pledges.schemas", "from community_book.web.forms import Amount"),
        ("cwb.pledges.pages", "from cwb.pledges import actions, queries, schemas"),
        ("cwb.pledges.pages", "from community_book.needs.queries import open_needs_near"),
        ("cwb.matching.actions", "from cwb.matching.rules import weigh"),
        ("cwb.matching.actions", "from cwb.matching.engine import candidates"),
        ("cwb.matching.engine.score", "from cwb.matching.engine.words import weigh"),
        ("cwb.matching.engine.score", "from community_book.search.texts import analyse"),
        ("cwb.wiring", "from community_book.needs import pages, tables"),
        ("cwb.pledges.rules", "import datetime"),
    ],
)
def test_what_the_table_allows_is_let_through(module: str, line: str) -> None:
    assert list(breaches(module, line + "\n", steps_and_acts)) == []


def test_an_import_is_read_by_its_full_name() -> None:
    [found] = imports_of(ast.parse("from cwb.pledges import actions as acts\nacts.one(1)\nacts.two(2)\n"))
    assert (found.room, found.kind, found.names) == ("cwb.pledges", "actions", ("one", "two"))


def test_a_public_function_that_takes_neither_actor_nor_work_is_seen() -> None:
    source = "def log_pledge(new, actor): ...\ndef draw(work, q): ...\ndef _own(q): ...\ndef none(): ...\n"
    assert len(list(neither_act_nor_step("cwb.pledges.actions", source))) == 2
    assert len(list(neither_act_nor_step("cwb.pledges.actions.drawing", source))) == 2
    assert list(neither_act_nor_step("cwb.pledges.queries", source)) == []


def test_a_file_of_401_lines_is_seen() -> None:
    assert list(too_long("cwb.pledges.rules", "x = 1\n" * 400)) == []
    assert list(too_long("cwb.pledges.rules", "x = 1\n" * 401)) != []
