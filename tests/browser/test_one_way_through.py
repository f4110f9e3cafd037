"""The whole way in a browser, with JavaScript and without: from a pledge and a need to the figure they end in."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from community_book.base import dispatcher
from community_book.base.clock import today
from cwb.demo.loading import load_small
from tests.browser.conftest import OpenPage
from tests.support.databases import ON_SQLITE
from tests.support.site import Site

pytestmark = [pytest.mark.browser, ON_SQLITE]
PASSWORD = "let-me-look-around"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module", autouse=True)
def borough(committed: Flask) -> None:
    """The small borough with everything handed on, before the site and its own dispatcher start."""
    load_small(1, today())
    dispatcher.dispatch_all()


def sign_in(page: Page, name: str) -> Page:
    page.goto("/sign-in")
    page.fill("#email", f"{name}@borough.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"input[name='{name}'][value='{value}']").check(force=True)


def fill_day(page: Page, name: str, day: date) -> None:
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.fill(f"input[name='{name}-{part}']", str(number))


def log_pledge(page: Page, title: str) -> None:
    page.goto("/pledges/new/PO7")
    page.fill("[name=title]", title)
    page.fill("[name=story]", "Safeguarding and lone working, written in plain words.")
    choose(page, "subject", "policies")
    page.fill("[name=amount]", "10")
    fill_day(page, "first_day", today())
    fill_day(page, "last_day", today() + timedelta(days=120))
    page.locator("[name=online]").check(force=True)
    choose(page, "dbs", "none")
    choose(page, "meets_people_at_risk", "no")
    choose(page, "where", "zones")
    for zone in page.locator("[name=zones]").all():
        zone.check(force=True)
    page.select_option("[name=lot]", index=1)
    choose(page, "basis", "extra")
    page.fill("[name=owner_name]", "Priya Desai")
    page.locator("[name=not_charged_to_rate]").check(force=True)
    page.locator("[name=visits_covered]").check(force=True)
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("h1")).to_contain_text(title)


def post_need(page: Page, title: str) -> str:
    page.goto("/needs/new/advice")
    page.fill("[name=title]", title)
    page.fill("[name=story]", "Two pages in plain words about safeguarding, for the volunteers.")
    choose(page, "subject", "policies")
    page.fill("[name=amount]", "about 6 h")
    choose(page, "how", "any")
    fill_day(page, "first_day", today())
    fill_day(page, "last_day", today() + timedelta(days=60))
    choose(page, "where", "online")
    choose(page, "dbs", "none")
    page.locator("[name=none_of_these]").check(force=True)
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("h1")).to_contain_text(title)
    return page.url


def wait_for_help(page: Page, need: str, title: str) -> None:
    """The worker stores suggestions within seconds; without JavaScript a person looks again."""
    for _ in range(40):
        page.goto(need)
        if title in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"it was not suggested: {page.locator('main').inner_text()}")


def verified_of(page: Page, code: str) -> str:
    """The verified figure of a measure as the page of figures says it."""
    page.goto(f"/figures?pillar={['PP', 'FE', 'LA', 'FP', 'PO'].index(code[:2]) + 1}")
    row = page.locator("tr", has_text=code)
    found = re.search(r"[\d,]+ h(?: \d+ min)?|\d+ min", row.first.locator("td").last.inner_text())
    assert found is not None
    return found[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_pledge_goes_all_the_way_to_a_verified_delivery(open_page: OpenPage, site: Site, javascript: bool) -> None:
    provider = sign_in(open_page(javascript=javascript), "provider.lead")
    group = sign_in(open_page(javascript=javascript), "group.lead")
    verifier = sign_in(open_page(width=1280, javascript=javascript), "verifier")
    anybody = open_page(javascript=javascript)
    before = minutes(verified_of(anybody, "PO7"))
    title = f"Somebody who writes policies, {'scripted' if javascript else 'plain'}"

    log_pledge(provider, title)
    need = post_need(group, f"Our safeguarding policy, {'scripted' if javascript else 'plain'}")
    wait_for_help(group, need, title)
    group.locator("a", has_text="Ask for this").filter(has_text=title).click()
    group.get_by_role("button", name="Ask for this").click()
    promise = group.url

    provider.goto(promise)
    provider.get_by_role("button", name="Accept", exact=True).click()
    expect(provider.locator("main")).to_contain_text("agreed")
    provider.locator("a", has_text="Say what happened").first.click()
    provider.fill("[name=amount]", "5 h 30")
    fill_day(provider, "happened_on", today())
    provider.locator("summary", has_text="say more").click()
    provider.fill("[name=what_happened]", "Two evenings on a screen.")
    provider.locator("input[type=file]").first.set_input_files(
        {"name": "policy.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    provider.get_by_role("button", name="Send").click()
    delivery = provider.url
    expect(provider.locator("main")).to_contain_text("reported")

    group.goto(delivery)
    group.get_by_role("button", name="Yes, it happened").click()
    expect(group.locator("main")).to_contain_text("confirmed")

    verifier.goto(delivery + "/verify")
    choose(verifier, "act", "verify")
    choose(verifier, "basis", "evidence")
    verifier.fill("[name=reason]", "The policy is there and the group has it.")
    verifier.get_by_role("button", name="Decide").click()
    verifier.goto(delivery)
    expect(verifier.locator("main")).to_contain_text("verified")

    after = verified_of(anybody, "PO7")
    assert minutes(after) - before == 330
    anybody.locator("tr", has_text="PO7").first.locator("td").last.get_by_role("link").click()
    expect(anybody.locator("main")).to_contain_text("5 h 30 min")
    expect(anybody.locator("main")).to_contain_text(after)


def minutes(said: str) -> int:
    """12 h 30 min as 750; "0 min" as 0."""
    hours = re.search(r"([\d,]+) h", said)
    rest = re.search(r"(\d+) min", said)
    return (int(hours[1].replace(",", "")) * 60 if hours else 0) + (int(rest[1]) if rest else 0)


def test_a_verifier_decides_with_keys_and_can_turn_them_off(open_page: OpenPage, site: Site) -> None:
    page = sign_in(open_page(width=1280), "verifier")
    page.goto("/to-verify/next")
    number = page.locator(".cb-queue span").inner_text()
    expect(page.locator(".cb-keys")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator(".cb-queue span")).not_to_have_text(number)
    expect(page.locator(".cb-keys")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("input[name=act][value=reject]")).to_be_checked()
    page.locator("textarea[name=reason]").fill("")
    page.locator("textarea[name=reason]").type("apr")
    expect(page.locator("input[name=act][value=reject]")).to_be_checked()
    page.locator("textarea[name=reason]").fill("")
    page.locator("h1").click()
    page.keyboard.press("a")
    page.keyboard.press("4")
    expect(page.locator("input[name=basis][value=visit]")).to_be_checked()
    expect(page.get_by_role("button", name="Decide")).to_be_focused()
    page.get_by_role("button", name="Turn these keys off").click()
    page.reload()
    expect(page.locator(".cb-keys")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("input[name=act][value=verify]")).not_to_be_checked()
    expect(page.get_by_role("button", name="Turn keys on")).to_be_visible()


def test_possible_help_appears_while_a_need_is_typed(open_page: OpenPage, site: Site) -> None:
    page = sign_in(open_page(), "group.lead")
    page.goto("/needs/new/advice")
    page.locator("[name=title]").press_sequentially("Somebody for our books and accounts")
    choose(page, "subject", "accounts")
    expect(page.locator("[data-help]")).to_contain_text("Possible help on offer just now")
