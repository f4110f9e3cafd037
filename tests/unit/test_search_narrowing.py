"""How many hits each answer would leave."""

from __future__ import annotations

from community_book.base.messages import Message
from community_book.search.rules import Count, count_values, has_all
from community_book.search.views import OF, Choice, Facet, Narrowing

KIND = Facet("kind", Message("Kind"), (Choice("hands", "Hands"), Choice("money", "Money"), Choice("room", "Room")))


def test_a_thing_counts_once_for_each_answer_it_has() -> None:
    found = [{"kind": ("hands", "hands", "room")}, {"kind": ("room",), "zone": ("1:2",)}, {}]
    assert count_values(found) == {"kind": {"hands": Count(1), "room": Count(2)}, "zone": {"1:2": Count(1)}}
    assert count_values(found, cut=True)["kind"]["room"].words == "2+"


def test_answers_that_leave_nothing_are_not_offered_but_for_the_chosen_one() -> None:
    narrowing = Narrowing((Choice("need", "Needs"), Choice("group", "Groups")), "", (KIND,), {})
    counted = narrowing.counted({"kind": {"room": Count(2)}, OF: {"need": Count(4)}})
    assert [(choice.value, choice.count) for choice in counted.facets[0].choices] == [("room", Count(2))]
    assert [kind.count for kind in counted.kinds] == [Count(4), Count(0)]
    chosen = Narrowing((), "", (Facet("kind", KIND.label, KIND.choices, "money"),), {"kind": "money"})
    assert [choice.value for choice in chosen.counted({"kind": {"room": Count(2)}}).facets[0].choices] == [
        "money",
        "room",
    ]
    assert narrowing.counted({"kind": {}}).facets == ()


def test_what_was_not_counted_is_offered_whole_and_without_numbers() -> None:
    facet = Narrowing((), "", (KIND,), {}).counted({}).facets[0]
    assert [choice.count for choice in facet.choices] == [None, None, None]


def test_a_thing_fits_only_with_every_answer_that_is_chosen() -> None:
    facets = {"kind": ("hands", "room"), "open": ("yes",)}
    assert has_all(facets, {})
    assert has_all(facets, {"kind": "room", "open": "yes"})
    assert not has_all(facets, {"kind": "room", "zone": "1:2"})
