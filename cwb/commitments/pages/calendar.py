"""The dates of one promise, or of all that are to come, as a calendar file."""

from __future__ import annotations

from flask import Response

from community_book.base.messages import N_, Message
from community_book.web import access
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.downloads import calendar_answer
from community_book.web.words import say
from cwb.commitments import queries
from cwb.commitments.pages.room import blueprint
from cwb.commitments.queries.calendar import dates_of_commitment, dates_to_come
from cwb.commitments.rules import SEE_PROMISES


@blueprint.get("/promises/<reference>/dates.ics")
@requires(SEE_PROMISES)
def calendar(reference: str) -> Response:
    promise = queries.commitment(reading(), access.actor(), reference)
    dates = dates_of_commitment(reading(), access.actor(), promise.reference)
    return calendar_answer(f"{promise.reference}.ics", promise.need_title, dates)


@blueprint.get("/promises/coming.ics")
@requires(SEE_PROMISES)
def coming_calendar() -> Response:
    dates = dates_to_come(reading(), access.actor())
    return calendar_answer("dates-to-come.ics", say(Message(N_("Dates to come"))), dates)
