"""Lists of promises: for each side and the council, with filters; dates to come; declined three times."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from werkzeug.wrappers import Response

from community_book.base.amounts import say_amount
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.web import access, downloads, paging
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.words import say
from cwb.commitments import queries, rules, saying
from cwb.commitments.pages.room import blueprint
from cwb.commitments.queries import Wanted
from cwb.commitments.rules import PROPOSE_PROMISE, SEE_PROMISES, CommitmentState, Lateness
from cwb.commitments.views import ComingSession

CSV_ROWS_AT_MOST = 10_000
WORDS_LONGEST = 100
WEEKS_AHEAD = 8
DATES_AT_ONCE, PAGES_AT_MOST = 80, 50

FAMILIES: dict[str, Message] = {
    "open": Message(N_("Waiting for an answer")),
    "live": Message(N_("Agreed and running")),
    "over": Message(N_("Over")),
}
LATE: dict[str, Message] = {
    str(Lateness.LATE): Message(N_("5 days late or more")),
    str(Lateness.STUCK): Message(N_("10 days late or more")),
    str(Lateness.OVERDUE): Message(N_("30 days late or more")),
}


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What the address asks for; whatever makes no sense is left open, as if it had not been asked."""
    asked = {
        "q": " ".join(request.args.get("q", "").replace("\x00", "").split())[:WORDS_LONGEST],
        "state": request.args.get("state", ""),
        "late": request.args.get("late", ""),
        "answer": request.args.get("answer", ""),
        "sort": "newest" if request.args.get("sort") == "newest" else "",
    }
    if asked["state"] not in {*FAMILIES, *CommitmentState}:
        asked["state"] = ""
    if asked["answer"] not in {"yes", "theirs", "change"}:
        asked["answer"] = ""
    if asked["late"] not in LATE:
        asked["late"] = ""
    return (
        Wanted(
            state=asked["state"],
            late=asked["late"],
            answer=asked["answer"] == "yes",
            theirs=asked["answer"] == "theirs",
            change=asked["answer"] == "change",
            words=asked["q"],
            sort=asked["sort"],
        ),
        asked,
    )


@blueprint.get("/promises")
@requires(SEE_PROMISES)
def index() -> str:
    wanted, asked = _wanted()
    number = paging.asked_page()
    total, rows = queries.commitments(
        reading(), access.actor(), wanted, limit=paging.PER_PAGE, offset=(number - 1) * paging.PER_PAGE
    )
    return render_template(
        "cwb/commitments/list.html",
        page=paging.Page([(row, saying.say_state(row)) for row in rows], number, total),
        asked=asked,
        is_narrowed=any(value for name, value in asked.items() if name != "sort"),
        families=FAMILIES.items(),
        states=rules.STATE_LABELS.items(),
        late=LATE.items(),
        colours=rules.STATE_COLOURS,
        lateness=rules.LATENESS_LABELS,
        is_officer=access.actor().may(PROPOSE_PROMISE),
        on=today(),
    )


@blueprint.get("/promises.csv")
@requires(SEE_PROMISES)
def as_csv() -> Response:
    wanted, _ = _wanted()
    _, rows = queries.commitments(reading(), access.actor(), wanted, limit=CSV_ROWS_AT_MOST)
    headings = (
        "reference",
        "state",
        "provider",
        "group",
        "need",
        "need title",
        "pledge",
        "pledge title",
        "unit",
        "amount",
        "amount in words",
        "reported",
        "first day",
        "last day",
        "answer by",
        "due",
        "late",
    )
    return downloads.csv_answer(
        "promises.csv",
        headings,
        (
            (
                row.reference,
                say(saying.say_state(row)),
                row.provider_name,
                row.group_name,
                row.need_reference,
                row.need_title,
                row.pledge_reference,
                row.pledge_title,
                str(row.unit),
                row.amount,
                say(say_amount(row.unit, row.amount)),
                row.reported,
                row.first_day.isoformat(),
                row.last_day.isoformat(),
                row.answer_by.isoformat() if row.stage in rules.OPEN else "",
                row.due_on.isoformat() if row.due_on else "",
                say(rules.LATENESS_LABELS[row.lateness]),
            )
            for row in rows
        ),
    )


@blueprint.get("/promises/coming")
@requires(SEE_PROMISES)
def coming() -> str:
    first, number = today(), min(paging.asked_page(), PAGES_AT_MOST)
    last = first + timedelta(weeks=WEEKS_AHEAD)
    found = queries.coming_sessions(reading(), access.actor(), first, last, limit=number * DATES_AT_ONCE + 1)
    shown = found[(number - 1) * DATES_AT_ONCE : number * DATES_AT_ONCE]
    return render_template(
        "cwb/commitments/coming.html",
        weeks=_by_week(shown),
        last=last,
        earlier=paging.page_url(number - 1) if number > 1 else "",
        later=paging.page_url(number + 1) if len(found) > number * DATES_AT_ONCE and number < PAGES_AT_MOST else "",
    )


def _by_week(found: list[ComingSession]) -> list[tuple[object, list[ComingSession]]]:
    """The dates under the Monday of their week, in order."""
    weeks: dict[object, list[ComingSession]] = {}
    for one in found:
        weeks.setdefault(one.day - timedelta(days=one.day.weekday()), []).append(one)
    return list(weeks.items())


@blueprint.get("/promises/declined-often")
@requires(PROPOSE_PROMISE)
def declined_often() -> str:
    return render_template("cwb/commitments/declined_often.html", found=queries.declined_often(reading()))
