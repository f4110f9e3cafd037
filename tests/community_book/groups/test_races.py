"""Several officers at once, on a database where acts really commit."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from community_book.base import work
from community_book.base.errors import HouseError, WrongState
from community_book.groups import actions
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.organisations.tables import Identifier, Organisation
from tests.makers_groups import entry_of, make_ask, make_officer


@pytest.mark.committed
def test_of_officers_who_list_at_once_one_does_and_the_others_are_told(committed) -> None:
    reference = make_ask("Listed once", register="GB-COH", identifier="9911001")
    officers = [make_officer() for _ in range(6)]
    seen = entry_of(reference).version
    outcomes: list[object] = []

    def decide(officer) -> None:
        try:
            outcomes.append(actions.list_group(officer, reference, seen))
        except HouseError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=decide, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(reference) == 1
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 5
    with work.reading() as reading:
        named = select(func.count()).select_from(Organisation).where(Organisation.name == "Listed once")
        assert reading.execute(named).scalar_one() == 1


@pytest.mark.committed
def test_two_asks_with_one_number_become_one_group(committed) -> None:
    asks = [make_ask(register="GB-COH", identifier="9911002", is_another=True) for _ in range(4)]
    outcomes: list[object] = []

    def decide(reference: str) -> None:
        try:
            outcomes.append(actions.list_group(make_officer(), reference))
        except HouseError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=decide, args=(reference,)) for reference in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([outcome for outcome in outcomes if isinstance(outcome, str)]) == 1
    with work.reading() as reading:
        holders = reading.execute(
            select(func.count()).select_from(Identifier).where(Identifier.value == "09911002")
        ).scalar_one()
        listed = reading.execute(
            select(func.count())
            .select_from(GroupEntry)
            .where(GroupEntry.asked_identifier == "09911002", GroupEntry.state == GroupState.LISTED)
        ).scalar_one()
    assert (holders, listed) == (1, 1)
