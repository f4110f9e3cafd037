"""Pages of batches: what verifiers do with them, and what everybody can check."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.web import access, downloads, forms, paging
from community_book.web.access import public, requires
from community_book.web.database import reading
from cwb.checking import actions, queries, rules, saying
from cwb.checking.rules import RUN_BATCHES, SEE_BATCHES, BatchState
from cwb.checking.schemas import DropForm, OpeningForm
from cwb.deliveries.queries import found_wrong
from cwb.deliveries.rules import RISK_LABELS, Risk
from cwb.ledger.rules import say_quarter

blueprint = Blueprint("checking", __name__)
Answer = Response | str | tuple[str, int]
ITEMS_ON_A_PAGE = 100


def _words() -> dict[str, object]:
    return {"labels": rules.BATCH_LABELS, "colours": rules.BATCH_COLOURS, "saying": saying, "needed": rules.NEEDED}


@blueprint.route("/checking", methods=["GET", "POST"])
@requires(SEE_BATCHES)
def index() -> Answer:
    """What is checked one by one and why, the batches under way, and the quarters one can be opened for."""
    form = forms.Form(OpeningForm())
    if form.sent and (asked := form.read()) is not None:
        with form.acting():
            reference = actions.open_batch(access.actor(), asked.quarter)
            said = Message(N_("The batch is open, and the hash of its seed is public."))
            return forms.done(url_for("checking.show", reference=reference), said)
    strata = queries.strata(reading())
    return forms.page(
        "cwb/checking/index.html",
        form,
        strata=strata,
        risks=[(RISK_LABELS[Risk(key)], count) for key, count in strata.always],
        live=queries.live_batches(reading()),
        quarters=queries.quarters_to_open(reading()),
        providers=[(one, say_quarter(one.until_quarter)) for one in found_wrong(reading())],
        may_act=access.actor().may(RUN_BATCHES),
        **_words(),
    )


@blueprint.get("/checking/<reference>")
@requires(SEE_BATCHES)
def show(reference: str) -> str:
    """One batch: how far its sample is, what was found, and what can be done now."""
    found = queries.batch(reading(), access.actor(), reference)
    drawn = found.state is BatchState.DRAWN
    return render_template(
        "cwb/checking/batch.html",
        batch=found,
        may_act=access.actor().may(RUN_BATCHES),
        mine=queries.waits_for(reading(), access.actor(), [found.id]) if drawn else 0,
        acts=rules.MACHINE.acts_from(found.state),
        freezes_from=queries.freezes_from(found.quarter, found.opened_at_utc),
        today=today(),
        **_words(),
    )


@blueprint.post("/checking/<reference>/freeze")
@requires(RUN_BATCHES)
def freeze(reference: str) -> Response:
    count = actions.freeze_batch(access.actor(), reference)
    said = Message(N_("Frozen reports: %(count)s. Nobody changes them now. Draw the sample next."), count=count)
    return forms.done(url_for("checking.show", reference=reference), said)


@blueprint.post("/checking/<reference>/draw")
@requires(RUN_BATCHES)
def draw(reference: str) -> Response:
    count = actions.draw_batch(access.actor(), reference)
    said = Message(N_("Drawn: %(count)s. The seed is public now, so that anybody can draw the same."), count=count)
    return forms.done(url_for("checking.show", reference=reference), said)


@blueprint.route("/checking/<reference>/accept", methods=["GET", "POST"])
@requires(RUN_BATCHES)
def accept(reference: str) -> Answer:
    """Asks once more: what accepting does, with its numbers."""
    if request.method == "POST":
        typed = request.form.get("version", "")
        version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
        actions.accept_batch(access.actor(), reference, version=version)
        said = Message(N_("The batch is accepted. The site verifies its reports now, a few at a time."))
        return forms.done(url_for("checking.show", reference=reference), said)
    found = queries.batch(reading(), access.actor(), reference)
    rules.MACHINE.check("accept", found.state)
    return render_template("cwb/checking/accept.html", batch=found, **_words())


@blueprint.route("/checking/<reference>/give-up", methods=["GET", "POST"])
@requires(RUN_BATCHES)
def drop(reference: str) -> Answer:
    found = queries.batch(reading(), access.actor(), reference)
    rules.MACHINE.check("drop", found.state)
    form = forms.Form(DropForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.drop_batch(access.actor(), reference, new.reason)
            said = Message(N_("The batch is given up, and its reports are free again."))
            return forms.done(url_for("checking.show", reference=reference), said)
    return forms.page("cwb/checking/drop.html", form, batch=found, **_words())


@blueprint.get("/samples")
@public
def samples() -> str:
    """Every batch with the hash of its seed, for everybody; the seed where its sample was drawn."""
    number = paging.asked_page()
    total, rows = queries.batches(reading(), number)
    return render_template("cwb/checking/samples.html", page=paging.Page(rows, number, total), **_words())


@blueprint.get("/samples/<reference>")
@public
def sample(reference: str) -> str:
    """One batch: its list, its seed, and how to draw its sample again."""
    found = queries.public_batch(reading(), reference)
    items = [] if found.seed_is_secret else queries.items_of(reading(), found.id)
    number = min(paging.asked_page(), max(1, -(-len(items) // ITEMS_ON_A_PAGE)))
    first = (number - 1) * ITEMS_ON_A_PAGE
    page = paging.Page(items[first : first + ITEMS_ON_A_PAGE], number, len(items), ITEMS_ON_A_PAGE)
    return render_template("cwb/checking/sample.html", batch=found, page=page, **_words())


@blueprint.get("/samples/<reference>.csv")
@public
def sample_csv(reference: str) -> Response:
    """The list a sample was drawn from, and what was drawn."""
    found = queries.public_batch(reading(), reference)
    items = [] if found.seed_is_secret else queries.items_of(reading(), found.id)
    rows = [[item.reference, "yes" if item.in_sample else "no"] for item in items]
    return downloads.csv_answer(f"sample-{found.reference}.csv", ("reference", "drawn"), rows)


def waiting_for(session: Session, actor: Actor) -> list[DeskItem]:
    """What waits for a verifier: a sample to check, a batch to accept, reports that could be frozen."""
    if not actor.may(RUN_BATCHES):
        return []
    found = []
    for batch in queries.live_batches(session):
        address = url_for("checking.show", reference=batch.reference)
        named = {"quarter": say_quarter(batch.quarter)}
        if batch.state is BatchState.DRAWN and batch.left:
            title = Message(N_("Reports drawn from %(quarter)s to check"), **named)
            found.append(DeskItem(title, address, batch.left, 4))
        elif batch.state is BatchState.DRAWN:
            title = Message(N_("The sample of %(quarter)s is checked: decide"), **named)
            found.append(DeskItem(title, address, None, 3))
        elif batch.state is BatchState.FROZEN:
            title = Message(N_("Reports of %(quarter)s are frozen: draw the sample"), **named)
            found.append(DeskItem(title, address, batch.size, 3))
        elif batch.state is BatchState.OPEN and queries.freezes_from(batch.quarter, batch.opened_at_utc) <= today():
            title = Message(N_("The reports of %(quarter)s can be frozen"), **named)
            found.append(DeskItem(title, address, None, 5))
    return found
