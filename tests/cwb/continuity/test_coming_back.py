"""A group that closed and asks to be listed again is one group: its pages open, and it can ask for help as before."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import Actor, anybody, system
from community_book.base.errors import WrongState
from community_book.groups.actions import ask_to_list, list_group
from community_book.needs.queries import part_wanted
from community_book.organisations.tables import Identifier
from cwb.commitments.rules import CommitmentState
from cwb.continuity import actions
from tests.makers import client_of
from tests.makers_commitments import Pair, make_commitment, make_officer, make_pair
from tests.makers_continuity import close_group_of
from tests.makers_groups import new_group
from tests.makers_needs import make_need

NUMBER = "1065972"


def come_back(pair: Pair) -> str:
    """The group closes and is listed anew by its register number; returns the undertaking of the closing."""
    with work.bookkeeping(system("test")) as session:
        session.add(
            Identifier(organisation_id=pair.asking.organisation_id, scheme="GB-CHC", value=NUMBER, is_primary=True)
        )
    undertaking = close_group_of(pair)
    officer = make_officer()
    entry = ask_to_list(
        anybody(),
        new_group(
            "Back again", register="GB-CHC", identifier=NUMBER, proof="", zone=pair.provider.framework.zone_ids[:1]
        ),
    )
    list_group(officer, entry)
    return undertaking


def status(app: Flask, actor: Actor, url: str) -> int:
    assert actor.person_id is not None
    return client_of(app, actor.person_id, actor.organisation_id).get(url).status_code


def test_a_group_that_came_back_reads_what_it_had_and_asks_again(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    come_back(pair)
    assert status(app, pair.asking, f"/promises/{agreed}") == 200
    assert status(app, pair.asking, f"/needs/{pair.need.reference}") == 200
    need = make_need(pair.asking)
    assert status(app, pair.asking, f"/needs/{need.reference}") == 200
    with work.reading() as reading:
        assert part_wanted(reading, need.part_id, any_state=True) is not None


def test_the_closing_of_a_group_that_came_back_by_itself_is_not_undone(app: Flask) -> None:
    pair = make_pair()
    undertaking = come_back(pair)
    with pytest.raises(WrongState, match="in the Book again"):
        actions.undo(make_officer(), undertaking)
