"""Templates stay in their house, as the code does, and every one of them can be read by Jinja."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
EVERYBODYS = ("web/", "govuk_frontend_jinja/")
LOWER = "community_book/"
UPPER = "cwb/"
READER = Environment(  # it only parses here
    autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
)
NAMING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


def names_in(named: nodes.Expr) -> list[str | None]:
    """The template names an expression may give; None stands for one known only when the page is shown."""
    if isinstance(named, nodes.Const):
        return [str(one) for one in named.value] if isinstance(named.value, tuple) else [str(named.value)]
    if isinstance(named, nodes.CondExpr):
        return [*names_in(named.expr1), *(names_in(named.expr2) if named.expr2 else [])]
    if isinstance(named, nodes.Tuple | nodes.List):
        return [name for item in named.items for name in names_in(item)]
    return [None]


def endpoints_in(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    for call in tree.find_all(nodes.Call):
        first = call.args[0] if call.args else None
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for" and isinstance(first, nodes.Const):
            yield call.lineno, str(first.value)


def breaches(template: str, source: str, upper_rooms: frozenset[str]) -> Iterator[str]:
    """What this template names and may not; the lower house and `web` know nothing of the upper house."""
    tree = READER.parse(source)
    shared = template.startswith("web/")
    allowed = EVERYBODYS if shared else (*EVERYBODYS, LOWER)
    if template.startswith(UPPER):
        allowed = (*allowed, UPPER)
    for naming in tree.find_all(NAMING):
        for name in names_in(naming.template):
            if name is None and not shared:
                yield f"{template}:{naming.lineno} names a template only when shown: `web` alone shows panels"
            elif name is not None and not name.startswith(allowed):
                yield f"{template}:{naming.lineno} may not use {name}"
    for node in tree.find_all(nodes.Filter):
        if node.name == "safe":
            yield f"{template}:{node.lineno} shows text unescaped: build Markup in code"
    if not template.startswith(UPPER):
        for line, endpoint in endpoints_in(tree):
            room = endpoint.partition(".")[0]
            if room in upper_rooms or room.startswith("cwb"):
                yield f"{template}:{line} links up to {endpoint}: that is what panels and registers are for"


def upper_rooms() -> frozenset[str]:
    return frozenset(path.name for path in (ROOT / "cwb").glob("*") if path.is_dir())


def test_templates_stay_in_their_house() -> None:
    found = [
        line
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file() and path.suffix in {".html", ".txt", ".svg", ".xml", ".jinja"}
        for line in breaches(path.relative_to(TEMPLATES).as_posix(), path.read_text(), upper_rooms())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("template", "source"),
    [
        ("community_book/needs/need.html", '{% extends "cwb/pledges/layout.html" %}'),
        ("community_book/needs/need.html", '{% include "cwb/matching/panel.html" %}'),
        ("community_book/needs/need.html", '{% from "cwb/pledges/amount.html" import amount %}'),
        ("community_book/needs/need.html", '{% import "cwb/pledges/amount.html" as amount %}'),
        ("community_book/needs/need.html", '{% extends "a.html" if x else "web/page.html" %}'),
        ("community_book/needs/need.html", '{% include ["web/a.html", "cwb/a.html"] %}'),
        ("community_book/needs/need.html", "{% include panel.template %}"),
        ("community_book/needs/need.html", '<a href="{{ url_for("pledges.log") }}">Pledge</a>'),
        ("community_book/needs/need.html", '<a href="{{ url_for("cwb_pledges.log") }}">Pledge</a>'),
        ("web/page.html", '{% include "cwb/menu.html" %}'),
        ("web/page.html", '{% include "community_book/people/menu.html" %}'),
        ("cwb/pledges/pledge.html", '{% include "somewhere/else.html" %}'),
        ("cwb/pledges/pledge.html", "{% include panel.template %}"),
        ("cwb/pledges/pledge.html", "{{ pledge.words | safe }}"),
    ],
)
def test_a_planted_breach_is_seen(template: str, source: str) -> None:
    assert list(breaches(template, source, frozenset({"pledges"}))) != []


@pytest.mark.parametrize(
    ("template", "source"),
    [
        ("community_book/needs/need.html", '{% extends "web/page.html" %}'),
        ("community_book/needs/need.html", '{% include "community_book/groups/card.html" %}'),
        ("community_book/needs/need.html", '{{ url_for("groups.page") }}'),
        ("community_book/needs/need.html", '{% from "govuk_frontend_jinja/a.html" import govukTag %}'),
        ("web/panels.html", "{% include panel.template %}"),
        ("cwb/pledges/pledge.html", '{% include "community_book/needs/card.html" %}'),
        ("cwb/pledges/pledge.html", '{{ url_for("pledges.log") }}{{ url_for("needs.page") }}'),
        ("cwb/pledges/pledge.html", "{% trans %}Hello{% endtrans %}"),
    ],
)
def test_what_is_allowed_is_let_through(template: str, source: str) -> None:
    assert list(breaches(template, source, frozenset({"pledges"}))) == []
