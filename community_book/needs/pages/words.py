"""Words several pages of writing a need use."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.needs import queries
from community_book.needs.rules import NeedState, say_how_much
from community_book.needs.views import PartView
from community_book.web import access
from community_book.web.database import reading

POSTED = Message(N_("Posted. The council looks at it within 5 working days and writes to you."))
OPENED = Message(N_("Posted. Everybody can read it now. If something on offer fits, you see it here within a minute."))


def posted_words(state: NeedState) -> Message:
    """What is said after posting."""
    return OPENED if state is NeedState.OPEN else POSTED


def amount_typed(part: PartView) -> object:
    """The amount as it was typed: "about 12 h" keeps its word."""
    if part.amount is None or not part.is_about or part.pattern:
        return part.amount
    said = str(say_how_much(part.unit, part.amount, is_about=True))
    return said.replace("£", "")


def own_place_words() -> str:
    """Where the group is, as its form names it: the postcode, or nothing where it is secret or unknown."""
    organisation_id = access.actor().organisation_id
    return queries.own_place_words(reading(), organisation_id) if organisation_id is not None else ""
