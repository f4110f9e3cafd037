"""Letters about reports, and the pages their links open without an account."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from community_book.base import clock, dispatcher, settings, work
from community_book.base.actor import Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.tables import OutboxDelivery
from community_book.groups.tables import GroupEntry
from community_book.people import actions as people
from community_book.people.tables import MembershipRow, Person
from cwb.commitments import actions as commitments
from cwb.commitments.actions import NewChange
from cwb.commitments.queries import reports_still_asked
from cwb.commitments.rules import CommitmentState
from cwb.deliveries import actions
from cwb.deliveries.rules import Answer, DeliveryState
from tests.cwb.deliveries.conftest import text
from tests.makers_commitments import make_commitment, make_minibus_pair, make_pair, terms_of
from tests.makers_deliveries import (
    a_photograph,
    booked,
    days_later,
    leave_unanswered,
    make_delivery,
    make_own_delivery,
    record_for_group,
    row_of,
    working_days_later,
)
from tests.makers_people import link_in, mail_to
from tests.support.databases import ON_SQLITE

S = DeliveryState


def email_of(actor: Any) -> str:
    with work.reading() as reading:
        return reading.get_one(Person, actor.person_id).email or ""


def subjects_to(actor: Any) -> list[str]:
    return [str(mail["Subject"]) for mail in mail_to(email_of(actor))]


def token_of(address: str) -> str:
    return address.rpartition("/")[2]


def answer(client: FlaskClient, address: str, **fields: Any) -> Any:
    """Opens a link's page and presses one of its buttons."""
    page = client.get(address).get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', page)
    assert token is not None
    return client.post(address, data={"_token": token[1], **fields})


def opened_by_the_group(made: Any) -> str:
    """The address in the letter the group got about a report."""
    return link_in(mail_to(email_of(made.asking))[-1])


# --- one tap ------------------------------------------------------------------------------------


def test_reading_a_link_changes_nothing_and_its_button_answers(app):
    made = make_delivery(what_happened="We did the books")
    address = opened_by_the_group(made)
    assert address.startswith("/what-happened/")
    nobody = app.test_client()
    for _ in range(3):
        page = text(nobody.get(address))
    for words in ("Yes, it happened", "Only a part of it happened", "It did not happen", "We did the books"):
        assert words in page
    assert nobody.head(address).status_code == 200
    assert row_of(made.reference).state == S.REPORTED
    assert answer(nobody, address, _act="yes").status_code == 200
    assert booked(made.reference) == (120, 120, 0)
    again = nobody.get(address)
    assert again.status_code == 409


@pytest.fixture
def daily() -> Iterator[None]:
    """A site that sends one mail a day."""
    before = settings.settings()
    settings.use(replace(before, mail_rhythm="daily"))
    yield
    settings.use(before)


def mail_of_the_morning_to(actor: Any) -> str:
    """Everything mailed to somebody by the morning of the third day from now."""
    with clock.held_at(clock.now_utc() + timedelta(days=3)):
        return "\n".join(str(mail.get_content()) for mail in mail_to(email_of(actor)))


def test_the_mail_of_the_day_asks_no_more_what_was_answered_on_the_site(app, daily):
    made = make_delivery()
    other = make_pair(provider=made.provider)
    offered = make_commitment(other, CommitmentState.OFFERED)
    dispatcher.dispatch_all()
    actions.confirm(made.asking, made.reference)
    commitments.accept(other.asking, offered)
    assert "/what-happened/" not in mail_of_the_morning_to(made.asking)
    assert "/promises/answer/" not in mail_of_the_morning_to(other.asking)


def test_the_mail_of_the_day_asks_what_is_still_open(app, daily):
    made = make_delivery()
    offered = make_pair(provider=made.provider)
    make_commitment(offered, CommitmentState.OFFERED)
    dispatcher.dispatch_all()
    assert "/what-happened/" in mail_of_the_morning_to(made.asking)
    assert "/promises/answer/" in mail_of_the_morning_to(offered.asking)


def test_a_change_is_asked_of_the_side_that_did_not_propose_it_until_it_is_answered(app, daily):
    changed, agreed = make_pair(), make_pair()
    references = [make_commitment(pair) for pair in (changed, agreed)]
    _, proposed = [
        commitments.propose_change(pair.offering, reference, NewChange("amount", amount=600, why="Less time"))
        for pair, reference in zip((changed, agreed), references, strict=True)
    ]
    dispatcher.dispatch_all()
    commitments.agree_change(agreed.asking, references[1], proposed)
    assert "/promises/answer-change/" in mail_of_the_morning_to(changed.asking)
    assert "/promises/answer-change/" not in mail_of_the_morning_to(agreed.asking)


