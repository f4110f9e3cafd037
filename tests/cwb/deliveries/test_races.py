"""Many hands at once, on both databases: what counts is exact, and one answer wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from community_book.base.errors import Busy, HouseError, WrongState
from cwb.deliveries import actions
from cwb.deliveries.rules import Answer, DeliveryState
from tests.makers_commitments import make_commitment, make_pair, terms_of
from tests.makers_deliveries import a_file, booked, decision, make_delivery, new_report, row_of

S = DeliveryState


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Does all at the same moment, each in a thread of its own; what each gave or was refused with."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        barrier.wait()
        for _ in range(20):
            try:
                return deed()
            except Busy:  # what a person does who is told to send it again
                continue
            except HouseError as refused:
                return refused
        return Busy()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_more_than_is_left_reported_from_both_sides_at_once_counts_exactly_what_was_agreed(committed):
    pair = make_pair()
    commitment = make_commitment(pair)
    sides = [pair.offering, pair.asking] * 32
    found = at_once(*(lambda who=who: actions.report(who, commitment, new_report(amount=50)) for who in sides))
    references = [reference for reference in found if isinstance(reference, str)]
    assert len(references) == 64
    rows = [row_of(reference) for reference in references]
    assert sum(row.amount for row in rows) == 720
    assert sum(row.amount + row.surplus for row in rows) == 64 * 50
    terms = terms_of(commitment)
    assert (terms.reported, terms.left) == (720, 0)
    assert terms.confirmed == sum(row.amount for row in rows if row.side == "group")
    assert sum(booked(reference)[0] for reference in references) == 720


def test_two_verifiers_at_once_verify_once(committed):
    made = make_delivery(S.CONFIRMED)
    first, second = made.council.verifier, made.council.second
    found = at_once(
        lambda: actions.decide(first, made.reference, decision("verify")),
        lambda: actions.decide(second, made.reference, decision("verify")),
        lambda: actions.decide(first, made.reference, decision("reject")),
        lambda: actions.decide(second, made.reference, decision("verify_in_part", amount=7)),
    )
    assert sum(isinstance(each, str) for each in found) == 1
    refused = [each for each in found if isinstance(each, WrongState)]
    assert len(refused) == 3
    assert all("This report is" in str(each) for each in refused)
    row = row_of(made.reference)
    assert booked(made.reference) == (row.amount, row.confirmed, row.verified)


def test_confirming_and_querying_at_once_one_wins_and_the_other_hears_what_it_is_now(committed):
    pair = make_pair()
    commitment = make_commitment(pair)
    for _ in range(5):
        made = make_delivery(pair=pair, commitment=commitment, amount=60)
        found = at_once(
            lambda: actions.confirm(pair.asking, made.reference),  # noqa: B023
            lambda: actions.query(pair.asking, made.reference, Answer(reason="On Thursday")),  # noqa: B023
        )
        (refused,) = [each for each in found if isinstance(each, HouseError)]
        assert isinstance(refused, WrongState)
        state = row_of(made.reference).state
        assert state in {S.CONFIRMED, S.QUERIED}
        assert str(rules_label(state)) in str(refused)


def rules_label(state: str):
    from cwb.deliveries.rules import STATE_LABELS

    return STATE_LABELS[DeliveryState(state)]


def test_reversing_twice_at_once_takes_out_once(committed):
    made = make_delivery(S.VERIFIED)
    found = at_once(
        *(lambda: actions.reverse(made.council.second, made.reference, reason="Another group") for _ in range(6))
    )
    assert sum(isinstance(each, str) for each in found) == 1
    assert booked(made.reference) == (0, 0, 0)


def test_answers_about_one_promise_do_not_wait_for_each_other_for_ever(committed):
    pair = make_pair()
    commitment = make_commitment(pair)
    several = [make_delivery(pair=pair, commitment=commitment, amount=60) for _ in range(8)]
    found = at_once(
        *(lambda made=made: actions.confirm(pair.asking, made.reference) for made in several),
        *(lambda: actions.report(pair.offering, commitment, new_report(amount=10)) for _ in range(8)),
    )
    assert all(isinstance(each, str) for each in found), found
    assert terms_of(commitment).confirmed == 480


def test_one_file_sent_with_two_reports_at_once_is_pointed_out(committed):
    pairs = [make_pair(), make_pair()]
    promises = [make_commitment(pair) for pair in pairs]
    for round_ in range(6):
        content = f"day,people\n{round_},4\n".encode()
        found = at_once(
            *(
                lambda pair=pair, promise=promise, content=content: actions.report(
                    pair.offering, promise, new_report(amount=5), [a_file(content=content)]
                )
                for pair, promise in zip(pairs, promises, strict=True)
            )
        )
        assert all(isinstance(each, str) for each in found), found
        assert any("same_file" in row_of(str(reference)).flags for reference in found)
