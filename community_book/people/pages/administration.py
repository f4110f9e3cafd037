"""The council's people and roles, and everybody's: for administrators."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base import audit
from community_book.base.actor import ROLE_LABELS, SIGNED_IN, Role
from community_book.base.messages import N_, Message
from community_book.organisations.queries import find_by_name
from community_book.people import actions, queries
from community_book.people.pages.blueprint import blueprint
from community_book.people.rules import MANAGE_PEOPLE, PAST_ACTS
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import Page, asked_page

Answer = Response | str | tuple[str, int]


@blueprint.get("/people")
@requires(MANAGE_PEOPLE)
def people() -> Answer:
    words = request.args.get("words", "").replace("\0", "")[:100]
    role = request.args.get("role", "")
    role = role if role in set(Role) else ""
    if request.args.get("as") == "csv":
        _, rows = queries.people_list(reading(), access.actor(), words=words, role=role, per_page=100_000)
        return csv_answer(
            "people.csv",
            ["reference", "name", "email", "organisation", "role", "shut"],
            [
                [
                    row.reference,
                    row.name,
                    row.email,
                    place.organisation_name,
                    held.value,
                    "yes" if row.is_disabled else "",
                ]
                for row in rows
                for place in row.memberships
                for held in sorted(place.roles)
            ],
        )
    number = asked_page()
    total, rows = queries.people_list(reading(), access.actor(), words=words, role=role, page=number)
    return render_template(
        "community_book/people/people.html",
        people=Page(rows, number, total),
        words=words,
        role=role,
        labels=ROLE_LABELS,
    )


@blueprint.get("/people/<reference>")
@requires(SIGNED_IN)
def person(reference: str) -> Answer:
    """Somebody's account as an administrator sees it; one's own leads to the account page."""
    actor = access.actor()
    if queries.account(reading(), actor).reference == reference:
        return redirect(url_for("people.account"), 303)
    found = queries.account_by_reference(reading(), actor, reference)
    words = request.args.get("organisation", "").replace("\0", "")[:100]
    return render_template(
        "community_book/people/person.html",
        account=found,
        labels=ROLE_LABELS,
        words=words,
        organisations=find_by_name(reading(), words) if words else None,
        past=[act for act in audit.history(reading(), f"person:{found.reference}", limit=20) if act.act in PAST_ACTS],
        acts=PAST_ACTS,
    )


@blueprint.post("/people/<reference>/disable")
@requires(MANAGE_PEOPLE)
def disable(reference: str) -> Answer:
    actions.disable_person(access.actor(), reference)
    return forms.done(
        url_for("people.person", reference=reference), Message(N_("The account is shut from the next request on."))
    )


@blueprint.post("/people/<reference>/enable")
@requires(MANAGE_PEOPLE)
def enable(reference: str) -> Answer:
    actions.enable_person(access.actor(), reference)
    return forms.done(url_for("people.person", reference=reference), Message(N_("The account is open again.")))
