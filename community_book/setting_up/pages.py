"""The one-time address, the list of steps, and the pages of what a council says of its own site."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.site import COLOUR, NAMES, OWN_COLOUR, SAFEGUARDING, site
from community_book.setting_up import actions, queries
from community_book.setting_up.rules import SET_UP, SET_UP_LINK
from community_book.setting_up.schemas import ColourForm, FirstForm, NamesForm, SafeguardingForm
from community_book.web import access, forms
from community_book.web import sign_in as browser
from community_book.web.access import by_link, requires
from community_book.web.database import reading

blueprint = Blueprint("setting_up", __name__)
Answer = Response | str | tuple[str, int]


@blueprint.route("/set-up/begin/<token>", methods=["GET", "POST"])
@by_link(SET_UP_LINK)
def begin(token: str) -> Answer:
    """The address the terminal prints: good until there is an administrator."""
    link = access.actor()
    if queries.has_administrator(reading()):
        raise WrongState(Message(actions.BEGUN_ALREADY))
    form = forms.Form(FirstForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            session = actions.begin(link, new, user_agent=request.headers.get("User-Agent", "")[:400])
            browser.start(session)
            return forms.done(url_for("setting_up.steps"), Message(N_("Your account is made. These are the steps.")))
    return forms.page("community_book/setting_up/begin.html", form)


@blueprint.get("/set-up")
@requires(SET_UP)
def steps() -> Answer:
    return render_template("community_book/setting_up/steps.html", progress=queries.progress(reading(), access.actor()))


def _next() -> str:
    return url_for("setting_up.steps")


@blueprint.route("/set-up/names", methods=["GET", "POST"])
@requires(SET_UP)
def names() -> Answer:
    stands = queries.fact(reading(), NAMES)
    form = forms.Form(NamesForm(), values={**_council_as_known(), **stands})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.name_site(access.actor(), new)
            return forms.done(_next(), Message(N_("The names are saved.")))
    return forms.page("community_book/setting_up/names.html", form)


def _council_as_known() -> dict[str, str]:
    """Before anything is said: the name the first administrator gave, and none of the examples."""
    return {"site_name": site().site_name, "council_name": access.actor().organisation_name}


@blueprint.route("/set-up/safeguarding", methods=["GET", "POST"])
@requires(SET_UP)
def safeguarding() -> Answer:
    form = forms.Form(SafeguardingForm(), values=queries.fact(reading(), SAFEGUARDING))
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.say_safeguarding(access.actor(), new)
            return forms.done(_next(), Message(N_("The number stands at the foot of every page now.")))
    return forms.page("community_book/setting_up/safeguarding.html", form)


@blueprint.route("/set-up/colour", methods=["GET", "POST"])
@requires(SET_UP)
def colour() -> Answer:
    form = forms.Form(ColourForm(), values={"colour": OWN_COLOUR, **queries.fact(reading(), COLOUR)})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.choose_colour(access.actor(), new)
            return forms.done(url_for("setting_up.colour"), Message(N_("This is how it looks now.")))
    return forms.page("community_book/setting_up/colour.html", form)


@blueprint.post("/set-up/later/<name>")
@requires(SET_UP)
def later(name: str) -> Answer:
    actions.leave_step(access.actor(), name, is_left=True)
    return forms.done(_next(), Message(N_("Left for later. You can come back to it at any time.")))


@blueprint.post("/set-up/again/<name>")
@requires(SET_UP)
def again(name: str) -> Answer:
    actions.leave_step(access.actor(), name, is_left=False)
    return forms.done(_next(), Message(N_("It is on your list again.")))


def _version() -> int | None:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


@blueprint.post("/set-up/open")
@requires(SET_UP)
def open_it() -> Answer:
    actions.open_site(access.actor(), _version(), is_open=True)
    return forms.done(_next(), Message(N_("The site is open: everyone can see it now.")))


@blueprint.post("/set-up/close")
@requires(SET_UP)
def close_it() -> Answer:
    actions.open_site(access.actor(), _version(), is_open=False)
    return forms.done(_next(), Message(N_("The site is closed again to all who are not signed in.")))
