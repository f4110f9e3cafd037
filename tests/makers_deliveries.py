"""Makers of deliveries in any state, on promises and on pledges without a counterpart, through the real acts."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from community_book.base import clock, work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import add_working_days, today
from community_book.organisations.tables import Organisation
from cwb.deliveries import actions
from cwb.deliveries.rules import Answer, Decision, DeliveryState, NewOwnReport, NewReport, SentFile
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.ledger.queries import sums_of
from cwb.ledger.rules import Figure
from cwb.pillars.tables import Measure
from tests.makers import actor_for, make_organisation
from tests.makers_commitments import Pair, make_commitment, make_pair
from tests.makers_pledges import MadePledge, Provider, make_admitted_provider, make_pledge
from tests.support.grounds import kept

S = DeliveryState
REASON = "What was said fits what we saw."


@dataclass(frozen=True)
class Council:
    """The council's people: two verifiers, one outside decider, an officer, an auditor."""

    organisation: Organisation
    verifier: Actor
    second: Actor
    third: Actor
    outside: Actor
    officer: Actor
    auditor: Actor


@kept
def make_council() -> Council:
    organisation = make_organisation(is_council=True)
    elsewhere = make_organisation("A hospital trust")
    return Council(
        organisation,
        actor_for(organisation, Role.VERIFIER),
        actor_for(organisation, Role.VERIFIER),
        actor_for(organisation, Role.VERIFIER),
        actor_for(elsewhere, Role.OUTSIDE_DECIDER),
        actor_for(organisation, Role.OFFICER),
        actor_for(organisation, Role.AUDITOR),
    )


@dataclass(frozen=True)
class Made:
    """A delivery, what it hangs on, and everybody who may do something with it."""

    reference: str
    pair: Pair | None
    provider: Provider
    pledge: MadePledge
    council: Council
    commitment: str = ""
    before: tuple[str, ...] = field(default=())

    @property
    def providing(self) -> Actor:
        return self.provider.actor

    @property
    def asking(self) -> Actor:
        assert self.pair is not None
        return self.pair.asking


def a_file(name: str = "list.csv", content: bytes = b"day,people\n1,2\n") -> SentFile:
    """A file as a form sends it."""
    return SentFile(name, lambda most: content[:most])


def a_photograph(colour: str = "green", name: str = "garden.jpg") -> SentFile:
    """A small JPEG of one colour, with where it was taken in its metadata."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.new("RGB", (40, 30), colour)
    exif = Image.Exif()
    exif[0x010F] = "A telephone"
    exif[0x8825] = {1: "N", 2: (53.0, 29.0, 0.0)}
    image.save(out, "JPEG", exif=exif)
    return a_file(name, out.getvalue())


def new_report(**fields: Any) -> NewReport:
    """Two hours today, unless said otherwise."""
    given: dict[str, Any] = {"happened_on": today(), "what_happened": "They sat down with our books."}
    if "used" not in fields:
        given["amount"] = 120
    return NewReport(**(given | fields))


@kept
def make_delivery(
    state: DeliveryState = S.REPORTED,
    *,
    pair: Pair | None = None,
    by: str = "provider",
    commitment: str = "",
    council: Council | None = None,
    files: Iterable[SentFile] = (),
    **fields: Any,
) -> Made:
    """A delivery on an agreed promise in a state, by the acts that lead there."""
    pair = pair or make_pair()
    council = council or make_council()
    commitment = commitment or make_commitment(pair)
    who = pair.offering if by == "provider" else pair.asking
    reference = actions.report(who, commitment, new_report(**fields), files)
    made = Made(reference, pair, pair.provider, pair.pledge, council, commitment)
    bring_to(made, state)
    return made


@kept
def make_own_delivery(
    state: DeliveryState = S.REPORTED,
    *,
    measure: str = "PP7",
    provider: Provider | None = None,
    pledge: MadePledge | None = None,
    council: Council | None = None,
    files: Iterable[SentFile] = (),
    pledged: dict[str, Any] | None = None,
    **fields: Any,
) -> Made:
    """A delivery of a provider about its own house in a state."""
    provider = provider or make_admitted_provider()
    council = council or make_council()
    pledge = pledge or make_pledge(provider.actor, measure, **(pledged or {}))
    given: dict[str, Any] = {"happened_on": today()}
    if "level_whole" not in fields:
        given["amount"] = 5
    reference = actions.report_own(provider.actor, pledge.reference, NewOwnReport(**(given | fields)), files)
    made = Made(reference, None, provider, pledge, council)
    bring_to(made, state)
    return made


def bring_to(made: Made, state: DeliveryState) -> None:
    """Does what leads from a fresh report to a state."""
    now = row_of(made.reference).state
    if now == state:
        return
    for step in _WAYS[state]:
        step(made)
    assert row_of(made.reference).state == state, (row_of(made.reference).state, state)


def part_of(made: Made) -> int:
    """Half of what stands."""
    row = row_of(made.reference)
    return max(1, (row.amount + row.usual) // 2)


def confirm(made: Made) -> None:
    if made.pair is not None and row_of(made.reference).state != S.CONFIRMED:
        actions.confirm(made.asking, made.reference)


def confirm_in_part(made: Made) -> None:
    actions.confirm_in_part(made.asking, made.reference, Answer(amount=part_of(made), reason="The rest was cancelled"))


def query(made: Made) -> None:
    who = made.council.verifier
    if made.pair is not None:
        who = made.asking if row_of(made.reference).side == "provider" else made.providing
    actions.query(who, made.reference, Answer(reason="It was on another day"))


def decision(act: str, **fields: Any) -> Decision:
    return Decision(act=act, **({"reason": REASON, "basis": "evidence"} | fields))


def decide(made: Made, act: str = "verify", *, by: Actor | None = None, **fields: Any) -> None:
    if act == "verify_in_part" and "amount" not in fields and "used" not in fields:
        fields["amount"] = part_of(made)
    actions.decide(by or made.council.verifier, made.reference, decision(act, **fields))


@contextmanager
def days_later(days: int) -> Iterator[date]:
    """The same place some days on."""
    day = today() + timedelta(days=days)
    with clock.held_at(day):
        yield day


@contextmanager
def working_days_later(days: int) -> Iterator[date]:
    day = add_working_days(today(), days)
    with clock.held_at(day):
        yield day


def leave_unanswered(made: Made) -> None:
    """Ten working days and two nudges pass without a word."""
    for days in (6, 9, 11):
        with working_days_later(days):
            run_clocks()


def run_clocks() -> None:
    """What `flask clocks run` does for deliveries."""
    site = system("clock")
    actions.ask_qualified(site)
    actions.nudge(site)
    actions.go_unanswered(site)
    actions.settle_recorded(site)


def on_behalf(made: Made, organisation: Organisation, roles: Sequence[Role]) -> Actor:
    """The council's officer recording for an organisation."""
    return officer_for(made.council.officer, organisation, roles)


