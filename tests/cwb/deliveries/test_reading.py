"""What lies behind a figure, what is held of a person, and that the checks see what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, insert, update

from community_book.base import clock, work
from community_book.base.actor import anybody, system
from community_book.base.files import store
from community_book.base.tables import StoredFile
from community_book.needs.tables import NeedPart
from cwb.commitments.tables import Commitment
from cwb.deliveries import actions, queries
from cwb.deliveries.queries import delivery_breaches, evidence_breaches
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.deliveries.views import Behind
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LevelReading
from cwb.ledger.views import Slice
from cwb.pillars.tables import Measure
from tests.cwb.deliveries.conftest import Browser, text
from tests.makers_commitments import make_commitment, make_minibus_pair, make_pair, terms_of
from tests.makers_deliveries import (
    REASON,
    Made,
    a_file,
    decide,
    leave_unanswered,
    make_delivery,
    make_own_delivery,
    row_of,
)

S = DeliveryState


def behind(actor, figure, **part):
    with work.reading() as reading:
        return queries.deliveries_behind(reading, actor, Behind(figure, Slice(**part)))


def test_each_figure_is_followed_down_to_the_deliveries_it_is_made_of(app):
    made = make_delivery(S.VERIFIED)
    other = make_delivery(S.CONFIRMED, pair=made.pair, commitment=made.commitment, council=made.council, amount=60)
    measure_id = row_of(made.reference).measure_id
    officer = made.council.officer
    reported = behind(officer, Figure.REPORTED, measure_id=measure_id)
    assert {(row.reference, row.counted) for row in reported} == {(made.reference, 120), (other.reference, 60)}
    assert [row.counted for row in behind(officer, Figure.VERIFIED, measure_id=measure_id)] == [120]
    assert behind(officer, Figure.VERIFIED, provider_id=make_pair().provider.id) == []


def test_everybody_else_sees_the_figures_and_opens_only_what_is_public(app):
    made = make_delivery(S.VERIFIED)
    other = make_delivery(S.CONFIRMED, pair=made.pair, commitment=made.commitment, council=made.council, amount=60)
    measure_id = row_of(made.reference).measure_id
    rows = behind(anybody(), Figure.REPORTED, measure_id=measure_id)
    assert {(row.reference, row.may_open) for row in rows} == {(made.reference, True), (other.reference, False)}
    with work.bookkeeping(system("test")) as session:
        session.execute(update(Measure).where(Measure.id == measure_id).values(disclosive=True))
    assert behind(anybody(), Figure.REPORTED, measure_id=measure_id) == []
    assert len(behind(made.council.auditor, Figure.REPORTED, measure_id=measure_id)) == 2


def test_what_was_reversed_is_behind_nothing(app):
    made = make_delivery(S.REVERSED)
    for figure in (Figure.REPORTED, Figure.CONFIRMED, Figure.VERIFIED):
        assert behind(made.council.officer, figure) == []


def test_what_is_held_of_a_person_is_listed(app):
    made = make_delivery(S.QUERIED, what_happened="We sat down together")
    with work.reading() as reading:
        reporter = queries.held_of_person(reading, made.providing.person_id)
        answerer = queries.held_of_person(reading, made.asking.person_id)
    assert reporter["reports"][0]["what happened"] == "We sat down together"
    assert [word["act"] for word in answerer["words on reports"]] == ["query"]


def test_another_month_can_be_chosen(app, browser: Browser):
    with clock.held_at(date(2026, 9, 14)):
        pair = make_minibus_pair(6)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 11, 2)):
        provider = browser(pair.offering)
        address = f"/promises/{commitment}/what-happened"
        first = text(provider.get(address))
        assert "September 2026: which of these dates" in first
        assert f'href="{address}?month=2026-10"' in first
        assert "October 2026: which of these dates" in text(provider.get(f"{address}?month=2026-10"))
        for odd in ("2026-13", "x", "", "1999-01", "2031-01"):
            assert "September 2026: which" in text(provider.get(f"{address}?month={odd}"))


# --- the checks see what is wrong ---------------------------------------------------------------


def wrong(statement: Callable[[Made], object], state: DeliveryState = S.VERIFIED, **made_with: object) -> list[str]:
    """What the checks say once something was changed behind the acts' backs; then it is undone."""
    made = make_delivery(state, **made_with)  # type: ignore[arg-type]
    with work.bookkeeping(system("test")) as session:
        point = session.begin_nested()
        session.execute(statement(made))  # type: ignore[call-overload]
        found = [breach.rule for breach in (*delivery_breaches(session), *evidence_breaches(session))]
        point.rollback()
    return found


