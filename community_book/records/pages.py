"""The record of what was done: heads of the chain for everybody, acts for those who look after the council's books."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.actor import SIGNED_IN, Role
from community_book.base.messages import N_, Message
from community_book.base.past_acts import acts_known, kinds_of_subjects, words_of_act
from community_book.base.settings import ROOT
from community_book.records import queries
from community_book.records.rules import CHANNEL_LABELS, ROWS_AT_MOST, SEE_RECORD, Looked
from community_book.records.views import ActShown
from community_book.web import access
from community_book.web.access import public, requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer, program_answer
from community_book.web.paging import Page, asked_page
from community_book.web.words import say

blueprint = Blueprint("records", __name__)
Answer = Response | str
PER_PAGE = 31
TYPED_AT_MOST = 60
YEARS = (1900, 2200)


ACT_WORDS = {"record.publish_head": Message(N_("seal of the day published"))}

# --- heads ----------------------------------------------------------------------------------------------


@blueprint.get("/records/chain")
@public
def chain() -> Answer:
    number = asked_page()
    shown = queries.heads(reading(), limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    newest = shown[0] if number == 1 and shown else next(iter(queries.heads(reading(), limit=1)), None)
    return render_template(
        "community_book/records/chain.html",
        newest=newest,
        acts=queries.chain_length(reading()),
        heads=Page(shown, number, queries.count_heads(reading()), PER_PAGE),
        sees_acts=access.actor().may(SEE_RECORD),
    )


@blueprint.get("/records/chain.csv")
@public
def chain_csv() -> Answer:
    rows = [
        (head.day.isoformat(), head.sequence, head.hash, head.published_at_utc.strftime("%Y-%m-%dT%H:%M:%SZ"))
        for head in reversed(queries.heads(reading()))
    ]
    return csv_answer("heads.csv", ("day", "sequence", "hash", "published_at_utc"), rows)


@blueprint.get("/records/check_audit.py")
@public
def checker() -> Answer:
    """The program that checks an export: whoever checks must not need the council for it."""
    return program_answer(ROOT / "tools" / "check_audit.py")


# --- acts -----------------------------------------------------------------------------------------------


def _typed(name: str) -> str:
    return " ".join(request.args.get(name, "").replace("\x00", "").split())[:TYPED_AT_MOST]


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(_typed(name))
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def _looked() -> Looked:
    """What the address asks for; what is no day and no number asks nothing."""
    before, act = _typed("before"), _typed("act").lower()
    of_words = {say(words).lower(): name for name in acts_known() if (words := words_of_act(name)) is not None}
    return Looked(
        reference=_typed("reference").upper() if ":" not in _typed("reference") else _typed("reference"),
        act=act if act in acts_known() else of_words.get(act, act),
        organisation=_typed("organisation").upper(),
        first_day=_day("from"),
        last_day=_day("until"),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )


@blueprint.get("/records")
@requires(SEE_RECORD)
def acts() -> Answer:
    found = queries.acts(reading(), access.actor(), _looked())
    asked = {name: typed for name in ("reference", "act", "organisation", "from", "until") if (typed := _typed(name))}
    unread = [name for name in ("from", "until") if _typed(name) and _day(name) is None]
    return render_template(
        "community_book/records/acts.html",
        found=found,
        asked=asked,
        unread=unread,
        is_first=not _typed("before"),
        acts=queries.chain_length(reading()),
        words=words_of_act,
        channels=CHANNEL_LABELS,
        address=_address,
        known=acts_known(),
        csv_at_most=ROWS_AT_MOST,
    )


@blueprint.get("/records/acts.csv")
@requires(SEE_RECORD)
def acts_csv() -> Answer:
    found = queries.acts(reading(), access.actor(), _looked(), limit=ROWS_AT_MOST)
    headings = (
        "number", "at_utc", "act", "about", "acting_as", "acting_as_name", "on_behalf_of", "on_behalf_of_name",
        "channel",
    )  # fmt: skip
    return csv_answer("acts.csv", headings, [_row(act) for act in found.acts])


def _row(act: ActShown) -> Sequence[object]:
    moment = act.at_utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    names = (act.acting_as, act.acting_as_name, act.on_behalf_of, act.on_behalf_of_name)
    return act.sequence, moment, act.act or "kept apart", " ".join(act.subjects), *names, act.channel


def _address(subject: str) -> str:
    """The page of what an act is about; "" for what has none, or one that whoever reads this may not open."""
    kind, _, reference = subject.partition(":")
    if kind not in kinds_of_subjects() or not reference:
        return ""
    address = registers.address_of(subject)
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(address).path)
    except HTTPException:
        return ""
    mark = access.mark_of(current_app, endpoint)
    if mark is None or mark.permission is SIGNED_IN:  # such a page decides by itself whom it shows what to
        return ""
    reads_everything = access.actor().has_role(Role.AUDITOR, Role.OFFICER)
    if mark.permission is None:  # a public page shows more of some things to those who read everything
        return address if reads_everything or kind == "organisation" else ""
    return address if access.actor().may(mark.permission) else ""


@blueprint.get("/records/<int:sequence>")
@requires(SEE_RECORD)
def one(sequence: int) -> Answer:
    found = queries.one_act(reading(), access.actor(), sequence)
    return render_template(
        "community_book/records/act.html",
        found=found,
        act=found.shown,
        body=json.dumps(json.loads(found.body), indent=2, ensure_ascii=False, sort_keys=True) if found.body else "",
        words=words_of_act,
        channels=CHANNEL_LABELS,
        address=_address,
    )


def address_of_head(_day: str) -> str:
    """Where the heads are shown."""
    return url_for("records.chain")
