"""Logging a pledge in short steps: what kind of help, which measure, then its form. Drafts, changes, copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.amounts import KIND_LABELS, KINDS_WITH_SESSIONS, Kind
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.messages import N_, Message
from community_book.places.queries import find_postcode, place, zone_choices
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.frameworks.queries import admission_scopes
from cwb.frameworks.rules import AdmissionState
from cwb.frameworks.views import AdmissionScope
from cwb.pillars.queries import measure_by_code, measures, pillars
from cwb.pillars.views import MeasureView
from cwb.pledges import actions, queries
from cwb.pledges.pages.room import blueprint
from cwb.pledges.rules import LOG_PLEDGES, MACHINE, NewPledge, PledgeOffer, as_offer, left_empty
from cwb.pledges.schemas import PledgeForm, RewordForm, values_of
from cwb.pledges.views import PledgeView, ZoneName

WORDS_LONGEST = 60

SECTIONS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (
        Message(N_("What you offer")),
        ("title", "story", "subject", "item_type", "with_counterpart", "share", "amount", "baseline", "baseline_on"),
    ),
    (Message(N_("When")), ("first_day", "last_day")),
    (
        Message(N_("Days and times")),
        ("thing", "weekdays", "every_weeks", "starts", "ends", "left_out", "at_once"),
    ),
    (
        Message(N_("What a group should know")),
        (
            "place_label",
            "postcode",
            "online",
            "feature_seats",
            "feature_wheelchair_places",
            "feature_driver",
            "feature_capacity",
            "feature_step_free",
            "feature_kitchen",
            "smallest_useful",
            "team_smallest",
            "team_largest",
            "visit_minutes",
            "hosting_pence_at_most",
            "dbs",
            "insured",
            "needs_licence",
            "needs_permit",
            "terms",
            "meets_people_at_risk",
        ),
    ),
    (Message(N_("Where it is for")), ("where", "zones")),
    (Message(N_("For the council")), ("framework", "lot", "basis", "call_off", "owner_name")),
    (Message(N_("You confirm")), ("not_charged_to_rate", "visits_covered")),
)


@blueprint.get("/pledges/new")
@requires(LOG_PLEDGES)
def choose() -> str:
    """Step 1: the measures in plain words, narrowed by words or by the kind of help."""
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:WORDS_LONGEST]
    kind = request.args.get("kind", "")
    kind = kind if kind in set(Kind) else ""
    known = measures(reading(), retired=False)
    found = [one for one in known if (not kind or one.kind == kind) and _speaks_of(one, words)]
    return render_template(
        "cwb/pledges/choose.html",
        pillars=[
            (pillar, [one for one in found if one.pillar_number == pillar.number]) for pillar in pillars(reading())
        ],
        found=len(found),
        words=words,
        kind=kind,
        kinds=[(one, KIND_LABELS[one]) for one in Kind if any(known_one.kind == one for known_one in known)],
        scopes=_scopes(),
    )


def _speaks_of(one: MeasureView, words: str) -> bool:
    text = " ".join((one.code, one.title, one.theme, one.what_counts, str(KIND_LABELS[one.kind]))).lower()
    return all(word in text for word in words.lower().split())


@dataclass(frozen=True)
class Choices:
    """What the form of a provider offers to choose from."""

    scopes: Sequence[AdmissionScope]
    scheme_id: int | None
    zones: tuple[ZoneName, ...]
    lots: list[tuple[str, str]]
    frameworks: list[tuple[str, str]]
    is_whole_borough: bool


def _scopes() -> list[AdmissionScope]:
    organisation_id = access.actor().organisation_id
    if organisation_id is None:
        return []
    found = admission_scopes(reading(), organisation_id, today())
    return [scope for scope in found if scope.state is AdmissionState.ADMITTED]


def _choices() -> Choices:
    scopes = _scopes()
    if not scopes:
        raise WrongState(
            Message(
                N_("You are not admitted to a framework just now, so nothing new can be promised. Ask the council.")
            )
        )
    zones: dict[int, ZoneName] = {}
    scheme_id = None
    for scope in scopes:
        own_scheme, own = queries.zones_to_choose(reading(), scope, today())
        scheme_id = scheme_id or own_scheme
        zones |= {zone.id: zone for zone in own}
    several = len(scopes) > 1
    lots = [
        (str(lot.id), f"{scope.framework_name}: {lot.number}. {lot.title}" if several else f"{lot.number}. {lot.title}")
        for scope in scopes
        for lot in scope.lots
    ]
    frameworks = [(str(scope.framework_id), scope.framework_name) for scope in scopes]
    whole = any(not scope.zones for scope in scopes)
    return Choices(scopes, scheme_id, tuple(zones.values()), lots, frameworks, is_whole_borough=whole)


def _form(measure: MeasureView, choices: Choices, values: dict[str, Any] | None) -> forms.Form:
    schema = PledgeForm(
        measure,
        zones=choices.zones,
        lots=choices.lots,
        frameworks=choices.frameworks,
        place_zones=zone_choices(reading()),
    )
    return forms.Form(schema, values=values)


@blueprint.route("/pledges/new/<code>", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def log(code: str) -> Response | tuple[str, int]:
    """Step 2: the form of one measure; `copy` in the address fills it from another pledge of the provider."""
    measure = measure_by_code(reading(), code)
    if measure.is_retired:
        raise NotThere
    choices = _choices()
    form = _form(measure, choices, _begun(measure, choices))
    offer = None
    if form.sent and (new := _read(form, measure)) is not None:
        if request.form.get("_act") == "look":
            offer = _offer(form, new, measure, choices)
        else:
            post = request.form.get("_act") != "draft"
            with form.acting():
                reference = actions.log_pledge(access.actor(), new, post=post)
                return _done(reference, post)
    return _page(form, measure, offer, pledge=None)


def _read(form: forms.Form, measure: MeasureView) -> NewPledge | None:
    """What was typed; where it cannot be read, all that is missing is said at once, in the order of the form."""
    new: NewPledge | None = form.read()
    if new is None:
        said = {problem.field for problem in form.problems}
        given = {name for name in request.form if request.form[name].strip()}
        post = request.form.get("_act") == "post"
        form.problems += left_empty(given | said, measure, request.form.get("basis", ""), post=post)
        order = [name for _, names in SECTIONS for name in names]
        form.problems.sort(key=lambda one: order.index(one.field) if one.field in order else len(order))
    return new


def _begun(measure: MeasureView, choices: Choices) -> dict[str, Any]:
    """The values a form begins with. A copy: all but the window and the version; else what the site knows already.

    Where an admission covers certain zones only, these are ticked: the whole borough would be refused.
    """
    reference = request.args.get("copy", "")
    if not reference:
        where = {"where": "borough"} if choices.is_whole_borough else _in_zones(choices)
        return {**where, "every_weeks": 1, "at_once": 1, "owner_name": access.actor().name}
    pledge = queries.pledge(reading(), access.actor(), reference)
    if not pledge.is_own or pledge.measure_id != measure.id:
        raise NotThere
    values = values_of(pledge, place(reading(), pledge.place_id) if pledge.place_id else None)
    for name in ("version", "first_day", "last_day", "left_out", "not_charged_to_rate", "visits_covered"):
        values.pop(name)
    return values


def _in_zones(choices: Choices) -> dict[str, Any]:
    return {"where": "zones", "zones": [str(zone.id) for zone in choices.zones]}


@blueprint.route("/pledges/<reference>/change", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def change(reference: str) -> Response | tuple[str, int]:
    """A draft or returned pledge is changed whole; of a posted one, what does not touch its figures."""
    pledge = _own(reference)
    if pledge.allows("change"):
        return _change_draft(pledge)
    MACHINE.check("reword", pledge.state)
    return _reword(pledge)


def _change_draft(pledge: PledgeView) -> Response | tuple[str, int]:
    measure, choices = measure_by_code(reading(), pledge.measure_code), _choices()
    values = values_of(pledge, place(reading(), pledge.place_id) if pledge.place_id else None)
    form = _form(measure, choices, values)
    offer = None
    if form.sent and (new := _read(form, measure)) is not None:
        if request.form.get("_act") == "look":
            offer = _offer(form, new, measure, choices, pledge)
        else:
            post = request.form.get("_act") != "draft"
            with form.acting():
                actions.change_pledge(access.actor(), pledge.reference, new, post=post)
                return _done(pledge.reference, post)
    return _page(form, measure, offer, pledge=pledge)


def _reword(pledge: PledgeView) -> Response | tuple[str, int]:
    measure, choices = measure_by_code(reading(), pledge.measure_code), _choices()
    schema = RewordForm(measure, zones=choices.zones, place_zones=zone_choices(reading()))
    form = forms.Form(schema, values=values_of(pledge, place(reading(), pledge.place_id) if pledge.place_id else None))
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.reword_pledge(access.actor(), pledge.reference, new)
            return forms.done(
                url_for("pledges.show", reference=pledge.reference), Message(N_("Your changes are saved."))
            )
    return forms.page("cwb/pledges/reword.html", form, pledge=pledge, sections=_sections(form), measure=measure)


def _own(reference: str) -> PledgeView:
    pledge = queries.pledge(reading(), access.actor(), reference)
    if not pledge.is_own:
        raise NotAllowed(Message(N_("This pledge belongs to another provider, so only they can change it.")))
    return pledge


def _sections(form: forms.Form) -> list[tuple[Message, list[str]]]:
    """The form's questions under their headings; headings without a question are left out."""
    found = [(heading, [name for name in names if name in form.schema.fields]) for heading, names in SECTIONS]
    return [(heading, names) for heading, names in found if names]


