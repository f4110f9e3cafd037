"""A council's own list of groups: check it, then take it in."""

from __future__ import annotations

from flask import Response as Answer
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.dispatcher import worker_seen_within
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import BYTES_AT_MOST, COLUMNS, MODERATE_GROUPS, ROWS_AT_MOST
from community_book.groups.schemas import ImportGroupsForm
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading

LINES_SHOWN_AT_MOST = 100
WORKER_SEEN_SECONDS = 60
LOOK_AGAIN_SECONDS = 4


@blueprint.route("/groups/import", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def import_groups() -> Response | tuple[str, int]:
    form = forms.Form(ImportGroupsForm(), values={"try_only": True})
    lines: list[Message] = []
    fits: int | None = None
    if form.sent and (asked := form.read()) is not None:
        files = forms.files("file")
        if len(files) != 1:
            form.problems.append(Problem("file", Message(N_("Choose one file: a table saved as CSV"))))
        else:
            try:
                taken = actions.import_groups(
                    access.actor(), files[0].stream.read(BYTES_AT_MOST + 1), try_only=asked.try_only
                )
            except Refused as refused:
                lines = [problem.message for problem in refused.problems]
                says = Message(N_("Nothing was saved: one thing is wrong. The list says what and where."))
                if len(lines) != 1:
                    says = Message(
                        N_("Nothing was saved: %(count)s things are wrong. The list says what and where."),
                        count=len(lines),
                    )
                form.problems.append(Problem("file", says))
            else:
                if taken.reference:
                    return forms.done(
                        url_for("groups.take_in", reference=taken.reference, follow=1),
                        Message(N_("Nothing is wrong with the list. Its groups are being taken in.")),
                    )
                if not asked.try_only:
                    return forms.done(
                        url_for("groups.directory"),
                        Message(N_("%(count)s groups are in the Book now."), count=taken.count),
                    )
                fits = taken.count
    return forms.page(
        "community_book/groups/import.html",
        form,
        lines=lines[:LINES_SHOWN_AT_MOST],
        more=max(0, len(lines) - LINES_SHOWN_AT_MOST),
        fits=fits,
        columns=COLUMNS,
        rows_at_most=ROWS_AT_MOST,
        latest=queries.latest_lists(reading(), access.actor()),
    )


@blueprint.get("/groups/import/<reference>")
@requires(MODERATE_GROUPS)
def take_in(reference: str) -> Answer:
    """How far the worker is with a list; the page looks again by itself where it was asked to follow."""
    taken = queries.list_taken_in(reading(), access.actor(), reference)
    follow = request.args.get("follow") == "1" and taken.finished_at_utc is None
    answer = Answer(
        render_template(
            "community_book/groups/take_in.html",
            taken=taken,
            lines=taken.left_out[:LINES_SHOWN_AT_MOST],
            more=max(0, len(taken.left_out) - LINES_SHOWN_AT_MOST),
            worker_is_there=worker_seen_within(reading(), WORKER_SEEN_SECONDS),
            follow=follow,
            seconds=LOOK_AGAIN_SECONDS,
        )
    )
    if follow:
        answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer
