"""Turning events into notices, mail and letters, sending the mail, and reading notices."""

from __future__ import annotations

from community_book.notices.actions.answering import open_code
from community_book.notices.actions.calendars import end_calendar_address, make_calendar_address
from community_book.notices.actions.digests import write_due_mails
from community_book.notices.actions.erasing import erase_rows
from community_book.notices.actions.printing import mark_posted
from community_book.notices.actions.reading import mark_all_read, mark_read, tidy_up
from community_book.notices.actions.sending import send_waiting_mail
from community_book.notices.actions.writing import write_letters

__all__ = [
    "end_calendar_address",
    "erase_rows",
    "make_calendar_address",
    "mark_all_read",
    "mark_posted",
    "mark_read",
    "open_code",
    "send_waiting_mail",
    "tidy_up",
    "write_due_mails",
    "write_letters",
]
