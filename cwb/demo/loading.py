"""Loads the made-up borough into an empty database, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text, update

from community_book.base import clock, dispatcher, references
from community_book.base import work as transactions
from community_book.base.actor import system
from community_book.base.clock import now_utc
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.searching import search_index
from community_book.base.settings import settings
from community_book.base.tables import OutboxDelivery, OutboxEvent, SiteFact
from community_book.needs.tables import Need
from community_book.people.tables import Person
from cwb.commitments.tables import Commitment
from cwb.deliveries.tables import Delivery
from cwb.demo import agreeing, asking, founding, loose_ends, own_conduct, promising
from cwb.demo.book import fill_the_book
from cwb.demo.borough import PLAYER, Borough, Scene, tell
from cwb.demo.crowd.gathering import BOROUGH, FOUNDED_WEEK, REGION, Size
from cwb.demo.crowd.joining import Crowd
from cwb.demo.not_for_us import say_what_is_not_for_them
from cwb.matching.actions import rebuild as rebuild_suggestions
from cwb.pillars.actions import edit_measure
from cwb.pillars.queries import measure_by_code
from cwb.pillars.rules import MeasureWording
from cwb.pledges.tables import Pledge

THRESHOLDS = {"FP1": 400_00, "PP1": 1_000_00}
"""Above these amounts (pence) a delivery of the measure takes two verifiers."""

LETTERS_OF_DAYS = 10
STORIES_LAST = timedelta(weeks=60)
Said = Callable[[int], None]
SHARES = {"founding": 8, "gathering": 14, "telling": 65, "writing": 69, "copying": 79, "saving": 80}
SHARES_OF_A_REGION = {"founding": 1, "gathering": 2, "telling": 25, "writing": 26, "copying": 65, "saving": 80}
SHARES_AFTER = {"handing on": 85, "indexing": 100}
"""At how many percent of the time each part of the work ends; measured, so that a bar is true."""
SIZES: dict[str, Size | None] = {"small": None, "borough": BOROUGH, "region": REGION}
"""How many there are of each in a size; the small one is what its own stories say."""


def quietly(_percent: int) -> None:
    """For whoever does not ask how far it is."""


class _Told:
    """Says how many percent are done, from the parts the work is made of."""

    def __init__(self, said: Said, ends: dict[str, int]) -> None:
        self._said, self._ends = said, ends

    def all_of(self, part: str) -> None:
        self._said(self._ends[part])

    def part_of(self, part: str) -> Callable[[float], None]:
        """A function that hears which share of a part is done."""
        end = self._ends[part]
        before = [other for other in self._ends.values() if other < end]
        begin = before[-1] if before else SHARES["saving"] if self._ends is SHARES_AFTER else 0
        return lambda share: self._said(begin + int((end - begin) * share))


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    with transactions.reading() as reading:
        return reading.execute(select(func.count()).select_from(Person)).scalar_one() == 0


def load_small(seed: int, as_of: date) -> Borough:
    """The same borough for the same seed and day. Raises WrongState in production or where anybody has an account."""
    return load("small", seed, as_of)


def load(size: str, seed: int, as_of: date, said: Said = quietly) -> Borough:
    """A borough of a size, with the small one inside; the same for the same seed and day.

    `said` hears how many percent are done; the rest is `hand_on_events`. Raises WrongState in production or where
    anybody has an account.
    """
    if settings().is_production:
        raise WrongState(Message(N_("The made-up borough is refused in production: its sign-ins are known to all.")))
    if not is_empty():
        raise WrongState(Message(N_("The made-up borough is loaded into an empty database only. This one has people.")))
    crowded = SIZES.get(size)
    borough = Borough(as_of) if crowded is None else Borough(as_of, founded_week=FOUNDED_WEEK, is_crowded=True)
    told = _Told(said, SHARES_OF_A_REGION if crowded is not None and crowded.times > 1 else SHARES)
    with references.seeded(seed), transactions.together():
        founding.found(borough, seed)
        with borough.on(borough.founded_week + 7):
            _set_thresholds(borough)
        told.all_of("founding")
        stories = [*agreeing.STORIES, *own_conduct.STORIES, *loose_ends.STORIES]
        scenes = [*asking.scenes(), *promising.scenes(), Scene(-1, 3, 17, _lately)]
        crowd = None if crowded is None else Crowd(borough, seed, crowded)
        told.all_of("gathering")
        tell(borough, stories, scenes, _meanwhile(borough, crowd, told.part_of("telling")))
        told.all_of("telling")
        if crowd is not None:
            crowd.settle()
        told.all_of("writing")
        with clock.held_at(borough.moment(as_of, 12)):
            rebuild_suggestions(system("matching"))
            say_what_is_not_for_them(borough)
            if crowd is not None:
                crowd.copy(told.part_of("copying"))
            told.all_of("copying")
            with transactions.bookkeeping(PLAYER) as work:
                work.add(SiteFact(name="example data", value={"size": size, "seed": seed}, day=as_of))
                _let_the_past_rest(work, borough)
    with transactions.reading() as reading:
        reading.execute(text("ANALYZE"))  # else the database guesses how many there are of each
        reading.commit()
    told.all_of("saving")
    return borough


def _lately(borough: Borough, _what: None) -> None:
    """Groups that ask to be listed, pause or close, and what the Book says of the others."""
    founding.ask_lately(borough)
    fill_the_book(borough)


def _meanwhile(borough: Borough, crowd: Crowd | None, said: Callable[[float], None]) -> Callable[[datetime], None]:
    """What happens between two scenes: the crowd's acts up to then, and a word about how far the time has come."""
    last = borough.moment(borough.as_of, 12)

    def until(moment: datetime) -> None:
        if crowd is not None:
            crowd.act_until(moment)
        said(max(0.0, 1 - ((last - moment) / STORIES_LAST) ** 0.5))  # more and more happens towards the end

    return until


