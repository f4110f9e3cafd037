"""The council's pages: the queue, the page evidence is looked at on, decisions, disputes, appeals, reversing."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed, WrongState
from community_book.base.messages import N_, Message
from community_book.base.registers import address_of
from community_book.web import access, downloads, forms, paging
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.deliveries import actions, queries, rules, saying
from cwb.deliveries.pages.answering import query_page
from cwb.deliveries.pages.lists import CSV_HEADINGS, CSV_ROWS_AT_MOST, WORDS_LONGEST, csv_row
from cwb.deliveries.pages.room import back, blueprint, seen_for
from cwb.deliveries.rules import DECIDE_DELIVERY, VERIFY_DELIVERY, Decision
from cwb.deliveries.schemas import APPEAL_CHOICES, DecisionForm, ReasonForm, part_fields
from cwb.deliveries.views import DeliveryView

DECIDES = ("verify", "verify_in_part", "reject")
QUEUES: dict[str, Message] = {
    "verify": Message(N_("To verify")),
    "sample": Message(N_("Sample")),
    "second": Message(N_("Second decisions")),
    "dispute": Message(N_("Queries")),
    "appeal": Message(N_("Appeals")),
}


def _kind() -> str:
    """The queue asked for; the first of the actor's own otherwise."""
    kinds = queries.kinds_for(access.actor())
    asked = request.args.get("queue", "")
    return asked if asked in kinds else kinds[0]


def _words() -> str:
    """What the queue is narrowed by: words of a provider, a group, a measure."""
    return " ".join(request.args.get("q", "").replace("\x00", "").split())[:WORDS_LONGEST]


@blueprint.get("/to-verify")
@requires(DECIDE_DELIVERY)
def to_verify() -> str:
    actor, kind, number, words = access.actor(), _kind(), paging.asked_page(), _words()
    total, rows = queries.to_verify(reading(), actor, kind, number, words=words)
    counts = queries.counts_to_verify(reading(), actor)
    return render_template(
        "cwb/deliveries/to_verify.html",
        page=paging.Page(rows, number, total),
        kind=kind,
        words=words,
        counts=counts,
        queues=[(key, QUEUES[key], counts.get(key, 0)) for key in queries.kinds_for(actor)],
        flag_labels=rules.FLAG_LABELS,
        saying=saying,
    )


@blueprint.get("/to-verify.csv")
@requires(DECIDE_DELIVERY)
def to_verify_csv() -> Response:
    _, rows = queries.to_verify(reading(), access.actor(), _kind(), words=_words(), per_page=CSV_ROWS_AT_MOST)
    return downloads.csv_answer("to-verify.csv", CSV_HEADINGS, (csv_row(row) for row in rows))


@blueprint.route("/deliveries/<reference>/verify", methods=["GET", "POST"])
@requires(DECIDE_DELIVERY)
def verify(reference: str) -> Response | tuple[str, int]:
    """The verifying page: evidence, report, agreement and history beside the decision."""
    try:
        view = seen_for(reference, *DECIDES)
    except WrongState as over:
        return _over(reference, over)
    kind = queries.kind_of(view.state, in_sample=view.in_sample)
    place = queries.place_in_queue(reading(), access.actor(), view.reference, kind, _words())
    form = _decision_form(view)
    if form.sent and (typed := form.read()) is not None:
        with form.acting():
            actions.decide(access.actor(), view.reference, decision_of(typed))
            after = place.after if place else None
            return _on(view.reference, after, _decided(view, typed["act"]), batch=view.held_for)
    return _page(view, form, place, kind)


def _over(reference: str, over: WrongState) -> tuple[str, int]:
    """What a verifier is told who comes too late or too early, with the way on."""
    view = queries.delivery(reading(), access.actor(), reference)
    decided = view.last_said(*DECIDES, "decide_appeal") if rules.is_settled(view.state) else None
    page = render_template(
        "cwb/deliveries/over.html",
        delivery=view,
        decided=decided,
        why=over.message,
        label=rules.STATE_LABELS[view.state],
        next_kind=_kind(),
        saying=saying,
    )
    return page, 409


@blueprint.route("/deliveries/<reference>/decide-appeal", methods=["GET", "POST"])
@requires(DECIDE_DELIVERY)
def decide_appeal(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "decide_appeal")
    place = queries.place_in_queue(reading(), access.actor(), view.reference, "appeal")
    form = _decision_form(view)
    if form.sent and (typed := form.read()) is not None:
        with form.acting():
            actions.decide_appeal(access.actor(), view.reference, decision_of(typed))
            return back(view.reference, Message(N_("The appeal is decided, and both sides are told.")))
    return _page(view, form, place, "appeal")


def _decision_form(view: DeliveryView) -> forms.Form:
    appeal = view.state is rules.DeliveryState.APPEALED
    lines = tuple(line for line in view.sessions if line.was_used) if appeal else view.used
    schema: Any = part_fields(DecisionForm(), view.unit, lines)
    if appeal:
        schema.fields["act"].choices = APPEAL_CHOICES
        schema.fields["reason"].metadata["hint"] = Message(N_("A sentence both sides will read."))
    if view.is_level:
        schema.fields["act"].choices = [c for c in schema.fields["act"].choices if c[0] != "verify_in_part"]
        for kept in (schema.fields, schema.load_fields):
            kept.pop("amount", None)
    before = view.state_before_decision or view.state
    schema.fields["basis"].choices = rules.bases_for(
        has_files=bool(view.evidence),
        has_group=view.group_id is not None,
        is_unanswered=before is rules.DeliveryState.UNANSWERED,
    )
    # The word of the group is known of every report of a sample: what it is checked by, the verifier says.
    has_word = view.group_word is not None and not view.confirmed_on_behalf and not appeal and not view.in_sample
    return forms.Form(
        schema,
        values={
            "version": view.version,
            "used": [str(line.id) for line in lines],
            "basis": "word" if has_word else "",
        },
    )


