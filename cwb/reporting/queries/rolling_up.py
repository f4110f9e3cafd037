"""The roll-up: what the page, the table and the picture of figures show, made once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from cwb.ledger.rules import EXTRA, Figure
from cwb.ledger.views import RolledUp
from cwb.pillars.rules import SHOWN_UNDER, Brokered
from cwb.pillars.views import MeasureView, PillarView
from cwb.reporting.queries.pledges import PledgeFacts
from cwb.reporting.rules import (
    HIDE_BELOW,
    NOT_APPLICABLE,
    NOT_SPLIT,
    Cell,
    FiveFigures,
    Kept,
    Shown,
    bars_of,
    count_levels,
    five_figures,
    hide_small,
)
from cwb.reporting.views import Choices, Chosen, Figures, KeptRow, LevelRow, MeasureRow, PillarFigures


def figures(
    rolled: Sequence[RolledUp],
    facts: PledgeFacts,
    pillars: Sequence[PillarView],
    measures: Sequence[MeasureView],
    chosen: Chosen,
    choices: Choices,
) -> Figures:
    """All five pillars from one pass over the ledger and what is known of pledges beside it."""
    by_pillar: dict[int, list[MeasureView]] = {pillar.number: [] for pillar in pillars}
    for measure in measures:
        by_pillar[measure.pillar_number].append(measure)
    maker = _Maker(rolled, facts, chosen)
    return Figures(tuple(maker.pillar(pillar, by_pillar[pillar.number]) for pillar in pillars), chosen, choices)


class _Maker:
    """Makes one pillar after the other from the same rows."""

    def __init__(self, rolled: Sequence[RolledUp], facts: PledgeFacts, chosen: Chosen) -> None:
        self.facts, self.chosen = facts, chosen
        self.whole = {row.measure_id: row for row in rolled if row.basis == EXTRA and row.is_whole}
        self.yearly: dict[int, list[RolledUp]] = {}
        for row in rolled:
            if row.basis == EXTRA and row.year and any(row.amounts.values()):
                self.yearly.setdefault(row.measure_id, []).append(row)

    def pillar(self, pillar: PillarView, measures: Sequence[MeasureView]) -> PillarFigures:
        amounts = [one for one in measures if not one.is_level and not one.disclosive]
        rows = [row for row in (self._row(measure) for measure in amounts) if row is not None]
        ordered = sorted(rows, key=lambda row: ["", *SHOWN_UNDER].index(row.measure.shown_under))
        parts = tuple(
            (under, tuple(found)) for under, found in groupby(ordered, key=lambda row: row.measure.shown_under)
        )
        levels = tuple(
            LevelRow(measure, count_levels([level.result for level in found]))
            for measure in measures
            if (found := self.facts.levels.get((measure.id, True)))
        )
        shut = self.chosen.is_part_of_borough
        by_year = () if shut else tuple(row for one in measures if one.disclosive for row in self._years(one))
        kept = tuple(row for row in (self._kept(measure) for measure in measures) if row is not None)
        told = {
            *(row.measure.id for row in (*rows, *by_year)),
            *(level.measure.id for level in levels),
            *(row.measure.id for row in kept),
        }
        return PillarFigures(
            pillar=pillar,
            counts=self._counts(measures),
            parts=parts,
            levels=levels,
            by_year=by_year,
            kept=kept,
            nothing_yet=tuple(
                one for one in measures if one.id not in told and not one.is_retired and not (shut and one.disclosive)
            ),
            left_out=tuple(one for one in measures if shut and one.disclosive and not one.is_retired),
        )

    def _row(self, measure: MeasureView) -> MeasureRow | None:
        rolled = self.whole.get(measure.id)
        usual = self.facts.usual.get(measure.id, 0)
        if rolled is None or not (any(rolled.amounts.values()) or usual):
            return None
        found = self._five(measure, rolled)
        return MeasureRow(measure, found, bars_of(found.cells), usual)

    def _five(self, measure: MeasureView, rolled: RolledUp) -> FiveFigures:
        agreed = measure.brokered is Brokered.YES or measure.id in self.facts.with_counterpart
        return five_figures(
            rolled.amounts,
            rolled.sampled,
            agreed_applies=agreed,
            confirmed_applies=measure.group_confirms and agreed,
            by_zone=self.chosen.by_zone,
        )

    def _years(self, measure: MeasureView) -> list[MeasureRow]:
        """A disclosive measure: by whole years, small counts hidden, and no sum over years that would tell them."""
        rows = sorted(self.yearly.get(measure.id, []), key=lambda row: row.year, reverse=True)
        found = []
        for rolled in rows:
            five = hide_small(self._five(measure, rolled))
            found.append(MeasureRow(measure, five, bars_of(five.cells), year=rolled.year))
        return found

    def _kept(self, measure: MeasureView) -> KeptRow | None:
        results = self.facts.kept.get(measure.id, [])
        if not results or (measure.disclosive and self.chosen.is_part_of_borough):
            return None
        counts = {kept: results.count(kept) for kept in Kept}
        hidden = measure.disclosive and any(0 < count < HIDE_BELOW for count in counts.values())
        return KeptRow(measure, counts, hidden)

    def _counts(self, measures: Sequence[MeasureView]) -> dict[Figure, Cell]:
        """Pledges made, agreed, reported, confirmed, verified: counted, where amounts would not add up.

        Disclosive measures are left out: those of the others can be listed, and the rest would tell of them.
        """
        shown = [one for one in measures if not one.disclosive]
        cells = {}
        for figure in Figure:
            count = sum(self.whole[one.id].pledges[figure] for one in shown if one.id in self.whole)
            cells[figure] = Cell(Shown.AMOUNT, count)
        levels = [level for one in shown for level in self.facts.levels.get((one.id, True), [])]
        for figure, number in (
            (Figure.PLEDGED, len(levels)),
            (Figure.REPORTED, sum(level.was_reported for level in levels)),
            (Figure.VERIFIED, sum(level.was_verified for level in levels)),
        ):
            cells[figure] = Cell(Shown.AMOUNT, (cells[figure].amount or 0) + number)
        agreeing = [one for one in shown if one.brokered is Brokered.YES or one.id in self.facts.with_counterpart]
        if not agreeing:
            cells[Figure.COMMITTED] = NOT_APPLICABLE
        if not any(one.group_confirms for one in agreeing):
            cells[Figure.CONFIRMED] = NOT_APPLICABLE
        if self.chosen.by_zone:
            cells[Figure.PLEDGED] = NOT_SPLIT
        return cells
