"""The front page, and the desk whose slots the registers fill."""

from __future__ import annotations

from flask import Blueprint, render_template

from community_book.base import registers
from community_book.base.actor import SIGNED_IN
from community_book.web import access
from community_book.web.access import public, requires
from community_book.web.database import reading

blueprint = Blueprint("desks", __name__)


@blueprint.get("/")
@public
def home() -> str:
    return render_template("community_book/desks/home.html")


@blueprint.get("/desk")
@requires(SIGNED_IN)
def desk() -> str:
    return render_template("community_book/desks/desk.html", items=registers.desk_items(reading(), access.actor()))
