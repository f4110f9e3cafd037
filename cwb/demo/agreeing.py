"""What the two sides of the made-up borough agreed, what happened, and what the council made of it.

Each function is one story told over weeks as scenes; a scene is one day on which somebody does something.
The references of promises and deliveries are kept in the borough under the story's key.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from community_book.base.sessions import read_time
from cwb.commitments import actions as promises
from cwb.commitments.actions import NewChange
from cwb.deliveries import actions as deliveries
from cwb.deliveries.rules import Answer
from cwb.demo.borough import PLAYER, Borough, Day, Story
from cwb.demo.telling import (
    ask,
    for_group,
    offer,
    photograph,
    report,
    sessions_between,
    sessions_reported,
    sessions_to_report,
    sheet,
    verify,
    verify_part,
)

HOUR = 60
POUND = 100


def outings(b: Borough) -> Iterator[Day]:
    """The minibus: fortnightly against weekly, one Tuesday snowed off and moved to the Thursday."""
    yield Day(-12, 2)
    promise = b.promises["outings"] = offer(b, "minibus", "outings", words="Joe is looking forward to it.")
    wheels, millrace = b.person("wheels"), b.person("millrace")
    yield Day(-11, 0)
    promises.accept(wheels, promise)
    promises.write_message(wheels, promise, "Pick-up at the library at ten. Vera's chair folds, Tom's does not.")
    yield Day(-7, 3)
    used = sessions_to_report(b, promise, b.day(-12), b.day(-7, 3))
    first = b.deliveries["outings-1"] = report(
        b, millrace, promise, "Southport, and the garden centre.", used=used, what_changed="Vera saw the sea.",
        files=[photograph("The minibus at the coast", "#9cc4e4")],
    )  # fmt: skip
    yield Day(-7, 4)
    deliveries.confirm(wheels, first)
    yield Day(-6, 0)
    coming = sessions_between(b, promise, b.day(-6), b.day(-6, 6))
    new = NewChange("move", why="Snow. The ramp is a sledge.", session_id=coming[0], day=b.day(-6, 3),
                    starts_minute=read_time("10:00"))  # fmt: skip
    change = promises.propose_change(millrace, promise, new)
    promises.agree_change(wheels, promise, change)
    yield Day(-5, 1)
    verify(b, first)
    yield Day(-3, 2)
    b.deliveries["outings-2"] = report(
        b, millrace, promise, "The market on the Thursday instead, then the coast again.",
        used=sessions_to_report(b, promise, b.day(-6), b.day(-3, 2)),
    )  # fmt: skip
    yield Day(-3, 3)
    *held, _last = sessions_reported(b, b.deliveries["outings-2"])
    if held:
        rained_off = Answer(used=tuple(held), reason="The last Tuesday was rained off.")
        deliveries.confirm_in_part(wheels, b.deliveries["outings-2"], rained_off)
    else:
        deliveries.confirm(wheels, b.deliveries["outings-2"])


def books(b: Borough) -> Iterator[Day]:
    """Bookkeeping, online, against about twelve hours."""
    yield Day(-11, 1)
    promise = b.promises["books"] = ask(b, "bookkeeping", "books", 12 * HOUR, words="Could Nasreen look at our books?")
    linden, carers = b.person("provider.member"), b.person("carers")
    yield Day(-10, 0)
    promises.accept(linden, promise)
    yield Day(-7, 1)
    delivery = report(b, linden, promise, "Two evenings on the year-end figures.", amount=5 * HOUR, first_day=b.day(-8))
    b.deliveries["books-1"] = delivery
    yield Day(-6, 0)
    deliveries.confirm(carers, delivery)
    yield Day(-5, 2)
    verify(b, delivery, basis="word")
    yield Day(-2, 1)
    b.deliveries["books-2"] = report(
        b, carers, promise, "She showed our new treasurer how to do it.", amount=270,
        what_changed="We sent the accounts in before the day for the first time.",
    )  # fmt: skip


def gazebo(b: Borough) -> Iterator[Day]:
    """A grant of £500 against £650: two verifiers, because it is above the threshold for money."""
    yield Day(-9, 1)
    promise = b.promises["gazebo"] = offer(b, "grant", "gazebo", 500 * POUND, words="Play us something loud.")
    brass, linden = b.person("brass"), b.person("provider.lead")
    yield Day(-9, 3)
    promises.accept(brass, promise)
    yield Day(-7, 0)
    delivery = b.deliveries["gazebo"] = report(
        b, linden, promise, "Paid to the band.", amount=500 * POUND,
        files=[sheet("Remittance", [("date", "amount"), (b.day(-7).isoformat(), "500.00")])],
    )  # fmt: skip
    yield Day(-6, 2)
    deliveries.confirm(brass, delivery)
    yield Day(-5, 0)
    verify(b, delivery)
    yield Day(-5, 3)
    verify(b, delivery, by="verifier.two")
    yield Day(-4, 0)
    promises.complete(brass, promise)


def lunches(b: Borough) -> Iterator[Day]:
    """A warm room on Wednesdays: monthly statements with exceptions only."""
    yield Day(-43, 1)
    promise = b.promises["room"] = offer(b, "dayroom", "room", words="The hatch sticks; lift it.")
    lunch, linden = b.person("group.lead"), b.person("provider.member")
    yield Day(-42, 0)
    promises.accept(lunch, promise)
    missed = {-31: 1, -18: 1, -9: 1}
    for number, start in enumerate(range(-37, -1, 4)):
        yield Day(start + 3, 4)
        end = b.today()
        first = end - timedelta(days=27)
        held = sessions_to_report(b, promise, first, end)
        skip = held[:1] if any(start <= week < start + 4 for week in missed) else ()
        used = tuple(s for s in held if s not in skip)
        if not used:
            continue
        key = f"room-{number}"
        b.deliveries[key] = report(
            b, linden, promise, "The room was open and warm.", used=used, not_used=skip,
            files=[photograph("Tables laid for dinner", "#d8c3a5")] if number == 0 else [],
        )  # fmt: skip
        yield Day(start + 4, 0)
        if start == -5:  # lately, so that the group's time to object is not over on the first morning
            deliveries.confirm(for_group(b, "lunch"), b.deliveries[key])
        else:
            deliveries.confirm(lunch, b.deliveries[key])
        if start < -16:
            yield Day(start + 5, 2)
            verify(b, b.deliveries[key], by="verifier" if number % 2 else "verifier.two", basis="word")


def laptops(b: Borough) -> Iterator[Day]:
    """Five of eight wanted, four work."""
    yield Day(-13, 1)
    promise = b.promises["laptops"] = offer(b, "laptops", "laptops", 5)
    code, harbourway = b.person("code"), b.person("harbourway")
    yield Day(-12, 0)
    promises.accept(code, promise)
    yield Day(-10, 3)
    delivery = b.deliveries["laptops"] = report(b, harbourway, promise, "Five, with chargers.", amount=5)
    yield Day(-9, 5)
    deliveries.confirm_in_part(code, delivery, Answer(amount=4, reason="One will not charge. The others are lovely."))
    yield Day(-8, 1)
    verify(b, delivery, basis="word")
    yield Day(-3, 1)
    promises.end_short(code, promise, reason_code="enough", reason="Four will do us. Thank you.")


def painting(b: Borough) -> Iterator[Day]:
    """A staff day of twelve against at most four at a time: two visits of four, hosting paid."""
    yield Day(-8, 1)
    promise = b.promises["painting"] = offer(b, "staffday", "painting", 24 * HOUR, words="Four of us, twice.")
    carers, harbourway = b.person("carers"), b.person("harbourway")
    yield Day(-8, 3)
    promises.accept(carers, promise)
    yield Day(-5, 4)
    one = b.deliveries["painting-1"] = report(
        b, harbourway, promise, "Ceiling and two walls.", amount=12 * HOUR, visits=1,
        what_changed="Somebody cried in the quiet room, in a good way.",
        files=[photograph("The quiet room half painted", "#e9edc9")],
    )  # fmt: skip
    yield Day(-4, 0)
    deliveries.confirm(carers, one)
    verify(b, one)
    yield Day(-4, 4)
    two = b.deliveries["painting-2"] = report(b, harbourway, promise, "The rest.", amount=12 * HOUR, visits=1)
    yield Day(-3, 0)
    deliveries.query(carers, two, Answer(reason="Were there four? We counted three in the afternoon."))
    yield Day(-2, 0)
    deliveries.uphold(b.person("verifier"), two, reason="The rota and the sandwich order both say four.")


def salad(b: Borough) -> Iterator[Day]:
    """One garden plot for twenty-six weeks, counted by the quarter."""
    yield Day(-29, 1)
    promise = b.promises["plot"] = offer(b, "garden", "plot", 26)
    pantry, fernhill = b.person("pantry"), b.person("fernhill")
    yield Day(-28, 0)
    promises.accept(pantry, promise)
    yield Day(-20, 1)
    one = b.deliveries["plot-1"] = report(b, fernhill, promise, "Open every week; lettuce.", amount=8)
    yield Day(-19, 0)
    deliveries.confirm(pantry, one)
    verify_part(b, one, 7, "The gate was locked in the first week.", by="verifier.two")
    yield Day(-8, 1)
    two = b.deliveries["plot-2"] = report(
        b, fernhill, promise, "Open every week; beans, then kale.", amount=11,
        files=[photograph("The raised bed in August", "#a3b18a")],
    )  # fmt: skip
    yield Day(-7, 1)
    deliveries.confirm(pantry, two)
    yield Day(-2, 2)
    three = b.deliveries["plot-3"] = report(b, fernhill, promise, "Open every week; leeks.", amount=5)
    yield Day(-1, 0)
    deliveries.query(pantry, three, Answer(reason="Was it open in the week of the storm?"))


def treasurer(b: Borough) -> Iterator[Day]:
    """A treasurer's role from the annual meeting, counted after six months."""
    yield Day(-34, 1)
    promise = b.promises["treasurer"] = offer(b, "treasurer", "treasurer", 1, words="Wen can come to the meeting.")
    brass, owl = b.person("brass"), b.person("owl")
    yield Day(-33, 2)
    promises.accept(brass, promise)
    yield Day(-31, 1)
    delivery = b.deliveries["treasurer"] = report(b, owl, promise, "Elected at the annual meeting.", amount=1)
    yield Day(-4, 1)
    deliveries.ask_qualified(PLAYER)
    yield Day(-4, 3)
    deliveries.confirm(brass, delivery)
    yield Day(-3, 1)
    verify(b, delivery, basis="documents")


def fridge(b: Borough) -> Iterator[Day]:
    """A £1,000 match on a condition with a date."""
    yield Day(-5, 1)
    promise = b.promises["kitchen"] = ask(b, "match", "kitchen", 1000 * POUND)
    yield Day(-3, 0)
    promises.accept_on_condition(
        b.person("tollgate"), promise, condition="The fund confirms its half in writing", by_day=b.day(4, 4)
    )


STORIES: tuple[Story, ...] = (outings, books, gazebo, lunches, laptops, painting, salad, treasurer, fridge)
