"""Every state and every act that is not open to somebody: refused with a sentence, and nothing changes.

Who is refused is decided before anything is written: once on SQLite, and on PostgreSQL for what is one's own.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community_book.base.actor import Actor, Role
from community_book.base.errors import HouseError, NotAllowed, NotThere, Refused, WrongState
from cwb.deliveries import actions, rules
from cwb.deliveries.queries.standing import who_is
from cwb.deliveries.rules import Answer, DeliveryState, NewOwnReport, Who
from tests.makers import actor_for, make_organisation
from tests.makers_deliveries import (
    REASON,
    Made,
    a_file,
    decision,
    make_delivery,
    make_own_delivery,
    new_report,
    row_of,
)
from tests.support.databases import ON_SQLITE

S = DeliveryState
Try = Callable[[Actor, Made], object]

ACTS: dict[str, Try] = {
    "confirm": lambda a, m: actions.confirm(a, m.reference),
    "confirm_in_part": lambda a, m: actions.confirm_in_part(a, m.reference, Answer(amount=1, reason=REASON)),
    "query": lambda a, m: actions.query(a, m.reference, Answer(reason=REASON)),
    "add_surplus": lambda a, m: actions.add_surplus(a, m.reference),
    "amend": lambda a, m: actions.amend(a, m.reference, new_report() if m.pair else NewOwnReport(row_day(m), amount=2)),
    "leave_out": lambda a, m: actions.leave_out(a, m.reference, Answer(amount=1)),
    "add_evidence": lambda a, m: actions.add_evidence(a, m.reference, [a_file()]),
    "uphold": lambda a, m: actions.uphold(a, m.reference, reason=REASON),
    "not_uphold": lambda a, m: actions.not_uphold(a, m.reference, reason=REASON),
    "withdraw": lambda a, m: actions.withdraw(a, m.reference),
    "verify": lambda a, m: actions.decide(a, m.reference, decision("verify")),
    "verify_in_part": lambda a, m: actions.decide(a, m.reference, decision("verify_in_part", amount=1)),
    "reject": lambda a, m: actions.decide(a, m.reference, decision("reject")),
    "appeal": lambda a, m: actions.appeal(a, m.reference, reason=REASON),
    "decide_appeal": lambda a, m: actions.decide_appeal(a, m.reference, decision("verify")),
    "reverse": lambda a, m: actions.reverse(a, m.reference, reason=REASON),
}


def row_day(made: Made):
    return row_of(made.reference).happened_on


def everybody(made: Made) -> dict[str, Actor]:
    """One of each kind who could try something."""
    found = {
        "provider": made.providing,
        "verifier": made.council.third,
        "outside": actor_for(make_organisation(), Role.OUTSIDE_DECIDER),
        "officer": made.council.officer,
        "auditor": made.council.auditor,
        "stranger": actor_for(make_organisation(), Role.GROUP_LEAD),
    }
    return found | ({"group": made.asking} if made.pair else {})


def snapshot(made: Made) -> tuple[object, ...]:
    row = row_of(made.reference)
    return (row.state, row.version, row.amount, row.confirmed, row.verified, row.surplus, row.happened_on)


def may(made: Made, actor: Actor, act: str) -> bool:
    """Whether the table of `rules` opens the act to this actor now."""
    from community_book.base import work
    from cwb.commitments.queries import commitment_terms
    from cwb.deliveries.queries.standing import case_of
    from cwb.pledges.queries import pledge_terms

    row = row_of(made.reference)
    who = who_is(actor, row)
    with work.reading() as reading:
        promise = commitment_terms(reading, row.commitment_id) if row.commitment_id else None
        return who is not None and who in rules.who_may(
            act, case_of(row, pledge_terms(reading, row.pledge_id), promise)
        )


def try_all(made: Made) -> None:
    assert set(ACTS) | {"go_unanswered", "settle_recorded"} == set(rules.MACHINE.moves)
    before, everyone = snapshot(made), everybody(made)
    for act, attempt in ACTS.items():
        for name, actor in everyone.items():
            if may(made, actor, act):
                continue
            with pytest.raises(HouseError) as refused:
                attempt(actor, made)
            assert isinstance(refused.value, (WrongState, NotAllowed, NotThere, Refused)), (act, name)
            assert not isinstance(refused.value, Refused), (act, name, str(refused.value))
            if name == "stranger":
                assert isinstance(refused.value, (NotThere, NotAllowed)), act
            assert snapshot(made) == before, (act, name)


@ON_SQLITE
@pytest.mark.parametrize("state", S)
def test_whoever_tries_what_is_not_open_is_refused_and_nothing_changes(app, state):
    made = make_delivery(state)
    try_all(made)
    row = row_of(made.reference)
    assert row.state == state


@ON_SQLITE
@pytest.mark.parametrize("state", [S.CONFIRMED, S.QUERIED, S.UPHELD])
def test_the_same_for_a_groups_own_report(app, state):
    made = make_delivery(state, by="group")
    try_all(made)


@pytest.mark.parametrize("state", [S.REPORTED, S.QUERIED, S.UPHELD, S.NOT_UPHELD, S.WITHDRAWN])
def test_the_same_in_ones_own_house(app, state):
    try_all(make_own_delivery(state))


def test_every_hand_is_known(app):
    made = make_delivery()
    row = row_of(made.reference)
    found = {name: who_is(actor, row) for name, actor in everybody(made).items()}
    assert found == {
        "provider": Who.PROVIDER,
        "group": Who.GROUP,
        "verifier": Who.VERIFIER,
        "outside": Who.OUTSIDE,
        "officer": None,
        "auditor": None,
        "stranger": None,
    }