def _page(
    form: forms.Form, measure: MeasureView, offer: PledgeOffer | None, *, pledge: PledgeView | None
) -> tuple[str, int]:
    return forms.page(
        "cwb/pledges/log.html",
        form,
        measure=measure,
        sections=_sections(form),
        has_days=measure.kind in KINDS_WITH_SESSIONS,
        pledge=pledge,
        offer=offer,
        looked=request.form.get("_act") == "look" and not form.problems,
    )


def _offer(
    form: forms.Form, new: NewPledge, measure: MeasureView, choices: Choices, pledge: PledgeView | None = None
) -> PledgeOffer | None:
    """The unsaved draft as matching reads it; None with the form's problems filled where it cannot be."""
    actor = access.actor()
    point = find_postcode(reading(), new.postcode) if new.postcode else None
    try:
        offer = as_offer(
            new,
            measure,
            provider_id=actor.organisation_id or 0,
            provider_name=actor.organisation_name,
            zone_scheme_id=choices.scheme_id,
            on=today(),
        )
    except Refused as refused:
        form.refuse(refused)
        return None
    if offer is None:
        return None
    return replace(
        offer,
        pledge_id=pledge.id if pledge else 0,
        easting=point.easting if point else None,
        northing=point.northing if point else None,
    )


def _done(reference: str, posted: bool) -> Response:
    pledge = queries.pledge(reading(), access.actor(), reference)
    if not posted:
        said = Message(N_("Your draft is saved. Post it when it is ready."))
    elif pledge.state == "waiting":
        said = Message(N_("Your pledge is posted. The council looks at it and puts it on offer or asks you something."))
    else:
        said = Message(N_("Your pledge is on offer. We look for groups that need it."))
    return forms.done(url_for("pledges.show", reference=reference), said)
