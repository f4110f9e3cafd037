"""What writing a letter needs of the web: words in somebody's language, and addresses of pages."""

from __future__ import annotations

from typing import Protocol

from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.site import site


class Pen(Protocol):
    """Handed in by wiring, because below `web` nobody translates and nobody knows an address."""

    def say(self, language: str, message: Message) -> str: ...

    def page_of(self, subject: str) -> str:
        """The absolute address of a subject's page."""
        ...

    def link_page(self, act: str, token: str) -> str | None:
        """The absolute address of the page a signed link for the act opens; None when no page takes it."""
        ...


def footer(pen: Pen, language: str, *, has_account: bool) -> list[str]:
    """What stands under every mail."""
    said = [", ".join(filter(None, (site().site_name, site().council_name))), settings().public_url]
    if has_account:
        where = settings().public_url + "/account"
        said.append(
            pen.say(language, Message(N_("How often notices come by email, or not at all: %(where)s"), where=where))
        )
    return said