def _let_the_past_rest(work: transactions.Work, borough: Borough) -> None:
    """Of the past nobody gets letters, and what fits was worked out at once: only the last days are handed on.

    Nobody wants a year of letters in their list, or as mail. Said in the load's own transaction, so that a worker
    that starts too early does not write them either.
    """
    old = select(OutboxEvent.id).where(OutboxEvent.at_utc < borough.moment(_days_ago(borough, LETTERS_OF_DAYS)))
    resting = OutboxDelivery.subscriber.like("notices.%") & OutboxDelivery.event_id.in_(old)
    resting |= OutboxDelivery.subscriber.like("matching.%")
    transactions.changed(work, update(OutboxDelivery).where(resting).values(done_at_utc=now_utc()))


def _days_ago(borough: Borough, days: int) -> date:
    return borough.as_of - timedelta(days=days)


def counted() -> dict[str, int]:
    """How many pledges, needs, promises and reports there are now."""
    tables = {"pledges": Pledge, "needs": Need, "promises": Commitment, "reports": Delivery}
    with transactions.reading() as reading:
        return {
            name: reading.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }


def hand_on_events(borough: Borough, said: Said = quietly) -> int:
    """Notices, mail and the index of what was loaded, as the worker would have made them; returns how many events."""
    told = _Told(said, SHARES_AFTER)
    with transactions.reading() as reading:
        waiting = dispatcher.waiting_count(reading)
    handed_on = 0
    while done := dispatcher.dispatch_once() + dispatcher.run_errands():
        handed_on += done
        told.part_of("handing on")(min(1.0, handed_on / max(1, waiting)))
    told.all_of("handing on")
    if (index := search_index()) is not None:
        index.rebuild()
    told.all_of("indexing")
    return handed_on


def _set_thresholds(borough: Borough) -> None:
    admin = borough.person("admin")
    for code, above in THRESHOLDS.items():
        with borough.reading() as reading:
            measure = measure_by_code(reading, code)
        words = {name: getattr(measure, name) for name in MeasureWording.__dataclass_fields__ if hasattr(measure, name)}
        edit_measure(admin, measure.reference, MeasureWording(**{**words, "two_verifiers_above": above}))


def load_and_hand_on(size: str, seed: int, as_of: date, said: Said) -> int:
    """Loads a borough and hands its events on; returns how many those were."""
    return hand_on_events(load(size, seed, as_of, said), said)
