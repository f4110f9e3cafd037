"""The search page, and what the search box suggests while somebody types."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from community_book.base import registers
from community_book.base.messages import N_, Message
from community_book.search import queries
from community_book.search.rules import postcode_in, tidy
from community_book.web import access, paging
from community_book.web.access import public
from community_book.web.database import reading

blueprint = Blueprint("search", __name__)
NEAREST = Message(N_("Nearest to"))
POSTCODE_LETTERS = 12
SHOWN_AGAIN = 200
"""So much of what was typed stands in the box again."""


@blueprint.get("/search")
@public
def show() -> str:
    """What fits the words typed, among groups, needs and whatever else can be found."""
    words = tidy(request.args.get("q", ""))
    near = tidy(request.args.get("near", ""))[:POSTCODE_LETTERS]
    if not near:
        words, near = postcode_in(words)
    narrowed = queries.narrowing(reading(), {name: value[:60] for name, value in request.args.items()})
    results = queries.search(reading(), access.actor(), words, narrowed, paging.asked_page(), near=near)
    narrowed = narrowed.counted(results.counts)
    chosen: dict[str, Any] = {**narrowed.chosen, "of": narrowed.of or None, "near": near or None}

    def address(**changed: str | None) -> str:
        return url_for("search.show", **{"q": words or None, **chosen, **changed})

    return render_template(
        "community_book/search/show.html",
        words=words[:SHOWN_AGAIN],
        near=near,
        narrowing=narrowed,
        results=results,
        page=paging.Page(results.shown, results.number, results.total, results.per_page),
        asked=bool(words or narrowed.of or narrowed.chosen),
        taken_off=[
            *((facet.name, facet.label, facet.answer) for facet in narrowed.facets if facet.chosen),
            *([("near", NEAREST, near)] if near else []),
        ],
        starts=registers.starts_for(access.actor()),
        address=address,
    )


@blueprint.get("/search/suggest.json")
@public
def suggest() -> Response:
    """Titles that fit what is being typed."""
    return jsonify(queries.suggestions(reading(), access.actor(), tidy(request.args.get("q", ""))))
