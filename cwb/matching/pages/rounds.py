"""Rounds: an officer starts one, watches it, weighs its plan, marks pairs and publishes; the auditor reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask import Response as Answer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_LABELS, Unit, say_amount
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.registered import DeskItem
from community_book.base.settings import settings
from community_book.places.queries import label_on_map, schemes_in_use, schemes_shown
from community_book.places.rules import MapShape
from community_book.places.views import SchemeShown
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import Page, asked_page
from community_book.web.words import say
from cwb.matching.actions import rounds as acts
from cwb.matching.queries import rounds as queries
from cwb.matching.rules.rounds import (
    OPEN_ROUND,
    ROUND_COLOURS,
    ROUND_LABELS,
    RUN_ROUNDS,
    SEE_ROUNDS,
    Mark,
    Outcome,
    RoundState,
)
from cwb.matching.schemas import RoundForm
from cwb.matching.views import PlanView, RoundLineView, RoundView

blueprint = Blueprint("rounds", __name__)
SECONDS = 4
"""How often the page of a round that is being computed looks again, where the officer wants it to."""
LINES_ON_A_PAGE, LINES_ON_A_SHEET = 20, 100
PLANS = ("plan", "greedy", "today")
PLAN_LABELS = {
    "plan": Message(N_("This plan")),
    "greedy": Message(N_("Best pair first")),
    "today": Message(N_("Today")),
}
OUTCOME_LABELS = {
    Outcome.PROPOSED: Message(N_("proposed")),
    Outcome.GONE: Message(N_("gone meanwhile")),
    Outcome.WAITS: Message(N_("waits")),
}
OUTCOME_COLOURS = {Outcome.PROPOSED: "green", Outcome.GONE: "red", Outcome.WAITS: "yellow"}


@blueprint.get("/rounds")
@requires(SEE_ROUNDS)
def index() -> str:
    found = queries.rounds(reading(), access.actor())
    return render_template(
        "cwb/matching/rounds.html", rounds=found, has_open=any(one.state in OPEN_ROUND for one in found), **_words()
    )


@blueprint.route("/rounds/start", methods=["GET", "POST"])
@requires(RUN_ROUNDS)
def start() -> Response | tuple[str, int]:
    schemes = [(scheme.id, scheme.name) for scheme in schemes_in_use(reading(), today())]
    values = {"scheme": schemes[0][0]} if schemes else None
    form = forms.Form(RoundForm(schemes), values=values)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            reference = acts.start_round(access.actor(), new.as_new)
            return forms.done(
                url_for("rounds.show", reference=reference, follow=1), Message(N_("The round is started."))
            )
    return forms.page(
        "cwb/matching/start_round.html", form, schemes=schemes, open_round=queries.open_round_reference(reading())
    )


@blueprint.get("/rounds/<reference>")
@requires(SEE_ROUNDS)
def show(reference: str) -> Answer:
    found = _round(reference)
    follow = request.args.get("follow") == "1"
    lines = _lines(found) if found.figures else []
    number = min(asked_page(), max(1, -(-len(lines) // LINES_ON_A_PAGE)))
    plan = request.args.get("plan", "")
    answer = Answer(
        render_template(
            "cwb/matching/round.html",
            round=found,
            page=Page(_piece(lines, number, LINES_ON_A_PAGE), number, len(lines), LINES_ON_A_PAGE),
            asked={name: request.args.get(name, "") for name in ("kind", "show")},
            follow=follow,
            seconds=SECONDS,
            on_map=plan if plan in PLANS else "plan",
            may_act=access.actor().may(RUN_ROUNDS),
            **_compared(found),
            **_words(),
        )
    )
    if follow and found.state in {RoundState.STARTED, RoundState.COMPUTING}:
        answer.headers["Refresh"] = str(SECONDS)
    return answer


@blueprint.get("/rounds/<reference>/print")
@requires(SEE_ROUNDS)
def sheet(reference: str) -> str:
    """The plan on paper: figures, zones and lines, without buttons."""
    found = _round(reference)
    lines = _lines(found) if found.figures else []
    number = min(asked_page(), max(1, -(-len(lines) // LINES_ON_A_SHEET)))
    return render_template(
        "cwb/matching/round_sheet.html",
        round=found,
        page=Page(_piece(lines, number, LINES_ON_A_SHEET), number, len(lines), LINES_ON_A_SHEET),
        **_compared(found),
        **_words(),
    )


@blueprint.get("/rounds/<reference>/plan.csv")
@requires(SEE_ROUNDS)
def table(reference: str) -> Answer:
    """The lines of a plan; amounts are whole numbers of the unit beside them."""
    found = _round(reference)
    columns = (
        "pledge", "pledge_title", "provider", "need", "need_title", "group", "zone", "kind", "unit", "amount",
        "asked", "dates", "score", "first_time", "mark", "outcome", "what_it_says", "promise",
    )  # fmt: skip
    return csv_answer(f"round-{found.reference}.csv", columns, [_row(one) for one in _lines(found)])


def _row(one: RoundLineView) -> tuple[object, ...]:
    return (
        one.pledge_reference, one.pledge_title, one.provider_name, one.need_reference, one.need_title, one.group_name,
        one.zone_name, one.kind.value, one.unit.value, one.amount, one.asked, one.dates, one.score,
        "yes" if one.is_first else "no", one.mark.value if one.mark else "", one.outcome.value,
        say(one.says) if one.says else "", one.commitment_reference,
    )  # fmt: skip


# --- acts ---------------------------------------------------------------------------------------


@blueprint.post("/rounds/<reference>/stop")
@requires(RUN_ROUNDS)
def stop(reference: str) -> Response:
    state = acts.stop_round(access.actor(), tidy_reference(reference))
    said = N_("Stopped. The plan it had before stands.") if state is RoundState.READY else N_("Stopped and dropped.")
    return forms.done(_address(reference), Message(said))


@blueprint.post("/rounds/<reference>/compute-again")
@requires(RUN_ROUNDS)
def compute_again(reference: str) -> Response:
    acts.compute_again(access.actor(), tidy_reference(reference), version=_version())
    return forms.done(
        url_for("rounds.show", reference=reference, follow=1),
        Message(N_("It is computed again, with what you locked and without what you struck out.")),
    )


@blueprint.post("/rounds/<reference>/drop")
@requires(RUN_ROUNDS)
def drop(reference: str) -> Response:
    acts.drop_round(access.actor(), tidy_reference(reference), version=_version())
    return forms.done(_address(reference), Message(N_("The round is dropped. Nobody was written to.")))


@blueprint.post("/rounds/<reference>/lines/<int:line_id>/<any(lock, strike):how>")
@requires(RUN_ROUNDS)
def mark(reference: str, line_id: int, how: str) -> Response:
    marked = Mark.LOCKED if how == "lock" else Mark.STRUCK
    acts.mark_pair(access.actor(), tidy_reference(reference), line_id, marked)
    said = (
        N_("Locked: it stays as it is when the round is computed again.")
        if marked is Mark.LOCKED
        else N_("Struck out of the plan. Compute it again to use what that sets free.")
    )
    return forms.done(_back(reference), Message(said))


@blueprint.post("/rounds/<reference>/pairs/<int:pledge_id>/<int:part_id>/unmark")
@requires(RUN_ROUNDS)
def unmark(reference: str, pledge_id: int, part_id: int) -> Response:
    acts.unmark_pair(access.actor(), tidy_reference(reference), pledge_id, part_id)
    return forms.done(_back(reference), Message(N_("Taken back.")))


@blueprint.get("/rounds/<reference>/publish")
@requires(RUN_ROUNDS)
def before_publishing(reference: str) -> str:
    """What publishing would do, said before it is done."""
    found = _round(reference)
    lines = [one for one in _lines(found) if one.id is not None]
    return render_template(
        "cwb/matching/publish_round.html",
        round=found,
        providers=len({one.provider_id for one in lines}),
        groups=len({one.group_id for one in lines}),
        most=settings().open_offers_to_one_group,
        **_words(),
    )


@blueprint.post("/rounds/<reference>/publish")
@requires(RUN_ROUNDS)
def publish(reference: str) -> Response:
    acts.publish_round(access.actor(), tidy_reference(reference), version=_version())
    return forms.done(_address(reference), _what_went(reference))


@blueprint.post("/rounds/<reference>/publish-rest")
@requires(RUN_ROUNDS)
def publish_rest(reference: str) -> Response:
    acts.publish_rest(access.actor(), tidy_reference(reference))
    return forms.done(_address(reference), _what_went(reference))


# --- shown --------------------------------------------------------------------------------------


def _round(reference: str) -> RoundView:
    return queries.round_view(reading(), access.actor(), tidy_reference(reference))


def _address(reference: str) -> str:
    return url_for("rounds.show", reference=tidy_reference(reference))


def _back(reference: str) -> str:
    """The page of the plan the button was on, at the pair it was about: one of many, far down."""
    address = forms.safe_next(request.form.get("back"), _address(reference))
    pair = re.fullmatch(r"[0-9]{1,18}-[0-9]{1,18}", request.form.get("pair", ""))
    return f"{address}#pair-{pair.group()}" if pair else address


def _version() -> int | None:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _what_went(reference: str) -> Message:
    found = _round(reference)
    return Message(
        N_("%(proposed)s proposed, %(gone)s gone meanwhile, %(waits)s wait until an organisation has answered."),
        proposed=found.proposed,
        gone=found.gone,
        waits=found.waits,
    )


def _lines(found: RoundView) -> list[RoundLineView]:
    kind, shown = request.args.get("kind", ""), request.args.get("show", "")
    return queries.round_lines(
        reading(),
        access.actor(),
        found,
        kind=kind if kind in {one.value for one in found.kinds} else "",
        outcome=shown if shown in {one.value for one in Outcome} else "",
        mark=shown if shown in {one.value for one in Mark} else "",
    )


def _piece(lines: Sequence[RoundLineView], number: int, many: int) -> Sequence[RoundLineView]:
    return lines[(number - 1) * many : number * many]


def _compared(found: RoundView) -> dict[str, object]:
    """The three plans side by side, the zones in counting order, and the map they are drawn on."""
    if found.figures is None:
        return {"plans": {}, "zones": (), "scheme": None, "shades": {}, "names": {}, "shapes": {}}
    plans: dict[str, PlanView] = {name: getattr(found.figures, name) for name in PLANS}
    schemes = schemes_shown(reading(), scheme_id=found.scheme_id)
    names: dict[int | None, str] = {zone.id: zone.name for scheme in schemes for zone in scheme.zones}
    names[None] = say(Message(N_("Placed in no zone")))
    order = [zone.id for scheme in schemes for zone in scheme.zones]
    return {
        "plans": plans,
        "zones": [zone_id for zone_id in (*order, None) if zone_id in found.figures.plan.zones],
        "scheme": schemes[0] if schemes else None,
        "shades": {
            name: {zone_id: _shade(one.share_basis_points) for zone_id, one in plan.zones.items()}
            for name, plan in plans.items()
        },
        "names": names,
        "shapes": _shapes(schemes[0]) if schemes else {},
    }


def _shapes(scheme: SchemeShown) -> dict[int, MapShape]:
    """The shape of each zone that has one."""
    by_name = {(shape.code, shape.name): shape for shape in scheme.map.shapes} if scheme.map else {}
    keys = {zone.id: (label_on_map(zone, place), zone.name) for place, zone in enumerate(scheme.zones, start=1)}
    return {zone_id: by_name[key] for zone_id, key in keys.items() if key in by_name}


def _shade(basis_points: int) -> int:
    """0 for nothing, then a shade for each quarter of what is asked."""
    return min(4, -(-basis_points * 4 // 10_000))


def _words() -> dict[str, object]:
    return {
        "state_labels": ROUND_LABELS,
        "state_colours": ROUND_COLOURS,
        "kind_labels": KIND_LABELS,
        "plan_labels": PLAN_LABELS,
        "outcome_labels": OUTCOME_LABELS,
        "outcome_colours": OUTCOME_COLOURS,
        "RoundState": RoundState,
        "Mark": Mark,
        "Outcome": Outcome,
        "amount_words": _amount_words,
    }


def _amount_words(unit: Unit, amount: int) -> str:
    return say(say_amount(unit, amount))


def waiting_for(reading: Session, actor: Actor) -> list[DeskItem]:
    """A plan that is ready and waits for an officer's word."""
    if not actor.may(RUN_ROUNDS):
        return []
    reference = queries.open_round_reference(reading)
    if reference is None:
        return []
    return [DeskItem(Message(N_("A round of matching is open")), url_for("rounds.show", reference=reference), 1, 5)]
