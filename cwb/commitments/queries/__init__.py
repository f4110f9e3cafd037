"""Reads of commitments."""

from __future__ import annotations

from cwb.commitments.queries.checks import check_agreed
from cwb.commitments.queries.terms import commitment_id_of, commitment_terms, ids_where_live, ids_where_open

__all__ = ["check_agreed", "commitment_id_of", "commitment_terms", "ids_where_live", "ids_where_open"]
