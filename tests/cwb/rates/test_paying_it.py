"""A new living wage: loaded, asked about, answered; and what was read under the old one goes out of date."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import held_at
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.people.tables import Person
from cwb.frameworks import actions as frameworks
from cwb.frameworks.rules import SuspensionClass
from cwb.rates import actions, queries
from cwb.rates.rules import Attestation, Said, Wage, months_after, read_rates
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_deliveries import S, make_own_delivery
from tests.makers_frameworks import Provider, make_provider
from tests.makers_people import link_in, mail_to
from tests.support.counted import statements
from tests.support.wanted import go_without

REAL = "rate_year,announced,uk_gbp_per_hour,london_gbp_per_hour,status\n"
OLD, NEW = "2024-25,2024-10,10.00,11.00,made up\n", "2025-26,2025-10,11.50,12.25,made up\n"
NATIONAL = "effective_from,minimum_age,gbp_per_hour,status\n2025-04-01,21,9.80,made up\n"
BEFORE, IN_FORCE, DUE = date(2025, 10, 31), date(2025, 11, 1), date(2026, 5, 1)
NOW = date(2026, 2, 3)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "rates"


@pytest.fixture
def now(app: Flask) -> Iterator[date]:
    with held_at(NOW):
        yield NOW


@pytest.fixture
def administrator(app: Flask) -> Actor:
    return actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)


def load(table: str = REAL + OLD + NEW, **options: Any) -> actions.RatesDone:
    return actions.load_rates(system("test"), read_rates(table.encode()).rows, **options)


def asked_of(provider: Provider, wage: Wage = Wage.REAL) -> Any:
    with work.reading() as reading:
        [found] = [one for one in queries.of_provider(reading, provider.lead) if one.rate.wage is wage]
        return found


def browser_of(app: Flask, actor: Actor) -> Any:
    return client_of(app, actor.person_id or 0, actor.organisation_id)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def wrong_with(table: str) -> str:
    return " / ".join(str(row.says()) for row in read_rates(table.encode()).bad)


# --- reading a table --------------------------------------------------------------------------------------


def test_a_rate_of_which_only_the_month_is_known_is_in_force_from_the_next_and_paid_six_months_later() -> None:
    [rate] = read_rates((REAL + NEW).encode()).rows
    assert (rate.wage, rate.uk_pence, rate.london_pence) == (Wage.REAL, 1150, 1225)
    assert (rate.in_force_from, rate.pay_by) == (IN_FORCE, DUE)


def test_a_table_may_say_the_days_itself() -> None:
    table = "rate_year,announced,uk_gbp_per_hour,london_gbp_per_hour,in_force_from,pay_by\n"
    [rate] = read_rates((table + "2025-26,2025-10-22,11.50,12.25,2025-10-22,2026-04-01\n").encode()).rows
    assert (rate.in_force_from, rate.pay_by) == (date(2025, 10, 22), date(2026, 4, 1))


def test_the_national_living_wage_is_another_rate_to_be_paid_at_once() -> None:
    [rate] = read_rates(NATIONAL.encode()).rows
    assert (rate.wage, rate.uk_pence, rate.london_pence, rate.minimum_age) == (Wage.NATIONAL, 980, None, 21)
    assert rate.in_force_from == rate.pay_by == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2025-26,soon,11.50,12.25,", "announced is “soon”"),
        ("2025-26,2025-13,11.50,12.25,", "announced is “2025-13”"),
        ("2025-26,2025-10,free,12.25,", "uk_gbp_per_hour is “free”"),
        ("2025-26,2025-10,1150,12.25,", "uk_gbp_per_hour is “1150”"),
        ("2025-26,2025-10,11.50,0,", "london_gbp_per_hour is “0”"),
        (",2025-10,11.50,12.25,", "rate_year is empty"),
        (NEW.strip() + "\n" + NEW.strip(), "two rates are in force from 2025-11-01"),
    ],
)
def test_a_line_that_cannot_be_taken_in_is_said(row: str, says: str) -> None:
    assert says in wrong_with(REAL + row + "\n")


def test_a_file_that_is_no_table_of_rates_is_said() -> None:
    assert "holds no rates" in wrong_with(REAL)
    assert wrong_with("a,b\n1,2\n")
    assert wrong_with("")


def test_months_are_counted_to_the_last_day_of_a_short_one() -> None:
    assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_after(date(2025, 11, 1), 6) == date(2026, 5, 1)
    assert months_after(date(2025, 12, 15), 1) == date(2026, 1, 15)


def test_the_published_tables_are_read_whole_and_ask_about_the_newest_of_each_alone(app, reading, now) -> None:
    if not SHARED.is_dir():
        go_without("the published tables of rates are not here (../shared/data)")
    provider = make_provider()
    for name in ("real-living-wage.csv", "national-living-wage.csv"):
        content = (SHARED / name).read_bytes()
        read = read_rates(content)
        assert read.bad == ()
        assert len(read.rows) == len(content.decode().strip().splitlines()) - 1
        assert actions.load_rates(system("test"), read.rows).asked == 1
    assert {one.rate.wage for one in queries.of_provider(reading, provider.lead)} == set(Wage)


# --- loading and asking -------------------------------------------------------------------------------------


def test_loading_asks_every_admitted_provider_about_the_newest_rate_in_force_alone(app, reading, now) -> None:
    admitted, suspended, ended = make_provider(), make_provider(), make_provider()
    with work.bookkeeping(system("test")) as session:
        frameworks.suspend_admission(session, suspended.admission_id, SuspensionClass.OTHER, "made up")
        frameworks.end_admission(session, ended.admission_id, "made up")
    done = load()
    assert (done.added, done.asked) == (2, 1)
    [one] = queries.of_provider(reading, admitted.lead)
    assert (one.rate.uk_pence, one.state, one.rate.is_current) == (1150, Said.ASKED, True)
    assert queries.of_provider(reading, suspended.lead) == queries.of_provider(reading, ended.lead) == []


def test_the_same_table_again_changes_nothing_and_a_dry_run_saves_nothing(app, reading, now) -> None:
    make_provider()
    assert vars(load(dry_run=True)) == {"added": 2, "changed": 0, "same": 0, "asked": 1}
    assert queries.rates(reading) == []
    load()
    assert vars(load()) == {"added": 0, "changed": 0, "same": 2, "asked": 0}


def test_the_amount_of_a_rate_that_was_asked_about_stays(app, reading, now) -> None:
    make_provider()
    load()
    with pytest.raises(Refused, match="asked about the rate in force from 2025-11-01"):
        load(REAL + NEW.replace("11.50", "11.60"))
    assert load(REAL + OLD.replace("10.00", "10.10")).changed == 1
    assert [rate.uk_pence for rate in queries.rates(reading)] == [1150, 1010]


def test_the_two_wages_are_asked_about_apart(app, reading, now) -> None:
    provider = make_provider()
    load()
    actions.attest(provider.lead, asked_of(provider).reference, Attestation("yes", NOW))
    load(NATIONAL)
    assert asked_of(provider, Wage.NATIONAL).state is Said.ASKED
    assert asked_of(provider, Wage.REAL).state is Said.PAYS


def test_a_rate_to_come_is_asked_about_on_its_day_and_a_provider_admitted_since_is_asked_too(app, reading) -> None:
    first = make_provider()
    with held_at(BEFORE):
        load(REAL + NEW)
        assert queries.to_say(reading, first.organisation.id) == []
        assert actions.ask_due(system("clocks")) == 0
    with held_at(IN_FORCE):
        assert actions.ask_due(system("clocks")) == 1
        later = make_provider(admitted_on=IN_FORCE)
        assert actions.ask_due(system("clocks")) == 1
        assert actions.ask_due(system("clocks")) == 0
        assert len(queries.to_say(reading, later.organisation.id)) == 1


def test_the_command_loads_a_table_and_says_what_is_wrong_with_another(app, reading, now, tmp_path) -> None:
    make_provider()
    table = tmp_path / "rates.csv"
    table.write_text(REAL + OLD + NEW)
    done = app.test_cli_runner().invoke(args=["rates", "load", str(table)])
    assert "2 added, 0 changed, 0 as they were; 1 answers asked of providers" in done.output
    table.write_text(REAL + "2025-26,soon,1,2,\n")
    wrong = app.test_cli_runner().invoke(args=["rates", "load", str(table)])
    assert wrong.exit_code == 1
    assert "announced is “soon”" in wrong.output


# --- answering --------------------------------------------------------------------------------------------


def test_a_lead_finds_it_on_the_desk_answers_and_the_council_sees_it(app, now, administrator) -> None:
    provider, silent = make_provider("Linden Care"), make_provider("Harbour Care")
    load()
    browser, council = browser_of(app, provider.lead), browser_of(app, administrator)
    asked = asked_of(provider)
    assert "Say whether you pay the Real Living Wage of £11.50" in words(browser.get("/desk"))
    address = f"/our-pay/{asked.reference}"
    answer = {"pays": "yes", "paid_from-day": "1", "paid_from-month": "1", "paid_from-year": "2026"}
    version = {"version": str(asked.version)}
    assert send(browser, address, **answer, **version).status_code == 303
    assert "Say whether you pay" not in words(browser.get("/desk"))
    shown = words(council.get(f"/rates/{asked.rate.reference}"))
    assert "Linden Care Answer pays it" in shown
    assert "Harbour Care Answer no answer yet" in shown
    narrowed = words(council.get(f"/rates/{asked.rate.reference}?show=asked"))
    assert "Harbour Care" in narrowed
    assert "Linden Care" not in narrowed
    table = council.get(f"/rates/{asked.rate.reference}/answers.csv").get_data(as_text=True)
    assert f"Linden Care,{provider.organisation.reference},pays,2026-01-01" in table
    assert "Answers about living wages still to come" in words(council.get("/desk"))
    actions.attest(silent.lead, asked_of(silent).reference, Attestation("not_yet", why="From April"))
    assert "Answers about living wages still to come" not in words(council.get("/desk"))
    assert "not yet: From April" in words(council.get(f"/attestations/{asked_of(silent).reference}"))


def test_the_letter_opens_the_form_with_one_tap_once_and_reading_changes_nothing(app, now) -> None:
    provider = make_provider()
    load()
    with work.reading() as reading:
        email = reading.get_one(Person, provider.lead.person_id).email or ""
    [mail] = mail_to(email)
    assert "Do you pay the Real Living Wage?" in str(mail["Subject"])
    assert "£11.50" in str(mail.get_content())
    stranger, address = app.test_client(), link_in(mail)
    assert "Do you pay the Real Living Wage?" in words(stranger.get(address))
    assert asked_of(provider).state is Said.ASKED
    version = {"version": str(asked_of(provider).version)}
    assert send(stranger, address, pays="not_yet", **version).status_code == 422
    done = send(stranger, address, pays="not_yet", why="Our budget year begins in April", **version)
    assert "Thank you" in words(done)
    assert (asked_of(provider).state, asked_of(provider).why) == (Said.NOT_YET, "Our budget year begins in April")
    assert stranger.get(address).status_code in {403, 404, 409, 410}


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (Attestation("yes"), "Enter the day"),
        (Attestation("yes", date(2026, 2, 4)), "still to come"),
        (Attestation("not_yet"), "Say why not yet"),
    ],
)
def test_half_an_answer_is_refused_with_what_is_missing(app, now, said: Attestation, says: str) -> None:
    provider = make_provider()
    load()
    with pytest.raises(Refused, match=says):
        actions.attest(provider.lead, asked_of(provider).reference, said)
    assert asked_of(provider).state is Said.ASKED


YES, NO = Attestation("yes", date(2026, 1, 1)), Attestation("not_yet", why="From April")


@pytest.mark.parametrize(
    ("before", "role"), list(product([None, YES, NO], [*Role])), ids=lambda part: getattr(part, "pays", str(part))
)
def test_who_may_answer_from_which_state(app, now, before: Attestation | None, role: Role) -> None:
    """Every (state, role): the provider's own lead alone, whatever was said before; each answer is written down."""
    provider = make_provider()
    load()
    reference = asked_of(provider).reference
    if before is not None:
        actions.attest(provider.lead, reference, before)
    actor = actor_for(provider.organisation, role)
    if role is Role.PROVIDER_LEAD:
        actions.attest(actor, reference, NO)
        assert asked_of(provider).state is Said.NOT_YET
    else:
        with pytest.raises(NotAllowed):
            actions.attest(actor, reference, NO)
        assert asked_of(provider).state is (
            Said.ASKED if before is None else Said.PAYS if before is YES else Said.NOT_YET
        )


