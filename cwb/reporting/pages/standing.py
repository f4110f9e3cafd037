"""Needs met and how long a first answer takes, for everybody; how far each provider has come, for the council."""

from __future__ import annotations

from flask import render_template, request

from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.web import access, paging
from community_book.web.access import public, requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.words import say
from cwb.reporting import queries
from cwb.reporting.pages.across import words_of
from cwb.reporting.pages.room import Answer, blueprint, chosen_of
from cwb.reporting.queries.choosing import Known
from cwb.reporting.rules import SEE_PROVIDER_CONTACTS, SEE_PROVIDERS_STANDING, WANTED_LABELS, Wanted
from cwb.reporting.views import NeedsMet, ProvidersStanding

PER_PAGE = 40
FEWER = Message(N_("fewer than 5"))


def _needs() -> NeedsMet:
    known = Known(reading())
    return queries.needs_met(reading(), known.zone_scheme_id, request.args.get("period", "")[:4])


@blueprint.get("/figures/needs")
@public
def needs() -> Answer:
    return render_template("cwb/reporting/needs.html", needs=_needs())


@blueprint.get("/figures/needs.csv")
@public
def needs_csv() -> Answer:
    found = _needs()
    fewer = say(FEWER)
    sorts = (("all", (found.together,)), ("group size", found.by_size), ("zone", found.by_zone))
    rows = [
        (
            by,
            words_of(row.words),
            *(fewer if count is None else count for count in (row.asked, row.met, row.met_in_part, row.answered)),
            "" if row.median_halves is None else f"{row.median_halves // 2}{'.5' if row.median_halves % 2 else ''}",
        )
        for by, some in sorts
        for row in some
    ]
    headings = ("by", "name", "asked", "met", "met_in_part", "answered", "median_working_days_to_first_answer")
    return csv_answer(f"needs{'-' if found.year else ''}{found.year}.csv", headings, rows)


# --- providers: for the council only ----------------------------------------------------------------------


def _standing() -> tuple[Known, ProvidersStanding, Wanted, dict[str, str]]:
    known = Known(reading())
    chosen = chosen_of(known)
    typed = request.args.get("show", "")
    wanted = Wanted(typed) if typed in set(Wanted) else Wanted.ALL
    found = queries.providers_standing(reading(), access.actor(), chosen, wanted, on=today())
    asked = {name: value for name, value in chosen.asked.items() if name in {"framework", "lot"}}
    return known, found, wanted, asked


@blueprint.get("/figures/providers")
@requires(SEE_PROVIDERS_STANDING)
def providers() -> Answer:
    known, found, wanted, asked = _standing()
    number, total = paging.asked_page(), len(found.providers)
    shown = found.providers[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "cwb/reporting/providers.html",
        standing=found,
        page=paging.Page(shown, number, total, PER_PAGE),
        contacts=queries.whom_to_speak_to(reading(), access.actor(), [one.reference for one in shown]),
        sees_contacts=access.actor().may(SEE_PROVIDER_CONTACTS),
        wanted=wanted,
        labels=WANTED_LABELS,
        choices=queries.choices(known, chosen_of(known)),
        asked=asked,
        kept={**asked, **({"show": wanted.value} if wanted.value else {})},
        Wanted=Wanted,
        on=today(),
    )


@blueprint.get("/figures/providers.csv")
@requires(SEE_PROVIDERS_STANDING)
def providers_csv() -> Answer:
    _, found, wanted, _ = _standing()
    contacts = queries.whom_to_speak_to(reading(), access.actor(), [one.reference for one in found.providers])
    rows = [
        (
            one.name,
            one.reference,
            one.admitted_on.isoformat(),
            "suspended" if one.is_suspended else "admitted",
            one.pledges,
            one.offered,
            one.verified_in_a_year,
            one.last_verified_on.isoformat() if one.last_verified_on else "",
            "; ".join(contact.name for contact in contacts.get(one.reference, ())),
            "; ".join(contact.email for contact in contacts.get(one.reference, ()) if contact.email),
        )
        for one in found.providers
    ]
    headings = (
        "provider", "reference", "admitted_on", "state", "pledges", "on_offer_now",
        "deliveries_verified_in_twelve_months", "last_verified_happened_on", "lead", "lead_email",
    )  # fmt: skip
    return csv_answer(f"providers{'-' if wanted.value else ''}{wanted.value}.csv", headings, rows)
