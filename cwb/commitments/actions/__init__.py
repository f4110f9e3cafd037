"""The only writers of commitments: acts of both sides, of officers and clocks, and steps for higher rooms."""

from __future__ import annotations

from cwb.commitments.actions.answering import accept, accept_on_condition, ask_committee, decline, meet, take_back
from cwb.commitments.actions.changing import (
    agree_change,
    decline_change,
    propose_change,
    take_back_change,
)
from cwb.commitments.actions.clocks import (
    ask_what_happened,
    begin_due,
    lapse_unanswered,
    nudge_unanswered,
    settle_notes,
)
from cwb.commitments.actions.delivering import (
    extend_commitment_within_limits,
    mark_sessions_not_used,
    note_confirmed,
    note_reported,
    note_verified,
    settle_commitment,
    take_out_reported,
)
from cwb.commitments.actions.ending import cancel, complete, end_short, stop_commitment
from cwb.commitments.actions.erasing import erase_words
from cwb.commitments.actions.following import (
    after_need_ended,
    after_parts_closed,
    after_pledge_ended,
    move_promises,
)
from cwb.commitments.actions.noting import agree_did_not_happen, say_did_not_happen, write_message
from cwb.commitments.actions.opening import ask, make_proposal, offer, propose
from cwb.commitments.actions.pausing import hold, hold_commitment, release, release_commitment
from cwb.commitments.actions.putting_back import lock_promises, put_back
from cwb.commitments.actions.restoring import report_again
from cwb.commitments.rules import NewChange, NewCommitment

__all__ = [
    "NewChange",
    "NewCommitment",
    "accept",
    "accept_on_condition",
    "after_need_ended",
    "after_parts_closed",
    "after_pledge_ended",
    "agree_change",
    "agree_did_not_happen",
    "ask",
    "ask_committee",
    "ask_what_happened",
    "begin_due",
    "cancel",
    "complete",
    "decline",
    "decline_change",
    "end_short",
    "erase_words",
    "extend_commitment_within_limits",
    "hold",
    "hold_commitment",
    "lapse_unanswered",
    "lock_promises",
    "make_proposal",
    "mark_sessions_not_used",
    "meet",
    "move_promises",
    "note_confirmed",
    "note_reported",
    "note_verified",
    "nudge_unanswered",
    "offer",
    "propose",
    "propose_change",
    "put_back",
    "release",
    "release_commitment",
    "report_again",
    "say_did_not_happen",
    "settle_commitment",
    "settle_notes",
    "stop_commitment",
    "take_back",
    "take_back_change",
    "take_out_reported",
    "write_message",
]
