"""Reads of frameworks, admissions, unmatched suppliers and what was imported."""

from cwb.frameworks.queries.admissions import (
    admission_by_reference,
    admission_scope,
    admission_scopes,
    admission_states,
    admissions_ever,
    admissions_of,
    count_providers,
    is_admitted,
    is_provider,
    provider_rows,
    providers_of_framework,
    providers_of_lot,
    why_suspended,
)
from cwb.frameworks.queries.checks import framework_breaches
from cwb.frameworks.queries.frameworks import (
    framework_by_reference,
    framework_choices,
    framework_named,
    frameworks,
    lot_by_id,
    lots_of,
    zones_of_scheme,
)
from cwb.frameworks.queries.unmatched import unmatched, unmatched_by_reference, upload, waiting_count

__all__ = [
    "admission_by_reference",
    "admission_scope",
    "admission_scopes",
    "admission_states",
    "admissions_ever",
    "admissions_of",
    "count_providers",
    "framework_breaches",
    "framework_by_reference",
    "framework_choices",
    "framework_named",
    "frameworks",
    "is_admitted",
    "is_provider",
    "lot_by_id",
    "lots_of",
    "provider_rows",
    "providers_of_framework",
    "providers_of_lot",
    "unmatched",
    "unmatched_by_reference",
    "upload",
    "waiting_count",
    "why_suspended",
    "zones_of_scheme",
]
