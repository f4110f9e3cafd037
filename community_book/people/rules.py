"""Who may hand out which role, what a password must be, what the forms of this room hand over. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.actor import (
    COUNCIL_ROLES,
    GROUP_ROLES,
    MAY_INVITE,
    PROVIDER_ROLES,
    Actor,
    Permission,
    Role,
)
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem

RECORD_FOR = Permission("record_for", Role.OFFICER)
INVITE = Permission("invite", Role.GROUP_LEAD, Role.PROVIDER_LEAD, Role.ADMINISTRATOR)
MANAGE_PEOPLE = Permission("manage_people", Role.ADMINISTRATOR)

SIGN_IN_LINK = "sign_in"
CONFIRM_EMAIL_LINK = "confirm_email"
INVITATION_LINK = "accept_invitation"
"""The acts of this room's own signed links."""

LEAD_ROLES = frozenset({Role.GROUP_LEAD, Role.PROVIDER_LEAD, Role.ADMINISTRATOR})
"""Roles of which an organisation that has a holder always keeps one."""

ROLE_HINTS = {
    Role.GROUP_MEMBER: Message(N_("Posts needs, answers offers and says what happened.")),
    Role.GROUP_LEAD: Message(N_("The same, and changes the group's entry and invites people.")),
    Role.PROVIDER_MEMBER: Message(N_("Logs pledges, offers help and says what was done.")),
    Role.PROVIDER_LEAD: Message(N_("The same, and changes what it says about itself and invites people.")),
    Role.OFFICER: Message(
        N_("Looks at groups, needs and pledges before they are shown, proposes help, and writes down what people say.")
    ),
    Role.VERIFIER: Message(N_("Decides on reports of what was done, and on queries about them.")),
    Role.SAFEGUARDING: Message(N_("Reads concerns, stops what they are about and lets it go on.")),
    Role.AUDITOR: Message(N_("Reads everything but contacts and concerns, and changes nothing.")),
    Role.ADMINISTRATOR: Message(N_("Looks after people, roles, frameworks, measures and settings. Does not verify.")),
    Role.OUTSIDE_DECIDER: Message(N_("Somebody from outside the council, for appeals and second decisions.")),
}
"""What somebody may do in a role, for who invites and has never read the rules."""

SEEN_EVERY_MINUTES = 5
SESSION_DAYS = 30
PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 200

_TRIED_FIRST = """
000000000000 012345678901 0123456789ab 0987654321ab 101010101010 111111111111 112233445566 121212121212
123123123123 123456781234 123456789000 123456789012 1234567890123 12345678901234 123456789012345
1234567890123456 1234567890ab 1234567890qw 1234567891011 123456789101112 123456789abc 1234qwer1234 1234qwerasdf
123qwe123qwe 123qweasdzxc 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv 222222222222 333333333333
444444444444 555555555555 666666666666 777777777777 888888888888 987654321000 9876543210ab 999999999999
aaaaaaaaaaaa aaaabbbbcccc abc123456789 abc123abc123 abcabcabcabc abcd12345678 abcdef123456 abcdefghijkl
abcdefghijklm abcdefghijklmnop admin1234567 admin123456789 adminadminadmin administrator administrator1
asdasdasdasd asdf1234asdf asdfasdfasdf asdfghjkl123 asdfghjkl;'# asdfghjklqwe batterystaple bismillah123
changeme1234 changemechangeme changemenow1 chelseafc123 christopher1 community123 communitybook computer1234
correcthorse correcthorsebatterystaple dragondragon elizabeth123 everton12345 football1234 footballfootball
hello1234567 hellohellohello iloveyou1234 iloveyouiloveyou iloveyousomuch jesuschrist1 justinbieber leicester123
letmein12345 letmeinletmein letmeinplease liverpool123 liverpoolfc1 manchester12 manchestercity manchesterunited
master123456 michaeljackson monkey123456 monkeymonkey nothing12345 onedirection opensesame12 p4ssw0rd1234
p@ssw0rd1234 p@ssword1234 pa$$word1234 pass12345678 passpasspass passphrase12 passw0rd1234 password0000
password0123 password1111 password1234 password12345 password123456 password1234567 password12345678
password123456789 password2020 password2021 password2022 password2023 password2024 password2025 password2026
password2027 passwordpassword passwort1234 princess1234 q1w2e3r4t5y6 qazwsxedc123 qazwsxedcrfv qazxswedcvfr
qqqqqqqqqqqq qwe123qwe123 qweasdzxc123 qweqweqweqwe qwer1234qwer qwerasdfzxcv qwerqwerqwer qwerty123456
qwerty1234567 qwerty12345678 qwerty123456789 qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiop[]
qwertyuiopasdf qwertyuiopasdfghjkl rangersfc123 secret123456 secretsecret shadow123456 socialvalue1 spring2026!!
spurs1234567 starwars1234 summer123456 sunshine1234 sunshinesunshine superman1234 test12345678 testtesttest
thisismypassword tottenham123 trustno1trustno1 unitedkingdom volunteer123 welcome12345 welcome123456
welcomewelcome westhamunited winter123456 zaq12wsxcde3 zxcvbnm12345 zxcvbnmzxcvbnm
"""
COMMON_PASSWORDS = frozenset(_TRIED_FIRST.split()) | {"correct horse battery staple"}
"""The short list of passwords that are tried first everywhere and are long enough to pass otherwise."""