def test_what_happened_is_asked_until_all_of_it_is_reported(app):
    pair = make_pair()
    commitment = make_commitment(pair)
    asked = [(f"commitment:{commitment}", pair.offering.organisation_id), ("commitment:C-ZZZZZZ", None)]
    with work.reading() as reading:
        assert reports_still_asked(reading, asked) == asked[:1]
    make_delivery(pair=pair, commitment=commitment, amount=terms_of(commitment).left)
    with work.reading() as reading:
        assert reports_still_asked(reading, asked) == []


def test_a_part_by_link(app):
    made = make_delivery()
    nobody, address = app.test_client(), opened_by_the_group(made)
    assert answer(nobody, address, _act="part", amount="9 h").status_code == 422
    assert answer(nobody, address, _act="part", amount="").status_code == 422
    assert booked(made.reference) == (120, 0, 0)
    assert answer(nobody, address, _act="part", amount="1 h", reason="One hour only").status_code == 200
    assert booked(made.reference) == (60, 60, 0)


def test_it_did_not_happen_by_link(app):
    made = make_delivery()
    nobody, address = app.test_client(), opened_by_the_group(made)
    assert answer(nobody, address, _act="no", reason="Nobody came").status_code == 200
    assert row_of(made.reference).state == S.QUERIED
    assert "It did not happen, we are told" in subjects_to(made.providing)[-1]


@pytest.mark.parametrize("act", ["", "maybe", "verify"])
def test_a_link_does_nothing_else(app, act):
    made = make_delivery()
    assert answer(app.test_client(), opened_by_the_group(made), _act=act).status_code == 404
    assert row_of(made.reference).state == S.REPORTED


def test_a_link_of_somebody_else_opens_nothing(app):
    made = make_delivery()
    nobody = app.test_client()
    assert nobody.get("/what-happened/not-a-token").status_code == 404
    assert nobody.get("/tell-what-happened/not-a-token").status_code == 404
    address = opened_by_the_group(made)
    assert nobody.get(f"/tell-what-happened/{token_of(address)}").status_code == 404


def test_dates_are_answered_by_link(app):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(3)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 10, 20)):
        ids = [session.id for session in terms_of(commitment).sessions]
        made = make_delivery(pair=pair, commitment=commitment, used=tuple(ids))
        nobody, address = app.test_client(), opened_by_the_group(made)
        page = nobody.get(address).get_data(as_text=True)
        assert len(re.findall(r'name="used"[^>]*checked', page)) == 3
        assert answer(nobody, address, _act="part", used=[str(key) for key in ids]).status_code == 422
        assert answer(nobody, address, _act="part", used=[str(ids[0])]).status_code == 200
    assert booked(made.reference) == (120, 120, 0)


def test_files_of_a_report_are_shown_by_its_link_only(app):
    made = make_delivery(files=[a_photograph()], people_agreed=True)
    nobody, address = app.test_client(), opened_by_the_group(made)
    file = re.search(rf'href="({re.escape(address)}/files/[^"?]+)"', nobody.get(address).get_data(as_text=True))
    assert file is not None
    shown = nobody.get(file[1])
    assert shown.status_code == 200
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert shown.headers["Cache-Control"] == "no-store"
    other = make_delivery(files=[a_photograph("red")], people_agreed=True)
    elsewhere = opened_by_the_group(other)
    uuid = file[1].rpartition("/")[2]
    assert nobody.get(f"{elsewhere}/files/{uuid}").status_code == 404


def test_a_group_without_accounts_is_asked_at_the_address_in_the_book(app):
    pair = make_pair()
    commitment = make_commitment(pair)
    with work.bookkeeping(system("test")) as session:
        session.query(MembershipRow).filter_by(organisation_id=pair.group.organisation.id).update(
            {"until_utc": clock.now_utc()}
        )
        session.query(GroupEntry).filter_by(organisation_id=pair.group.organisation.id).update(
            {"contact_email": "secretary@group.example"}
        )
    made = make_delivery(pair=pair, commitment=commitment)
    (mail,) = mail_to("secretary@group.example")
    assert answer(app.test_client(), link_in(mail), _act="yes").status_code == 200
    assert booked(made.reference) == (120, 120, 0)


def test_an_address_of_the_provider_is_told_that_it_cannot_answer(app):
    made = make_delivery()
    with work.bookkeeping(system("test")) as session:
        token = people.make_link(
            session,
            "answer_delivery",
            f"delivery:{made.reference}",
            email=email_of(made.providing),
            organisation_id=made.pair.group.organisation.id,
        )
    refused = answer(app.test_client(), f"/what-happened/{token}", _act="yes")
    assert refused.status_code == 403
    assert "provider&#39;s people" in text(refused)
    assert booked(made.reference) == (120, 0, 0)


