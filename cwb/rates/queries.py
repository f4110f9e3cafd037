"""Reads of rates, of what providers said about them, and of when older readings stop counting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import LONDON, today
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.base.registered import Asked, Breach
from community_book.organisations.tables import Organisation
from cwb.frameworks.rules import AdmissionState
from cwb.frameworks.tables import Admission
from cwb.pillars.tables import Measure
from cwb.rates.rules import ATTEST_PAY, ATTEST_PAY_LINK, SEE_RATES, Said, Since, Wage
from cwb.rates.tables import PayAttestation, PayRate
from cwb.rates.views import Answers, AttestationView, RateView


def is_admitted_now() -> ColumnElement[bool]:
    """Whether an organisation has a place on a framework that is neither suspended nor ended."""
    admitted = Admission.state == str(AdmissionState.ADMITTED)
    return exists().where(Admission.organisation_id == Organisation.id, admitted)


def current_ids(on: date) -> Select[Any]:
    """The newest rate of each wage that is in force."""
    newest = (
        select(PayRate.wage, func.max(PayRate.in_force_from).label("day"))
        .where(PayRate.in_force_from <= on)
        .group_by(PayRate.wage)
        .subquery()
    )
    return select(PayRate.id).join(newest, (newest.c.wage == PayRate.wage) & (newest.c.day == PayRate.in_force_from))


def rates(reading: Session) -> list[RateView]:
    """Every rate, the National Living Wage before the Real, the newest first."""
    rows = list(reading.execute(select(PayRate).order_by(PayRate.wage, PayRate.in_force_from.desc())).scalars())
    current = set(reading.execute(current_ids(today())).scalars())
    return [_rate(row, current) for row in rows]


def rate(reading: Session, reference: str) -> RateView:
    """One rate. Raises NotThere."""
    found = next((one for one in rates(reading) if one.reference == tidy_reference(reference)), None)
    if found is None:
        raise NotThere
    return found


def _rate(row: PayRate, current: Collection[int]) -> RateView:
    return RateView(
        id=row.id,
        reference=row.reference,
        wage=Wage(row.wage),
        label=row.label,
        in_force_from=row.in_force_from,
        pay_by=row.pay_by,
        uk_pence=row.uk_pence,
        london_pence=row.london_pence,
        minimum_age=row.minimum_age,
        status=row.status,
        is_current=row.id in current,
        is_asked=row.asked_at_utc is not None,
    )


def _with_names() -> Select[PayAttestation, PayRate, str, str]:
    return (
        select(PayAttestation, PayRate, Organisation.reference, Organisation.name)
        .join(PayRate, PayRate.id == PayAttestation.rate_id)
        .join(Organisation, Organisation.id == PayAttestation.provider_id)
    )


def _views(reading: Session, statement: Select[PayAttestation, PayRate, str, str]) -> list[AttestationView]:
    rows = reading.execute(statement).all()
    current = set(reading.execute(current_ids(today())).scalars()) if rows else set()
    return [
        AttestationView(
            row.id,
            row.reference,
            row.version,
            row.provider_id,
            organisation,
            name,
            Said(row.state),
            row.paid_from,
            row.why,
            row.asked_on,
            row.attested_at_utc.astimezone(LONDON).date() if row.attested_at_utc else None,
            _rate(of, current),
        )
        for row, of, organisation, name in rows
    ]


def answers(
    reading: Session,
    actor: Actor,
    rate_id: int,
    only: Said | None = None,
    *,
    number: int = 1,
    per_page: int | None = 25,
) -> Answers:
    """What the providers that are admitted now said about a rate, by name; for the council. Three queries."""
    actor.must(SEE_RATES)
    here = (PayAttestation.rate_id == rate_id, is_admitted_now())
    counted = (
        select(PayAttestation.state, func.count())
        .join(Organisation, Organisation.id == PayAttestation.provider_id)
        .where(*here)
        .group_by(PayAttestation.state)
    )
    found = {Said(state): count for state, count in reading.execute(counted).all()}
    counts = {said: found.get(said, 0) for said in Said}
    statement = _with_names().where(*here).order_by(func.lower(Organisation.name), PayAttestation.id)
    if only is not None:
        statement = statement.where(PayAttestation.state == str(only))
    if per_page is not None:
        statement = statement.limit(per_page).offset((number - 1) * per_page)
    total = counts[only] if only is not None else sum(counts.values())
    return Answers(counts, total, tuple(_views(reading, statement)))


def attestation(reading: Session, actor: Actor, reference: str) -> AttestationView:
    """What a provider was asked: for its own people, the council and whoever holds its link. Raises NotThere."""
    wanted = PayAttestation.reference == tidy_reference(reference)
    found = next(iter(_views(reading, _with_names().where(wanted))), None)
    if found is None or not (
        actor.may(SEE_RATES)
        or (actor.may(ATTEST_PAY) and actor.organisation_id == found.provider_id)
        or (actor.link_act == ATTEST_PAY_LINK and actor.link_subject == f"attestation:{found.reference}")
    ):
        raise NotThere
    return found


def of_provider(reading: Session, actor: Actor) -> list[AttestationView]:
    """What the acting provider was asked, the newest rate first."""
    actor.must(ATTEST_PAY)
    mine = PayAttestation.provider_id == actor.organisation_id
    return _views(reading, _with_names().where(mine).order_by(PayRate.in_force_from.desc(), PayRate.wage))


def to_say(reading: Session, organisation_id: int | None) -> list[AttestationView]:
    """What a provider has still to say about a rate that is the current one: it has not answered, or not yet."""
    wanted = (
        PayAttestation.provider_id == organisation_id,
        PayAttestation.state != str(Said.PAYS),
        PayAttestation.rate_id.in_(current_ids(today())),
        is_admitted_now(),
    )
    return _views(reading, _with_names().where(*wanted).order_by(PayRate.pay_by, PayRate.wage))


def not_asked(reading: Session, *, on: date) -> list[tuple[int, str, int]]:
    """The providers admitted now that were not asked about a current rate: the rate's id, its reference, their id."""
    was_asked = (PayAttestation.rate_id == PayRate.id) & (PayAttestation.provider_id == Organisation.id)
    statement = (
        select(PayRate.id, PayRate.reference, Organisation.id)
        .join(Organisation, is_admitted_now())
        .outerjoin(PayAttestation, was_asked)
        .where(PayRate.id.in_(current_ids(on)), PayAttestation.id.is_(None))
        .order_by(PayRate.id, Organisation.id)
    )
    return [(rate_id, reference, provider_id) for rate_id, reference, provider_id in reading.execute(statement).all()]


