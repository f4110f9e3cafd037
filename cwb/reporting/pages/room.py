"""What every page of figures begins with: what can be chosen, what is chosen, and the tabs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from community_book.base.amounts import Unit
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.web import access
from community_book.web.database import reading
from community_book.web.words import say
from cwb.ledger import queries as ledger
from cwb.pillars import queries as pillars
from cwb.pillars.views import MeasureView
from cwb.reporting import queries
from cwb.reporting.queries.choosing import NAMES, Known
from cwb.reporting.rules import SEE_PROVIDERS_STANDING, short_amount
from cwb.reporting.views import Chosen, Figures

blueprint = Blueprint("reporting", __name__)
Answer = Response | str


def chosen_of(known: Known, *, without: str = "") -> Chosen:
    """What the address chooses; `without` names what a page sets out by and so cannot be narrowed by."""
    return queries.chosen(known, {name: request.args.get(name, "") for name in NAMES if name != without})


def figures_of(known: Known) -> Figures:
    """The one roll-up of page, table and picture: one pass over the ledger."""
    session = reading()
    chosen = chosen_of(known)
    rolled = ledger.roll_up(session, chosen.slice)
    facts = queries.pledge_facts(session, rolled, chosen, on=today())
    five, measures = pillars.pillars_and_measures(session)
    return queries.figures(rolled, facts, five, measures, chosen, queries.choices(known, chosen))


def chosen_measure(measures: Sequence[MeasureView]) -> MeasureView | None:
    """The measure of the address among those that may be shown; None for none or one nobody knows."""
    code = request.args.get("measure", "").strip().upper()[:20]
    return next((one for one in measures if one.code == code), None)


@blueprint.app_template_filter("short_amount")
def short_amount_filter(amount: int, unit: Unit | None = None) -> str:
    """An amount for a picture: as short as it can be said."""
    return say(short_amount(amount, unit))


@dataclass(frozen=True)
class Tab:
    """One way of looking at the figures."""

    words: Message
    href: str
    is_here: bool


_TABS: tuple[tuple[str, Message], ...] = (
    ("reporting.show", Message(N_("Pillars"))),
    ("reporting.zones", Message(N_("Zones"))),
    ("reporting.lots", Message(N_("Lots"))),
    ("reporting.time", Message(N_("Over time"))),
    ("reporting.needs", Message(N_("Needs"))),
    ("matching.unmet", Message(N_("Not yet met"))),
    ("reporting.kept", Message(N_("Kept its terms"))),
    ("reporting.levels", Message(N_("Levels"))),
)
_COUNCILS: tuple[tuple[str, Message], ...] = (("reporting.providers", Message(N_("Providers"))),)


@blueprint.app_template_global("figure_tabs")
def tabs(asked: Mapping[str, str] | None = None) -> list[Tab]:
    """The ways of looking at the figures, for whoever asks; each keeps what is chosen."""
    shown = (*_TABS, *(_COUNCILS if access.actor().may(SEE_PROVIDERS_STANDING) else ()))
    return list(_tabs(shown, dict(asked or {})))


def _tabs(shown: Sequence[tuple[str, Message]], asked: Mapping[str, str]) -> Iterator[Tab]:
    for endpoint, words in shown:
        kept = asked if endpoint not in {"reporting.needs", "matching.unmet"} else {}
        yield Tab(words, url_for(endpoint, **kept), request.endpoint == endpoint)  # type: ignore[arg-type]
