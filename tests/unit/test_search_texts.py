"""Texts compared: by words, by meaning, and by both in turns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from community_book.search.texts import (
    LAST_RANK,
    NOWHERE,
    Statistics,
    WordRows,
    analyse,
    feed_back,
    interleaved_ranks,
    text_points,
    words_of,
)
from community_book.search.texts.encoder import PIECES_AT_MOST, STEP, WORDS_IN_A_PIECE, on_grid, pieces_of

TEXTS = [
    "A minibus and driver on Tuesdays",
    "Bookkeeping for small charities",
    "A hall to meet in, with a kitchen",
    "Somebody to drive our members to the lunch club; the minibus is ours",
    "",
]


def counted(texts: list[str]) -> tuple[Statistics, WordRows]:
    analysed = [analyse(text) for text in texts]
    statistics = Statistics.of(analysed)
    return statistics, statistics.documents(analysed)


def test_words_are_compared_without_case_accents_endings_and_apostrophes() -> None:
    assert analyse("The group\u2019s MINIBUSES") == analyse("groups minibus")
    assert analyse("Caf\u00e9 T\u0177 Gwyn") == analyse("cafe ty gwyn")


@pytest.mark.parametrize("text", ["", " ", "the and of with", "!?\u2026", "\U0001f690\U0001f33b", "\x00\x01", "can't"])
def test_a_text_without_a_telling_word_has_no_stems(text: str) -> None:
    assert analyse(text) == []


def test_a_text_of_fifty_thousand_words_is_read() -> None:
    assert len(analyse("minibus garden " * 25_000)) == 50_000


def test_what_two_texts_share_is_named_as_it_was_written() -> None:
    ours, theirs = words_of("Gardening on Mondays"), words_of("A big garden")
    assert [ours[stem] for stem in ours.keys() & theirs.keys()] == ["Gardening"]


def test_the_text_that_shares_the_rarer_words_comes_first() -> None:
    statistics, rows = counted(TEXTS)
    scores = rows.scores(statistics.questions([analyse("driver for a minibus on Tuesday")]))
    assert scores.argmax() == 0
    assert scores[4] == 0


def test_words_seen_nowhere_tell_most_and_do_no_harm() -> None:
    statistics, rows = counted(TEXTS)
    assert statistics.tells_of("zebra") > max(statistics.tells)
    assert rows.scores(statistics.questions([["zebra"]])).tolist() == [0.0] * 5


def test_nothing_at_all_is_counted_and_asked_without_harm() -> None:
    statistics, rows = counted([])
    assert len(rows) == 0
    assert rows.scores(statistics.questions([["garden"]])).tolist() == []
    assert len(feed_back(statistics.questions([["garden"]]), rows)) == 1


def test_many_questions_at_once_score_to_the_last_bit_as_one_by_one() -> None:
    statistics, rows = counted(TEXTS)
    questions = statistics.questions([analyse(text) for text in TEXTS])
    together = np.asarray(rows.products(questions).todense())
    alone = np.stack([rows.scores(questions.chosen([number])) for number in range(len(TEXTS))])
    assert (together == alone).all()


def test_some_documents_score_as_they_do_among_all() -> None:
    statistics, rows = counted(TEXTS)
    question = statistics.questions([analyse("minibus driver")])
    assert (rows.chosen([3, 0]).scores(question) == rows.scores(question)[[3, 0]]).all()


def test_rows_put_below_others_are_found_there() -> None:
    statistics, rows = counted(TEXTS)
    both = rows.below(statistics.documents([analyse("a minibus")]))
    assert both.scores(statistics.questions([["minibus"]])).argmax() == 5


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    statistics, rows = counted(TEXTS)
    statistics.save(tmp_path)
    rows.save(tmp_path, "words")
    again = Statistics.load(tmp_path)
    loaded = WordRows.load(tmp_path, "words", again.width)
    question = [analyse(TEXTS[0])]
    assert again.vocabulary == statistics.vocabulary
    assert (loaded.scores(again.questions(question)) == rows.scores(statistics.questions(question))).all()


def test_a_broken_vocabulary_is_refused(tmp_path: Path) -> None:
    counted(TEXTS)[0].save(tmp_path)
    (tmp_path / "vocabulary.txt").write_text("minibus")
    with pytest.raises(ValueError, match="stems"):
        Statistics.load(tmp_path)


def test_feedback_finds_what_shares_words_with_the_first_found() -> None:
    statistics, rows = counted([*TEXTS, "members of the lunch club"])
    question = statistics.questions([["minibus"]])
    assert rows.scores(question)[5] == 0
    assert rows.scores(feed_back(question, rows))[5] > 0


def test_feedback_leaves_a_question_alone_that_finds_nothing() -> None:
    statistics, rows = counted(TEXTS)
    question = statistics.questions([["zebra"], ["kitchen"]])
    assert feed_back(question, rows).row(0) == {}


def scores(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(values, dtype=np.float32)


def test_words_and_meaning_take_turns_and_nothing_stands_twice() -> None:
    place, by_words, by_meaning = interleaved_ranks(scores(3, 2, 1, 0), scores(0.1, 0.9, 0.2, 0.3))
    assert by_words.tolist() == [1, 2, 3, NOWHERE]
    assert by_meaning.tolist() == [4, 1, 3, 2]
    assert place.tolist() == [1, 2, 4, 3]


def test_without_an_encoder_the_places_are_those_of_the_words() -> None:
    place, by_words, by_meaning = interleaved_ranks(scores(1, 3, 0), None)
    assert place.tolist() == by_words.tolist() == [2, 1, NOWHERE]
    assert set(by_meaning.tolist()) == {NOWHERE}


lists_of_scores = some.lists(
    some.tuples(some.floats(0, 10, width=32), some.floats(-1, 1, width=32)), min_size=0, max_size=30
)


@given(lists_of_scores)
def test_places_are_given_once_each_from_the_first_without_a_gap(pairs: list[tuple[float, float]]) -> None:
    place, by_words, by_meaning = interleaved_ranks(
        scores(*(one for one, _ in pairs)), scores(*(two for _, two in pairs))
    )
    given_out = sorted(rank for rank in place.tolist() if rank != NOWHERE)
    assert given_out == list(range(1, len(given_out) + 1))
    listed = [min(one, two) != NOWHERE for one, two in zip(by_words.tolist(), by_meaning.tolist(), strict=True)]
    assert [rank != NOWHERE for rank in place.tolist()] == listed


def test_points_fall_with_the_place_and_end() -> None:
    points = [text_points(rank, 300) for rank in range(1, LAST_RANK + 2)]
    assert points[0] == 300
    assert points == sorted(points, reverse=True)
    assert points[-2] > 0 == points[-1]
    assert text_points(NOWHERE, 300) == text_points(0, 300) == 0


def test_a_long_text_is_read_in_pieces_and_not_for_ever() -> None:
    pieces = pieces_of("One minibus. " * 50_000)
    assert len(pieces) == PIECES_AT_MOST
    assert max(len(piece.split()) for piece in pieces) <= WORDS_IN_A_PIECE


@pytest.mark.parametrize("text", ["", "  ", "\U0001f690", "...!"])
def test_a_text_without_a_letter_has_no_pieces(text: str) -> None:
    assert pieces_of(text) == []


def test_vectors_add_up_exactly_in_any_order() -> None:
    random = np.random.default_rng(4)
    vectors = on_grid(random.normal(size=(50, 512)).astype(np.float32))
    exact = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    assert (vectors @ vectors.T == exact).all()
    assert (vectors[:, ::-1] @ vectors[:, ::-1].T == exact).all()
    assert (vectors / STEP == np.rint(vectors / STEP)).all()
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 0.002
