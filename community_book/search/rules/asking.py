"""What somebody typed, read as words and quoted phrases: nothing in it is ever a command to the engine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from community_book.places.rules import tidy_postcode

LETTERS_AT_MOST = 1_000
WORDS_AT_MOST = 40
PHRASES_AT_MOST = 3
WORDS_IN_A_PHRASE = 8
LONGEST_WORD = 40
_MARKS = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED = re.compile(f"[{_MARKS}]([^{_MARKS}]*)[{_MARKS}]")
_WORD = re.compile(r"\w+")
_INWARD_LETTERS = 3
"""So many letters has the second half of a postcode."""


@dataclass(frozen=True)
class Asked:
    """Words and phrases to look for, and what to narrow down by: facet -> value; `of` is a kind of thing."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    of: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    last_unfinished: bool = False
    """The last word is still being typed: any word that begins so will do."""

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.of and not self.facets


def tidy(typed: str) -> str:
    """One line of letters a database can hold: what is beyond the first thousand letters is not read."""
    line = "".join(
        " " if unicodedata.category(letter).startswith("C") else letter for letter in typed[:LETTERS_AT_MOST]
    )
    return " ".join(line.split())


def postcode_in(typed: str) -> tuple[str, str]:
    """What was typed without the first postcode in it, and that postcode; the second is empty where there is none."""
    words = typed.split()
    for place, word in enumerate(words):
        for taken in (2, 1):
            bare = [part.strip(",.;:?!()") for part in words[place : place + taken]]
            postcode = tidy_postcode(" ".join(bare)) if len(bare) == taken else None
            if postcode is not None and (taken == 1 or len(bare[1]) == _INWARD_LETTERS):
                return " ".join([*words[:place], *words[place + taken :]]), postcode
        if word[:1] and word[0] in _MARKS:
            break  # what is in quotation marks is meant as it stands
    return " ".join(words), ""


def read_words(typed: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The words of what was typed, in its order and as often, and the phrases in quotation marks.

    The words of a phrase are among the words too. A quotation mark alone means nothing.
    """
    line = unicodedata.normalize("NFKC", tidy(typed))
    words = _words(line)[:WORDS_AT_MOST]
    quoted = (_words(found)[:WORDS_IN_A_PHRASE] for found in _QUOTED.findall(line))
    phrases = [tuple(phrase) for phrase in quoted if len(phrase) > 1]
    return tuple(words), tuple(phrases[:PHRASES_AT_MOST])


def _words(line: str) -> list[str]:
    line = re.sub(r"(?<=\w)['\u2019](?=s\b)", " ", line)  # the group's -> group s, as the index has it
    return [word[:LONGEST_WORD].lower() for word in _WORD.findall(line)]