def silent(reading: Session) -> int:
    """How many answers of admitted providers about the current rates are still to come."""
    statement = (
        select(func.count())
        .select_from(PayAttestation)
        .join(Organisation, Organisation.id == PayAttestation.provider_id)
        .where(
            PayAttestation.state == str(Said.ASKED),
            PayAttestation.rate_id.in_(current_ids(today())),
            is_admitted_now(),
        )
    )
    return int(reading.execute(statement).scalar_one())


def by_references(reading: Session, references: Sequence[str]) -> list[AttestationView]:
    """Several at once, for the letters about them; those answered since are left out."""
    wanted = (PayAttestation.reference.in_(references), PayAttestation.state == str(Said.ASKED))
    return _views(reading, _with_names().where(*wanted).order_by(PayAttestation.id))


def still_asked(reading: Session, asked: Collection[Asked]) -> list[Asked]:
    """Letters whose question waits for its answer."""
    references = {subject: subject.partition(":")[2] for subject, _ in asked}
    waiting = select(PayAttestation.reference).where(
        PayAttestation.reference.in_(references.values()),
        PayAttestation.state == str(Said.ASKED),
        PayAttestation.rate_id.in_(current_ids(today())),
    )
    found = set(reading.execute(waiting).scalars())
    return [(subject, one) for subject, one in asked if references[subject] in found]


def rates_spoken_of(reading: Session, measure_ids: Collection[int] | None = None) -> dict[int, list[Since]]:
    """By measure that speaks of a wage, its rates: for `old_before`. One query."""
    statement = select(Measure.id, PayRate.in_force_from, PayRate.pay_by).join(
        PayRate, PayRate.wage == Measure.about_wage
    )
    if measure_ids is not None:
        statement = statement.where(Measure.id.in_(measure_ids))
    found: dict[int, list[Since]] = {}
    for measure_id, in_force_from, pay_by in reading.execute(statement.order_by(PayRate.in_force_from)).all():
        found.setdefault(measure_id, []).append(Since(in_force_from, pay_by))
    return found


def rate_breaches(reading: Session) -> list[Breach]:
    """Nobody says it pays a rate from a day to come; whoever was asked was asked about a rate in force."""
    early = (
        select(PayAttestation.reference)
        .join(PayRate, PayRate.id == PayAttestation.rate_id)
        .where((PayRate.in_force_from > PayAttestation.asked_on) | PayRate.asked_at_utc.is_(None))
    )
    return [
        Breach("a rate is asked about once it is in force", f"attestation:{reference}", "was asked before")
        for reference in reading.execute(early.order_by(PayAttestation.id)).scalars()
    ]
