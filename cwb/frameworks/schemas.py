"""Forms about frameworks and admissions."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.organisations.rules import SCHEME_LABELS
from community_book.web import fields as f
from cwb.frameworks.rules import AdmissionChange, NewAdmission


@dataclass(frozen=True)
class FileToLookAt:
    """Which framework a file is of; the file itself comes beside the form."""

    name: str


class ImportForm(f.FormSchema):
    makes = FileToLookAt
    name = f.words(
        Message(N_("Name of the framework")),
        hint=Message(
            N_("Needed for a spreadsheet. A published notice brings its own name; write one only to use another.")
        ),
        at_most=200,
        required=False,
    )


class AdmitForm(f.FormSchema):
    """Set the choices of `lots` and `zones` before use."""

    makes = NewAdmission
    organisation = f.hidden(at_most=20)
    name = f.words(Message(N_("Name of the organisation")), at_most=160, required=False, no_optional=True)
    scheme = f.one_of(
        Message(N_("Register")),
        [(scheme.value, label) for scheme, label in SCHEME_LABELS.items()],
        widget="select",
        required=False,
    )
    identifier = f.words(
        Message(N_("Register number")),
        hint=Message(N_("With it, later imports know the organisation again.")),
        at_most=60,
        required=False,
        width="govuk-input--width-20",
    )
    admitted_on = f.a_date(Message(N_("Admitted from")))
    lots = f.some_of(Message(N_("Lots")), required=True, small=True)
    zones = f.some_of(
        Message(N_("Zones")), hint=Message(N_("Tick none where it serves the whole borough.")), small=True
    )


class ChangeForm(f.FormSchema):
    """Set the choices of `lots` and `zones` before use."""

    makes = AdmissionChange
    lots = f.some_of(Message(N_("Lots")), required=True, small=True)
    zones = f.some_of(
        Message(N_("Zones")), hint=Message(N_("Tick none where it serves the whole borough.")), small=True
    )
    version = f.version()


@dataclass(frozen=True)
class PlaceToEnd:
    """Why a place on a framework ends."""

    reason: str
    version: int | None


class EndForm(f.FormSchema):
    makes = PlaceToEnd
    reason = f.long_words(
        Message(N_("Why does it end?")),
        hint=Message(N_("Kept for the council. The provider is told that its place ends, not why.")),
        at_most=1000,
    )
    version = f.version()
