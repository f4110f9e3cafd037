"""The blueprint all pages of the room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("pledges", __name__)
