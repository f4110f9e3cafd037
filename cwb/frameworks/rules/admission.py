"""The states of an admission (domain.md 4), and who may do what with frameworks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from community_book.base.actor import COUNCIL_ROLES, Permission, Role
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move

MANAGE_FRAMEWORKS = Permission("manage_frameworks", Role.OFFICER, Role.ADMINISTRATOR)
"""Import frameworks, and say which organisation an unmatched supplier is."""

MANAGE_ADMISSIONS = Permission("manage_admissions", Role.OFFICER)
"""Admit an organisation, change its lots and zones, end its place."""

SEE_ADMISSIONS = Permission("see_admissions", *COUNCIL_ROLES)
"""See a place on a framework with its history."""


class AdmissionState(StrEnum):
    """Where a provider's place on a framework stands."""

    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    ENDED = "ended"


class SuspensionClass(StrEnum):
    """SAFETY holds visits and shared premises at once; with OTHER the officer chooses item by item."""

    SAFETY = "safety"
    OTHER = "other"


STATE_LABELS: dict[StrEnum, Message] = {
    AdmissionState.ADMITTED: Message(N_("admitted")),
    AdmissionState.SUSPENDED: Message(N_("suspended")),
    AdmissionState.ENDED: Message(N_("ended")),
}
SUSPENSION_LABELS: dict[SuspensionClass, Message] = {
    SuspensionClass.SAFETY: Message(N_("for safety: visits and shared premises are held at once")),
    SuspensionClass.OTHER: Message(N_("for another reason: item by item")),
}

ADMISSIONS = Machine(
    noun=Message(N_("admission")),
    moves={
        "change": move({AdmissionState.ADMITTED, AdmissionState.SUSPENDED}),
        "suspend": move({AdmissionState.ADMITTED}, AdmissionState.SUSPENDED),
        "lift": move({AdmissionState.SUSPENDED}, AdmissionState.ADMITTED),
        "end": move({AdmissionState.ADMITTED, AdmissionState.SUSPENDED}, AdmissionState.ENDED),
    },
    labels=STATE_LABELS,
    verbs={
        "change": Message(N_("change its lots and zones")),
        "suspend": Message(N_("suspend it")),
        "lift": Message(N_("lift the suspension")),
        "end": Message(N_("end it")),
    },
)


class UnmatchedState(StrEnum):
    """What became of a supplier without an identifier."""

    WAITING = "waiting"
    MATCHED = "matched"
    SET_ASIDE = "set_aside"


UNMATCHED_LABELS: dict[UnmatchedState, Message] = {
    UnmatchedState.WAITING: Message(N_("waiting")),
    UnmatchedState.MATCHED: Message(N_("matched")),
    UnmatchedState.SET_ASIDE: Message(N_("set aside")),
}


@dataclass(frozen=True)
class NewAdmission:
    """An organisation to be admitted: lots and zones by reference; no zones means the whole borough.

    `organisation` is the reference of one we know; without it, one is made of name and register number.
    """

    lots: list[str]
    zones: list[str]
    admitted_on: date
    organisation: str = ""
    name: str = ""
    scheme: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class AdmissionChange:
    """The lots and zones an admission has from now on."""

    lots: list[str]
    zones: list[str]
    version: int | None = None
