"""The dates of a promise as a calendar file."""

from __future__ import annotations

from flask import Response

from community_book.web import access
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.downloads import calendar_answer
from cwb.commitments import queries
from cwb.commitments.pages.room import blueprint
from cwb.commitments.queries.calendar import dates_of_commitment
from cwb.commitments.rules import SEE_PROMISES


@blueprint.get("/promises/<reference>/dates.ics")
@requires(SEE_PROMISES)
def calendar(reference: str) -> Response:
    promise = queries.commitment(reading(), access.actor(), reference)
    dates = dates_of_commitment(reading(), access.actor(), promise.reference)
    return calendar_answer(f"{promise.reference}.ics", promise.need_title, dates)
