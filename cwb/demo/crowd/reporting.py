"""What happened on the crowd's promises: reports, the other side's word, what the council made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from community_book.base.actor import Actor
from community_book.base.clock import add_working_days
from cwb.deliveries.tables import Delivery, DeliveryDecision, DeliverySession
from cwb.demo.borough import PLAYER
from cwb.demo.crowd.chronicle import Chronicle, Player, stamp
from cwb.demo.crowd.pledging import Promised
from cwb.ledger.tables import LedgerEntry

HAPPENED = (
    "As agreed, and the kettle was on.", "It went well. The weather did not.", "All of it, with an hour to spare.",
    "Done. They want us back.", "Slow to start, and a good finish.", "Everybody came, and two who were not asked.",
    "It took longer than we thought and was worth it.", "Handed over at the door, with the papers.",
    "Two of us more than planned, so it was quick.", "As the rota says.",
)  # fmt: skip
CHANGED = (
    "The room is used on Mondays too now.", "Three people came who had not been out since spring.", "",
    "Their treasurer sleeps again.", "", "The children asked for more, which is new.", "",
    "We know each other's names.", "", "It will last the winter.", "",
)  # fmt: skip
REASONS = {
    "evidence": "What was sent shows it, and the dates agree.",
    "word": "The group says it happened as reported.",
    "documents": "The papers sent agree with the figure.",
}
PARTLY = "The sheet adds up to less than was typed."
NOT_SO = "Could you say who came? We had it down as less."
REJECTED = "Nothing we were sent shows this. Please report it again with the paper."
TWO_VERIFIERS = {"FP1": 400_00, "PP1": 1_000_00}


@dataclass
class Told:
    """What a report left standing."""

    amount: int
    confirmed: int
    verified: int
    when: datetime


@dataclass
class Case:
    """What one report hangs on."""

    promised: Promised
    stamps: dict[str, Any]
    subjects: tuple[str, ...]
    group: Player | None = None
    part_id: int | None = None


def outcome(c: Chronicle, counts_on: date, reported: date, *, by_group: bool, splits: bool) -> str:
    """How far a report has come by today, and how it went."""
    age = (c.borough.as_of - max(counts_on, reported)).days
    if age < 1 or reported + timedelta(days=2) > c.borough.as_of:
        return "reported"
    chance = c.chance.random()
    if age < 13:
        return "confirmed" if by_group and chance < 0.5 else "reported"
    if age < 34 and chance < 0.4:
        if not by_group:
            return "reported"
        return "confirmed" if chance < 0.25 else "unanswered" if chance < 0.33 else "queried"
    if chance < 0.06 and splits:
        return "verified_in_part"
    if chance < 0.13 and splits and by_group:
        return "confirmed_in_part"
    if chance < 0.18 and by_group:
        return "silent"
    return "rejected" if chance > 0.975 and splits else "verified"


def report(c: Chronicle, case: Case, amount: int, on: date, *, sessions: tuple[dict[str, Any], ...] = (),
           level: tuple[int, int] | None = None, words: str = "") -> Told:  # fmt: skip
    """One report from first to last, with its ledger entries, decisions and acts."""
    promised, measure, provider = case.promised, case.promised.measure, case.promised.provider
    by_group = case.group is not None and str(measure.confirmed_by) == "group"
    counts_on = on + timedelta(days=measure.counts_after_days)
    at = c.moment(min(on + timedelta(days=c.chance.randrange(0, 4)), c.borough.as_of - timedelta(days=1)))
    how = outcome(c, counts_on, at.date(), by_group=by_group, splits=not sessions and amount > 1 and level is None)
    made = c.public("D", at)
    counted = counts_on <= c.borough.as_of
    key = c.add(
        Delivery, **made, pledge_id=promised.row["id"], commitment_id=case.stamps["commitment_id"],
        part_id=case.part_id, measure_id=measure.id, provider_id=provider.id,
        group_id=case.group.organisation_id if case.group else None, unit=promised.row["unit"], stated=amount,
        amount=amount, confirmed=0, verified=0, group_word=None, before_decision=None,
        level_part=level[0] if level else None, level_whole=level[1] if level else None, state="reported",
        state_before_decision=None, side="provider", reported_by_person_id=provider.lead.person_id, reported_at_utc=at,
        first_day=min((one["day"] for one in sessions), default=on), happened_on=on, counts_on=counts_on,
        what_happened=words or c.chance.choice(HAPPENED), what_changed=c.chance.choice(CHANGED) if case.group else "",
        visits=len(sessions), answer_by=add_working_days(at.date(), 10) if by_group and counted else None,
        flags=[] if case.group else ["no_evidence"], verified_how="",
    )  # fmt: skip
    row = c.rows[Delivery][-1]
    teller = _Teller(c, case, row, {**case.stamps, "delivery_id": key}, at)
    teller.said("report", provider.lead.actor, at, amount)
    facts = {"counts": amount, "files": [], "happened_on": on.isoformat(), "level": list(level) if level else None,
             "not_used": [], "sessions": [one["id"] for one in sessions], "side": "provider", "state": "reported",
             "stated": amount, "surplus": 0, "usual": 0}  # fmt: skip
    teller.record(at, provider.lead.actor, "delivery.report", facts, {"what_happened": row["what_happened"]})
    teller.book("reported", amount, on, "delivery.report")
    for session in sessions:
        session["state"] = "reported"
        c.join(DeliverySession, delivery_id=key, commitment_session_id=session["id"], amount=session["amount"],
               stands=True)  # fmt: skip
    teller.go_on(how, by_group=by_group, level=level is not None)
    return Told(row["amount"], row["confirmed"], row["verified"], teller.when)


@dataclass
class _Teller:
    c: Chronicle
    case: Case
    row: dict[str, Any]
    stamps: dict[str, Any]
    when: datetime

    def later(self, least: int, most: int) -> datetime:
        """Some days after the last act, never before the day from which it counts."""
        day = max(self.when.date(), self.row["counts_on"]) + timedelta(days=self.c.chance.randrange(least, most))
        self.when = max(self.when, self.c.moment(min(day, self.c.borough.as_of - timedelta(days=1))))
        return self.when

    def said(self, act: str, actor: Actor | None, at: datetime, amount: int | None, *, reason: str = "",
             basis: str = "", stage: str = "") -> None:  # fmt: skip
        self.c.add(DeliveryDecision, delivery_id=self.row["id"], act=act, stage=stage, amount=amount, sessions=None,
                   reason=reason, basis=basis, person_id=actor.person_id if actor else None,
                   organisation_id=actor.organisation_id if actor else None, at_utc=at)  # fmt: skip

    def record(self, at: datetime, actor: Actor, act: str, facts: dict[str, Any], texts: dict[str, str]) -> None:
        subjects = (f"delivery:{self.row['reference']}", *self.case.subjects)
        self.c.record(at, actor, act, *subjects, facts=facts, texts=texts)

    def book(self, figure: str, amount: int, day: date, act: str, reverses: int | None = None) -> int:
        if not amount:
            return 0
        entry = stamp(self.stamps, figure=figure, amount=amount, day=day, at=self.when, act=act)
        return self.c.add(LedgerEntry, **{**entry, "reverses_id": reverses})

    def take_out(self, figure: str, amount: int, act: str) -> None:
        """Books a part of what stands out again."""
        for one in reversed(self.c.rows[LedgerEntry]):
            if one["delivery_id"] == self.row["id"] and one["figure"] == figure and one["amount"] > 0:
                self.book(figure, -amount, one["happened_on"], act, one["id"])
                return

    def go_on(self, how: str, *, by_group: bool, level: bool) -> None:
        """The other side's word, then the council's."""
        row, group = self.row, self.case.group
        if how == "reported":
            return
        if how == "queried" and group:
            at = self.later(1, 6)
            row["state"] = "queried"
            self.said("query", group.actor, at, None, reason=NOT_SO)
            facts = {"by": "group", "counts": row["amount"], "did_not_happen": False, "state": "queried"}
            self.record(at, group.actor, "delivery.query", facts, {"reason": NOT_SO})
            return
        if how in {"silent", "unanswered"}:
            at = self.later(14, 16)
            row["state"] = "unanswered"
            self.said("go_unanswered", None, at, None)
            self.record(at, PLAYER, "delivery.go_unanswered", {"counts": row["amount"], "state": "unanswered"}, {})
        elif by_group and group:
            self._confirm(group, partly=how == "confirmed_in_part")
        if how not in {"confirmed", "unanswered"}:
            self._decide(how, level=level)

    def _confirm(self, group: Player, *, partly: bool) -> None:
        row, at = self.row, self.later(1, 8)
        act = "confirm_in_part" if partly else "confirm"
        word = max(1, row["amount"] * 3 // 4) if partly else row["amount"]
        if word < row["amount"]:
            self.take_out("reported", row["amount"] - word, f"delivery.{act}")
        row.update(amount=word, confirmed=word, group_word=word, answer_by=None,
                   state="confirmed_in_part" if partly else "confirmed")  # fmt: skip
        self.said(act, group.actor, at, word, reason=NOT_SO if partly else "")
        facts = {"accepted": word, "counts": word, "state": row["state"]}
        self.record(at, group.actor, f"delivery.{act}", facts, {"reason": NOT_SO if partly else ""})
        self.book("confirmed", word, row["counts_on"], f"delivery.{act}")

    def _decide(self, how: str, *, level: bool) -> None:
        row, at, first = self.row, self.later(2, 12), self.c.chance.randrange(2)
        verifier = self.c.verifiers[first]
        basis = "word" if row["confirmed"] and self.c.chance.random() < 0.6 else "documents"
        before = row["amount"]
        accepted = {"verified_in_part": max(1, before * 2 // 3), "rejected": 0}.get(how, before)
        act = {"verified_in_part": "verify_in_part", "rejected": "reject"}.get(how, "verify")
        reason = {"verified_in_part": PARTLY, "rejected": REJECTED}.get(how, REASONS[basis])
        row.update(before_decision=before, state_before_decision=row["state"])
        above = TWO_VERIFIERS.get(self.case.promised.measure.code)
        if above is not None and before > above and act != "reject":
            self.said(act, verifier, at, accepted, reason=reason, basis=basis, stage="first")
            facts = {
                "accepted": accepted,
                "basis": basis,
                "counts": before,
                "stage": "first",
                "state": "first_decision",
            }
            self.record(at, verifier, f"delivery.{act}", facts, {"reason": reason})
            at, verifier = self.later(1, 5), self.c.verifiers[1 - first]
            self.said(act, verifier, at, accepted, reason=reason, basis=basis, stage="second")
        else:
            self.said(act, verifier, at, accepted, reason=reason, basis=basis)
        for figure, stood in (("reported", before), ("confirmed", row["confirmed"])):
            if stood > accepted:
                self.take_out(figure, stood - accepted, f"delivery.{act}")
        row.update(amount=accepted, confirmed=min(row["confirmed"], accepted), verified=accepted, answer_by=None,
                   state={"verify": "verified", "verify_in_part": "verified_in_part"}.get(act, "rejected"),
                   verified_how="" if act == "reject" else "checked", version=3)  # fmt: skip
        facts = {"accepted": accepted, "basis": basis, "counts": accepted, "stage": "", "state": row["state"]}
        self.record(at, verifier, f"delivery.{act}", facts, {"reason": reason})
        self.book("verified", accepted, row["counts_on"], f"delivery.{act}")
