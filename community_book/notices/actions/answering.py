"""A code typed from a letter on paper."""

from __future__ import annotations

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_
from community_book.base.work import refuse
from community_book.notices.queries import link_of_code
from community_book.notices.rules import tidy_code
from community_book.people.rules import network_of

TRIES_AN_HOUR = 10


def open_code(actor: Actor, typed: str, *, address: str = "") -> tuple[str, str]:
    """The act and the token of the link behind a code: for reading; the page of the link does what it is for.

    Raises Refused on "code" for one that nobody has, was used or is out of date, TooMany for guessing.
    """
    counted = throttle.count_try(
        actor, "letter code", network_of(address) or "nowhere", at_most=TRIES_AN_HOUR, within_minutes=60
    )
    code, found, is_over = tidy_code(typed), None, False
    with transactions.bookkeeping(actor) as work:
        try:
            found = link_of_code(work, code) if code else None
        except NotThere:
            pass
        except WrongState:
            is_over = True
        if found is not None or is_over:
            throttle.forget_tries(work, counted)
    if is_over:
        raise refuse(
            "code", N_("This code was used already, or the letter is too old. Call us and give its reference.")
        )
    if found is None:
        raise refuse("code", N_("No letter has this code. Look at each letter of it again."))
    return found
