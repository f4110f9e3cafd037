"""Loads the made-up borough into an empty database, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import func, select, update

from community_book.base import dispatcher, references
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
from cwb.demo.borough import PLAYER, Borough, tell
from cwb.demo.crowd.gathering import BOROUGH, FOUNDED_WEEK, Size
from cwb.demo.crowd.joining import Crowd
from cwb.matching.actions import rebuild as rebuild_suggestions
from cwb.pillars.actions import edit_measure
from cwb.pillars.queries import measure_by_code
from cwb.pillars.rules import MeasureWording
from cwb.pledges.tables import Pledge

THRESHOLDS = {"FP1": 400_00, "PP1": 1_000_00}
"""Above these amounts (pence) a delivery of the measure takes two verifiers."""

LETTERS_OF_DAYS = 10
SIZES: dict[str, Size | None] = {"small": None, "borough": BOROUGH}
"""How many there are of each in a size; the small one is what its own stories say."""


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    with transactions.reading() as reading:
        return reading.execute(select(func.count()).select_from(Person)).scalar_one() == 0


def load_small(seed: int, as_of: date) -> Borough:
    """The same borough for the same seed and day. Raises WrongState in production or where anybody has an account."""
    return load("small", seed, as_of)


def load(size: str, seed: int, as_of: date, said: Callable[[int], None] = lambda _percent: None) -> Borough:
    """A borough of a size, with the small one inside; the same for the same seed and day.

    `said` hears how many percent are done. Raises WrongState in production or where anybody has an account.
    """
    if settings().is_production:
        raise WrongState(Message(N_("The made-up borough is refused in production: its sign-ins are known to all.")))
    if not is_empty():
        raise WrongState(Message(N_("The made-up borough is loaded into an empty database only. This one has people.")))
    crowded = SIZES.get(size)
    borough = Borough(as_of) if crowded is None else Borough(as_of, founded_week=FOUNDED_WEEK, is_crowded=True)
    with references.seeded(seed), transactions.together():
        founding.found(borough, seed)
        with borough.on(borough.founded_week + 7):
            _set_thresholds(borough)
        said(10)
        stories = [*agreeing.STORIES, *own_conduct.STORIES, *loose_ends.STORIES]
        scenes = [*asking.scenes(), *promising.scenes()]
        crowd = None if crowded is None else Crowd(borough, seed, crowded)
        said(30)
        tell(borough, stories, scenes, crowd.act_until if crowd else lambda _moment: None)
        said(60)
        with borough.on(-1, 3, 17):
            founding.ask_lately(borough)
            fill_the_book(borough)
        if crowd is not None:
            crowd.settle()
        with transactions.bookkeeping(PLAYER) as work:
            work.add(SiteFact(name="example data", value={"size": size, "seed": seed}, day=as_of))
    said(70)
    return borough


def counted() -> dict[str, int]:
    """How many pledges, needs, promises and reports there are now."""
    tables = {"pledges": Pledge, "needs": Need, "promises": Commitment, "reports": Delivery}
    with transactions.reading() as reading:
        return {
            name: reading.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }


def hand_on_events(borough: Borough) -> int:
    """Notices, mail and suggestions, as the worker would have made them; letters only of the last days.

    Nobody wants a year of letters about the past in their list, or as mail.
    """
    before = borough.moment(borough.as_of - timedelta(days=LETTERS_OF_DAYS))
    old = select(OutboxEvent.id).where(OutboxEvent.at_utc < before)
    with transactions.bookkeeping(PLAYER) as work:
        transactions.changed(
            work,
            update(OutboxDelivery)
            .where(OutboxDelivery.subscriber.like("notices.%"), OutboxDelivery.event_id.in_(old))
            .values(done_at_utc=now_utc()),
        )
    handed_on = dispatcher.dispatch_all()
    if borough.is_crowded:
        rebuild_suggestions(system("matching"))
    if (index := search_index()) is not None:
        index.rebuild()
    return handed_on


def _set_thresholds(borough: Borough) -> None:
    admin = borough.person("admin")
    for code, above in THRESHOLDS.items():
        with borough.reading() as reading:
            measure = measure_by_code(reading, code)
        words = {name: getattr(measure, name) for name in MeasureWording.__dataclass_fields__ if hasattr(measure, name)}
        edit_measure(admin, measure.reference, MeasureWording(**{**words, "two_verifiers_above": above}))
