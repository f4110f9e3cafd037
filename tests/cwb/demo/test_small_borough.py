"""The small made-up borough: whole, the same every time, and showing every state there is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base import registers, work
from community_book.base.actor import Role
from community_book.base.errors import WrongState
from community_book.base.tables import AuditEntry, OutboxEvent
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.notices.tables import OutgoingMail
from community_book.people.queries import actor_of_person
from community_book.people.tables import MembershipRow, Person
from cwb.commitments.rules.states import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import Delivery
from cwb.demo import commands, loading
from cwb.demo.borough import Borough
from cwb.demo.loading import hand_on_events, load_small
from cwb.ledger.tables import LedgerEntry
from cwb.matching.tables import NotForUs, Suggestion
from cwb.pillars.tables import Measure
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge
from tests.conftest import Template, put_in_use, site_on
from tests.support.databases import ON_POSTGRESQL
from tools.serve import PEOPLE

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def borough(committed: Flask) -> Flask:
    load_small(1, DAY)
    return committed


def states(session: Session, column: object) -> set[str]:
    return set(session.execute(select(column).distinct()).scalars())  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (GroupEntry.state, set(GroupState)),
        (Need.state, set(NeedState)),
        (Pledge.state, set(PledgeState)),
        (Commitment.state, set(CommitmentState)),
        (Delivery.state, set(DeliveryState)),
        (MembershipRow.role, set(Role)),
    ],
    ids=["groups", "needs", "pledges", "promises", "deliveries", "roles"],
)
def test_every_state_and_role_can_be_seen_in_the_borough(borough: Flask, column: object, wanted: set[str]) -> None:
    with work.reading() as reading:
        assert {str(state) for state in wanted} - states(reading, column) == set()


def test_every_kind_of_help_is_asked_for_or_promised(borough: Flask) -> None:
    with work.reading() as reading:
        kinds = states(reading, NeedPart.kind) | states(reading, Pledge.kind)
    assert kinds == {
        "advice", "hands", "role", "money", "goods", "room", "vehicle", "equipment", "land", "jobs", "seats", "trade",
        "conduct",
    }  # fmt: skip


def test_everything_that_must_always_be_true_is_true_in_the_borough(borough: Flask) -> None:
    with work.reading() as reading:
        assert [breach for check in registers.invariants().values() for breach in check(reading)] == []


def test_suggestions_are_there_and_both_sides_said_of_some_that_they_are_not_for_them(borough: Flask) -> None:
    with work.reading() as reading:
        assert reading.execute(select(func.count(Suggestion.id))).scalar_one() > 0
        assert states(reading, NotForUs.side) == {"group", "provider"}


def test_a_second_borough_is_refused(borough: Flask) -> None:
    with pytest.raises(WrongState):
        load_small(1, DAY)


def fingerprint(reading: Session) -> list[list[Any]]:
    """What two loads have to agree on: acts in their order, references, figures."""
    return [
        [
            tuple(row)
            for row in reading.execute(select(AuditEntry.sequence, AuditEntry.hash).order_by(AuditEntry.sequence))
        ],
        reading.execute(select(Delivery.reference).order_by(Delivery.id)).scalars().all(),
        [
            tuple(row)
            for row in reading.execute(
                select(LedgerEntry.figure, Measure.code, func.sum(LedgerEntry.amount))
                .join(Measure, Measure.id == LedgerEntry.measure_id)
                .group_by(LedgerEntry.figure, Measure.code)
                .order_by(LedgerEntry.figure, Measure.code)
            )
        ],
    ]


@ON_POSTGRESQL
def test_the_same_seed_and_day_make_the_same_borough_whatever_the_database(borough: Flask, tmp_path: Path) -> None:
    with work.reading() as reading:
        first = fingerprint(reading)
    with Template("sqlite", tmp_path, None).copy() as url, site_on(url, tmp_path):
        load_small(1, DAY)
        with work.reading() as reading:
            second = fingerprint(reading)
    put_in_use(borough)
    assert len(first[0]) > 300
    assert [one == other for one, other in zip(first, second, strict=True)] == [True, True, True]


@pytest.mark.parametrize("name", PEOPLE)
def test_something_is_on_everybodys_desk(borough: Flask, name: str) -> None:
    with borough.test_request_context(), work.reading() as reading:
        person = reading.execute(select(Person).where(Person.email == f"{name}@borough.example")).scalar_one()
        assert registers.desk_items(reading, actor_of_person(reading, person, None)) != []


def test_only_what_happened_lately_is_told_by_letter(borough: Flask) -> None:
    with borough.app_context():
        hand_on_events(Borough(DAY))
    with work.reading() as reading:
        first, mails = reading.execute(
            select(func.min(OutboxEvent.at_utc), func.count(OutgoingMail.id)).join(
                OutgoingMail, OutgoingMail.event_id == OutboxEvent.id
            )
        ).one()
    assert 0 < mails < 60
    assert first.date() >= DAY - timedelta(days=10)


def test_the_command_knows_every_size() -> None:
    assert set(commands.SIZES) == set(loading.SIZES)
