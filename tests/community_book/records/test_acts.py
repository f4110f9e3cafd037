"""Whoever looks after the council's books reads what was done, line by line, and nothing that is not for them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor, Role
from community_book.base.clock import held_at
from community_book.base.tables import AuditEntry
from community_book.organisations.tables import Organisation
from community_book.records import rules
from tests.makers import actor_for, client_of, make_organisation
from tests.support.counted import statements

SUBJECT = "need:N-7K2M9Q"


def act(actor: Actor, name: str = "need.post", about: str = SUBJECT, why: str = "", **texts: str) -> None:
    with work.work(actor) as session:
        session.record(name, about, facts={"why": why} if why else {"amount": 5}, texts=texts)


@pytest.fixture
def council(app: Flask) -> Organisation:
    return make_organisation("Example Council", is_council=True)


@pytest.fixture
def group(council: Organisation) -> Actor:
    return actor_for(make_organisation("Fictional Friends"), Role.GROUP_LEAD, name="Ines Example")


@pytest.fixture
def browser(app: Flask, council: Organisation) -> FlaskClient:
    auditor = actor_for(council, Role.AUDITOR)
    assert auditor.person_id is not None
    return client_of(app, auditor.person_id, auditor.organisation_id)


def numbers(browser: FlaskClient, asked: str = "") -> list[int]:
    answer = browser.get(f"/records/acts.csv{asked}")
    assert answer.status_code == 200, asked
    rows = csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    return [int(row["number"]) for row in rows]


def last(reading: work.Reading) -> int:
    return reading.execute(select(AuditEntry.sequence).order_by(AuditEntry.sequence.desc())).scalars().first() or 0


@pytest.mark.parametrize("role", list(Role))
def test_acts_are_read_by_auditor_officer_and_administrator_only(
    app: Flask, council: Organisation, group: Actor, role: Role
) -> None:
    act(group)
    reader = actor_for(council, role)
    assert reader.person_id is not None
    browser = client_of(app, reader.person_id, council.id)
    expected = 200 if role in {Role.AUDITOR, Role.OFFICER, Role.ADMINISTRATOR} else 403
    for path in ("/records", "/records/acts.csv", "/records/1"):
        assert browser.get(path).status_code == expected, path


def test_an_auditor_reads_when_what_as_whom_and_how_and_is_led_to_it(browser: FlaskClient, group: Actor) -> None:
    with held_at(date(2026, 11, 20)):
        act(group)
    page = browser.get("/records").get_data(as_text=True)
    for said in ("20 November 2026", "posted", "need.post", "N-7K2M9Q", "Fictional Friends", "on the site"):
        assert said in page, said
    assert 'href="/needs/N-7K2M9Q"' in page
    assert "What was done" in browser.get("/desk").get_data(as_text=True)


def test_nobody_is_led_to_a_page_that_is_not_for_them(
    app: Flask, council: Organisation, browser: FlaskClient, group: Actor
) -> None:
    act(group, "set_up.open", "site:site")
    act(group, "person.add", "person:PE-7K2M9Q")
    administrator = actor_for(council, Role.ADMINISTRATOR)
    assert administrator.person_id is not None
    to_set_up = '<a class="govuk-link cb-nowrap" href="/set-up"'
    assert to_set_up in client_of(app, administrator.person_id, council.id).get("/records").text
    shown = browser.get("/records").text
    for hidden in (to_set_up, 'href="/people/PE-7K2M9Q"'):
        assert hidden not in shown
    assert "person:PE-7K2M9Q" in shown


def test_neither_names_nor_words_nor_contacts_are_shown(browser: FlaskClient, group: Actor) -> None:
    act(group, words="Ring Ines on 01632 960 001", email="ines@test.example")
    for path in ("/records", "/records/1", "/records/acts.csv"):
        said = browser.get(path).get_data(as_text=True)
        for secret in ("Ines", "01632 960 001", "ines@test.example"):
            assert secret not in said, (path, secret)


@pytest.mark.parametrize(
    ("name", "about", "why"),
    [
        ("concern.raise", "concern:C-4XYZAB", ""),
        ("concern.hold", "concern:C-4XYZAB", ""),
        ("commitment.hold", "commitment:CO-4XYZAB", "concern"),
        ("anything.else", "concern_thanks:C-4XYZAB", ""),
    ],
)
def test_of_a_concern_not_even_what_it_is_about_is_told(
    browser: FlaskClient, group: Actor, reading: work.Reading, name: str, about: str, why: str
) -> None:
    act(group, name, about, why)
    number = last(reading)
    for path in ("/records", f"/records/{number}", "/records/acts.csv"):
        said = re.sub(r"<datalist.*?</datalist>", "", browser.get(path).text, flags=re.DOTALL)  # acts one may look for
        assert "kept apart" in said, path
        for secret in (name, "4XYZAB", "Fictional Friends"):
            assert secret not in said, (path, secret)
    reference = about.partition(":")[2]
    organisation = group.organisation_reference
    for asked in (f"reference={reference}", f"reference={about}", f"act={name}", f"organisation={organisation}"):
        assert numbers(browser, "?" + asked) == [], asked
    assert "fits" in browser.get(f"/records/{number}").get_data(as_text=True)


def test_acts_are_looked_for_by_reference_act_organisation_and_days(
    browser: FlaskClient, group: Actor, council: Organisation, reading: work.Reading
) -> None:
    officer = actor_for(council, Role.OFFICER)
    with held_at(date(2026, 11, 20)):
        act(group)
    first = last(reading)
    with held_at(date(2026, 11, 22)):
        act(officer, "need.open")
        act(group, "pledge.log", "pledge:P-3ABCDE")
    for asked, found in (
        ("", [2, 1, 0]),
        ("?reference=N-7K2M9Q", [1, 0]),
        ("?reference=n-7k2m9q", [1, 0]),
        ("?reference=need:N-7K2M9Q", [1, 0]),
        ("?reference=P-3ABCDE", [2]),
        ("?reference=P-9ZZZZZ", []),
        ("?act=need.open", [1]),
        ("?act=opened", [1]),
        ("?act=need", [1, 0]),
        ("?act=pledge.log", [2]),
        (f"?organisation={group.organisation_reference}", [2, 0]),
        (f"?organisation={group.organisation_reference.lower()}&act=need", [0]),
        ("?organisation=O-99999Z", []),
        ("?organisation=%25", []),
        ("?from=2026-11-21", [2, 1]),
        ("?until=2026-11-20", [0]),
        ("?from=2026-11-20&until=2026-11-22", [2, 1, 0]),
        (f"?before={first + 1}", [0]),
    ):
        got = [number - first for number in numbers(browser, asked) if number >= first]
        assert got == found, asked


def test_what_is_no_day_is_said_and_kept_and_nothing_typed_is_a_fault(browser: FlaskClient, group: Actor) -> None:
    act(group)
    page = browser.get("/records?from=yesterday&reference=N-1").get_data(as_text=True)
    assert "Choose a day" in page
    assert 'value="yesterday"' in page
    for asked in (
        "before=0",
        "before=-1",
        "before=x",
        f"before={'9' * 30}",
        "until=9999-12-31",
        "from=0001-01-01",
        "reference=:",
        "act=%27",
        "organisation=O-" + "9" * 50,
        "reference=" + "a" * 900,
    ):
        assert browser.get(f"/records?{asked}").status_code == 200, asked
    for number in (0, 10**6, 10**30):
        assert browser.get(f"/records/{number}").status_code == 404


def test_a_page_is_turned_to_the_very_first_act(browser: FlaskClient, group: Actor, reading: work.Reading) -> None:
    for _ in range(120):
        act(group)
    with statements() as asked:
        page = browser.get("/records").get_data(as_text=True)
    assert len(asked) <= 15
    assert f"before={last(reading) - rules.PER_PAGE + 1}" in page
    seen, before = 0, [""]
    while before:
        page = browser.get(f"/records{before[0]}").get_data(as_text=True)
        seen += page.count('<tr class="govuk-table__row" role="row">') - 1
        before = re.findall(r'href="/records(\?before=[0-9]+)" rel="next"', page)
    assert seen == last(reading)


def test_looking_for_an_organisation_stops_after_a_while_and_can_go_on(
    browser: FlaskClient, group: Actor, council: Organisation, reading: work.Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community_book.records.queries.LOOKED_AT_MOST", 10)
    act(group)
    officer = actor_for(council, Role.OFFICER)
    for _ in range(25):
        act(officer)
    page = browser.get(f"/records?organisation={group.organisation_reference}").get_data(as_text=True)
    assert "Nothing of this was found among the acts that were looked at" in page
    further = [""]
    while further and "Fictional Friends" not in page:
        further = re.findall(r'href="/records\?before=([0-9]+)[^"]*" rel="next">Look further back', page)
        page = browser.get(f"/records?organisation={group.organisation_reference}&before={further[0]}").text
    assert "Fictional Friends" in page


def test_an_act_shows_its_seal_the_one_before_and_that_they_fit(
    browser: FlaskClient, group: Actor, reading: work.Reading
) -> None:
    act(group)
    act(group)
    number = last(reading)
    rows = {row.sequence: row.hash for row in reading.execute(select(AuditEntry.sequence, AuditEntry.hash))}
    page = browser.get(f"/records/{number}").get_data(as_text=True)
    assert rows[number] in page
    assert rows[number - 1] in page
    assert "This act is as it was written" in page
    assert f'href="/records/{number - 1}"' in page


def test_an_act_that_was_changed_does_not_fit() -> None:
    body = json.dumps({"previous": "a" * 64})
    fits = rules.links_of(body, hashlib.sha256(body.encode()).hexdigest(), "a" * 64)
    assert fits.fit
    assert not rules.links_of(body + " ", "b" * 64, "a" * 64).own_fits
    assert not rules.links_of(body, "b" * 64, "c" * 64).before_fits
    assert not rules.links_of(body, "b" * 64, None).before_fits
    assert not rules.links_of("no json", "b" * 64, "a" * 64).fit