def officer_for(officer: Actor, organisation: Organisation, roles: Sequence[Role]) -> Actor:
    return replace(
        officer,
        organisation_id=organisation.id,
        organisation_reference=organisation.reference,
        organisation_name=organisation.name,
        roles=frozenset(roles),
        on_behalf_of_organisation_id=organisation.id,
        on_behalf_of=organisation.name,
    )


def record_for_group(made: Made) -> None:
    assert made.pair is not None
    actions.confirm(on_behalf(made, made.pair.group.organisation, [Role.GROUP_LEAD]), made.reference)


def take_two(row_measure_id: int, above: int | None) -> None:
    """Sets from which amount a measure takes two verifiers."""
    with work.bookkeeping(system("test")) as session:
        session.execute(update(Measure).where(Measure.id == row_measure_id).values(two_verifiers_above=above))


def _first(made: Made) -> None:
    measure_id = row_of(made.reference).measure_id
    take_two(measure_id, 1)
    decide(made)
    take_two(measure_id, None)  # the first decision was asked for; others in the same database are not


def _differ(made: Made) -> None:
    decide(made, "reject", by=made.council.second)


def _uphold(made: Made) -> None:
    actions.uphold(made.council.second, made.reference, reason=REASON)


def _not_uphold(made: Made) -> None:
    actions.not_uphold(made.council.second, made.reference, reason=REASON)


def _withdraw(made: Made) -> None:
    side = row_of(made.reference).side
    actions.withdraw(made.providing if side == "provider" else made.asking, made.reference, reason="A mistake")


def _appeal(made: Made) -> None:
    actions.appeal(made.providing, made.reference, reason="There is a list of who came")


def _reverse(made: Made) -> None:
    actions.reverse(made.council.second, made.reference, reason="It was another group")


Step = Callable[[Made], None]
_WAYS: dict[DeliveryState, tuple[Step, ...]] = {
    S.RECORDED_FOR: (record_for_group,),
    S.QUERIED: (query,),
    S.CONFIRMED: (confirm,),
    S.CONFIRMED_IN_PART: (confirm_in_part,),
    S.UNANSWERED: (leave_unanswered,),
    S.UPHELD: (query, _uphold),
    S.NOT_UPHELD: (query, _not_uphold),
    S.FIRST_DECISION: (confirm, _first),
    S.DIFFER: (confirm, _first, _differ),
    S.VERIFIED: (confirm, decide),
    S.VERIFIED_IN_PART: (confirm, lambda made: decide(made, "verify_in_part")),
    S.REJECTED: (confirm, lambda made: decide(made, "reject")),
    S.APPEALED: (confirm, lambda made: decide(made, "reject"), _appeal),
    S.WITHDRAWN: (_withdraw,),
    S.REVERSED: (confirm, decide, _reverse),
}


# --- what stands --------------------------------------------------------------------------------


def row_of(reference: str) -> Delivery:
    """The stored row as it is now."""
    with work.reading() as reading:
        return reading.execute(select(Delivery).where(Delivery.reference == reference)).scalar_one()


def booked(reference: str) -> tuple[int, int, int]:
    """What the ledger holds of a delivery: reported, confirmed, verified."""
    with work.reading() as reading:
        row = row_of(reference)
        sums = sums_of(reading, "delivery", [row.id]).get(row.id, {})
        return (sums.get(Figure.REPORTED, 0), sums.get(Figure.CONFIRMED, 0), sums.get(Figure.VERIFIED, 0))


def decisions_of(reference: str) -> list[DeliveryDecision]:
    with work.reading() as reading:
        return list(
            reading.execute(
                select(DeliveryDecision)
                .where(DeliveryDecision.delivery_id == row_of(reference).id)
                .order_by(DeliveryDecision.id)
            ).scalars()
        )
