"""The pages about pledges, as browsers see them: who gets in, what bad input does, what is kept."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community_book.base import registers, work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import held_at, today
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.people.actions import make_link
from cwb.ledger.actions import book
from cwb.ledger.rules import CHECKED, Figure
from cwb.pledges import actions
from cwb.pledges.actions.own import pledged_booking
from cwb.pledges.rules import PledgeState
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_pledges import Provider, make_admitted_provider, make_framework, make_pledge, pledge_row

pytestmark = pytest.mark.usefixtures("alone")
S = PledgeState


@pytest.fixture
def provider(alone: Flask) -> Provider:
    return make_admitted_provider("Linden Homecare")


@pytest.fixture
def officer(alone: Flask) -> Actor:
    return actor_for(make_organisation("The council", is_council=True), Role.OFFICER)


def browser(app: Flask, actor: Actor | None) -> FlaskClient:
    if actor is None or actor.person_id is None:
        return app.test_client()
    return client_of(app, actor.person_id, actor.organisation_id)


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def filled(**fields: Any) -> dict[str, Any]:
    """The form of PO7 as somebody fills it in."""
    last = today() + timedelta(days=100)
    return {
        "title": "Forty hours of our bookkeeper",
        "story": "She keeps the books of two charities.",
        "subject": "accounts",
        "amount": "40",
        "first_day-day": str(today().day),
        "first_day-month": str(today().month),
        "first_day-year": str(today().year),
        "last_day-day": str(last.day),
        "last_day-month": last.strftime("%B"),
        "last_day-year": str(last.year),
        "where": "borough",
        "meets_people_at_risk": "no",
        "basis": "extra",
        "owner_name": "Priya Desai",
        "not_charged_to_rate": "yes",
        "visits_covered": "yes",
        "_act": "post",
        **fields,
    }


# --- who gets in --------------------------------------------------------------------------------

PROVIDER_PAGES = ("/pledges/new", "/pledges/new/PO7", "/our-pledges", "/our-pledges.csv")


@pytest.mark.parametrize("url", [*PROVIDER_PAGES, "/pledges/waiting"])
def test_not_signed_in_leads_to_signing_in(app: Flask, url: str) -> None:
    answer = app.test_client().get(url)
    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (303, True)


@pytest.mark.parametrize("url", PROVIDER_PAGES)
def test_a_group_cannot_log_pledges(app: Flask, url: str) -> None:
    group = actor_for(make_organisation(), Role.GROUP_LEAD)
    assert browser(app, group).get(url).status_code == 403


def test_the_queue_is_the_councils(app: Flask, provider: Provider, officer: Actor) -> None:
    assert browser(app, provider.actor).get("/pledges/waiting").status_code == 403
    assert "No pledge waits just now" in text(browser(app, officer).get("/pledges/waiting"))


@pytest.mark.parametrize("state", [S.DRAFT, S.WAITING])
def test_what_was_never_published_is_not_there_for_others(app: Flask, provider: Provider, state: S) -> None:
    pledge = make_pledge(provider.actor, "PO7", state=state)
    url = f"/pledges/{pledge.reference}"
    other = make_admitted_provider(framework=provider.framework)
    for stranger in (None, other.actor, actor_for(make_organisation(), Role.GROUP_LEAD)):
        answer, nowhere = browser(app, stranger).get(url), browser(app, stranger).get("/pledges/P-222222")
        assert answer.status_code == nowhere.status_code == 404
        assert re.sub(r"\s|P-\w{6}", "", text(answer)) == re.sub(r"\s|P-\w{6}", "", text(nowhere))
    assert browser(app, other.actor).get(f"{url}/change").status_code == 404
    assert browser(app, provider.actor).get(url).status_code == 200


def test_a_pledge_of_a_disclosive_measure_is_not_public(app: Flask, provider: Provider, officer: Actor) -> None:
    pledge = make_pledge(provider.actor, "FE6", amount=2)
    url = f"/pledges/{pledge.reference}"
    assert app.test_client().get(url).status_code == 404
    assert pledge.reference not in text(app.test_client().get("/pledges"))
    assert pledge.reference not in text(app.test_client().get("/pledges.csv"))
    group = actor_for(make_organisation(), Role.GROUP_LEAD)
    for insider in (provider.actor, officer, group):
        assert browser(app, insider).get(url).status_code == 200


def test_another_providers_pledge_is_seen_but_not_changed(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7")
    other = browser(app, make_admitted_provider(framework=provider.framework).actor)
    url = f"/pledges/{pledge.reference}"
    assert other.get(url).status_code == 200
    for act in ("change", "add", "cut", "pause", "withdraw"):
        assert other.get(f"{url}/{act}").status_code == 403
    assert send(other, f"{url}/pause", page="/our-pledges", reason="").status_code == 403


# --- step 1 and 2 -------------------------------------------------------------------------------


def test_the_measures_are_found_by_words_and_by_kind_of_help(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)
    everything = text(own.get("/pledges/new"))
    assert everything.count("/pledges/new/") == 33
    assert "Socially productive land and assets" in everything
    assert text(own.get("/pledges/new?q=minibus")).count("/pledges/new/") == 1
    assert text(own.get("/pledges/new?kind=room")).count("/pledges/new/") == 1
    assert "Nothing fits these words" in text(own.get("/pledges/new?q=zeppelin"))
    assert text(own.get("/pledges/new?kind=nonsense&unheard=of")).count("/pledges/new/") == 33


def test_a_provider_without_a_place_is_told_so(app: Flask) -> None:
    nobody = actor_for(make_organisation(), Role.PROVIDER_LEAD)
    make_admitted_provider()
    assert "not admitted to a framework" in text(browser(app, nobody).get("/pledges/new"))
    assert browser(app, nobody).get("/pledges/new/PO7").status_code == 409


def test_a_pledge_is_logged_from_form_to_page(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)
    answer = send(own, "/pledges/new/PO7", **filled())
    assert answer.status_code == 303
    shown = text(own.get(answer.headers["Location"]))
    assert "The council looks at it" in shown
    assert "Forty hours of our bookkeeper" in shown
    assert "waiting for the council" in shown
    assert "40 h" in shown
    make_pledge(provider.actor, "FP1")
    actions.offer_pledge(actor_for(make_organisation(is_council=True), Role.OFFICER), answer.headers["Location"][-8:])
    assert "is on offer" in text(own.get(send(own, "/pledges/new/PO7", **filled()).headers["Location"]))


def test_a_form_begins_with_what_the_site_knows(app: Flask) -> None:
    def begun(provider: Provider) -> str:
        return re.sub(r"\s+", " ", text(browser(app, provider.actor).get("/pledges/new/PO7")))

    everywhere = begun(make_admitted_provider("Everywhere Care"))
    assert re.search(r'value="borough" checked', everywhere)
    framework = make_framework()
    some = make_admitted_provider("Two Zones Care", framework=framework, zone_ids=framework.zone_ids[:2])
    shown = begun(some)
    assert re.search(r'value="zones" checked', shown)
    for zone_id in framework.zone_ids[:2]:
        assert re.search(rf'name="zones" type="checkbox" value="{zone_id}" checked', shown)
    assert re.search(rf'name="owner_name"[^>]*value="{some.actor.name}"', shown)


def test_a_minibus_is_logged_with_its_days(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)
    fields = filled(
        title="Our minibus on Tuesdays", weekdays=["1", "3"], starts="9:30", ends="3pm", every_weeks="2", at_once="1",
        thing="the blue minibus", feature_seats="16", feature_driver="yes", dbs="enhanced", insured="yes",
        left_out=f"{today().day}/{today().month}/{today().year}",
    )  # fmt: skip
    for gone in ("subject", "amount", "visits_covered"):
        fields.pop(gone)
    answer = send(own, "/pledges/new/LA3", **fields)
    assert answer.status_code == 303, text(answer)
    row = pledge_row(answer.headers["Location"][-8:])
    assert row.features == {"seats": 16, "driver": True}
    assert row.conditions == {"dbs": "enhanced", "insured": True}
    assert row.amount
    assert row.amount % 330 == 0
    again = text(own.get(f"/pledges/{row.reference}/change"))
    assert 'value="9:30"' not in again, "the days of a posted pledge have their own pages"


@pytest.mark.parametrize(
    ("fields", "element", "said"),
    [
        ({"title": ""}, "title", "Give your pledge a title"),
        ({"title": "x" * 101}, "title", "Use 100 characters or fewer"),
        ({"title": "a\x00b"}, "title", "Take out the characters"),
        ({"amount": "forty"}, "amount", "is not an amount we can read"),
        ({"amount": "-3"}, "amount", "cannot be less than 0"),
        ({"amount": "٤٠"}, "amount", "Use the digits 0 to 9"),
        ({"amount": ""}, "amount", "Enter how much you pledge"),
        ({"amount": "99999999999999"}, "amount", "more than can be entered"),
        ({"subject": "astrology"}, "subject", "Choose one of the answers shown"),
        ({"last_day-year": "26"}, "last_day-day", "The year must have 4 figures"),
        ({"last_day-day": "31", "last_day-month": "2"}, "last_day-day", "There is no 31"),
        ({"last_day-year": "2001"}, "last_day-day", "same as or after the first day"),
        ({"where": ""}, "where", "Choose the whole borough, or certain zones"),
        ({"where": "zones"}, "zones", "Choose at least one zone"),
        ({"where": "zones", "zones": "999999"}, "zones", "Choose from the answers shown"),
        ({"lot": "999999"}, "lot", "Choose one of the answers shown"),
        ({"basis": ""}, "basis", "Say why you give it"),
        ({"basis": "term"}, "call_off", "Say which call-off"),
        ({"starts": "25:00", "weekdays": "1"}, "starts", "is not something we can read"),
        ({"weekdays": "9"}, "weekdays", "Choose from the answers shown"),
        ({"meets_people_at_risk": ""}, "meets_people_at_risk", "Say whether your people would meet"),
        ({"postcode": "nowhere"}, None, "is not asked for here"),
        ({"share": "90"}, None, "is not asked for here"),
        ({"owner_name": ""}, "owner_name", "Name the person"),
        ({"visits_covered": "perhaps"}, "visits_covered", "Tick this or leave it empty"),
        ({"smallest_useful": "41"}, "smallest_useful", "more than the whole pledge"),
    ],
)
def test_bad_input_is_said_at_its_field_and_what_was_typed_is_kept(
    app: Flask, provider: Provider, fields: dict[str, str], element: str | None, said: str
) -> None:
    answer = send(browser(app, provider.actor), "/pledges/new/PO7", **filled(**fields))
    shown = text(answer)
    assert answer.status_code == 422
    assert said in shown
    if element:
        assert f'href="#{element}"' in shown
        assert f'id="{element}"' in shown
    assert "She keeps the books of two charities." in shown


def test_a_tick_left_out_is_said_too(app: Flask, provider: Provider) -> None:
    fields = filled()
    fields.pop("not_charged_to_rate")
    answer = send(browser(app, provider.actor), "/pledges/new/PO7", **fields)
    assert answer.status_code == 422
    assert "Confirm that the cost is not charged" in text(answer)


def test_an_empty_form_says_all_that_is_missing_at_once(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)

    def said(code: str, **sent: str) -> list[str]:
        answer = send(own, f"/pledges/new/{code}", **sent)
        assert answer.status_code == 422
        summary = text(answer).partition('class="govuk-error-summary')[2].partition("</ul>")[0]
        return re.findall(r'href="#([a-z_]+)', summary)

    bus = said("LA3", _act="post", where="borough")
    assert bus[0] == "title"
    assert {"thing", "weekdays", "owner_name", "not_charged_to_rate"} <= set(bus)
    advice = said("PO7", _act="post", where="borough", amount="3 h", basis="rate")
    assert {"subject", "visits_covered"} <= set(advice)
    assert not {"amount", "weekdays", "not_charged_to_rate"} & set(advice)
    assert not {"owner_name", "visits_covered"} & set(said("PO7", _act="draft", where="borough"))
    assert "share" in said("FE1", _act="post")


def test_sending_the_form_twice_leads_to_the_one_pledge(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)
    page = text(own.get("/pledges/new/PO7"))
    token = re.search(r'name="_token" value="([^"]+)"', page)
    key = re.search(r'name="_key" value="([^"]+)"', page[page.index("cb-measure") :])
    assert token is not None
    assert key is not None
    fields = filled(_token=token[1], _key=key[1])
    first, second = own.post("/pledges/new/PO7", data=fields), own.post("/pledges/new/PO7", data=fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert text(own.get("/our-pledges")).count("cb-card__title") == 1


def test_looking_who_needs_it_saves_nothing_and_keeps_what_was_typed(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)
    answer = send(own, "/pledges/new/PO7", **filled(_act="look"))
    shown = text(answer)
    assert answer.status_code == 200
    assert "Who needs this just now" in shown
    assert "Nothing is saved yet" in shown
    assert "She keeps the books of two charities." in shown
    assert "You have not pledged anything yet" in text(own.get("/our-pledges"))


def test_a_draft_is_saved_changed_and_posted_by_its_pages(app: Flask, provider: Provider) -> None:
    own = browser(app, provider.actor)
    url = send(own, "/pledges/new/PO7", **filled(_act="draft", owner_name="")).headers["Location"]
    assert "Your draft is saved" in text(own.get(url))
    posted = send(own, f"{url}/post", page=url, version="1")
    assert posted.status_code == 422
    assert "Name the person" in text(posted)
    form = text(own.get(f"{url}/change"))
    assert "She keeps the books" in form
    assert 'value="40 h"' in form
    assert send(own, f"{url}/change", **filled(_act="draft", version="99")).status_code == 409
    assert send(own, f"{url}/change", **filled(version="1")).headers["Location"] == url
    assert "waiting for the council" in text(own.get(url))


def test_a_copy_begins_with_everything_but_the_dates(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", title="Forty hours of Nasreen")
    own = browser(app, provider.actor)
    shown = text(own.get(f"/pledges/new/PO7?copy={pledge.reference}"))
    assert "Forty hours of Nasreen" in shown
    [year] = re.findall(r'<input[^>]*name="last_day-year"[^>]*>', shown)
    assert 'value=""' in year
    assert own.get("/pledges/new/PO7?copy=P-222222").status_code == 404
    assert own.get(f"/pledges/new/FP1?copy={pledge.reference}").status_code == 404
    assert own.get("/pledges/new/NOPE").status_code == 404


# --- a pledge's own page ------------------------------------------------------------------------


def test_the_page_shows_the_five_figures_to_provider_and_council_only(
    app: Flask, provider: Provider, officer: Actor
) -> None:
    pledge = make_pledge(provider.actor, "FE5", amount=2, with_counterpart=False)
    url = f"/pledges/{pledge.reference}"
    for insider in (provider.actor, officer):
        shown = text(browser(app, insider).get(url))
        assert "The five figures" in shown
        assert shown.count("not applicable") == 2
        assert "History" in shown
        assert "Priya Desai" in shown
    public = text(app.test_client().get(url))
    for private in ("The five figures", "History", "Priya Desai"):
        assert private not in public
    assert f"about=pledge:{pledge.reference}" in public.replace("%3A", ":")


def test_the_page_of_a_level_says_what_it_reads(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "FE1")
    shown = text(app.test_client().get(f"/pledges/{pledge.reference}"))
    assert "at least 90%" in shown
    assert "no reading" in shown


def test_a_provider_runs_its_pledge_from_its_page(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", amount=600)
    own, url = browser(app, provider.actor), f"/pledges/{pledge.reference}"

    def version() -> str:
        return str(pledge_row(pledge.reference).version)

    assert send(own, f"{url}/add", amount="10 h", version=version()).status_code == 303
    assert pledge_row(pledge.reference).amount == 1200
    assert send(own, f"{url}/cut", amount="5 h", reason="", version=version()).status_code == 303
    stale = send(own, f"{url}/cut", amount="4 h", reason="", version="1")
    assert (stale.status_code, "Somebody changed this" in text(stale)) == (409, True)
    refused = send(own, f"{url}/cut", amount="6 h", reason="too much", version=version())
    assert (refused.status_code, "Enter less than the 5 h it is now" in text(refused)) == (422, True)
    assert send(own, f"{url}/pause", reason="short", version=version()).status_code == 303
    assert own.get(f"{url}/pause").status_code == 409
    assert "short" in text(own.get(url))
    assert send(own, f"{url}/resume", page=url, version=version()).status_code == 303
    assert send(own, f"{url}/still-on-offer", page=url).status_code == 303
    changed = {name: value for name, value in filled().items() if name in {"title", "story", "where", "owner_name"}}
    days = {name: value for name, value in filled().items() if name.startswith("last_day")}
    answer = send(own, f"{url}/change", **changed | days | {"title": "New words", "version": version()})
    assert answer.status_code == 303, text(answer)
    assert send(own, f"{url}/withdraw", reason="", version=version()).status_code == 303
    assert pledge_row(pledge.reference).state == S.WITHDRAWN
    assert own.get(f"{url}/change").status_code == 409


def test_days_are_added_and_taken_out_by_their_pages(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "LA3", last_day=today() + timedelta(days=27))
    own, url = browser(app, provider.actor), f"/pledges/{pledge.reference}"
    first = {name.replace("last", "first"): value for name, value in _day("last_day", today()).items()}
    last = _day("last_day", today() + timedelta(days=27))
    answer = send(own, f"{url}/days", weekdays="3", starts="10", ends="12", **first, **last)
    assert answer.status_code == 303, text(answer)
    clash = send(own, f"{url}/days", weekdays="1", starts="11", ends="12", **first, **last)
    assert (clash.status_code, "overlaps a time of this pledge" in text(clash)) == (422, True)
    assert "Tuesday" in text(own.get(f"{url}/days/out"))
    assert send(own, f"{url}/days/out", reason="").status_code == 422
    assert send(own, f"{url}/days/out", sessions=str(pledge.session_ids[0]), reason="").status_code == 303


def _day(name: str, day: Any) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_an_officer_works_through_the_queue(app: Flask, provider: Provider, officer: Actor) -> None:
    one = make_pledge(provider.actor, "PO7", state=S.WAITING, title="Forty hours")
    two = make_pledge(provider.actor, "FP1", state=S.WAITING, title="Some money", meets_people_at_risk=True)
    council = browser(app, officer)
    queue = text(council.get("/pledges/waiting"))
    assert queue.index("Forty hours") < queue.index("Some money")
    assert "meets people at risk" in queue
    url = f"/pledges/{one.reference}"
    assert send(council, f"{url}/offer", page=url, version="99").status_code == 409
    version = str(pledge_row(one.reference).version)
    assert send(council, f"{url}/offer", page=url, version=version).status_code == 303
    back = f"/pledges/{two.reference}/return"
    assert send(council, back, reason="").status_code == 422
    assert send(council, back, reason="Who comes?").status_code == 303
    assert "Who comes?" in text(browser(app, provider.actor).get(f"/pledges/{two.reference}"))
    assert council.get(back).status_code == 409


# --- lists --------------------------------------------------------------------------------------


def test_the_public_list_is_narrowed_paged_and_downloaded(app: Flask, provider: Provider) -> None:
    zones = frozenset(provider.framework.zone_ids[:1])
    make_pledge(provider.actor, "PO7", title="Bookkeeping <b>by</b> Nasreen", zone_ids=zones)
    make_pledge(provider.actor, "LA3", title="Our minibus")
    make_pledge(provider.actor, "FP1", title="=HYPERLINK()", state=S.OFFERED)
    make_pledge(provider.actor, "FP1", title="Not yet", state=S.DRAFT)
    anybody = app.test_client()

    def titles(query: str = "") -> set[str]:
        shown = text(anybody.get(f"/pledges{query}"))
        return {name for name in ("Bookkeeping", "Our minibus", "HYPERLINK", "Not yet") if name in shown}

    assert titles() == {"Bookkeeping", "Our minibus", "HYPERLINK"}
    assert titles("?q=minibus") == {"Our minibus"}
    assert titles("?q=nasreen+LINDEN") == {"Bookkeeping"}
    assert titles("?kind=money") == {"HYPERLINK"}
    assert titles("?pillar=3") == {"Our minibus"}
    scheme, zone_ids = provider.framework.scheme_id, provider.framework.zone_ids
    assert titles(f"?zone={scheme}:{zone_ids[0]}") == {"Bookkeeping", "Our minibus", "HYPERLINK"}
    assert titles(f"?zone={scheme}:{zone_ids[1]}") == {"Our minibus", "HYPERLINK"}
    assert titles("?q=%25") == titles("?q=_inibus") == set()
    assert titles("?kind=x&pillar=9&zone=x&page=abc&unheard=of") == {"Bookkeeping", "Our minibus", "HYPERLINK"}
    assert "<b>by</b>" not in text(anybody.get("/pledges"))
    answer = anybody.get("/pledges.csv?kind=money")
    rows = text(answer).splitlines()
    assert len(rows) == 2
    assert ",'=HYPERLINK()," in rows[1]
    assert "50000,£500" in rows[1]


def test_a_provider_sees_how_far_each_pledge_is(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", amount=2400)
    with work.bookkeeping(system("test")) as session:
        actions.draw_from_pledge(session, pledge.id, 720, {}, from_hold=False)
        actions.hold_on_pledge(session, pledge.id, 300, {})
    make_pledge(provider.actor, "FP1", state=S.DRAFT, title="A draft of money")
    own = browser(app, provider.actor)
    unused = make_pledge(provider.actor, "FP1", amount=50_000, zone_ids=frozenset(provider.framework.zone_ids[:4]))
    shown = text(own.get("/our-pledges"))
    assert "nothing promised yet" in shown
    assert "£0 promised" not in shown
    assert "· 4 zones" in shown
    assert "Zone 4" in text(own.get(f"/pledges/{unused.reference}"))
    for words in ("12 h promised", "5 h held for an offer", "23 h left", "A draft of money"):
        assert words in shown
    assert "A draft of money" not in text(own.get("/our-pledges?state=offered"))
    assert "None of your pledges fits" in text(own.get("/our-pledges?q=zeppelin"))
    assert "A draft of money" in text(own.get("/our-pledges.csv"))


def test_the_own_list_and_its_file_say_what_was_reported_and_verified(app: Flask, provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", amount=2400)
    make_pledge(provider.actor, "FE1")
    with work.bookkeeping(system("test")) as session:
        booking = replace(pledged_booking(session, pledge_row(pledge.reference), 660, "test"), figure=Figure.REPORTED)
        book(session, booking, replace(booking, figure=Figure.VERIFIED, amount=300, how=CHECKED))
    own = browser(app, provider.actor)
    shown = re.sub(r"<[^>]+>", "", text(own.get("/our-pledges")))
    assert "11 h reported, 5 h verified" in shown
    assert f"{provider.actor.organisation_name}, as of" in shown
    rows = list(csv.DictReader(text(own.get("/our-pledges.csv")).removeprefix("\ufeff").splitlines()))
    assert {(row["reported"], row["verified"]) for row in rows} == {("660", "300"), ("not applicable",) * 2}
    assert "reported" not in text(app.test_client().get("/pledges.csv")).splitlines()[0]


def test_desks_say_what_waits(app: Flask, provider: Provider, officer: Actor) -> None:
    make_pledge(provider.actor, "PO7", last_day=today() + timedelta(days=20))
    make_pledge(provider.actor, "FP1", state=S.DRAFT)
    own = text(browser(app, provider.actor).get("/desk"))
    assert "Pledges whose last day is near" in own
    assert "Drafts of pledges" in own
    returned = make_pledge(provider.actor, "FP1", state=S.DRAFT, meets_people_at_risk=True)
    actions.post_pledge(provider.actor, returned.reference)
    assert "Pledges that wait to go on offer" in text(browser(app, officer).get("/desk"))
    actions.return_pledge(officer, returned.reference, "Who?")
    assert "Pledges returned with a question" in text(browser(app, provider.actor).get("/desk"))


def test_pages_cost_few_queries_whatever_the_number_of_rows(app: Flask, provider: Provider) -> None:
    for number in range(12):
        make_pledge(provider.actor, "PO7", zone_ids=frozenset(provider.framework.zone_ids), title=f"Hours {number}")
    busy = make_pledge(provider.actor, "LA3")
    own = browser(app, provider.actor)
    level, own_house = make_pledge(provider.actor, "FE1"), make_pledge(provider.actor, "PP7")
    references = [f"/pledges/{one.reference}" for one in (busy, level, own_house)]
    for url in ("/pledges", "/our-pledges", *references, "/pledges/new/LA3"):
        counted: list[int] = []

        def count(_c: Any, _u: Any, statement: str, *_: Any, counted: list[int] = counted) -> None:
            counted += [1] if statement.startswith("SELECT") else []

        bind = work.engine()
        event.listen(bind, "before_cursor_execute", count)
        try:
            assert own.get(url).status_code == 200
        finally:
            event.remove(bind, "before_cursor_execute", count)
        assert len(counted) <= 15, (url, len(counted))


# --- letters and the one-tap answer -------------------------------------------------------------


def letters(name: str, **payload: Any) -> list[Letter]:
    with work.reading() as reading:
        return [letter for source in registers.messages_of(name) for letter in source(reading, Event(name, payload))]


def test_people_are_written_to(provider: Provider, officer: Actor) -> None:
    pledge = make_pledge(provider.actor, "PO7", state=S.WAITING)
    [to_officers] = letters("PledgeLogged", reference=pledge.reference, waiting=True)
    assert (to_officers.organisation_id, to_officers.roles) == (None, frozenset({Role.OFFICER}))
    assert letters("PledgeLogged", reference=pledge.reference, waiting=False) == []
    actions.return_pledge(officer, pledge.reference, "Who comes?")
    [letter] = [one for one in letters("PledgeReturned", reference=pledge.reference) if "question" in str(one.subject)]
    assert letter.organisation_id == provider.id
    assert "Who comes?" in " ".join(map(str, letter.body))
    for name, more in (
        ("PledgeOffered", {}),
        ("PledgeEnded", {"how": "expired"}),
        ("PledgeEnded", {"how": "fulfilled"}),
    ):
        assert any(one.organisation_id == provider.id for one in letters(name, reference=pledge.reference, **more))
    assert letters("PledgeEnded", reference=pledge.reference, how="withdrawn", pledge_id=pledge.id) == []
    [ending] = letters("PledgeEnding", reference=pledge.reference, days=30)
    assert (ending.link_act, ending.link_subject) == ("pledge.still_on_offer", f"pledge:{pledge.reference}")


@pytest.mark.parametrize(("answer", "state"), [("yes", S.OFFERED), ("no", S.WITHDRAWN)])
def test_the_reminder_is_answered_with_one_tap_and_once(app: Flask, provider: Provider, answer: str, state: S) -> None:
    pledge = make_pledge(provider.actor, "PO7")
    with work.work(system("test")) as session:
        token = make_link(
            session,
            "pledge.still_on_offer",
            f"pledge:{pledge.reference}",
            organisation_id=provider.id,
            email="a@b.example",
        )
        session.record("test.link", f"pledge:{pledge.reference}")
    anybody, url = app.test_client(), f"/answer/still-on-offer/{token}"
    assert "Is it still on offer?" in text(anybody.get(url))
    assert pledge_row(pledge.reference).state == S.OFFERED, "reading changes nothing"
    assert send(anybody, url, answer="perhaps").status_code == 422
    assert send(anybody, url, answer=answer).status_code == 200
    assert pledge_row(pledge.reference).state == state
    assert anybody.get(url).status_code == 409
    assert anybody.get("/answer/still-on-offer/nonsense").status_code == 404
    with held_at(today()):
        assert pledge_row(pledge.reference).still_offered_on == (today() if answer == "yes" else None)
