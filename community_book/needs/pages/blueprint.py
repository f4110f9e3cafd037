"""The blueprint the pages of needs hang on, and what several of them share."""

from __future__ import annotations

from flask import Blueprint, request

from community_book.base.actor import Actor
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.needs import queries
from community_book.needs.rules import HIDE_NEED, MODERATE_NEEDS, NEEDS, POST_NEED
from community_book.needs.views import NeedView
from community_book.web import access
from community_book.web.database import reading

blueprint = Blueprint("needs", __name__)


def found_need(reference: str) -> NeedView:
    """The need of an address, as the reader may see it. Raises NotThere."""
    return queries.need(reading(), access.actor(), tidy_reference(reference))


def own_need(reference: str) -> NeedView:
    """A need of the group the reader acts as. Raises NotThere, NotAllowed."""
    found = found_need(reference)
    if not found.is_own:
        raise NotAllowed(
            Message(N_("This need is another group's. You act as %(who)s here."), who=access.actor().acting_as)
        )
    return found


def sent_version() -> int | None:
    """The version a one-button form was shown with. Raises NotThere when it is no number."""
    typed = request.form.get("version", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotThere
    return int(typed)


def acts_shown(actor: Actor, found: NeedView) -> set[str]:
    """Which buttons a reader sees on a need's page; each act checks again."""
    possible = set(NEEDS.acts_from(found.state))
    shown: set[str] = set()
    if found.is_own and actor.may(POST_NEED):
        shown |= possible & {"save", "change", "pause", "resume", "withdraw", "keep_one", "add_part"} | {"copy"}
    if actor.may(MODERATE_NEEDS):
        shown |= possible & {"open", "close"}
    if actor.may(HIDE_NEED):
        shown.add("show" if found.hidden else "hide")
    return shown
