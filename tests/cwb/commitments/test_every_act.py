"""Every state of a promise, every act and every role: what is not open to somebody is refused, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community_book.base import work
from community_book.base.actor import Actor, Permission, Role
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.tables import AuditEntry
from cwb.commitments import actions, rules
from cwb.commitments.queries.terms import standing_of
from cwb.commitments.rules import MACHINE, CommitmentState, NewChange, Side, who_may
from tests.makers import actor_for, make_organisation
from tests.makers_commitments import Pair, make_commitment, make_pair, row_of
from tests.support.databases import ON_SQLITE

S = CommitmentState
Try = Callable[[Actor, str], object]

ACTS: dict[str, tuple[tuple[Permission, ...], Try]] = {
    "accept": ((rules.ANSWER_PROMISE,), actions.accept),
    "accept_on_condition": (
        (rules.ANSWER_PROMISE,),
        lambda a, ref: actions.accept_on_condition(a, ref, condition="If it is dry", by_day=_soon()),
    ),
    "ask_committee": ((rules.ANSWER_PROMISE,), lambda a, ref: actions.ask_committee(a, ref, by_day=_soon())),
    "meet": ((rules.ANSWER_PROMISE,), actions.meet),
    "decline": ((rules.ANSWER_PROMISE,), lambda a, ref: actions.decline(a, ref, reason_code="dates")),
    "take_back": ((rules.ANSWER_PROMISE, rules.PROPOSE_PROMISE), actions.take_back),
    "propose_change": (
        (rules.CHANGE_PROMISE,),
        lambda a, ref: actions.propose_change(a, ref, NewChange("amount", amount=60)),
    ),
    "hold": ((rules.HOLD_PROMISE,), lambda a, ref: actions.hold(a, ref, reason="A question")),
    "release": ((rules.HOLD_PROMISE,), actions.release),
    "complete": ((rules.END_PROMISE,), actions.complete),
    "end_short": ((rules.END_PROMISE,), lambda a, ref: actions.end_short(a, ref, reason_code="enough")),
    "cancel": ((rules.END_PROMISE,), lambda a, ref: actions.cancel(a, ref, reason="The hall is closed")),
    "write": ((rules.WRITE_MESSAGE,), lambda a, ref: actions.write_message(a, ref, "Hello")),
}
ELSEWHERE = {"lapse", "start", "report", "add_surplus", "say_did_not_happen", "put_back"}
"""What the site and reports do, and what is said about a date: tried with the rooms and forms they belong to."""
OF_A_CHANGE = {"agree_change", "decline_change", "take_back_change"}
"""They need a change that waits (test_changing)."""


def _soon():
    return today() + timedelta(days=7)


def everybody(pair: Pair) -> dict[str, tuple[Actor, Side | None]]:
    """Somebody in each role, on each side and on none."""
    council = make_organisation("Example Council", is_council=True)
    of_council = {
        str(role): actor_for(council, role)
        for role in (Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.AUDITOR, Role.ADMINISTRATOR)
    }
    hands = {Role.OFFICER: Side.COUNCIL, Role.SAFEGUARDING: Side.COUNCIL}
    found: dict[str, tuple[Actor, Side | None]] = {
        name: (actor, hands.get(Role(name))) for name, actor in of_council.items()
    }
    return found | {
        "provider": (pair.offering, Side.PROVIDER),
        "group": (pair.asking, Side.GROUP),
        "another provider": (actor_for(make_organisation(), Role.PROVIDER_LEAD), None),
        "another group": (actor_for(make_organisation(), Role.GROUP_LEAD), None),
        "outside": (actor_for(make_organisation(), Role.OUTSIDE_DECIDER), None),
    }


def snapshot(reference: str) -> tuple[object, ...]:
    row = row_of(reference)
    with work.reading() as reading:
        acts = reading.execute(select(func.max(AuditEntry.sequence))).scalar()
    return (row.state, row.version, row.amount, row.provider_said_yes, row.group_said_yes, acts)


def test_every_act_of_the_table_is_tried_somewhere() -> None:
    assert set(ACTS) | ELSEWHERE | OF_A_CHANGE == set(MACHINE.moves)


@ON_SQLITE
@pytest.mark.parametrize("state", S)
def test_whoever_tries_what_is_not_open_is_refused_and_nothing_changes(app: Flask, state: S) -> None:
    pair = make_pair()
    reference = make_commitment(pair, state)
    everyone = everybody(pair)
    standing, before, refused_to = standing_of(row_of(reference)), snapshot(reference), 0
    for act, (permissions, attempt) in ACTS.items():
        for name, (actor, side) in everyone.items():
            may_try = any(actor.may(permission) for permission in permissions)
            if may_try and side in who_may(act, standing):
                continue
            with pytest.raises((NotAllowed, NotThere, WrongState)) as refused:
                attempt(actor, reference)
            if side is None or not may_try:
                assert isinstance(refused.value, (NotAllowed, NotThere)), (act, name)
            if isinstance(refused.value, (NotAllowed, WrongState)):
                assert len(str(refused.value.message)) > 20, (act, name)
            refused_to += 1
    assert snapshot(reference) == before
    assert refused_to > 90
