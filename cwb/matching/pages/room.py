"""The blueprint the pages of matching hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("matching", __name__)
