"""Makers with plain arguments: rows tests need. Each opens its own small Work."""

from __future__ import annotations

import re
import secrets
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import now_utc
from community_book.base.references import new_reference
from community_book.organisations.tables import Organisation
from community_book.people.queries import actor_of_person, token_hash
from community_book.people.tables import MembershipRow, Person, SignInSession

_numbers = count(1)


def make_organisation(name: str = "", *, is_council: bool = False) -> Organisation:
    with work.bookkeeping(system("test")) as session:
        row = Organisation(
            reference=new_reference("O"), name=name or f"Organisation {next(_numbers)}", is_council=is_council
        )
        session.add(row)
    return row


def make_person(
    name: str = "", *, email: str = "", belongs_to: Organisation | None = None, role: Role | None = None
) -> Person:
    number = next(_numbers)
    with work.bookkeeping(system("test")) as session:
        row = Person(
            reference=new_reference("PE"),
            name=name or f"Person {number}",
            email=email or f"person{number}@test.example",
            pseudonym=secrets.token_hex(8),
        )
        session.add(row)
        session.flush()
        if belongs_to is not None and role is not None:
            session.add(MembershipRow(person_id=row.id, organisation_id=belongs_to.id, role=role, since_utc=now_utc()))
    return row


def join(person: Person, organisation: Organisation, role: Role) -> None:
    with work.bookkeeping(system("test")) as session:
        session.add(MembershipRow(person_id=person.id, organisation_id=organisation.id, role=role, since_utc=now_utc()))


def actor_for(organisation: Organisation, role: Role, *, name: str = "") -> Actor:
    """A new person with one role in the organisation, as the actor they are."""
    person = make_person(name, belongs_to=organisation, role=role)
    with work.reading() as reading:
        found = reading.get(Person, person.id)
        assert found is not None
        return actor_of_person(reading, found, organisation.id)


def client_of(app: Flask, person_id: int, organisation_id: int | None = None) -> FlaskClient:
    """A browser signed in as the person."""
    token = secrets.token_urlsafe(24)
    with work.bookkeeping(system("test")) as session:
        session.add(
            SignInSession(
                token_hash=token_hash(token),
                person_id=person_id,
                acting_organisation_id=organisation_id,
                started_at_utc=now_utc(),
                last_seen_at_utc=now_utc(),
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
        cookie["csrf"] = "test"
    return client


def send(client: FlaskClient, url: str, *, page: str | None = None, **fields: Any) -> Any:
    """Posts a form as a browser would: opens the page it stands on, takes token and key, sends the fields.

    `page` is the address the form stands on where it differs from the one it posts to.
    """
    shown = client.get(page or url).get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', shown)
    key = re.search(r'name="_key" value="([^"]+)"', shown)
    data = {"_token": token[1] if token else "", **({"_key": key[1]} if key else {}), **fields}
    return client.post(url, data=data)
