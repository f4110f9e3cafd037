"""The only writers of needs: acts of groups, officers and clocks, and steps for the rooms above."""

from __future__ import annotations

from community_book.needs.actions.clocks import ask_still_needed, expire_needs
from community_book.needs.actions.drawing import (
    draw_on_part,
    give_back_to_part,
    lose_from_part,
    note_first_answer,
    note_met,
)
from community_book.needs.actions.hiding import hide, hide_need, show, show_need
from community_book.needs.actions.keeping import (
    close_needs_of,
    keep_asking,
    keep_one_part,
    pause_need,
    resume_need,
    say_not_needed,
    say_still_needed,
    withdraw_need,
)
from community_book.needs.actions.laying import add_part_session, drop_part_session
from community_book.needs.actions.moderating import close_need, decline_need, merge_need, open_need, return_need
from community_book.needs.actions.moving import move_needs
from community_book.needs.actions.parts import (
    add_part,
    change_card,
    change_part,
    drop_part,
    post_card,
    save_card,
)
from community_book.needs.actions.posting import change_need, copy_need, post_need, save_need
from community_book.needs.actions.putting_back import need_again_of_part, reopen_need
from community_book.needs.actions.restoring import draw_again_on_part
from community_book.needs.actions.settling import settle_need
from community_book.needs.actions.swapping import swap_part_session

__all__ = [
    "add_part",
    "add_part_session",
    "ask_still_needed",
    "change_card",
    "change_need",
    "change_part",
    "close_need",
    "close_needs_of",
    "copy_need",
    "decline_need",
    "draw_again_on_part",
    "draw_on_part",
    "drop_part",
    "drop_part_session",
    "expire_needs",
    "give_back_to_part",
    "hide",
    "hide_need",
    "keep_asking",
    "keep_one_part",
    "lose_from_part",
    "merge_need",
    "move_needs",
    "need_again_of_part",
    "note_first_answer",
    "note_met",
    "open_need",
    "pause_need",
    "post_card",
    "post_need",
    "reopen_need",
    "resume_need",
    "return_need",
    "save_card",
    "save_need",
    "say_not_needed",
    "say_still_needed",
    "settle_need",
    "show",
    "show_need",
    "swap_part_session",
    "withdraw_need",
]
