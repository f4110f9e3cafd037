"""What a verifier should look at twice. A flag refuses nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from community_book.base.messages import N_, Message


class Flag(StrEnum):
    """In the order a verifier reads them."""

    SAME_FILE = "same_file"
    SIMILAR_PICTURE = "similar_picture"
    SAME_DAY_AND_AMOUNT = "same_day_and_amount"
    MAY_STACK = "may_stack"
    NO_EVIDENCE = "no_evidence"
    LATE = "late"
    OUTSIDE_DATES = "outside_dates"
    MORE_THAN_AGREED = "more_than_agreed"
    ON_BEHALF = "on_behalf"


FLAG_LABELS: dict[Flag, Message] = {
    Flag.SAME_FILE: Message(N_("A file here was used for another report too")),
    Flag.SIMILAR_PICTURE: Message(N_("A picture here looks nearly the same as one of another report")),
    Flag.SAME_DAY_AND_AMOUNT: Message(N_("Another report has the same group, day and amount")),
    Flag.MAY_STACK: Message(N_("Some of it may stand under another measure too, and counts under one of them only")),
    Flag.NO_EVIDENCE: Message(N_("No evidence was added")),
    Flag.LATE: Message(N_("Reported more than 90 days afterwards")),
    Flag.OUTSIDE_DATES: Message(N_("It happened outside the dates that were agreed")),
    Flag.MORE_THAN_AGREED: Message(N_("More was reported than was agreed")),
    Flag.ON_BEHALF: Message(N_("Recorded by the council for people who telephoned or wrote")),
}

LATE_AFTER_DAYS = 90


def flags_of(
    *,
    same_file: bool,
    similar_picture: bool,
    same_day_and_amount: bool,
    may_stack: bool,
    asks_for_evidence: bool,
    files: int,
    happened_on: date,
    first_day: date,
    agreed_from: date,
    agreed_until: date,
    today: date,
    surplus: int,
    on_behalf: bool,
) -> list[Flag]:
    """The flags of a report as it stands, in the order a verifier reads them."""
    holds = {
        Flag.SAME_FILE: same_file,
        Flag.SIMILAR_PICTURE: similar_picture,
        Flag.SAME_DAY_AND_AMOUNT: same_day_and_amount,
        Flag.MAY_STACK: may_stack,
        Flag.NO_EVIDENCE: asks_for_evidence and not files,
        Flag.LATE: (today - happened_on).days > LATE_AFTER_DAYS,
        Flag.OUTSIDE_DATES: first_day < agreed_from or happened_on > agreed_until,
        Flag.MORE_THAN_AGREED: surplus > 0,
        Flag.ON_BEHALF: on_behalf,
    }
    return [flag for flag in Flag if holds[flag]]


def known(names: Iterable[str]) -> list[Flag]:
    """Stored names as flags, in the same order."""
    found = set(names)
    return [flag for flag in Flag if flag.value in found]
