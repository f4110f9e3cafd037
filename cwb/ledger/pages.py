"""The pages of quarters: which are closed, closing the next one, and what waits on a desk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base.actor import Actor
from community_book.base.clock import quarter_of, today
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.ledger import actions, queries
from cwb.ledger.rules import CLOSE_PERIODS, say_quarter
from cwb.ledger.schemas import ClosingForm

blueprint = Blueprint("ledger", __name__)
Answer = Response | str | tuple[str, int]


@blueprint.route("/periods", methods=["GET", "POST"])
@requires(CLOSE_PERIODS)
def periods() -> Answer:
    form = forms.Form(ClosingForm())
    if form.sent and (asked := form.read()) is not None:
        with form.acting():
            actions.close_a_quarter(access.actor(), asked.quarter)
            return forms.done(
                url_for("ledger.periods"), Message(N_("%(quarter)s is closed."), quarter=say_quarter(asked.quarter))
            )
    found = [(period, say_quarter(period.quarter)) for period in queries.periods(reading(), today())]
    return forms.page("cwb/ledger/periods.html", form, periods=found)


@blueprint.get("/periods/<quarter>/close")
@requires(CLOSE_PERIODS)
def before_closing(quarter: str) -> Answer:
    """What closing the next quarter means, asked before it is done: it cannot be undone."""
    for period in queries.periods(reading(), today()):
        if period.quarter == quarter and period.may_close:
            return render_template("cwb/ledger/close.html", period=period, words=say_quarter(quarter))
    return redirect(url_for("ledger.periods"), 303)


def waiting_for(reading: Session, actor: Actor) -> list[DeskItem]:
    """Quarters that have ended and are still open, for whoever may close them."""
    if not actor.may(CLOSE_PERIODS):
        return []
    found = queries.periods(reading, today())
    if not any(period.may_close for period in found):
        return []
    now = quarter_of(today())
    count = sum(period.closed_at_utc is None and period.quarter < now for period in found)
    return [DeskItem(Message(N_("Quarters that have ended and are open")), url_for("ledger.periods"), count, 6)]
