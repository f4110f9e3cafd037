"""The page of quarters: which are closed, and the button that closes the next."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from community_book.base.clock import today
from community_book.base.messages import N_, Message
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