def of(made: Made):
    return Delivery.reference == made.reference


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (lambda m: update(Delivery).where(of(m)).values(amount=119, confirmed=119, verified=119), "equals its ledger"),
        (lambda m: update(Delivery).where(of(m)).values(verified=0), "figures follow from the state"),
        (lambda m: update(Delivery).where(of(m)).values(state="withdrawn"), "figures follow from the state"),
        (lambda m: update(Delivery).where(of(m)).values(group_id=None), "under its own pledge"),
        (
            lambda m: update(Commitment).where(Commitment.reference == m.commitment).values(reported=500),
            "what its reports hold",
        ),
        (
            lambda m: update(NeedPart).where(NeedPart.id == m.pair.need.part_id).values(met=1),
            "met by what was confirmed",
        ),
    ],
)
def test_a_figure_changed_by_hand_is_seen(app, statement, rule):
    assert any(rule in said for said in wrong(statement))


def test_verified_beyond_confirmed_without_a_reason_is_seen(app):
    made = make_delivery()
    leave_unanswered(made)
    decide(made)
    with work.bookkeeping(system("test")) as session:
        assert delivery_breaches(session) == []
        point = session.begin_nested()
        session.execute(delete(DeliveryDecision).where(DeliveryDecision.act == "go_unanswered"))
        assert [breach.rule for breach in delivery_breaches(session)] == [
            "verified passes confirmed only with a reason"
        ]
        point.rollback()


def test_a_reading_that_counts_without_a_verified_report_is_seen(app):
    made = make_own_delivery(S.REPORTED, measure="FE1", level_part=1, level_whole=2)
    decide(made)
    with work.bookkeeping(system("test")) as session:
        point = session.begin_nested()
        session.execute(update(LevelReading).values(verified_at_utc=None))
        assert [breach.rule for breach in delivery_breaches(session)] == ["a level reading counts when verified"]
        point.rollback()


def test_evidence_that_is_gone_changed_or_belongs_to_nothing_is_seen(app):
    made = make_delivery(files=[a_file(content=b"only,here\n7,7\n")])
    with work.reading() as reading:
        file = reading.query(StoredFile).filter_by(owner_id=row_of(made.reference).id, owner_kind="delivery").one()
        assert evidence_breaches(reading) == []
        path = store().path_of(file.sha256)  # type: ignore[attr-defined]
        content = path.read_bytes()
        try:
            path.write_bytes(b"something else")
            assert [breach.detail for breach in evidence_breaches(reading)] == ["its file has changed"]
            path.unlink()
            assert [breach.detail for breach in evidence_breaches(reading)] == ["its file is gone"]
        finally:
            path.write_bytes(content)
    with work.bookkeeping(system("test")) as session:
        point = session.begin_nested()
        session.execute(update(StoredFile).where(StoredFile.id == file.id).values(owner_id=file.owner_id + 99))
        assert [breach.detail for breach in evidence_breaches(session)] == ["its file belongs to something else"]
        session.execute(
            insert(StoredFile).values(
                reference="FI-222222", sha256=file.sha256, sha256_original="0", size_bytes=1, media_type="text/csv",
                extension="csv", name="x.csv", owner_kind="delivery", owner_id=1, added_by="x",
            )
        )  # fmt: skip
        assert "belongs to no delivery" in [breach.detail for breach in evidence_breaches(session)]
        point.rollback()


def test_a_file_that_is_gone_is_not_there(app, browser: Browser):
    made = make_delivery(files=[a_file(content=b"soon,gone\n1,1\n")])
    with work.reading() as reading:
        file = reading.query(StoredFile).filter_by(owner_id=row_of(made.reference).id, owner_kind="delivery").one()
    content = store().get(file.sha256)
    store().remove(file.sha256)
    try:
        assert browser(made.providing).get(f"/evidence/{file.uuid}").status_code == 404
    finally:
        store().put(content)


def test_an_upheld_report_is_no_breach(app):
    made = make_delivery(S.QUERIED)
    actions.uphold(made.council.second, made.reference, reason=REASON)
    decide(made)
    with work.reading() as reading:
        assert delivery_breaches(reading) == []
    assert terms_of(made.commitment).verified == 120
