"""The blueprint all pages of the room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("groups", __name__)
