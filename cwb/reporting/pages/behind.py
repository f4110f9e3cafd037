"""The lists behind every figure, and levels and kept terms one measure at a time or all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import render_template, request, url_for

from community_book.base import registers
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.web import access
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import PER_PAGE, Page, asked_page
from community_book.web.words import say
from cwb.deliveries.rules import SEE_ALL_DELIVERIES
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, FIGURE_LABELS, HOW_VERIFIED, Figure
from cwb.ledger.views import Slice
from cwb.pillars import queries as pillars
from cwb.pillars.views import MeasureView, PillarView
from cwb.reporting import queries
from cwb.reporting.pages.room import Answer, blueprint, chosen_of, figures_of
from cwb.reporting.queries.choosing import Known
from cwb.reporting.rules import COUNTED_LABELS, KEPT_LABELS, Kept
from cwb.reporting.views import Chosen

CSV_AT_ONCE = 5_000
"""How many rows of a download are looked up together: databases take only so many ids in one question."""


@dataclass(frozen=True)
class _Asked:
    """What an address asks for: a figure of one measure or, without a measure, of all that may be told of."""

    figure: Figure
    measure: MeasureView | None
    measures: Mapping[int, MeasureView]
    how: str | None
    chosen: Chosen

    @property
    def part(self) -> Slice:
        if self.measure is not None:
            return replace(self.chosen.slice, measure_id=self.measure.id, basis=EXTRA)
        return replace(self.chosen.slice, measure_ids=frozenset(self.measures), basis=EXTRA)

    @property
    def only_left(self) -> bool:
        """Things are counted that have something left; amounts are summed with what was taken back."""
        return self.measure is None

    @property
    def address(self) -> dict[str, str]:
        found = {**self.chosen.asked, "figure": str(self.figure)}
        if self.measure:
            found["measure"] = self.measure.code
        if self.how:
            found["how"] = self.how
        return found


def _measure_asked() -> MeasureView:
    return pillars.measure_by_code(reading(), request.args.get("measure", "")[:20])


def _behind() -> _Asked:
    """Raises NotThere for no figure, a measure nobody knows, or one that is not public."""
    asked = request.args.get("figure", "")
    if asked not in set(Figure):
        raise NotThere
    figure = Figure(asked)
    how = request.args.get("how") if figure is Figure.VERIFIED and request.args.get("how") in HOW_VERIFIED else None
    if not request.args.get("measure"):
        told = queries.shown_measures(pillars.measures(reading()))
        return _Asked(figure, None, {one.id: one for one in told}, how, chosen_of(Known(reading())))
    measure = _measure_asked()
    if measure.is_level or (measure.disclosive and not access.actor().may(SEE_ALL_DELIVERIES)):
        raise NotThere
    return _Asked(figure, measure, {measure.id: measure}, how, chosen_of(Known(reading())))


@blueprint.get("/figures/deliveries")
@public
def deliveries() -> Answer:
    asked = _behind()
    count, total = ledger.count_behind(reading(), asked.figure, asked.part, how=asked.how, only_left=asked.only_left)
    number = min(asked_page(), max(1, -(-count // PER_PAGE)))
    some = ledger.entries_behind(
        reading(),
        asked.figure,
        asked.part,
        how=asked.how,
        only_left=asked.only_left,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    things = queries.things_behind(reading(), access.actor(), asked.figure, some)
    return render_template(
        "cwb/reporting/behind.html",
        measure=asked.measure,
        measures=asked.measures,
        figure=asked.figure,
        how=HOW_VERIFIED[asked.how] if asked.how else None,
        label=FIGURE_LABELS[asked.figure],
        chosen=asked.chosen,
        total=total,
        page=Page(things, number, count),
        address_of=registers.address_of,
        back=_address(asked.chosen, asked.measure),
        asked=asked.address,
    )


@blueprint.get("/figures/deliveries.csv")
@public
def deliveries_csv() -> Answer:
    asked = _behind()
    entries = ledger.entries_behind(reading(), asked.figure, asked.part, how=asked.how, only_left=asked.only_left)
    rows = [
        (
            thing.day.isoformat(),
            str(asked.figure),
            asked.measures[thing.measure_id].code,
            thing.unit.value,
            thing.amount,
            say(thing.title),
            thing.subject.partition(":")[2],
            thing.provider_name,
            thing.group_name,
            say(thing.zone),
            say(thing.state),
        )
        for first in range(0, len(entries), CSV_AT_ONCE)
        for thing in queries.things_behind(
            reading(), access.actor(), asked.figure, entries[first : first + CSV_AT_ONCE]
        )
    ]
    headings = ("day", "figure", "measure", "unit", "amount", "what", "reference", "provider", "group", "zone", "state")
    name = f"{asked.figure}-{asked.measure.code}" if asked.measure else str(asked.figure)
    return csv_answer(f"{name}.csv", headings, rows)


@dataclass(frozen=True)
class _Counted:
    """A pillar's count that an address asks for."""

    pillar: PillarView
    figure: Figure
    chosen: Chosen

    @property
    def address(self) -> dict[str, str | int]:
        return {**self.chosen.asked, "pillar": self.pillar.number, "figure": str(self.figure)}


