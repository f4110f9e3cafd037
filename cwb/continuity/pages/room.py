"""The blueprint of acts over many rooms."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("continuity", __name__)
