"""A council's own list of groups: check it, then take it in."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.groups import actions
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import COLUMNS, MODERATE_GROUPS, ROWS_AT_MOST
from community_book.groups.schemas import ImportGroupsForm
from community_book.web import access, forms
from community_book.web.access import requires

LINES_SHOWN_AT_MOST = 100


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
                count = actions.import_groups(access.actor(), files[0].read(), try_only=asked.try_only)
            except Refused as refused:
                lines = [problem.message for problem in refused.problems]
                says = Message(
                    N_("Nothing was saved: %(count)s things are wrong. The list says what and where."), count=len(lines)
                )
                form.problems.append(Problem("file", says))
            else:
                if not asked.try_only:
                    return forms.done(
                        url_for("groups.directory"), Message(N_("%(count)s groups are in the Book now."), count=count)
                    )
                fits = count
    return forms.page(
        "community_book/groups/import.html",
        form,
        lines=lines[:LINES_SHOWN_AT_MOST],
        more=max(0, len(lines) - LINES_SHOWN_AT_MOST),
        fits=fits,
        columns=COLUMNS,
        rows_at_most=ROWS_AT_MOST,
    )
