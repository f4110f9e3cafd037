"""Admissions and their states, and how frameworks are read from files. Pure."""

from cwb.frameworks.rules.admission import (
    ADMISSIONS,
    MANAGE_ADMISSIONS,
    MANAGE_FRAMEWORKS,
    SEE_ADMISSIONS,
    STATE_LABELS,
    SUSPENSION_LABELS,
    UNMATCHED_LABELS,
    AdmissionChange,
    AdmissionState,
    NewAdmission,
    SuspensionClass,
    UnmatchedState,
)
from cwb.frameworks.rules.files import read_file
from cwb.frameworks.rules.shapes import FileRead, FrameworkRead, LotRead, ReleaseRead, Spell, SupplierRead

__all__ = [
    "ADMISSIONS",
    "MANAGE_ADMISSIONS",
    "MANAGE_FRAMEWORKS",
    "SEE_ADMISSIONS",
    "STATE_LABELS",
    "SUSPENSION_LABELS",
    "UNMATCHED_LABELS",
    "AdmissionChange",
    "AdmissionState",
    "FileRead",
    "FrameworkRead",
    "LotRead",
    "NewAdmission",
    "ReleaseRead",
    "Spell",
    "SupplierRead",
    "SuspensionClass",
    "UnmatchedState",
    "read_file",
]
