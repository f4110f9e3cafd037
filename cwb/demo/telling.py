"""Short ways for the players to offer, answer, report and decide: each calls one act of the site."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import date

from PIL import Image, ImageDraw
from sqlalchemy import select

from community_book.base.actor import Actor
from community_book.base.clock import quarter_dates, quarter_of
from community_book.needs.queries import part_wanted
from community_book.needs.tables import Need, NeedPart
from community_book.people.queries.sessions import recording_for
from cwb.commitments import actions as promises
from cwb.commitments.actions import NewCommitment
from cwb.commitments.rules import fits, key_of
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.deliveries import actions as deliveries
from cwb.deliveries.rules import Decision, NewOwnReport, NewReport, SentFile
from cwb.deliveries.tables import Delivery, DeliverySession
from cwb.demo.borough import Borough
from cwb.pledges.queries import pledge_offer
from cwb.pledges.tables import Pledge


def _new(borough: Borough, pledge: str, need: str, amount: int | None, words: str) -> NewCommitment:
    """An amount, or every session both sides have."""
    with borough.reading() as reading:
        pledge_id = reading.execute(select(Pledge.id).where(Pledge.reference == borough.pledges[pledge])).scalar_one()
        part_id = reading.execute(
            select(NeedPart.id)
            .join(Need, Need.id == NeedPart.need_id)
            .where(Need.reference == borough.needs[need])
            .order_by(NeedPart.id)
        ).scalar_one()
        offered, wanted = pledge_offer(reading, pledge_id), part_wanted(reading, part_id)
        if offered is None or wanted is None:
            raise LookupError(f"{pledge} or {need} is not open")
        fit = fits(offered, wanted, borough.today())
        keys = tuple(key_of(session) for session in fit.sessions)
    return NewCommitment(pledge_id, part_id, amount=None if keys else amount, session_keys=keys, words=words)


def offer(borough: Borough, pledge: str, need: str, amount: int | None = None, words: str = "") -> str:
    """The pledge's provider offers it to the need's group."""
    return promises.offer(borough.provider_of(pledge), _new(borough, pledge, need, amount, words))


def ask(borough: Borough, pledge: str, need: str, amount: int | None = None, words: str = "") -> str:
    """The need's group asks for the pledge."""
    return promises.ask(borough.group_of(need), _new(borough, pledge, need, amount, words))


def propose(borough: Borough, pledge: str, need: str, amount: int | None = None, words: str = "") -> str:
    """The officer proposes the two to each other."""
    return promises.propose(borough.person("officer"), _new(borough, pledge, need, amount, words))


def sessions_between(borough: Borough, promise: str, first: date, last: date) -> tuple[int, ...]:
    """The planned sessions of a promise within some days, by id."""
    with borough.reading() as reading:
        return tuple(
            reading.execute(
                select(CommitmentSession.id)
                .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
                .where(
                    Commitment.reference == promise,
                    CommitmentSession.state == "planned",
                    CommitmentSession.day >= first,
                    CommitmentSession.day <= last,
                )
                .order_by(CommitmentSession.day)
            ).scalars()
        )


def sessions_to_report(borough: Borough, promise: str, first: date, last: date) -> tuple[int, ...]:
    """Those of the planned sessions within some days that one report can cover: the last quarter's."""
    with borough.reading() as reading:
        found = reading.execute(
            select(CommitmentSession.id, CommitmentSession.day)
            .where(CommitmentSession.id.in_(sessions_between(borough, promise, first, last)))
            .order_by(CommitmentSession.day)
        )
        planned = {key: day for key, day in found.all()}  # noqa: C416 - dict() of rows is no mapping of types
    quarter = quarter_of(max(planned.values())) if planned else ""
    return tuple(key for key, day in planned.items() if quarter_of(day) == quarter)


def _first_day(day: date | None, last: date) -> date | None:
    """The first day of a report, no earlier than the quarter of its last."""
    return day and max(day, quarter_dates(quarter_of(last))[0])


def sessions_reported(borough: Borough, delivery: str) -> tuple[int, ...]:
    """The sessions a report says were used, by id."""
    with borough.reading() as reading:
        return tuple(
            reading.execute(
                select(DeliverySession.commitment_session_id)
                .join(Delivery, Delivery.id == DeliverySession.delivery_id)
                .where(Delivery.reference == delivery)
                .order_by(DeliverySession.commitment_session_id)
            ).scalars()
        )