def _counted() -> _Counted:
    """Raises NotThere for no figure, or a number that is no pillar's."""
    figure, number = request.args.get("figure", ""), request.args.get("pillar", "")
    found = next((one for one in pillars.pillars(reading()) if str(one.number) == number), None)
    if found is None or figure not in set(Figure):
        raise NotThere
    return _Counted(found, Figure(figure), chosen_of(Known(reading())))


@blueprint.get("/figures/pledges")
@public
def pledges() -> Answer:
    """The pledges behind a count of a pillar."""
    asked = _counted()
    number = asked_page()
    total, found = queries.pledges_counted(
        reading(), asked.chosen, asked.pillar.number, asked.figure, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    return render_template(
        "cwb/reporting/pledges_counted.html",
        pillar=asked.pillar,
        figure=asked.figure,
        words=COUNTED_LABELS[asked.figure],
        chosen=asked.chosen,
        page=Page(found, number, total),
        back=url_for("reporting.show", pillar=asked.pillar.number, **asked.chosen.asked),  # type: ignore[arg-type]
        asked=asked.address,
    )


@blueprint.get("/figures/pledges.csv")
@public
def pledges_csv() -> Answer:
    asked = _counted()
    _, found = queries.pledges_counted(reading(), asked.chosen, asked.pillar.number, asked.figure)
    headings = ("pillar", "figure", "measure", "pledge", "reference", "provider", "amount")
    rows = [
        (
            asked.pillar.number,
            str(asked.figure),
            one.code,
            one.title,
            one.reference,
            one.provider_name,
            say(one.amount),
        )
        for one in found
    ]
    return csv_answer(f"pledges-{asked.figure}-pillar-{asked.pillar.number}.csv", headings, rows)


@blueprint.get("/figures/levels")
@public
def levels() -> Answer:
    """All levels, or the pledges behind one."""
    if not request.args.get("measure"):
        return _overview(levels=True)
    measure = _measure_asked()
    if not measure.is_level:
        raise NotThere
    return _pledges_page(measure, extra_levels=True)


@blueprint.get("/figures/kept")
@public
def kept() -> Answer:
    """All pledges on other terms than extra, by measure, or those of one measure."""
    if not request.args.get("measure"):
        return _overview(levels=False)
    return _pledges_page(_measure_asked(), extra_levels=False)


def _overview(*, levels: bool) -> Answer:
    figures = figures_of(Known(reading()))
    return render_template(
        "cwb/reporting/levels.html" if levels else "cwb/reporting/kept.html",
        figures=figures,
        chosen=figures.chosen,
        choices=figures.choices,
        Kept=Kept,
        kept_labels=KEPT_LABELS,
        sees_all=access.actor().may(SEE_ALL_DELIVERIES),
        on=today(),
    )


def _pledges_page(measure: MeasureView, *, extra_levels: bool) -> Answer:
    if measure.disclosive and not access.actor().may(SEE_ALL_DELIVERIES):
        raise NotThere
    chosen = chosen_of(Known(reading()))
    found = queries.pledges_behind(reading(), chosen, measure.id, extra_levels=extra_levels, on=today())
    return render_template(
        "cwb/reporting/pledges.html",
        measure=measure,
        pledges=found,
        extra_levels=extra_levels,
        chosen=chosen,
        back=_address(chosen, measure),
    )


def _address(chosen: Chosen, measure: MeasureView | None) -> str:
    pillar = measure.pillar_number if measure else None
    return url_for("reporting.show", pillar=pillar, **chosen.asked)  # type: ignore[arg-type]
