"""What went another way in the made-up borough, and what waits for an answer today."""

from __future__ import annotations

from collections.abc import Iterator

from community_book.base.actor import anybody
from community_book.concerns.actions import raise_concern
from community_book.concerns.rules import NewConcern
from community_book.needs.actions import withdraw_need
from cwb.commitments import actions as promises
from cwb.deliveries import actions as deliveries
from cwb.deliveries.rules import Answer
from cwb.demo.borough import PLAYER, Borough, Day, Story
from cwb.demo.telling import ask, offer, propose, report, verify_part

HOUR = 60
POUND = 100


def pupils(b: Borough) -> Iterator[Day]:
    """Placements: a part verified, an appeal, then stopped early for the examinations."""
    yield Day(-15, 1)
    promise = b.promises["placements"] = offer(b, "placements", "placements", 12)
    school, millrace = b.person("school"), b.person("millrace")
    yield Day(-14, 0)
    promises.accept(school, promise)
    yield Day(-9, 4)
    delivery = b.deliveries["placements"] = report(b, millrace, promise, "Two pairs, two mornings.", amount=4)
    yield Day(-8, 0)
    deliveries.confirm(school, delivery)
    yield Day(-7, 1)
    verify_part(b, delivery, 3, "The sign-in sheet has three.")
    yield Day(-6, 0)
    deliveries.appeal(millrace, delivery, reason="The fourth signed on the back of the sheet.")
    yield Day(-4, 1)
    promises.end_short(school, promise, reason_code="group", reason="Mock examinations. Next year, please.")
    yield Day(-2, 1)
    withdraw_need(school, b.needs["placements"], "Mock examinations have begun.")


def aid(b: Borough) -> Iterator[Day]:
    """First aid: dates declined, asked for again, reported and not answered in time; then held by an officer."""
    yield Day(-6, 3)
    first = b.promises["firstaid-1"] = offer(b, "firstaid", "firstaid", 2)
    wheels, brightstep = b.person("wheels"), b.person("brightstep")
    yield Day(-5, 0)
    promises.decline(wheels, first, reason_code="dates", reason="We are out on Tuesdays, as you know.")
    yield Day(-5, 1)
    promise = b.promises["firstaid"] = ask(b, "firstaid", "firstaid", 6, words="Any day but Tuesday.")
    yield Day(-5, 3)
    promises.accept(brightstep, promise)
    yield Day(-4, 2)
    b.deliveries["firstaid"] = report(b, brightstep, promise, "Three came to the first day.", amount=3)
    yield Day(-3, 2)
    deliveries.nudge(PLAYER)
    for day in (Day(-2, 0), Day(-2, 3), Day(-1, 0)):  # bank holidays move the second time
        yield day
        deliveries.nudge(PLAYER)
    yield Day(-1, 2)
    deliveries.go_unanswered(PLAYER)
    promises.hold(b.person("officer"), promise, reason="Checking the trainer's insurance.")


def chairs(b: Borough) -> Iterator[Day]:
    """Agreed and called off."""
    yield Day(-25, 1)
    promise = b.promises["seating"] = offer(b, "chairs", "seating", 10)
    yield Day(-24, 1)
    promises.accept(b.person("allotment"), promise)
    yield Day(-20, 1)
    promises.cancel(b.person("tollgate"), promise, reason="The day room flooded, and the chairs with it.")


def music(b: Borough) -> Iterator[Day]:
    """An offer nobody answered, which lapsed."""
    yield Day(-6, 1)
    b.promises["gigs"] = offer(b, "catering", "gigs", 200 * POUND, words="Our opening day is in June.")
    yield Day(-3, 3)
    promises.lapse_unanswered(PLAYER)


def waiting(b: Borough) -> Iterator[Day]:
    """What waits for an answer today."""
    yield Day(-2, 4, 15)
    taken = b.promises["bid-1"] = offer(b, "bids", "bid", 2 * HOUR)
    yield Day(-1, 0)
    promises.take_back(b.person("fernhill"), taken, reason="Two hours is not enough; we will think again.")
    yield Day(-1, 1)
    promise = b.promises["bid"] = propose(b, "bids", "bid", 6 * HOUR, words="You two should talk.")
    promises.accept(b.person("allotment"), promise)
    promise = b.promises["digging"] = offer(b, "diggers", "digging", 24 * HOUR, words="Fridays, with the van.")
    yield Day(-1, 2)
    promises.ask_committee(b.person("allotment"), promise, by_day=b.day(3, 1), words="We meet on the second Tuesday.")
    raise_concern(
        anybody(),
        NewConcern(
            what="The van that collects for the pantry was parked across the school gate again, engine running.",
            said_by="A parent, no name please",
            about=f"need:{b.needs['shop']}",
        ),
    )
    b.promises["policies"] = offer(b, "hr", "policies", 10 * HOUR, words="On a screen, whenever suits.")
    yield Day(-1, 3)
    b.promises["hall"] = ask(b, "saturdayroom", "hall", words="We are twenty, and tidy.")
    promises.accept(b.person("fernhill"), b.promises["hall"])
    b.promises["oven"] = ask(b, "cooker", "oven", 1, words="Stan has a van.")
    b.promises["tables"] = offer(b, "staffday", "tables", 12 * HOUR, words="Three of us, two Wednesdays.")
    own = b.promises["gazebo"]
    promises.write_message(b.person("brass"), own, "It is up. It is red. Come and stand under it.")


def second_thoughts(b: Borough) -> Iterator[Day]:
    """A report taken back, and one the council did not uphold."""
    yield Day(-4, 1, 16)
    promise, linden, carers = b.promises["books"], b.person("provider.member"), b.person("carers")
    slip = b.deliveries["books-slip"] = report(b, linden, promise, "An evening.", amount=2 * HOUR)
    yield Day(-4, 2, 9)
    deliveries.withdraw(linden, slip, reason="That was another group. Sorry.")
    yield Day(-4, 3, 16)
    again = b.deliveries["books-3"] = report(b, linden, promise, "Another evening on a screen.", amount=2 * HOUR)
    yield Day(-3, 0, 9)
    deliveries.query(carers, again, Answer(amount=0, reason="Nobody was on our screen that evening."))
    yield Day(-2, 0, 15)
    deliveries.not_uphold(b.person("verifier.two"), again, reason="The meeting was booked and nobody joined it.")


STORIES: tuple[Story, ...] = (pupils, aid, chairs, music, waiting, second_thoughts)
