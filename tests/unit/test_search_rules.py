"""What is typed into the search box, what is shown of a hit, and how a ranking is judged."""

from __future__ import annotations

import pytest

from community_book.search.rules import (
    LETTERS_AT_MOST,
    PHRASES_AT_MOST,
    WORDS_AT_MOST,
    Asked,
    closest,
    judge,
    read_words,
    snippet,
    tidy,
)


@pytest.mark.parametrize(
    ("typed", "words", "phrases"),
    [
        ("A minibus, for the Lunch Club!", ("a", "minibus", "for", "the", "lunch", "club"), ()),
        ("minibus minibus", ("minibus", "minibus"), ()),
        ('"lunch club" van', ("lunch", "club", "van"), (("lunch", "club"),)),
        ("“lunch club”", ("lunch", "club"), (("lunch", "club"),)),
        ('"van" "', ("van",), ()),
        ("the group's hall", ("the", "group", "s", "hall"), ()),
        ("title:van AND NOT *a* [x TO y] ~2 ^3", ("title", "van", "and", "not", "a", "x", "to", "y", "2", "3"), ()),
        ("*", (), ()),
        ("🦊 🦊", (), ()),
        ("", (), ()),
        ("van\x00\u202edriver", ("van", "driver"), ()),
    ],
)
def test_what_is_typed_is_words_and_phrases_only(typed: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    assert read_words(typed) == (words, phrases)


def test_no_more_is_read_than_anybody_types() -> None:
    words, phrases = read_words('"one two" ' * 5_000)
    assert (len(words), len(phrases)) == (WORDS_AT_MOST, PHRASES_AT_MOST)
    assert len(tidy("x" * 20_000)) == LETTERS_AT_MOST
    assert max(map(len, read_words("x" * 20_000)[0])) == 40


def test_only_facets_are_a_question_too() -> None:
    assert Asked().is_empty
    assert not Asked(of="need").is_empty
    assert not Asked(facets={"kind": "hands"}).is_empty


def test_a_hit_shows_the_stretch_with_the_words_asked_for() -> None:
    text = "Nothing here. " * 40 + "We want a minibus and a driver on Tuesdays. " + "Nothing more. " * 40
    pieces = snippet(text, lambda word: word in {"minibus", "driver"})
    assert [piece.text for piece in pieces if piece.marked] == ["minibus", "driver"]
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"
    assert sum(len(piece.text) for piece in pieces) < 260


def test_a_hit_without_the_words_shows_its_beginning() -> None:
    assert "".join(piece.text for piece in snippet("Short and sweet.", lambda _word: False)) == "Short and sweet."
    assert snippet("", lambda _word: True) == ()


def test_every_letter_of_a_text_stands_in_its_pieces() -> None:
    text = "<b>van</b> & driver"
    assert "".join(piece.text for piece in snippet(text, lambda word: word == "van")) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("minbus", "minibus"),
        ("accuonts", "accounts"),
        ("gardne", "garden"),
        ("vna", "van"),
        ("xylophone", None),
        ("minibus", None),
    ],
)
def test_the_word_that_differs_least_was_meant(typed: str, meant: str | None) -> None:
    known = [("minibus", 4), ("accounts", 9), ("garden", 3), ("van", 2), ("guardian", 90)]
    assert closest(typed, known) == meant


def test_of_two_words_as_near_the_commoner_was_meant() -> None:
    assert closest("carr", [("cart", 2), ("care", 9)]) == "care"


def test_a_perfect_ranking_is_one_and_an_empty_one_nothing() -> None:
    perfect = judge({"q": ["a", "b", "c"]}, {"q": {"a": 2, "b": 1}})
    assert (perfect.ndcg10, perfect.map, perfect.mrr, perfect.recall5, perfect.empty) == (1, 1, 1, 1, 0)
    assert perfect.p10 == pytest.approx(0.2)
    nothing = judge({"q": []}, {"q": {"a": 1}})
    assert (nothing.ndcg10, nothing.mrr, nothing.empty) == (0, 0, 1)


def test_a_ranking_is_judged_by_place_and_grade() -> None:
    found = judge({"q": ["x", "a"], "unjudged": ["z"]}, {"q": {"a": 1, "b": 1, "x": 0}})
    assert found.mrr == pytest.approx(0.5)
    assert found.map == pytest.approx(0.25)
    assert found.ndcg10 == pytest.approx((1 / 1.58496) / (1 + 1 / 1.58496), rel=1e-4)
    assert found.empty == 0
