"""What everybody sees: frameworks, their lots, zones, history and providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.base.registered import PanelView
from community_book.web import access, paging
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from cwb.frameworks import queries
from cwb.frameworks.pages.blueprint import Answer, blueprint
from cwb.frameworks.rules import MANAGE_ADMISSIONS, MANAGE_FRAMEWORKS, SEE_ADMISSIONS, STATE_LABELS
from cwb.frameworks.views import AdmissionView, FactView

FUNNEL = ("interests", "applications", "moderated", "interviewed", "admitted")
"""The stages of an admission round, in their order; non-compliant stands beside applications."""

LISTED_AT_MOST = 12
"""So many providers of a framework are named on its page; of more, each lot has a page of its own."""

COLUMNS = ("lot_code", "lot_title", "supplier_name", "scheme", "identifier", "admitted_on", "status")


@blueprint.get("/frameworks")
@public
def list_page() -> Answer:
    actor = access.actor()
    may_manage = actor.may(MANAGE_FRAMEWORKS)
    return render_template(
        "cwb/frameworks/list.html",
        frameworks=queries.frameworks(reading()),
        may_manage=may_manage,
        waiting=queries.waiting_count(reading()) if may_manage else 0,
    )


@blueprint.get("/frameworks/<reference>")
@public
def show(reference: str) -> Answer:
    framework = queries.framework_by_reference(reading(), reference)
    actor = access.actor()
    count, counts = queries.count_providers(reading(), framework.id)
    providers = queries.providers_of_framework(reading(), framework.id) if count <= LISTED_AT_MOST else []
    facts = {fact.code: fact for fact in framework.facts}
    stages = [facts[code] for code in FUNNEL if code in facts and facts[code].value is not None]
    by_lot: dict[int, list[AdmissionView]] = {lot.id: [] for lot in framework.lots}
    for provider in providers:
        for lot in provider.lots:
            by_lot[lot.id].append(provider)
    return render_template(
        "cwb/frameworks/show.html",
        framework=framework,
        count=count,
        counts=counts,
        by_lot=by_lot,
        stages=stages,
        widest=max((fact.value or 0 for fact in stages), default=1),
        other_facts=[fact for fact in framework.facts if fact not in stages],
        sources=_sources(framework.facts),
        states=STATE_LABELS,
        may_admit=actor.may(MANAGE_ADMISSIONS),
        sees_places=actor.may(SEE_ADMISSIONS),
    )


@blueprint.get("/frameworks/<reference>/lots/<lot>")
@public
def lot_page(reference: str, lot: str) -> Answer:
    """Who has a place on one lot, page by page."""
    framework = queries.framework_by_reference(reading(), reference)
    found = next((one for one in framework.lots if one.reference == tidy_reference(lot)), None)
    if found is None:
        raise NotThere
    _, counts = queries.count_providers(reading(), framework.id)
    number = paging.asked_page()
    providers = queries.providers_of_lot(reading(), framework.id, found.id, number, per_page=paging.PER_PAGE)
    return render_template(
        "cwb/frameworks/lot.html",
        framework=framework,
        lot=found,
        page=paging.Page(providers, number, counts.get(found.id, 0)),
        sees_places=access.actor().may(SEE_ADMISSIONS),
    )


def _sources(facts: tuple[FactView, ...]) -> list[str]:
    return list(dict.fromkeys(fact.source for fact in facts if fact.source))


@blueprint.get("/frameworks/<reference>/providers.csv")
@public
def providers_csv(reference: str) -> Answer:
    framework = queries.framework_by_reference(reading(), reference)
    rows = queries.provider_rows(reading(), framework.id)
    return csv_answer(f"providers-{framework.reference}.csv", COLUMNS, rows)


def organisation_panel(session: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """On an organisation's page: the places it has or had on frameworks."""
    places = queries.admissions_ever(session, int(subject["organisation_id"]))
    if not places:
        return None
    return "cwb/frameworks/organisation_panel.html", {
        "places": places,
        "states": STATE_LABELS,
        "sees_places": actor.may(SEE_ADMISSIONS),
    }
