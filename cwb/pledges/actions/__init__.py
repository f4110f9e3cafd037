"""The only writers of pledges."""

from __future__ import annotations

from cwb.pledges.actions.clocks import (
    expire_pledges,
    pause_pledges_of,
    put_back_on_offer,
    remind_of_ends,
    resume_pledges_of,
    take_off_offer,
    withdraw_pledges_of,
)
from cwb.pledges.actions.draw import (
    draw_from_pledge,
    give_back_to_pledge,
    hold_on_pledge,
    lock_pledge,
    lose_from_pledge,
    release_hold,
    settle_pledge,
)
from cwb.pledges.actions.erasing import erase_name
from cwb.pledges.actions.log import add_pledge, change_pledge, log_pledge, post_pledge
from cwb.pledges.actions.moderate import offer_pledge, return_pledge
from cwb.pledges.actions.putting_back import lock_pledges, put_back_on_pledge
from cwb.pledges.actions.restoring import draw_again_from_pledge
from cwb.pledges.actions.run import (
    add_to_pledge,
    answer_still_on_offer,
    cut_pledge,
    pause_pledge,
    resume_pledge,
    reword_pledge,
    withdraw_pledge,
)
from cwb.pledges.actions.sessions import (
    add_days,
    add_pledge_session,
    drop_days,
    drop_pledge_session,
    swap_pledge_session,
)

__all__ = [
    "add_days",
    "add_pledge",
    "add_pledge_session",
    "add_to_pledge",
    "answer_still_on_offer",
    "change_pledge",
    "cut_pledge",
    "draw_again_from_pledge",
    "draw_from_pledge",
    "drop_days",
    "drop_pledge_session",
    "erase_name",
    "expire_pledges",
    "give_back_to_pledge",
    "hold_on_pledge",
    "lock_pledge",
    "lock_pledges",
    "log_pledge",
    "lose_from_pledge",
    "offer_pledge",
    "pause_pledge",
    "pause_pledges_of",
    "post_pledge",
    "put_back_on_offer",
    "put_back_on_pledge",
    "release_hold",
    "remind_of_ends",
    "resume_pledge",
    "resume_pledges_of",
    "return_pledge",
    "reword_pledge",
    "settle_pledge",
    "swap_pledge_session",
    "take_off_offer",
    "withdraw_pledge",
    "withdraw_pledges_of",
]
