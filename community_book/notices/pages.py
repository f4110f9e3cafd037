"""A person's notices and calendar address; the letters an officer prints."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import SIGNED_IN
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.site import is_example, site
from community_book.notices import actions, queries
from community_book.notices.rules import PRINT_LETTERS
from community_book.notices.schemas import CodeForm
from community_book.notices.views import PrintView
from community_book.web import access, forms
from community_book.web.access import public, requires
from community_book.web.database import reading
from community_book.web.downloads import calendar_answer
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


@blueprint.get("/account/calendar")
@requires(SIGNED_IN)
def calendar() -> Answer:
    token = queries.own_feed_token(reading(), access.actor())
    address = settings().public_url + url_for("notices.feed", secret=token) if token else ""
    return render_template("community_book/notices/calendar.html", address=address)


@blueprint.post("/account/calendar/make")
@requires(SIGNED_IN)
def make_calendar() -> Answer:
    actions.make_calendar_address(access.actor())
    return forms.done(url_for("notices.calendar"), Message(N_("Your calendar address is made. Copy it below.")))


@blueprint.post("/account/calendar/end")
@requires(SIGNED_IN)
def end_calendar() -> Answer:
    actions.end_calendar_address(access.actor())
    return forms.done(url_for("notices.calendar"), Message(N_("Your calendar address opens nothing any more.")))


@blueprint.get("/calendar/<secret>.ics")
@public
def feed(secret: str) -> Answer:
    """What somebody's calendar reads: whoever has the address, which is long, secret and can be taken away."""
    answer = calendar_answer(
        "dates.ics", site().site_name, queries.calendar_of_token(reading(), secret), download=False
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.route("/answer", methods=["GET", "POST"])
@public
def answer() -> Answer:
    """Whoever got a letter on paper types its code and comes to the page where it is answered."""
    form = forms.Form(CodeForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            act, token = actions.open_code(access.actor(), new.code, address=request.remote_addr or "")
            endpoint = access.link_endpoint(current_app, act)
            if endpoint is None:
                raise NotThere
            return redirect(url_for(endpoint, token=token), 303)
    return forms.page("community_book/notices/answer.html", form)


@blueprint.get("/letters")
@requires(PRINT_LETTERS)
def letters() -> Answer:
    number, posted = asked_page(), request.args.get("show") == "posted"
    total, rows = queries.letters_to_print(reading(), access.actor(), posted=posted, page=number)
    return render_template("community_book/notices/letters.html", letters=Page(rows, number, total), posted=posted)


@blueprint.get("/letters/print")
@requires(PRINT_LETTERS)
def print_letters() -> Answer:
    """All that wait, each on a sheet of its own."""
    _, rows = queries.letters_to_print(reading(), access.actor(), per_page=50)
    return _printed(rows)


@blueprint.get("/letters/<reference>")
@requires(PRINT_LETTERS)
def letter(reference: str) -> Answer:
    return _printed([queries.letter_to_print(reading(), access.actor(), reference)])


def _printed(rows: list[PrintView]) -> Answer:
    chosen, known = settings(), site()
    address = [part.strip() for part in chosen.council_address.split(",")]
    if not known.has_example_data and any(is_example(part) for part in address):
        address = []  # nobody has said where the council is: an answer by post would be lost
    return render_template(
        "community_book/notices/letter.html",
        letters=rows,
        from_lines=[line for line in (known.council_name, *address) if line],
        address_missing=not address,
        telephone=known.contact_telephone,
        email=known.contact_email,
        day=today(),
        answer_at=urlsplit(chosen.public_url).netloc + url_for("notices.answer"),
    )


@blueprint.post("/letters/<reference>/posted")
@requires(PRINT_LETTERS)
def mark_posted(reference: str) -> Answer:
    actions.mark_posted(access.actor(), reference)
    return forms.done(url_for("notices.letters"), Message(N_("Marked as posted.")))
