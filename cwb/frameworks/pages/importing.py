"""Taking in a file: choose it, see what it would change, then take it in."""

from __future__ import annotations

from flask import render_template, request, url_for

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.frameworks import actions, queries
from cwb.frameworks.pages.blueprint import Answer, blueprint
from cwb.frameworks.rules import MANAGE_FRAMEWORKS
from cwb.frameworks.rules.files import BYTES_AT_MOST
from cwb.frameworks.schemas import ImportForm


@blueprint.route("/frameworks/import", methods=["GET", "POST"])
@requires(MANAGE_FRAMEWORKS)
def import_page() -> Answer:
    form = forms.Form(ImportForm())
    lines: list[Message] = []
    if form.sent and (asked := form.read()) is not None:
        files = forms.files("file")
        if not files:
            form.problems.append(
                Problem("file", Message(N_("Choose a file: a CSV table or a published notice in JSON")))
            )
        elif len(files) > 1:
            form.problems.append(Problem("file", Message(N_("Choose one file at a time"))))
        else:
            try:
                kept, looked = actions.keep_upload(
                    access.actor(), files[0].filename or "", files[0].stream.read(BYTES_AT_MOST + 1), name=asked.name
                )
            except Refused as refused:
                lines = [problem.message for problem in refused.problems if problem.field == "file"]
                if lines:
                    form.problems.append(
                        Problem(
                            "file",
                            Message(
                                N_("This file cannot be taken in; nothing was saved. The list says what is wrong.")
                            ),
                        )
                    )
                form.problems += [problem for problem in refused.problems if problem.field != "file"]
            else:
                return render_template(
                    "cwb/frameworks/looked.html", reference=kept, looked=looked, name=files[0].filename
                )
    return forms.page(
        "cwb/frameworks/import.html",
        form,
        lines=lines,
        names=[name for _, name in queries.framework_choices(reading())],
    )


@blueprint.post("/frameworks/import/<reference>")
@requires(MANAGE_FRAMEWORKS)
def take_in(reference: str) -> Answer:
    done = actions.take_in_upload(access.actor(), reference, request.form.get("fingerprint", ""))
    address = (
        url_for("frameworks.show", reference=done.references[0])
        if len(done.references) == 1
        else url_for("frameworks.list_page")
    )
    if not done.changes:
        return forms.done(address, Message(N_("Everything in the file was known already; nothing changed.")))
    waiting = queries.waiting_count(reading())
    says = (
        N_(
            "The file is taken in: %(count)s changes. Suppliers that wait to be matched by hand: %(waiting)s. "
            "They are on your desk and under Frameworks."
        )
        if waiting
        else N_("The file is taken in: %(count)s changes.")
    )
    return forms.done(address, Message(says, count=len(done.changes), waiting=waiting))
