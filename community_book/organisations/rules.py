"""Register numbers: org-id schemes, how each number is written, and how typed ones are tidied. Pure.

A scheme is always stored beside the number and never inferred: a Scottish charity and a Scottish
company are both "SC" and six digits. Source: research/standards.md 3.1 and 3.2 (org-id.guide).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from community_book.base.actor import Permission, Role
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem


class Scheme(StrEnum):
    """The registers whose numbers are kept, by their org-id.guide code (GB-PPON is not listed there)."""

    COMPANY = "GB-COH"
    CHARITY_ENGLAND_AND_WALES = "GB-CHC"
    CHARITY_SCOTLAND = "GB-SC"
    CHARITY_NORTHERN_IRELAND = "GB-NIC"
    MUTUAL = "GB-MPR"
    SPORTS_CLUB = "GB-CASC"
    COUNCIL_ENGLAND = "GB-LAE"
    COUNCIL_SCOTLAND = "GB-LAS"
    COUNCIL_WALES = "GB-PLA"
    COUNCIL_NORTHERN_IRELAND = "GB-LANI"
    NHS = "GB-NHS"
    SCHOOL = "GB-EDU"
    LEARNING_PROVIDER = "GB-UKPRN"
    SOCIAL_HOUSING_ENGLAND = "GB-SHPE"
    SOCIAL_HOUSING_SCOTLAND = "GB-SRS"
    GOVERNMENT = "GB-GOR"
    GOVERNMENT_OLDER_LIST = "GB-GOV"
    PROCUREMENT = "GB-PPON"


SCHEME_LABELS: dict[Scheme, Message] = {
    Scheme.COMPANY: Message(N_("Company number (Companies House)")),
    Scheme.CHARITY_ENGLAND_AND_WALES: Message(N_("Charity number (England and Wales)")),
    Scheme.CHARITY_SCOTLAND: Message(N_("Charity number (Scotland)")),
    Scheme.CHARITY_NORTHERN_IRELAND: Message(N_("Charity number (Northern Ireland)")),
    Scheme.MUTUAL: Message(N_("Co-operative or community benefit society (Mutuals Public Register)")),
    Scheme.SPORTS_CLUB: Message(N_("Community amateur sports club (HMRC)")),
    Scheme.COUNCIL_ENGLAND: Message(N_("Council in England")),
    Scheme.COUNCIL_SCOTLAND: Message(N_("Council in Scotland")),
    Scheme.COUNCIL_WALES: Message(N_("Council in Wales")),
    Scheme.COUNCIL_NORTHERN_IRELAND: Message(N_("Council in Northern Ireland")),
    Scheme.NHS: Message(N_("NHS organisation code")),
    Scheme.SCHOOL: Message(N_("School number (URN)")),
    Scheme.LEARNING_PROVIDER: Message(N_("Learning provider number (UKPRN)")),
    Scheme.SOCIAL_HOUSING_ENGLAND: Message(N_("Registered housing provider (England)")),
    Scheme.SOCIAL_HOUSING_SCOTLAND: Message(N_("Registered housing provider (Scotland)")),
    Scheme.GOVERNMENT: Message(N_("Government organisation")),
    Scheme.GOVERNMENT_OLDER_LIST: Message(N_("Government organisation (older list)")),
    Scheme.PROCUREMENT: Message(N_("Public procurement number (PPON)")),
}
"""Each register in plain words."""

SCHEME_ALIASES: dict[str, Scheme] = {
    "UK-CHTY": Scheme.CHARITY_ENGLAND_AND_WALES,
    "UK-CO": Scheme.COMPANY,
}
"""Codes that feeds use and org-id.guide does not list: read, never written."""

_LONGEST_TYPED = 60


@dataclass(frozen=True)
class _Writing:
    """How a scheme's numbers are written, and what to say when one is not."""

    pattern: re.Pattern[str]
    how: Message
    tidy: Callable[[str], str] = str


_ANY_CODE = _Writing(
    re.compile(r"(?!GB-)[0-9A-Z][0-9A-Z./-]{0,39}"),
    Message(N_("Enter the code as it is on the register: letters, digits, dots, strokes and dashes only")),
)

