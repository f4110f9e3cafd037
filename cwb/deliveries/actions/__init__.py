"""The only writers of deliveries: acts of both sides, of verifiers and outside deciders, and of the clocks."""

from __future__ import annotations

from cwb.deliveries.actions.amending import amend, leave_out, withdraw
from cwb.deliveries.actions.answering import add_surplus, confirm, confirm_in_part, query
from cwb.deliveries.actions.appealing import appeal, decide_appeal
from cwb.deliveries.actions.clocks import ask_qualified, go_unanswered, nudge, settle_recorded
from cwb.deliveries.actions.evidence import add_evidence
from cwb.deliveries.actions.keeping import erase_waiting, forget_waiting, receive_files
from cwb.deliveries.actions.moving import move_reports
from cwb.deliveries.actions.reporting import report, report_own
from cwb.deliveries.actions.sampling import hold_only, hold_quarter, let_go, mark_sample, verify_with_batch
from cwb.deliveries.actions.verifying import decide, not_uphold, reverse, uphold

__all__ = [
    "add_evidence",
    "add_surplus",
    "amend",
    "appeal",
    "ask_qualified",
    "confirm",
    "confirm_in_part",
    "decide",
    "decide_appeal",
    "erase_waiting",
    "forget_waiting",
    "go_unanswered",
    "hold_only",
    "hold_quarter",
    "leave_out",
    "let_go",
    "mark_sample",
    "move_reports",
    "not_uphold",
    "nudge",
    "query",
    "receive_files",
    "report",
    "report_own",
    "reverse",
    "settle_recorded",
    "uphold",
    "verify_with_batch",
    "withdraw",
]