def test_the_address_of_an_answer_shows_the_council_its_history_and_leads_its_own_lead_to_the_form(
    app, now, administrator
) -> None:
    provider, other = make_provider(), make_provider()
    load()
    reference = asked_of(provider).reference
    address = f"/attestations/{reference}"
    assert "It has not answered yet" in words(browser_of(app, administrator).get(address))
    led = browser_of(app, provider.lead).get(address)
    assert (led.status_code, led.location) == (303, f"/our-pay/{reference}")
    assert browser_of(app, other.lead).get(address).status_code == 404


def test_another_providers_question_is_not_there(app, now) -> None:
    provider, other = make_provider(), make_provider()
    load()
    with pytest.raises(NotThere):
        actions.attest(other.lead, asked_of(provider).reference, YES)
    assert browser_of(app, other.lead).get(f"/our-pay/{asked_of(provider).reference}").status_code == 404


def test_a_stale_answer_and_one_about_an_older_rate_are_refused(app, now) -> None:
    provider = make_provider()
    load()
    asked = asked_of(provider)
    actions.attest(provider.lead, asked.reference, NO)
    with pytest.raises(WrongState, match="answered in the meantime"):
        actions.attest(provider.lead, asked.reference, Attestation("yes", NOW, version=asked.version))
    with held_at(date(2026, 12, 1)):
        load(REAL + "2026-27,2026-10,12.00,13.00,made up\n")
        with pytest.raises(WrongState, match="newer rate"):
            actions.attest(provider.lead, asked.reference, YES)


