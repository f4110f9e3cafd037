"""The blueprint every page of this room hangs on."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

blueprint = Blueprint("frameworks", __name__)
Answer = Response | str | tuple[str, int]


def sent_version() -> int | None:
    """The version a one-button form carries, if it is one."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
