"""What somebody says who asks to list a group, and what must be there."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.organisations.rules import SCHEME_LABELS, Scheme, tidy_identifier

SIZE_BANDS: dict[str, Message] = {
    "micro": Message(N_("Less than £10,000")),
    "small": Message(N_("£10,000 to £100,000")),
    "medium": Message(N_("£100,000 to £1 million")),
    "large": Message(N_("More than £1 million")),
}
"""What a group spends in a year."""

INFORMAL = "informal"
REGISTERS: tuple[Scheme, ...] = (
    Scheme.CHARITY_ENGLAND_AND_WALES,
    Scheme.COMPANY,
    Scheme.MUTUAL,
    Scheme.SCHOOL,
    Scheme.SPORTS_CLUB,
)
"""The registers a group is asked about; anything else is put right by the council later."""


@dataclass(frozen=True)
class NewGroup:
    """An ask to list a group: eight questions. `register` is a scheme's code or INFORMAL."""

    name: str
    what_we_do: str
    who_for: str
    size_band: str
    register: str
    contact_name: str
    contact_email: str
    identifier: str = ""
    proof: str = ""
    postcode: str = ""
    zone: tuple[int, ...] = ()
    confidential: bool = False
    contact_telephone: str = ""
    contacts_public: bool = False
    is_another: bool = False


@dataclass(frozen=True)
class Profile:
    """What a group says about itself, as its lead changes it. `tags` are codes; None leaves them as they are."""

    name: str
    what_we_do: str
    who_for: str
    can_offer: str
    size_band: str
    contact_name: str
    contact_email: str
    postcode: str = ""
    zone: tuple[int, ...] = ()
    confidential: bool = False
    place_public: bool = False
    contact_telephone: str = ""
    contacts_public: bool = False
    deputy_name: str = ""
    deputy_email: str = ""
    sells: str = ""
    has_room_for: str = ""
    tags: tuple[str, ...] | None = None
    version: int | None = None


@dataclass(frozen=True)
class NewMessage:
    """What somebody writes to a group through the site."""

    name: str
    email: str
    message: str


def register_of(new: NewGroup) -> tuple[str, str]:
    """Scheme and tidied number of an ask, or two empty strings for an informal group. Raises Refused."""
    if new.register == INFORMAL:
        return "", ""
    return new.register, tidy_identifier(Scheme(new.register), new.identifier)


def check_ask(new: NewGroup) -> None:
    """Raises Refused unless a register's number or an informal group's proof is there."""
    if new.register == INFORMAL:
        if not new.proof.strip():
            raise Refused(
                Problem(
                    "proof",
                    Message(
                        N_(
                            "Say how your group is run: copy the main points of its constitution, or give the name "
                            "and address of somebody who vouches for it"
                        )
                    ),
                )
            )
        return
    if not new.identifier.strip():
        raise Refused(
            Problem(
                "identifier",
                Message(
                    N_("Enter the number on the register “%(register)s”, or choose that you are on none"),
                    register=SCHEME_LABELS[Scheme(new.register)],
                ),
            )
        )
    register_of(new)