_WRITINGS: dict[Scheme, _Writing] = {
    Scheme.COMPANY: _Writing(
        re.compile(r"\d{8}|[A-Z]{2}\d{6}|(?:IP|SP|RS|NP)[0-9A-Z]{6}|R0\d{6}", re.ASCII),
        Message(N_("Enter a company number of 8 characters, like 09506232 or SC123456")),
        lambda typed: typed.zfill(8) if typed.isdigit() else typed,
    ),
    Scheme.CHARITY_ENGLAND_AND_WALES: _Writing(
        re.compile(r"\d{6,7}", re.ASCII),
        Message(N_("Enter a charity number of 6 or 7 digits, like 279417 or 1090095")),
    ),
    Scheme.CHARITY_SCOTLAND: _Writing(
        re.compile(r"SC\d{6}", re.ASCII),
        Message(N_("Enter a Scottish charity number with SC and 6 digits, like SC042386")),
    ),
    Scheme.CHARITY_NORTHERN_IRELAND: _Writing(
        re.compile(r"1\d{5}", re.ASCII),
        Message(N_("Enter a Northern Ireland charity number of 6 digits that begin with 1, like 100019")),
        lambda typed: typed.removeprefix("NIC"),
    ),
    Scheme.MUTUAL: _Writing(
        re.compile(r"\d{1,6}[A-Z]?|(?:IP|SP|RS|NP)[0-9A-Z]{6}", re.ASCII),
        Message(N_("Enter the society's number from the Mutuals Public Register, like 235C or IP031455")),
    ),
    Scheme.SCHOOL: _Writing(
        re.compile(r"\d{6}", re.ASCII), Message(N_("Enter a school number (URN) of 6 digits, like 125554"))
    ),
    Scheme.LEARNING_PROVIDER: _Writing(
        re.compile(r"\d{8}", re.ASCII), Message(N_("Enter a UKPRN of 8 digits, like 10007149"))
    ),
    Scheme.COUNCIL_ENGLAND: _Writing(
        re.compile(r"[A-Z]{3}"), Message(N_("Enter the council's code of 3 letters, like WGN"))
    ),
    Scheme.PROCUREMENT: _Writing(
        re.compile(r"[A-Z]{4}-\d{4}-[A-Z]{4}", re.ASCII),
        Message(N_("Enter the procurement number as 4 letters, 4 digits and 4 letters, like AAAA-0000-AAAA")),
    ),
}

HOW_TO_TYPE: dict[Scheme, Message] = {scheme: _WRITINGS.get(scheme, _ANY_CODE).how for scheme in Scheme}
"""What to type for each register; the refusal, and a field's hint."""


def tidy_identifier(scheme: Scheme, typed: str) -> str:
    """The number as it is stored: upper case, no spaces, company numbers padded to 8 digits.

    The scheme's own code before it ("GB-COH-…") is dropped. Tells only how it is written: no register
    has a public check digit. Raises Refused with a Problem of the field "identifier".
    """
    writing = _WRITINGS.get(scheme, _ANY_CODE)
    squeezed = "".join(typed.split())
    if squeezed.isascii() and len(squeezed) <= _LONGEST_TYPED:
        tidy = writing.tidy(squeezed.upper().removeprefix(f"{scheme}-"))
        if writing.pattern.fullmatch(tidy):
            return tidy
    raise Refused(Problem("identifier", writing.how))


def org_id(scheme: Scheme, value: str) -> str:
    """The identifier as other systems know it: "GB-COH-00234567"."""
    return f"{scheme}-{value}"


def read_scheme(code: str) -> Scheme:
    """The scheme of a code in an imported file, ours or an alias, in any case.

    Raises Refused with a Problem of the field "scheme" for one that is not known.
    """
    tidy = code.strip().upper()
    if tidy in SCHEME_ALIASES:
        return SCHEME_ALIASES[tidy]
    try:
        return Scheme(tidy)
    except ValueError:
        raise Refused(
            Problem(
                "scheme",
                Message(
                    N_("“%(code)s” is not a register we know. Use a code of org-id.guide, like GB-COH"),
                    code=code.strip()[:40],
                ),
            )
        ) from None


def read_org_id(text: str) -> tuple[Scheme, str]:
    """Scheme and tidied number of an identifier such as "GB-COH-234567" or "UK-CHTY-1090095".

    Raises Refused as `read_scheme` and `tidy_identifier` do.
    """
    parts = text.strip().split("-", 2)
    scheme = read_scheme("-".join(parts[:2]))
    return scheme, tidy_identifier(scheme, parts[2] if len(parts) == 3 else "")


EDIT_ORGANISATION = Permission("edit_organisation", Role.GROUP_LEAD, Role.PROVIDER_LEAD, Role.ADMINISTRATOR)
RENAME_ORGANISATION = Permission("rename_organisation", Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Profile:
    """What an organisation says about itself."""

    description: str
    website: str
    version: int | None = None


@dataclass(frozen=True)
class NewName:
    name: str
    version: int | None = None


@dataclass(frozen=True)
class NewNumber:
    """A register number to add; `primary` puts it first."""

    scheme: str
    identifier: str
    primary: bool = False


def tidy_website(typed: str) -> str:
    """A website's address with its https:// in front; empty stays empty. Raises Refused on the field "website"."""
    address = typed.strip()
    if not address:
        return ""
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    named = re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", host) and (port is None or port > 0)
    plain = address.isascii() and not re.search(r"[\s\"'<>\\\\]", address) and "@" not in parts.netloc
    if parts.scheme.lower() not in {"http", "https"} or not named or not plain or len(address) > 300:
        raise Refused(Problem("website", Message(N_("Enter a website's address, like https://www.example.org"))))
    return address
