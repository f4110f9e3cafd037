"""A person's notices."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import SIGNED_IN
from community_book.base.messages import N_, Message
from community_book.notices import actions, queries
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.paging import Page, asked_page

blueprint = Blueprint("notices", __name__)
Answer = Response | str | tuple[str, int]


@blueprint.get("/notices")
@requires(SIGNED_IN)
def notices() -> Answer:
    number = asked_page()
    total, rows = queries.notices(reading(), access.actor(), page=number)
    return render_template(
        "community_book/notices/notices.html",
        notices=Page(rows, number, total),
        unread=queries.unread_count(reading(), access.actor()),
    )


@blueprint.post("/notices/<int:notice_id>/read")
@requires(SIGNED_IN)
def mark_read(notice_id: int) -> Answer:
    actions.mark_read(access.actor(), notice_id)
    return forms.done(url_for("notices.notices"), Message(N_("Marked as read.")))


@blueprint.post("/notices/read-all")
@requires(SIGNED_IN)
def mark_all_read() -> Answer:
    actions.mark_all_read(access.actor())
    return forms.done(url_for("notices.notices"), Message(N_("All your notices are marked as read.")))