def photograph(title: str, colour: str) -> SentFile:
    """A made-up photograph without people: plain shapes, others for every title, with a caption."""
    picture = Image.new("RGB", (640, 400), colour)
    drawing = ImageDraw.Draw(picture)
    places = hashlib.sha256(title.encode()).digest()
    ground = 200 + places[0] // 2
    drawing.rectangle((0, ground, 640, 400), fill="#6b4f3a")
    for place, shade in enumerate(("#f2efe6", "#7a2e2e", "#31572c", "#dda15e", "#22577a")):
        left, width, height = (places[3 * place + at] for at in (1, 2, 3))
        drawing.rectangle(
            (2 * left, ground - height // 2, 2 * left + 30 + width // 2, ground + height // 6), fill=shade
        )
    drawing.text((20, 370), title, fill="#ffffff")
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=80)
    return SentFile(f"{title.lower().replace(' ', '-')}.jpg", _reader(content.getvalue()))


def sheet(title: str, rows: Sequence[tuple[str, ...]]) -> SentFile:
    """A made-up sheet of figures without names."""
    content = "\r\n".join(",".join(row) for row in rows).encode()
    return SentFile(f"{title.lower().replace(' ', '-')}.csv", _reader(content))


def _reader(content: bytes) -> Callable[[int], bytes]:
    return lambda at_most: content[:at_most]


def report(
    borough: Borough,
    by: Actor,
    promise: str,
    what_happened: str,
    *,
    amount: int | None = None,
    used: tuple[int, ...] = (),
    not_used: tuple[int, ...] = (),
    first_day: date | None = None,
    happened_on: date | None = None,
    what_changed: str = "",
    visits: int | None = None,
    files: Sequence[SentFile] = (),
) -> str:
    """A side says what happened on a promise."""
    new = NewReport(
        happened_on=None if used else happened_on or borough.today(),
        first_day=None if used else _first_day(first_day, happened_on or borough.today()),
        amount=amount,
        used=used,
        not_used=not_used,
        what_happened=what_happened,
        what_changed=what_changed,
        visits=visits,
        people_agreed=bool(files),
    )
    return deliveries.report(by, promise, new, files)


def report_own(
    borough: Borough,
    pledge: str,
    what_happened: str,
    *,
    amount: int | None = None,
    level: tuple[int, int] | None = None,
    first_day: date | None = None,
    files: Sequence[SentFile] = (),
) -> str:
    """A provider says what it did in its own house."""
    new = NewOwnReport(
        happened_on=borough.today(),
        first_day=_first_day(first_day, borough.today()),
        amount=amount,
        level_part=level[0] if level else None,
        level_whole=level[1] if level else None,
        what_happened=what_happened,
        people_agreed=bool(files),
    )
    return deliveries.report_own(borough.provider_of(pledge), borough.pledges[pledge], new, files)


WHY = {
    "evidence": "What was sent shows it, and the dates agree.",
    "word": "The group says it happened as reported.",
    "documents": "The papers sent agree with the figure.",
    "register": "The register shows the change.",
}
"""What a verifier writes who accepts all of it."""


def verify(borough: Borough, delivery: str, *, by: str = "verifier", basis: str = "evidence") -> None:
    """A verifier accepts all of it."""
    deliveries.decide(borough.person(by), delivery, Decision("verify", basis=basis, reason=WHY[basis]))


def verify_part(borough: Borough, delivery: str, amount: int, reason: str, *, by: str = "verifier") -> None:
    """A verifier accepts a part."""
    decision = Decision("verify_in_part", amount=amount, basis="documents", reason=reason)
    deliveries.decide(borough.person(by), delivery, decision)


def reject(borough: Borough, delivery: str, reason: str) -> None:
    """A verifier does not accept it."""
    deliveries.decide(borough.person("verifier"), delivery, Decision("reject", basis="documents", reason=reason))


def for_group(borough: Borough, group: str) -> Actor:
    """The officer, recording for a group that telephoned."""
    with borough.reading() as reading:
        return recording_for(reading, borough.person("officer"), borough.organisation_ids[group])