# --- all as agreed ------------------------------------------------------------------------------


def test_on_the_due_date_one_tap_says_that_it_all_happened(app):
    with clock.held_at(today() - timedelta(days=20)):
        pair = make_pair(needed={"last_day": today() + timedelta(days=10)})
        commitment = make_commitment(pair)
    commitments.ask_what_happened(system("clock"))
    address = link_in(mail_to(email_of(pair.offering))[-1])
    assert address.startswith("/tell-what-happened/")
    nobody = app.test_client()
    assert "12 h by" in text(nobody.get(address))
    assert terms_of(commitment).reported == 0
    assert answer(nobody, address).status_code == 200
    assert terms_of(commitment).reported == 720
    assert nobody.get(address).status_code == 409


def test_a_group_says_by_link_that_a_month_was_used(app):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(3)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 10, 31)):
        commitments.ask_what_happened(system("clock"))
        address = link_in(mail_to(email_of(pair.asking))[-1])
        assert "These dates were agreed" in text(app.test_client().get(address))
        assert answer(app.test_client(), address).status_code == 200
    terms = terms_of(commitment)
    assert (terms.reported, terms.confirmed) == (360, 360)


# --- letters ------------------------------------------------------------------------------------


def test_everybody_hears_what_concerns_them(app):
    made = make_delivery(S.REJECTED)
    actions.appeal(made.providing, made.reference, reason="There is a list")
    group, provider = subjects_to(made.asking), subjects_to(made.providing)
    assert any(subject.startswith("Did it happen?") for subject in group)
    assert any("says that it happened" in subject for subject in provider)
    for told in (group, provider):
        assert any(subject.startswith("Not accepted") for subject in told)
    assert any(subject.startswith("There is an appeal") for subject in group)


def test_a_group_is_written_to_again_and_at_the_end(app):
    made = make_delivery()
    leave_unanswered(made)
    with working_days_later(12):
        told = subjects_to(made.asking)
        assert sum(subject.startswith("Still waiting for your word") for subject in told) == 2
        assert told[-1].startswith("No answer in time")
        assert answer(app.test_client(), opened_by_the_group(made), _act="yes").status_code == 200
    assert booked(made.reference) == (120, 120, 0)


def test_a_group_objects_by_link_to_what_was_written_down_for_it(app):
    made = make_delivery()
    record_for_group(made)
    told = mail_to(email_of(made.asking))[-1]
    assert str(told["Subject"]).startswith("Is this right?")
    assert answer(app.test_client(), link_in(told), _act="no", reason="Nobody asked us").status_code == 200
    assert row_of(made.reference).state == S.QUERIED


def test_a_group_is_asked_when_the_time_is_over(app):
    pair = make_pair(measure="PO6", kind=Kind.ROLE, amount=1, pledged={"amount": 1})
    made = make_delivery(pair=pair, amount=1)
    assert subjects_to(made.asking)[-1].startswith("A start was reported")
    with days_later(183):
        actions.ask_qualified(system("clock"))
        assert subjects_to(made.asking)[-1].startswith("Does it still hold?")
        assert answer(app.test_client(), opened_by_the_group(made), _act="yes").status_code == 200
    assert booked(made.reference) == (1, 1, 0)


@ON_SQLITE
def test_every_letter_can_be_written(app):
    for state in S:
        made = make_delivery(state)
        if state in {S.CONFIRMED, S.VERIFIED}:
            own = make_delivery(S.CONFIRMED, by="group", pair=made.pair, commitment=make_again(made))
            actions.query(made.providing, own.reference, Answer(reason="We were away"))
    make_own_delivery(S.VERIFIED)
    with working_days_later(40):
        while dispatcher.dispatch_once():
            pass
    with work.reading() as reading:
        failed = reading.query(OutboxDelivery).filter(OutboxDelivery.last_error.is_not(None)).all()
    assert [(row.subscriber, row.last_error) for row in failed] == []


def make_again(made: Any) -> str:
    """Another promise for the same pair of organisations."""
    pair = make_pair(provider=made.pair.provider, group=made.pair.group)
    return make_commitment(pair)


def test_a_file_sent_by_hand_is_no_surprise(app):
    made = make_delivery()
    refused = answer(app.test_client(), opened_by_the_group(made), _act="yes", files=(io.BytesIO(b"x"), "x.exe"))
    assert refused.status_code == 200
    assert row_of(made.reference).state == S.CONFIRMED


def test_roles_of_the_council_get_no_letters_about_single_reports(app):
    made = make_delivery(S.CONFIRMED)
    assert subjects_to(made.council.verifier) == []
    assert Role.VERIFIER in made.council.verifier.roles
