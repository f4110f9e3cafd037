"""Reads of commitments."""

from __future__ import annotations

from cwb.commitments.queries.terms import commitment_id_of, commitment_terms, ids_where_live, ids_where_open

__all__ = ["commitment_id_of", "commitment_terms", "ids_where_live", "ids_where_open"]
