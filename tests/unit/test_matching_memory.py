"""What matching remembers: one edit makes anew what it touches, and nothing else has changed. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_book.needs.views import PartWanted
from community_book.search.texts import Floats
from cwb.matching.measuring.region import ON, _parts, _pledges, _Said
from cwb.matching.memory import generation as generations
from cwb.matching.memory.generation import Generation, Mark, make_generation
from cwb.matching.memory.standing import Standing
from cwb.matching.rules import scoring
from cwb.matching.rules.scoring import USUAL
from cwb.pledges.rules import PledgeOffer
from tests.unit.test_matching_engine import Knowing

MANY, KEEP = 120, 4
DAY = ON.toordinal()


@pytest.fixture(autouse=True)
def _usual_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cwb.matching.memory.standing.weights", lambda: USUAL)
    monkeypatch.setattr("cwb.matching.memory.standing.meaning", Knowing)
    assert scoring.KEPT_IN_A_LIST > KEEP


def region() -> tuple[list[PledgeOffer], list[PartWanted]]:
    """Few kinds, so that many fit each other."""
    pledges = [one for batch in _pledges(MANY, 3, _Said()) for one in batch]
    parts = [one for batch in _parts(MANY, 3, _Said()) for one in batch]
    return pledges, parts


PLEDGES, PARTS = region()


def made(pledges: list[PledgeOffer], parts: list[PartWanted]) -> Generation:
    mark = Mark(7, "seven", 70)
    return make_generation(pledges, parts, {}, DAY, mark, encoder=Knowing(), weights=USUAL, keep=KEEP).generation


FIRST = made(PLEDGES, PARTS)
_rows = st.sets(st.integers(0, MANY - 1), max_size=5)
_words = st.sampled_from(["A bus for a ride", "Soup and lunch", "Brambles", "", "An accountant 🙂 croeso"])


def edited_pledges(rows: set[int], words: str, share: int) -> list[PledgeOffer]:
    return [
        replace(one, title=words, left=one.amount * share // 4, borough_wide=True) if at in rows else one
        for at, one in enumerate(PLEDGES)
    ]


def edited_parts(rows: set[int], words: str, share: int) -> list[PartWanted]:
    return [
        replace(one, need_title=words, left=None if one.left is None else one.left * share // 4) if at in rows else one
        for at, one in enumerate(PARTS)
    ]


@settings(max_examples=10, deadline=None)
@given(_rows, _rows, _rows, _rows, _words, st.integers(0, 4))
def test_what_changed_gives_with_the_rest_what_everything_gives_anew(
    changed_pledges: set[int],
    gone_pledges: set[int],
    changed_parts: set[int],
    gone_parts: set[int],
    words: str,
    share: int,
) -> None:
    offers, parts = edited_pledges(changed_pledges, words, share), edited_parts(changed_parts, words, share)
    offers_now = [one for at, one in enumerate(offers) if at not in gone_pledges]
    parts_now = [one for at, one in enumerate(parts) if at not in gone_parts]
    touched_pledges = frozenset(PLEDGES[at].pledge_id for at in changed_pledges | gone_pledges)
    touched_parts = frozenset(PARTS[at].part_id for at in changed_parts | gone_parts)
    few = Standing.of(FIRST).with_pledges_given(
        [one for one in offers_now if one.pledge_id in touched_pledges], touched_pledges
    )
    few = few.with_parts_given([one for one in parts_now if one.part_id in touched_parts], touched_parts)
    every_pledge = frozenset(one.pledge_id for one in PLEDGES)
    every_part = frozenset(one.part_id for one in PARTS)
    anew = Standing.of(FIRST).with_pledges_given(offers_now, every_pledge).with_parts_given(parts_now, every_part)
    assert few.best_of_parts(every_part, DAY, KEEP) == anew.best_of_parts(every_part, DAY, KEEP)
    assert few.best_of_pledges(every_pledge, DAY, KEEP) == anew.best_of_pledges(every_pledge, DAY, KEEP)
    for part_id in sorted(touched_parts)[:2]:
        alone, together = (held.best_of_parts(frozenset({part_id}), DAY, KEEP) for held in (few, anew))
        assert alone == together, "one part looked at alone gets what it gets among all"


def test_the_lists_that_come_with_a_generation_are_those_it_gives_when_asked() -> None:
    both = make_generation(PLEDGES, PARTS, {}, DAY, Mark(0, "", 0), encoder=Knowing(), weights=USUAL, keep=KEEP)
    held = Standing.of(both.generation)
    [(field, _)] = held.fields(DAY)
    assert held.listed([(field, both.best.of_parts)], KEEP, by_part=True) == held.best_of_parts(
        frozenset(one.part_id for one in PARTS), DAY, KEEP
    )
    assert held.listed([(field, both.best.of_pledges)], KEEP, by_part=False) == held.best_of_pledges(
        frozenset(one.pledge_id for one in PLEDGES), DAY, KEEP
    )


def test_a_generation_read_from_disk_gives_the_same(tmp_path: Path) -> None:
    assert generations.load(tmp_path) is None
    generations.save(FIRST, tmp_path)
    read = generations.load(tmp_path)
    assert read is not None
    assert (read.number, read.mark, read.on, read.encoder) == (FIRST.number, FIRST.mark, FIRST.on, FIRST.encoder)
    parts = frozenset(one.part_id for one in PARTS)
    assert Standing.of(read).best_of_parts(parts, DAY) == Standing.of(FIRST).best_of_parts(parts, DAY)
    for number in (2, 3):
        generations.save(replace(FIRST, number=number), tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["2", "3", "current"]
    (tmp_path / "3" / "columns.npz").write_bytes(b"torn")
    assert generations.load(tmp_path) is None, "what cannot be read is made anew"


def test_only_texts_that_are_new_are_encoded() -> None:
    asked: list[str] = []

    class Counting(Knowing):
        def of(self, texts: Sequence[str]) -> Floats:
            asked.extend(texts)
            return super().of(texts)

    pledges = edited_pledges({0}, "A bus nobody knew", 4)
    again = make_generation(
        pledges, PARTS, {}, DAY, Mark(0, "", 0), encoder=Counting(), weights=USUAL, keep=KEEP, before=FIRST
    )
    assert [text.splitlines()[0] for text in asked] == ["A bus nobody knew"]
    assert again.generation.number == FIRST.number + 1


def test_a_site_with_nothing_on_one_side_has_no_pairs() -> None:
    for pledges, parts in (([], PARTS), (PLEDGES, []), ([], [])):
        held = Standing.of(made(pledges, parts))
        assert held.best_of_parts(frozenset(one.part_id for one in parts), DAY).scores == []
        assert held.best_of_pledges(frozenset(one.pledge_id for one in pledges), DAY).scores == []
