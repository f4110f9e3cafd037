"""`flask matching bench`, and the weights of a site."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask

from community_book.base import settings as chosen
from community_book.base.settings import _weights
from cwb.matching.rules import weights
from tests.support.databases import ON_SQLITE


def test_bench_prints_one_json_object_and_touches_no_database(app: Flask) -> None:
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["matching", "bench", "--pledges", "60", "--needs", "60", "--json"])
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.output)
    expected = "candidates_s score_s solve_s reasons_s total_s peak_mb arcs score_over_greedy gap_to_bound"
    zones = "worst_zone_greedy worst_zone_plain worst_zone_fair met_share_plain met_share_fair encode_s"
    assert {*expected.split(), *zones.split()} <= figures.keys()
    assert figures["arcs"] > 0
    again = json.loads(runner.invoke(args=["matching", "bench", "--pledges", "60", "--needs", "60", "--json"]).output)
    assert {name: again[name] for name in ("arcs", "met_share_fair")} == {
        name: figures[name] for name in ("arcs", "met_share_fair")
    }
    one = runner.invoke(args=["matching", "bench", "--one", "--pledges", "60", "--needs", "60", "--json"])
    assert json.loads(one.output).keys() >= {"one_need_ms", "one_edit_ms"}
    assert runner.invoke(args=["matching", "bench", "--pledges", "0"]).exit_code == 2


@ON_SQLITE
@pytest.mark.parametrize("seed", [1, 4])
def test_fairness_leaves_the_worst_zone_no_less_though_each_kind_has_another_worst_zone(app: Flask, seed: int) -> None:
    args = ["matching", "bench", "--pledges", "300", "--needs", "300", "--seed", str(seed), "--json"]
    figures = json.loads(app.test_cli_runner().invoke(args=args).output)
    plain, greedy = figures["worst_zone_plain"], figures["worst_zone_greedy"]
    assert figures["worst_zone_fair"] >= max(plain, greedy), figures
    assert figures["worst_zone_fair"] > plain, "in these two regions there is something to gain"


def test_the_weights_of_a_site_are_checked(app: Flask) -> None:
    before = chosen.settings()
    try:
        chosen.use(replace(before, matching_weights=_weights("text=350, had=75")))
        assert weights().all == (350, 50, 150, 100, 150, 125, 75)
        chosen.use(replace(before, matching_weights=_weights("text=350")))
        with pytest.raises(ValueError, match="add up to 1000"):
            weights()
        chosen.use(replace(before, matching_weights=_weights("luck=10")))
        with pytest.raises(TypeError, match="luck"):
            weights()
    finally:
        chosen.use(before)
    with pytest.raises(ValueError, match="MATCHING_WEIGHTS"):
        _weights("text")
