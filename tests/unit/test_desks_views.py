"""How a desk is laid out."""

from __future__ import annotations

from community_book.base.messages import Message
from community_book.base.registered import DeskItem
from community_book.desks.views import in_groups


def item(urgency: int) -> DeskItem:
    return DeskItem(Message(str(urgency)), "/", urgency=urgency)


def test_what_waits_comes_before_what_is_only_to_know() -> None:
    groups = in_groups([item(0), item(5), item(6), item(8)])
    assert [str(group.title) for group in groups] == ["Waiting for you", "Soon", "For information"]
    assert [len(group.items) for group in groups] == [2, 1, 1]


def test_headings_without_items_are_left_out() -> None:
    assert [str(group.title) for group in in_groups([item(9)])] == ["For information"]
    assert in_groups([]) == []
