"""A closed quarter: as it was closed, as it stands, and the deliveries behind the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.registered import PanelView
from community_book.web import access
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import PER_PAGE, Page, asked_page
from cwb.deliveries.rules import DECIDE_DELIVERY, STATE_LABELS
from cwb.ledger import queries as ledger
from cwb.ledger.rules import CLOSE_PERIODS, FIGURE_LABELS, Figure, is_quarter, say_quarter
from cwb.reporting.pages.room import Answer, blueprint
from cwb.reporting.queries import quarters as queries
from cwb.reporting.views.quarters import RestatedQuarter


def _closed(quarter: str) -> RestatedQuarter | None:
    """The closed quarter; None for one that is open. Raises NotThere for what is no quarter."""
    if not is_quarter(quarter):
        raise NotThere
    closed_at = ledger.closed_at(reading(), quarter)
    return queries.closed_quarter(reading(), quarter, closed_at) if closed_at is not None else None


@blueprint.get("/quarters/<quarter>")
@public
def quarter(quarter: str) -> Answer:
    """An open quarter has nothing to compare with: its figures are shown."""
    found = _closed(quarter)
    if found is None:
        return redirect(url_for("reporting.show", period=quarter), 303)
    number = asked_page()
    count, some = queries.put_right(reading(), access.actor(), found, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "cwb/reporting/quarter.html",
        found=found,
        words=say_quarter(quarter),
        page=Page(some, number, count),
        labels=FIGURE_LABELS,
        say_quarter=say_quarter,
        address_of=registers.address_of,
        Figure=Figure,
    )


@blueprint.get("/quarters/<quarter>.csv")
@public
def quarter_csv(quarter: str) -> Answer:
    found = _closed(quarter)
    if found is None:
        raise NotThere
    rows = [
        (
            quarter,
            row.measure.code,
            row.measure.title,
            row.measure.unit.value,
            str(figure),
            row.as_closed(figure),
            row.since(figure),
            row.now(figure),
        )
        for row in found.rows
        for figure in Figure
    ]
    headings = ("quarter", "measure", "title", "unit", "figure", "as_closed", "put_right_since", "as_it_stands")
    return csv_answer(f"quarter-{quarter}.csv", headings, rows)


def closing_panel(session: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """Before a quarter is closed: what will be fixed, and what still waits."""
    if not actor.may(CLOSE_PERIODS):
        return None
    return "cwb/reporting/closing_panel.html", {
        "before": queries.before_closing(session, str(subject["quarter"])),
        "decides": actor.may(DECIDE_DELIVERY),
        "labels": FIGURE_LABELS,
        "states": STATE_LABELS,
        "Figure": Figure,
    }
