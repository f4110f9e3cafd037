"""The only writers of frameworks: admissions, imports, matching by hand, the real facts of the first seed."""

from cwb.frameworks.actions.admissions import (
    admit,
    admit_organisation,
    change_admission,
    end_admission,
    end_place,
    lift_suspension,
    suspend_admission,
)
from cwb.frameworks.actions.frameworks import NewFact, NewLot, make_framework, put_facts
from cwb.frameworks.actions.importing import drop_old_uploads, import_file, keep_upload, take_in_upload
from cwb.frameworks.actions.seed import load_seed, load_seed_facts
from cwb.frameworks.actions.unmatched import make_organisation_of, match_supplier, set_aside

__all__ = [
    "NewFact",
    "NewLot",
    "admit",
    "admit_organisation",
    "change_admission",
    "drop_old_uploads",
    "end_admission",
    "end_place",
    "import_file",
    "keep_upload",
    "lift_suspension",
    "load_seed",
    "load_seed_facts",
    "make_framework",
    "make_organisation_of",
    "match_supplier",
    "put_facts",
    "set_aside",
    "suspend_admission",
    "take_in_upload",
]