def decision_of(typed: dict[str, Any]) -> Decision:
    """What a filled form decides; the dates and the amount matter only for a part."""
    part = typed["act"] == "verify_in_part"
    return Decision(
        act=typed["act"],
        amount=typed.get("amount") if part else None,
        used=tuple(int(key) for key in typed["used"]) if part and "used" in typed else None,
        reason=typed["reason"],
        basis=typed["basis"],
        version=typed["version"],
    )


SAID: dict[str, Message] = {
    "verify": Message(N_("%(reference)s is verified in full, and both sides are told.")),
    "verify_in_part": Message(N_("%(reference)s is verified in part, and both sides are told why.")),
    "reject": Message(N_("%(reference)s is not accepted, and both sides are told why.")),
}
SAID_OF_OWN: dict[str, Message] = {
    "verify": Message(N_("%(reference)s is verified in full, and the provider is told.")),
    "verify_in_part": Message(N_("%(reference)s is verified in part, and the provider is told why.")),
    "reject": Message(N_("%(reference)s is not accepted, and the provider is told why.")),
}


def _decided(view: DeliveryView, act: str) -> Message:
    """What a decision came to, and who hears of it."""
    if view.state is rules.DeliveryState.FIRST_DECISION:
        return Message(N_("Your decision on %(reference)s is kept beside the first."), reference=view.reference)
    if rules.needs_two(view.whole, view.two_verifiers_above) and view.state is not rules.DeliveryState.DIFFER:
        return Message(
            N_("Your decision on %(reference)s is kept; it counts when a second verifier has decided too."),
            reference=view.reference,
        )
    return Message((SAID if view.group_id is not None else SAID_OF_OWN)[act].template, reference=view.reference)


def _on(reference: str, after: str | None, said: Message, *, batch: str = "") -> Response:
    """On to the next in the queue, or to the page of what was done: of a sample, that of its batch."""
    if after is None:
        return forms.done(address_of(f"batch:{batch}"), said) if batch else back(reference, said)
    return forms.done(url_for("deliveries.verify", reference=after, q=_words() or None), said)


def _page(view: DeliveryView, form: forms.Form, place: Any, kind: str) -> tuple[str, int]:
    return forms.page(
        "cwb/deliveries/verify.html",
        form,
        delivery=view,
        place=place,
        kind=kind,
        words=_words(),
        sentence=saying.say_report(view),
        next_step=saying.say_next(view),
        flag_labels=rules.FLAG_LABELS,
        bases=rules.BASES,
        all_bases=rules.WHAT_IT_RESTED_ON,
        saying=saying,
        is_second=view.state is rules.DeliveryState.FIRST_DECISION,
        takes_two=rules.needs_two(view.whole, view.two_verifiers_above),
    )


@blueprint.route("/deliveries/<reference>/ask", methods=["GET", "POST"])
@requires(VERIFY_DELIVERY)
def ask(reference: str) -> Response | tuple[str, int]:
    """The council asks a provider about a report of its own house, instead of deciding, and goes on to the next."""
    place = queries.place_in_queue(reading(), access.actor(), reference, words=_words())
    asked = Message(N_("%(reference)s: the provider is asked, and it waits for the answer."), reference=reference)
    return query_page(reference, asked, lambda said: _on(reference, place.after if place else None, said))


@blueprint.route("/deliveries/<reference>/uphold", methods=["GET", "POST"])
@requires(VERIFY_DELIVERY)
def uphold(reference: str) -> Response | tuple[str, int]:
    return _dispute(reference, "uphold", Message(N_("The report is upheld. It can be verified now.")))


@blueprint.route("/deliveries/<reference>/not-uphold", methods=["GET", "POST"])
@requires(VERIFY_DELIVERY)
def not_uphold(reference: str) -> Response | tuple[str, int]:
    return _dispute(reference, "not_uphold", Message(N_("The report is not upheld. It counts nothing.")))


def _dispute(reference: str, act: str, said: Message) -> Response | tuple[str, int]:
    view = seen_for(reference, act)
    if view.why_not is not None:
        raise NotAllowed(view.why_not)
    form = forms.Form(ReasonForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            decided = actions.uphold if act == "uphold" else actions.not_uphold
            decided(access.actor(), view.reference, reason=new["reason"], version=new["version"])
            return back(view.reference, said)
    return forms.page(
        "cwb/deliveries/dispute.html", form, delivery=view, act=act, sentence=saying.say_report(view), saying=saying
    )


@blueprint.route("/deliveries/<reference>/reverse", methods=["GET", "POST"])
@requires(VERIFY_DELIVERY)
def reverse(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "reverse")
    if view.why_not is not None:
        raise NotAllowed(view.why_not)
    form = forms.Form(ReasonForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.reverse(access.actor(), view.reference, reason=new["reason"], version=new["version"])
            return back(view.reference, Message(N_("It is taken out of every figure again.")))
    return forms.page("cwb/deliveries/reverse.html", form, delivery=view, sentence=saying.say_report(view))


@blueprint.get("/to-verify/next")
@requires(DECIDE_DELIVERY)
def next_to_verify() -> Response:
    """The first of the queue, to begin with."""
    kind, words = _kind(), _words()
    _, rows = queries.to_verify(reading(), access.actor(), kind, words=words, per_page=1)
    if not rows:
        return redirect(url_for("deliveries.to_verify", queue=kind), 303)
    endpoint = {"dispute": "deliveries.show", "appeal": "deliveries.decide_appeal"}.get(kind, "deliveries.verify")
    return redirect(url_for(endpoint, reference=rows[0].reference, q=words or None), 303)
