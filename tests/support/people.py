"""One person of each role to sign in as: the made-up borough's where it can be loaded, else just made."""

from __future__ import annotations

from flask import Flask

from community_book.base import work
from community_book.base.actor import COUNCIL_ROLES, Role, system
from community_book.people.actions import give_role, make_person
from tests.makers import make_organisation
from tests.support.looking import PASSWORD

BOROUGH = {
    Role.PROVIDER_LEAD: "provider.lead",
    Role.PROVIDER_MEMBER: "provider.member",
    Role.GROUP_LEAD: "group.lead",
    Role.GROUP_MEMBER: "group.member",
    Role.OFFICER: "officer",
    Role.VERIFIER: "verifier",
    Role.SAFEGUARDING: "safeguarding",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "admin",
    Role.OUTSIDE_DECIDER: "outside",
}


def everybody(app: Flask) -> dict[Role, str]:
    """The email address of a person of each role; all have the made-up people's password."""
    if "demo" in app.cli.commands:
        loaded = app.test_cli_runner().invoke(args=["demo", "load", "--size", "small"])
        assert loaded.exit_code == 0, (loaded.output, loaded.exception)
        return {role: f"{name}@borough.example" for role, name in BOROUGH.items()}
    return {role: make_one(role, f"{name}@borough.example") for role, name in BOROUGH.items()}


def make_one(role: Role, email: str) -> str:
    organisation = make_organisation(is_council=role in COUNCIL_ROLES)
    with work.bookkeeping(system("test")) as session:
        person_id = make_person(session, email.partition("@")[0].title(), email, password=PASSWORD)
        give_role(session, person_id, organisation.id, role)
    return email
