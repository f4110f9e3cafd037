"""The guided page for a group that is in the Book twice."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.organisations.queries import find_by_name
from community_book.people.queries import members
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.continuity import actions, queries
from cwb.continuity.letters import merged_words
from cwb.continuity.pages.plans import DO_IT, totals_of_both
from cwb.continuity.pages.room import blueprint
from cwb.continuity.rules import COLUMN_LABELS, MERGE_GROUPS, THING_LABELS, Thing
from cwb.continuity.schemas import MergeForm
from cwb.continuity.views import Body

SHOWN = 10
MOVE: dict[Thing, Message] = {
    Thing.NEED: Message(N_("needs")),
    Thing.COMMITMENT: Message(N_("promises, offers and requests")),
    Thing.DELIVERY: Message(N_("reports")),
}


@blueprint.route("/organisations/<reference>/merge", methods=["GET", "POST"])
@requires(MERGE_GROUPS)
def merge(reference: str) -> Response | tuple[str, int]:
    """Two entries of one group beside each other, what goes along, and the button."""
    goes = queries.known_body(reading(), access.actor(), reference, MERGE_GROUPS)
    if goes is None:
        raise NotThere
    form = forms.Form(MergeForm(), values={"into": request.args.get("into", "")[:20].replace("\x00", "")})
    if form.sent and request.form.get("_act", DO_IT) == DO_IT and (new := form.read()) is not None:
        with form.acting():
            undertaking = actions.merge_groups(access.actor(), goes.reference, new.into)
            return forms.done(
                url_for("continuity.show", reference=undertaking),
                Message(N_("The two are one group now, and its people are told. All of it can be undone here.")),
            )
    typed = request.form.get("into", "") if form.sent else request.args.get("into", "")
    stays = queries.known_body(reading(), access.actor(), typed, MERGE_GROUPS) if typed.strip() else None
    if stays is not None and stays.id == goes.id:
        stays = None
    things = queries.things_of_group(reading(), goes.id)
    return forms.page(
        "cwb/continuity/merge.html",
        form,
        goes=goes,
        entries=queries.entries_of(reading(), [one.id for one in (goes, stays) if one is not None]),
        stays=stays,
        unknown=bool(typed.strip()) and stays is None,
        alike=_alike(goes) if stays is None else [],
        counts={kind: sum(one.kind is kind for one in things) for kind in MOVE},
        people=members(reading(), access.actor(), goes.id) if stays is not None else [],
        shown=things[:SHOWN],
        more=max(0, len(things) - SHOWN),
        things=THING_LABELS,
        many=MOVE,
        totals=_totals(goes, stays),
        columns=COLUMN_LABELS,
        letter=merged_words(goes.name, goes.reference),
    )


def _alike(goes: Body) -> list[Body]:
    """Others whose name begins like this one's, for picking."""
    first = goes.name.split(" ")[0]
    found = find_by_name(reading(), first, limit=6)
    return [Body(one.id, one.reference, one.name) for one in found if one.id != goes.id and not one.is_council]


def _totals(goes: Body, stays: Body | None) -> object:
    if stays is None:
        return []
    return totals_of_both(queries.asked_by_group(reading(), goes.id), queries.asked_by_group(reading(), stays.id))
