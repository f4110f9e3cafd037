"""Who sees how far each provider has come, and which of them are looked for. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.messages import N_, Message

SEE_PROVIDERS_STANDING = Permission(
    "see_providers_standing", Role.OFFICER, Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR
)
"""The council's own list: there is no public ranking of providers."""
SEE_PROVIDER_CONTACTS = Permission("see_provider_contacts", Role.OFFICER, Role.ADMINISTRATOR)
"""Whoever asks a provider why; an auditor reads everything but contacts."""


class Wanted(StrEnum):
    """Which providers the list shows."""

    ALL = ""
    NO_PLEDGE = "no-pledge"
    NOTHING_VERIFIED = "nothing-verified"


WANTED_LABELS: dict[Wanted, Message] = {
    Wanted.ALL: Message(N_("All admitted providers")),
    Wanted.NO_PLEDGE: Message(N_("No pledge")),
    Wanted.NOTHING_VERIFIED: Message(N_("Nothing verified in twelve months")),
}


def a_year_before(day: date) -> date:
    """The day twelve months ago; on 29 February the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
