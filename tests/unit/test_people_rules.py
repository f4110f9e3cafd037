"""Passwords, who may give which role, what counts as one sender."""

from __future__ import annotations

import pytest

from community_book.base.actor import COUNCIL_ROLES, GROUP_ROLES, PROVIDER_ROLES, Actor, Role
from community_book.base.errors import Refused
from community_book.people import rules


@pytest.mark.parametrize("password", ["elevenchars", "", " " * 11, "passwordpassword", "PASSWORD1234", "x" * 201])
def test_a_password_that_is_short_common_or_endless_is_refused(password: str) -> None:
    with pytest.raises(Refused):
        rules.check_password(password)


@pytest.mark.parametrize(
    "password", ["river stone apple", "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊", "a" * 11 + "b", "x" * 200, "            !"]
)
def test_any_other_password_of_twelve_characters_will_do(password: str) -> None:
    rules.check_password(password)


def test_every_common_password_is_long_enough_to_matter() -> None:
    assert [word for word in rules.COMMON_PASSWORDS if len(word) < rules.PASSWORD_AT_LEAST] == []
    assert [word for word in rules.COMMON_PASSWORDS if word != word.lower()] == []


@pytest.mark.parametrize(
    ("roles", "given"),
    [
        ({Role.GROUP_MEMBER}, set()),
        ({Role.PROVIDER_MEMBER}, set()),
        ({Role.GROUP_LEAD}, GROUP_ROLES),
        ({Role.PROVIDER_LEAD}, PROVIDER_ROLES),
        ({Role.GROUP_LEAD, Role.PROVIDER_LEAD}, GROUP_ROLES | PROVIDER_ROLES),
        ({Role.OFFICER}, GROUP_ROLES | PROVIDER_ROLES),
        ({Role.VERIFIER, Role.AUDITOR, Role.SAFEGUARDING, Role.OUTSIDE_DECIDER}, set()),
        ({Role.ADMINISTRATOR}, set(Role)),
    ],
)
def test_nobody_gives_a_role_higher_than_their_own(roles: set[Role], given: set[Role]) -> None:
    assert rules.may_give(roles) == given


def test_council_roles_are_held_in_the_council_only() -> None:
    assert COUNCIL_ROLES <= rules.roles_for(is_council=True)
    assert COUNCIL_ROLES.isdisjoint(rules.roles_for(is_council=False))
    assert rules.roles_for(is_council=True) | rules.roles_for(is_council=False) == set(Role)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_one_sender_is_an_address_or_a_network_of_the_sixth_version(address: str, network: str) -> None:
    assert rules.network_of(address) == network


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_two_words(user_agent: str, name: str) -> None:
    assert rules.browser_name(user_agent) == name


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [
        (Role.GROUP_LEAD, True, False),
        (Role.PROVIDER_LEAD, True, False),
        (Role.ADMINISTRATOR, True, True),
        (Role.GROUP_MEMBER, False, False),
        (Role.OFFICER, False, False),
        (Role.AUDITOR, False, False),
    ],
)
def test_leads_look_after_their_own_people_and_administrators_after_all(role: Role, own: bool, other: bool) -> None:
    actor = Actor(kind="person", pseudonym="x", organisation_id=1, roles=frozenset({role}))
    assert (rules.may_manage(actor, 1), rules.may_manage(actor, 2)) == (own, other)