@dataclass(frozen=True)
class Credentials:
    """What somebody types to sign in."""

    email: str
    password: str


class MailRhythm(StrEnum):
    """How often somebody gets mail. What cannot wait, such as a link to sign in, comes at once whatever they chose."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


MAIL_RHYTHMS = {
    MailRhythm.AT_ONCE: Message(N_("At once, each by itself")),
    MailRhythm.DAILY: Message(N_("Once a day, together")),
    MailRhythm.WEEKLY: Message(N_("Once a week, together")),
    MailRhythm.NEVER: Message(N_("Not by email: I read them on the site")),
}


PAST_ACTS = {
    "membership.set_roles": Message(N_("roles changed")),
    "membership.leave": Message(N_("left an organisation")),
    "person.add": Message(N_("account made")),
    "person.ask_new_email": Message(N_("a new email address asked for")),
    "person.change_details": Message(N_("details changed")),
    "person.change_email": Message(N_("email address changed")),
    "person.change_password": Message(N_("password changed")),
    "person.set_password": Message(N_("password set")),
    "person.disable": Message(N_("account shut")),
    "person.enable": Message(N_("let in again")),
}
"""What was done to an account, as its history says it; acts of other rooms are left out."""


@dataclass(frozen=True)
class Details:
    """What a person says about themselves."""

    name: str
    telephone: str
    mail_rhythm: str
    version: int | None = None


@dataclass(frozen=True)
class NewEmail:
    email: str
    password: str = ""


@dataclass(frozen=True)
class NewPassword:
    password: str
    current: str = ""


@dataclass(frozen=True)
class NewInvitation:
    """Who is asked to join, as what."""

    email: str
    role: str


@dataclass(frozen=True)
class NewAccount:
    """What somebody without an account gives to accept an invitation; the address is the invitation's."""

    name: str
    password: str


def check_password(password: str, *, field: str = "password") -> None:
    """Raises Refused unless it has 12 characters or more and is not one everybody tries. No other rules."""
    if len(password) < PASSWORD_AT_LEAST:
        raise Refused(
            Problem(
                field,
                Message(
                    N_("Use %(least)s characters or more. Three or four words are easy to remember."),
                    least=PASSWORD_AT_LEAST,
                ),
            )
        )
    if len(password) > PASSWORD_AT_MOST:
        raise Refused(Problem(field, Message(N_("Use %(most)s characters or fewer"), most=PASSWORD_AT_MOST)))
    if password.strip().lower() in COMMON_PASSWORDS:
        raise Refused(
            Problem(field, Message(N_("Many people use this password, so it is tried first. Choose another.")))
        )


def roles_for(*, is_council: bool) -> frozenset[Role]:
    """The roles that can be held in an organisation: the council's own are held in the council only."""
    return (
        COUNCIL_ROLES | {Role.OUTSIDE_DECIDER} if is_council else GROUP_ROLES | PROVIDER_ROLES | {Role.OUTSIDE_DECIDER}
    )


def may_give(roles: Iterable[Role]) -> frozenset[Role]:
    """Which roles somebody with these may hand out: never higher than their own.

    An officer hands out the roles of groups and providers, because an officer lists groups and records for both.
    """
    held = frozenset(roles)
    given: frozenset[Role] = frozenset()
    for role in held:
        given |= MAY_INVITE.get(role, frozenset())
    return given | (GROUP_ROLES | PROVIDER_ROLES if Role.OFFICER in held else frozenset())


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """A browser in two words, so that people know their sessions apart: "Firefox, Windows"; "" when unknown."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    machine = next((name for mark, name in MACHINES if mark in user_agent), "")
    return ", ".join(part for part in (browser, machine) if part)


def may_manage(actor: Actor, organisation_id: int) -> bool:
    """Whether the actor looks after who belongs to an organisation: as its lead, or as council administrator."""
    if actor.has_role(Role.ADMINISTRATOR):
        return True
    return actor.organisation_id == organisation_id and actor.has_role(*LEAD_ROLES)