# --- the council's page -------------------------------------------------------------------------------------


def test_an_administrator_loads_a_table_on_the_page(app, reading, now, administrator) -> None:
    make_provider()
    browser = browser_of(app, administrator)

    def sent(table: str) -> Any:
        return send(browser, "/rates/load", file=(io.BytesIO(table.encode()), "rates.csv"))

    assert "Choose a file" in words(send(browser, "/rates/load"))
    wrong = sent(REAL + "2025-26,soon,11.50,12.25,\n")
    assert wrong.status_code == 422
    assert "Line 2: announced is “soon”" in words(wrong)
    assert sent(REAL + OLD + NEW).status_code == 303
    assert "£11.50" in words(browser.get("/rates"))
    assert len(queries.rates(reading)) == 2
    officer = actor_for(make_organisation(is_council=True), Role.OFFICER)
    assert browser_of(app, officer).get("/rates/load").status_code == 403
    with pytest.raises(NotAllowed):
        actions.load_rates(officer, ())


def test_the_page_of_a_rate_asks_no_more_for_many_providers_than_for_few(app, now, administrator) -> None:
    make_provider()
    load()
    browser = browser_of(app, administrator)
    with work.reading() as reading:
        [rate] = [one for one in queries.rates(reading) if one.is_current]
    address = f"/rates/{rate.reference}"
    browser.get(address)  # what is known for a while is known
    with statements() as few:
        browser.get(address)
    for _ in range(30):
        make_provider()
    actions.ask_due(system("clocks"))
    browser.get(address)
    with statements() as many:
        shown = browser.get(address)
    assert len(many) <= len(few) + 1 <= 15  # what the site remembers for a while may be asked again meanwhile
    assert "Page 1 of 2" in words(shown)
    assert "There is no such page" in words(browser.get(address + "?page=9"))


# --- readings ----------------------------------------------------------------------------------------------


def test_a_reading_under_the_old_rate_is_out_of_date_once_the_new_one_is_to_be_paid(app) -> None:
    with held_at(BEFORE):
        read: dict[str, Any] = {"level_part": 45, "level_whole": 50, "happened_on": BEFORE}
        made = make_own_delivery(S.VERIFIED, measure="FE1", pledged={"last_day": date(2026, 12, 31)}, **read)
    address = f"/pledges/{made.pledge.reference}"
    for day, told in ((BEFORE, "met"), (date(2026, 4, 30), "met"), (DUE, "out of date")):
        with held_at(day):
            load()
            page = words(app.test_client().get(address))
            found = re.search(r"\b(not met|met|out of date|no reading)\b", page)
            assert found is not None
            assert found[1] == told, (day, page)
            table = csv.DictReader(io.StringIO(app.test_client().get("/figures.csv").data.decode("utf-8-sig")))
            [row] = [one for one in table if one["measure"] == "FE1" and one["row"] == "level"]
            assert (row["met"], row["out_of_date"]) == (("1", "0") if told == "met" else ("0", "1"))
