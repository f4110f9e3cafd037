"""Makers of people: accounts with passwords, mail that was written, bodies that are groups or providers."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from community_book.base import dispatcher, work
from community_book.base.actor import Role, system
from community_book.base.settings import settings
from community_book.organisations.tables import Organisation
from community_book.people import actions
from community_book.people.tables import Person
from tests.makers import client_of, make_organisation, make_person

PASSWORD = "river stone apple"
_numbers = count(1)


def with_password(name: str = "", *, belongs_to: Organisation | None = None, role: Role | None = None) -> Person:
    """Somebody with an account, a password (`PASSWORD`) and, if wanted, a role."""
    number = next(_numbers)
    with work.bookkeeping(system("test")) as session:
        person_id = actions.make_person(
            session, name or f"Somebody {number}", f"somebody{number}@test.example", password=PASSWORD
        )
        if belongs_to is not None and role is not None:
            actions.give_role(session, person_id, belongs_to.id, role)
        return session.get_one(Person, person_id)


def council() -> Organisation:
    return make_organisation("The council", is_council=True)


def lead(organisation: Organisation, role: Role = Role.GROUP_LEAD, name: str = "") -> Person:
    return make_person(name, belongs_to=organisation, role=role)


def browser_of(app: Flask, role: Role, organisation: Organisation | None = None) -> FlaskClient:
    """A browser of somebody new with the role, in a new organisation where none is given."""
    is_council = role in {Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.AUDITOR, Role.ADMINISTRATOR}
    place = organisation or make_organisation(is_council=is_council)
    return client_of(app, make_person(belongs_to=place, role=role).id, place.id)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, url: str = "/sign-in") -> Any:
    from tests.makers import send

    return send(client, url, email=email, password=password)


def mail_to(address: str) -> list[EmailMessage]:
    """Everything written to an address, the oldest first, after the worker has done what waits."""
    dispatcher.dispatch_all()
    found = []
    for path in sorted(settings().mail_dir.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if mail["To"] == address:
            found.append(mail)
    return found


def link_in(mail: EmailMessage) -> str:
    """The path of the one link a mail is about."""
    found = re.findall(rf"^{re.escape(settings().public_url)}(/\S+)\r?$", str(mail.get_content()), re.MULTILINE)
    assert len(found) == 1, found
    return str(found[0])
