"""The council's colour as a stylesheet of its own, because no page carries a style."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from community_book.base.settings import settings
from community_book.base.site import OWN_COLOUR, site
from community_book.web.access import public

blueprint = Blueprint("theme", __name__)


class SiteInTemplates:
    """`site` in every template: what the council says about its site, then the settings."""

    def __getattr__(self, name: str) -> Any:
        said = site()
        return getattr(said, name) if hasattr(said, name) else getattr(settings(), name)

    @property
    def theme(self) -> str:
        """The address of the colour's stylesheet; "" for the colour the site comes with."""
        colour = site().colour
        return "" if colour == OWN_COLOUR else url_for("theme.css", v=colour[1:])


@blueprint.get("/theme.css")
@public
def css() -> Response:
    """The address changes with the colour, so that the newest may be kept."""
    colour = site().colour
    response = Response(f":root{{--govuk-brand-colour:{colour}}}\n", content_type="text/css; charset=utf-8")
    if request.args.get("v") == colour[1:]:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
