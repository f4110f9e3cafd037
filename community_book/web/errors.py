"""One page for each way a request can be refused (domain.md 8). Never a bare 500 for what a person sent."""

from __future__ import annotations

import logging

from flask import Flask, g, redirect, render_template, request
from sqlalchemy.exc import DataError, DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.actor import anybody
from community_book.base.errors import (
    AlreadyDone,
    Busy,
    HouseError,
    NoRoom,
    NotAllowed,
    NotThere,
    Refused,
    TooMany,
    WrongState,
)
from community_book.base.messages import N_, Message
from community_book.base.work import is_busy, is_without_room
from community_book.web import access

log = logging.getLogger(__name__)

TITLES = {
    400: N_("That could not be understood"),
    403: N_("You may not do this"),
    404: N_("Not found"),
    405: N_("That cannot be done here"),
    409: N_("That cannot be done now"),
    413: N_("That is too large"),
    415: N_("That kind of data is not read here"),
    422: N_("Something needs to be put right"),
    429: N_("Too many tries"),
    500: N_("Something went wrong on our side"),
    503: N_("The site is busy"),
}
SENTENCES = {
    400: N_("What your browser sent could not be read. Go back and try again."),
    404: N_("This page or record is not there, or is not yours to see."),
    405: N_("This address cannot be used in that way. Go back and use the buttons on the page."),
    413: N_("What you sent is larger than the site takes. A file may have at most 25 MB. Nothing was saved."),
    500: N_("The fault has been noted. Nothing was half saved. Try again, or ask the council for help."),
}
STATUS: dict[type[HouseError], int] = {
    NotThere: 404,
    NotAllowed: 403,
    WrongState: 409,
    TooMany: 429,
    Busy: 503,
    NoRoom: 503,
    Refused: 422,
}

RETRY_SECONDS: dict[type[HouseError], int] = {Busy: 5, NoRoom: 300}


def page(status: int, message: Message, *, retry_after: int | None = None) -> Response:
    """The answer page; with `retry_after`, what was typed is kept in a form to send again."""
    try:
        access.actor()
    except DBAPIError:  # the page must come even when the database does not answer
        g.actor = anybody(access.request_id())
    again = None
    if status == 503 and request.method == "POST" and not request.files:
        again = [(name, value) for name, values in request.form.lists() for value in values]
    body = render_template("web/error.html", status=status, title=Message(TITLES[status]), message=message, again=again)
    response = Response(body, status, content_type="text/html; charset=utf-8")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def install(app: Flask) -> None:
    @app.errorhandler(AlreadyDone)
    def sent_before(error: AlreadyDone) -> Response:
        return redirect(registers.address_of(f"{error.subject_kind}:{error.subject_reference}"), 303)

    @app.errorhandler(HouseError)
    def refused(error: HouseError) -> Response:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        if isinstance(error, NotThere):
            return page(404, Message(SENTENCES[404]))
        if isinstance(error, NoRoom):
            log.error("nothing can be written: %s", error.__cause__)
        retry = error.retry_after_seconds if isinstance(error, TooMany) else RETRY_SECONDS.get(type(error))
        return page(status, error.message, retry_after=retry)

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return error.get_response(request.environ)
        known = status if status in TITLES else 400 if status < 500 else 500
        response = page(known, Message(SENTENCES.get(known, SENTENCES[400])))
        response.status_code = status
        if status == 405 and (allowed := getattr(error, "valid_methods", None)):
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    @app.errorhandler(DBAPIError)
    def database(error: DBAPIError) -> Response:
        if is_busy(error):
            return page(503, Busy().message, retry_after=RETRY_SECONDS[Busy])
        if is_without_room(error):
            return refused(NoRoom())
        if isinstance(error, DataError):  # a text or number that this database cannot hold
            return page(400, Message(SENTENCES[400]))
        log.error("database error", exc_info=error)
        return page(500, Message(SENTENCES[500]))

    @app.errorhandler(OSError)
    def unwritten(error: OSError) -> Response:
        return refused(NoRoom()) if is_without_room(error) else fault(error)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        if app.testing:
            raise error
        log.error("fault in %s", request.endpoint, exc_info=error)
        return page(500, Message(SENTENCES[500]))
