"""Looking at pages as a careful person would: no error in the console, nothing wider than the screen, axe content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

PASSWORD = "let-me-look-around"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}
# What Chromium says of every page that is rightly answered 403, 404, 409 or 422.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Console:
    """What a page complained about: scripts, blocked styles and scripts, missing files, faults of the server."""

    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _failed(self, url: str, failure: str | None) -> None:
        if failure != "net::ERR_ABORTED":  # a download, or a page left before it was complete
            self.complaints.append(f"{url}: {failure}")


def no_console_errors(console: Console) -> None:
    """Fails where a page complained since it was opened."""
    assert console.complaints == []


def no_overflow(page: Page) -> None:
    """Fails where the page is wider than the screen; wide tables must scroll by themselves."""
    page_wide, screen_wide = overflow(page)
    assert page_wide <= screen_wide, f"{page.url} is {page_wide} px wide on a screen of {screen_wide}: {widest(page)}"


def overflow(page: Page) -> tuple[int, int]:
    """How wide the page is, and the screen."""
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    size = page.viewport_size
    assert size is not None
    return wide, size["width"]


def widest(page: Page) -> str:
    """What sticks out furthest, to be found quickly."""
    found: str = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".cb-scroll"))
            .map(e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map(c => "." + c).join(""))
            .slice(0, 3).join(", ")"""
    )
    return found


def axe_violations(page: Page, *, known_colours: set[str] | None = None) -> list[str]:
    """What axe finds wrong, one line for each rule with the first few elements. Needs JavaScript in the page.

    Comparing colours takes axe longer than everything else together. With `known_colours` it compares those of
    elements coloured by something that is not in this set yet, and adds it.
    """
    left_out = {} if known_colours is None else {"rules": {"color-contrast": {"enabled": False}}}
    found: list[dict[str, Any]] = Axe().run(page, options={**AXE_OPTIONS, **left_out}).response["violations"]
    if known_colours is not None:
        compared = page.evaluate(COMPARE_NEW_COLOURS, sorted(known_colours))
        found += compared["violations"]
        known_colours.update(compared["colours"])
    lines = []
    for violation in found:
        nodes = [node for node in violation["nodes"] if not is_known(violation["id"], node["html"])]
        if nodes:
            shown = "; ".join(" ".join(node["target"]) + " " + node["html"][:160] for node in nodes[:3])
            lines.append(f"{page.url}: {violation['id']}: {violation['help']}: {shown}")
    return lines


COMPARE_NEW_COLOURS = """async known => {
    const seen = new Set(known), first = new Map();
    const name = e => e ? e.tagName + "." + [...e.classList].sort().join(".") : "";
    for (const e of document.querySelectorAll("body *")) {
        const colours = [e.parentElement?.parentElement, e.parentElement, e].map(name).join(">");
        const written = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (written && !seen.has(colours) && !first.has(colours) && e.checkVisibility()) first.set(colours, e);
    }
    if (!first.size) return {violations: [], colours: []};
    const options = {runOnly: {type: "rule", values: ["color-contrast"]}, resultTypes: ["violations"]};
    const {violations} = await axe.run({include: [...first.values()]}, options);
    return {violations, colours: [...first.keys()]};
}"""
"""What decides the colours of a text: the element it stands in and the two around that, by their tags and classes."""


def is_known(rule: str, element: str) -> bool:
    """What GOV.UK Frontend does on purpose, and leaves out of its own checks with axe as well.

    Radios and checkboxes that open further questions say so by aria-expanded, which ARIA does not provide for
    them; screen readers that know it read it out, the others leave it.
    """
    opens_questions = "govuk-radios__input" in element or "govuk-checkboxes__input" in element
    return rule == "aria-allowed-attr" and opens_questions and "aria-expanded" in element


def accessible(page: Page) -> None:
    """Fails where axe finds anything wrong by WCAG 2.0 to 2.2 A and AA, or by its best practice."""
    assert axe_violations(page) == []


def sign_in(page: Page, email: str, *, password: str = PASSWORD) -> None:
    """Signs in through the page, as people do; `page` must be on the site already or know its address."""
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".cb-header__button")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator(".cb-header__button").click()
    expect(page.locator(".cb-header__button")).to_have_count(0)
