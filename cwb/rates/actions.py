"""The only writers of rates: loading a table, asking providers, what a provider says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select, text, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference, tidy_reference
from community_book.base.tables import insert_rows
from community_book.base.work import Work, changed
from community_book.people.actions import end_links, use_link
from cwb.rates.queries import current_ids, not_asked
from cwb.rates.rules import ATTEST_PAY, ATTEST_PAY_LINK, LOAD_RATES, Attestation, RateRow, Said, what_is_missing
from cwb.rates.tables import PayAttestation, PayRate

LETTERS_IN_ONE_EVENT = 100


@dataclass(frozen=True)
class RatesDone:
    """What loading a table did, or would do; `asked` counts the providers that now have something to say."""

    added: int
    changed: int
    same: int
    asked: int


class _OnlyLooking(Exception):
    """Ends a dry run: everything is undone, what it would have done is carried out."""

    def __init__(self, done: RatesDone) -> None:
        self.done = done


def load_rates(actor: Actor, rows: Sequence[RateRow], *, dry_run: bool = False) -> RatesDone:
    """Takes in the rates of a table, all or nothing, and asks the providers about one that is in force now.

    The same table again changes nothing. Raises Refused, a line for each rate that providers were asked about
    already and that would become another.
    """
    actor.must(LOAD_RATES)
    try:
        with transactions.work(actor) as work:
            done = _take_in(work, rows)
            if dry_run:
                raise _OnlyLooking(done)
    except _OnlyLooking as looked:
        return looked.done
    return done


def _take_in(work: Work, rows: Sequence[RateRow]) -> RatesDone:
    _alone(work)
    known = {(row.wage, row.in_force_from): row for row in work.execute(select(PayRate)).scalars()}
    new: list[dict[str, Any]] = []
    differing: list[dict[str, Any]] = []
    wrong: list[Problem] = []
    for rate in rows:
        values = {field.name: getattr(rate, field.name) for field in fields(rate)} | {"wage": str(rate.wage)}
        there = known.get((str(rate.wage), rate.in_force_from))
        if there is None:
            new.append({"reference": new_reference("LW"), **values})
            continue
        if all(getattr(there, name) == value for name, value in values.items()):
            continue
        pence = (there.uk_pence, there.london_pence)
        if there.asked_at_utc is not None and pence != (rate.uk_pence, rate.london_pence):
            says = N_("Providers were asked about the rate in force from %(day)s already; its amount stays as it is")
            wrong.append(Problem("file", Message(says, day=rate.in_force_from.isoformat())))
            continue
        for name, value in values.items():
            setattr(there, name, value)
        there.version += 1
        differing.append(values)
    if wrong:
        raise Refused(*wrong)
    work.flush()
    insert_rows(work.connection(), PayRate, new)
    asked = ask_providers(work)
    days = [row["in_force_from"].isoformat() for row in (*new, *differing)]
    wage = str(rows[0].wage) if rows else "none"
    work.record("rates.load", f"wage:{wage}", facts={"added": len(new), "changed": len(differing), "days": days})
    return RatesDone(len(new), len(differing), len(rows) - len(new) - len(differing), asked)


def _alone(work: Work) -> None:
    """Nobody else loads rates or asks about them before this act is done. SQLite: one act writes at a time."""
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text("LOCK TABLE pay_rates IN SHARE ROW EXCLUSIVE MODE"))


def ask_providers(work: Work) -> int:
    """Step: asks every admitted provider about the current rates it was not asked about; how many were."""
    _alone(work)
    found = not_asked(work, on=today())
    rows = [
        {
            "reference": new_reference("PA"),
            "rate_id": rate_id,
            "provider_id": provider_id,
            "state": str(Said.ASKED),
            "asked_on": today(),
        }
        for rate_id, _, provider_id in found
    ]
    insert_rows(work.connection(), PayAttestation, rows)
    changed(
        work,
        update(PayRate)
        .where(PayRate.id.in_({rate_id for rate_id, _, _ in found}), PayRate.asked_at_utc.is_(None))
        .values(asked_at_utc=now_utc(), version=PayRate.version + 1),
    )
    for first in range(0, len(rows), LETTERS_IN_ONE_EVENT):
        some = [row["reference"] for row in rows[first : first + LETTERS_IN_ONE_EVENT]]
        work.tell("PayAsked", attestations=some)
    for reference in sorted({reference for _, reference, _ in found}):
        count = sum(one == reference for _, one, _ in found)
        work.record("rate.ask", f"rate:{reference}", facts={"providers": count})
    return len(rows)


def ask_due(actor: Actor) -> int:
    """The daily act: a rate that is in force now is asked about, and so are providers admitted since."""
    with transactions.reading() as reading:
        if not not_asked(reading, on=today()):
            return 0
    with transactions.bookkeeping(actor) as work:  # it may turn out that there is nothing to do
        return ask_providers(work)


def attest(actor: Actor, reference: str, said: Attestation) -> str:
    """A provider's lead, or whoever holds its letter's link, says whether it pays a rate; what is said may be changed.

    Raises NotThere, Refused, and WrongState where a newer rate is in force or somebody answered just now.
    """
    by_link = actor.link_act == ATTEST_PAY_LINK and actor.link_subject == f"attestation:{tidy_reference(reference)}"
    if not by_link:
        actor.must(ATTEST_PAY)
    with transactions.work(actor) as work:
        row = work.execute(
            select(PayAttestation).where(PayAttestation.reference == tidy_reference(reference))
        ).scalar_one_or_none()
        if row is None or not (by_link or row.provider_id == actor.organisation_id):
            raise NotThere
        current = set(work.execute(current_ids(today())).scalars())
        if row.rate_id not in current:
            raise WrongState(
                Message(N_("A newer rate is in force, so this one is not asked about any more. Answer for the newer."))
            )
        if missing := what_is_missing(said, on=today()):
            raise Refused(*missing)
        pays = said.pays == "yes"
        held = row.version if said.version is None else said.version
        answered = changed(
            work,
            update(PayAttestation)
            .where(PayAttestation.id == row.id, PayAttestation.version == held)
            .values(
                state=str(Said.PAYS if pays else Said.NOT_YET),
                paid_from=said.paid_from if pays else None,
                why="" if pays else said.why,
                attested_at_utc=now_utc(),
                version=PayAttestation.version + 1,
            ),
        )
        if not answered:
            raise WrongState(Message(N_("Somebody answered in the meantime. Look at what they said, then answer.")))
        use_link(work, actor)
        end_links(work, act=ATTEST_PAY_LINK, subject=f"attestation:{row.reference}")
        work.record(
            "pay.attest",
            f"attestation:{row.reference}",
            facts={"pays": said.pays, "paid_from": said.paid_from.isoformat() if pays and said.paid_from else ""},
            texts={"why": "" if pays else said.why},
        )
        work.tell("PayAttested", attestation=row.reference, provider_id=row.provider_id)
        return row.reference
