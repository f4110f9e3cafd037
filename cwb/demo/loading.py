"""Loads the small made-up borough into an empty database, all of it or nothing."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select, update

from community_book.base import dispatcher, references
from community_book.base import work as transactions
from community_book.base.clock import now_utc
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.searching import search_index
from community_book.base.settings import settings
from community_book.base.tables import OutboxDelivery, OutboxEvent, SiteFact
from community_book.people.tables import Person
from cwb.demo import agreeing, asking, founding, loose_ends, own_conduct, promising
from cwb.demo.borough import PLAYER, Borough, tell
from cwb.pillars.actions import edit_measure
from cwb.pillars.queries import measure_by_code
from cwb.pillars.rules import MeasureWording

THRESHOLDS = {"FP1": 400_00, "PP1": 1_000_00}
"""Above these amounts (pence) a delivery of the measure takes two verifiers."""

LETTERS_OF_DAYS = 10


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    with transactions.reading() as reading:
        return reading.execute(select(func.count()).select_from(Person)).scalar_one() == 0


def load_small(seed: int, as_of: date) -> Borough:
    """The same borough for the same seed and day. Raises WrongState in production or where anybody has an account."""
    if settings().is_production:
        raise WrongState(Message(N_("The made-up borough is refused in production: its sign-ins are known to all.")))
    if not is_empty():
        raise WrongState(Message(N_("The made-up borough is loaded into an empty database only. This one has people.")))
    borough = Borough(as_of)
    with references.seeded(seed), transactions.together():
        founding.found(borough, seed)
        with borough.on(founding.FOUNDED_WEEK + 7):
            _set_thresholds(borough)
        stories = [*agreeing.STORIES, *own_conduct.STORIES, *loose_ends.STORIES]
        tell(borough, stories, [*asking.scenes(), *promising.scenes()])
        with borough.on(-1, 3, 17):
            founding.ask_lately(borough)
        with transactions.bookkeeping(PLAYER) as work:
            work.add(SiteFact(name="example data", value={"size": "small", "seed": seed}, day=as_of))
    return borough


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
