"""The crowd's providers and groups: who they are, where they meet, who speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from community_book.base.actor import Actor, Membership, Role, anybody
from community_book.groups.tables import GroupEntry
from community_book.organisations.rules import Scheme
from community_book.organisations.tables import Identifier, Organisation
from community_book.people.tables import MembershipRow, Person
from community_book.places.tables import Place, PlaceZone
from cwb.demo.borough import PLAYER
from cwb.demo.crowd import names
from cwb.demo.crowd.chronicle import Chronicle, Player
from cwb.demo.zones import MadeUpPostcode
from cwb.frameworks.tables import Admission, AdmissionLot, AdmissionZone


@dataclass(frozen=True)
class Provider:
    """A provider of the crowd; `zones` is empty where it serves the whole borough."""

    id: int
    lead: Player
    lot_id: int
    zone_ids: frozenset[int]


@dataclass(frozen=True)
class Group:
    """A group of the crowd that is listed, with its place."""

    id: int
    lead: Player
    place_id: int
    zone_id: int
    listed_on: date
    trusted: bool


STATES = ("asked_for",) * 5 + ("more_wanted",) * 3 + ("declined",) * 3 + ("paused",) * 4 + ("closed",) * 5
NOT_YET = frozenset({"asked_for", "more_wanted", "declined"})
BANDS = ("small", "small", "small", "small", "medium", "medium", "large")
REASONS = {
    "declined": "This is a shop with a mailing list. The Book is for groups with members.",
    "closed": "The last of us has moved to be near the grandchildren. Thank you all.",
    "paused": "",
}


def _telephone(number: int) -> str:
    """From the ranges Ofcom keeps for drama."""
    if number % 3 == 0:
        return f"01632 960{number // 3 % 1000:03d}"
    return f"0161 496 0{number % 1000:03d}" if number % 3 == 1 else f"07700 900{number % 1000:03d}"


def _person(c: Chronicle, number: int, organisation_id: int, reference: str, name: str, role: Role, on: date) -> Player:
    person = f"{c.chance.choice(names.FIRST)} {c.chance.choice(names.LAST)}"
    email = f"{person.lower().replace(' ', '.')}.{number}@borough.example"
    at = c.moment(on)
    pseudonym = c.own_bytes(8).hex()
    made = c.public("PE", at)
    person_id = c.add(Person, **made, name=person, email=email, password_hash=c.password_hash, pseudonym=pseudonym)
    c.add(MembershipRow, person_id=person_id, organisation_id=organisation_id, role=str(role), since_utc=at)
    member = Membership(organisation_id, reference, name, frozenset({role}))
    actor = Actor(
        "person", pseudonym, person_id, person, email, (member,), organisation_id, reference, name, request_id="crowd"
    )
    return Player(person_id, organisation_id, actor, person)


def _organisation(c: Chronicle, name: str, words: str, scheme: Scheme | None, value: str, on: date) -> tuple[int, str]:
    made = c.public("O", c.moment(on))
    key = c.add(Organisation, **made, name=name, description=words)
    if scheme is not None:
        c.add(Identifier, organisation_id=key, scheme=str(scheme), value=value, is_primary=True)
    return key, str(made["reference"])


def providers(c: Chronicle, wanted: int, framework_id: int, admitted_on: date) -> list[Provider]:
    """So many providers, admitted for one to four lots and either some zones or all of them."""
    endings = ("Row", "Fold", "Yard", "Gate", "Steps", "Croft", "Bridge")
    made_up = c.shuffled((first, end, last) for first in names.PROVIDER_FIRST for end in endings
                         for last in names.PROVIDER_LAST)  # fmt: skip
    lots, zones = list(c.borough.lot_ids.values()), list(c.borough.zone_ids.values())
    found = []
    for number in range(wanted):
        first, end, (last, words) = made_up[number % len(made_up)]
        name = f"{first} {end} {last}" + (f" {number // len(made_up) + 1}" if number >= len(made_up) else "")
        key, reference = _organisation(c, name, words, Scheme.COMPANY, f"99{910000 + number:06d}", admitted_on)
        served = zones if number % 5 == 0 else sorted(c.chance.sample(zones, c.chance.randrange(4, 10)))
        own_lots = sorted({lots[number % len(lots)], *c.chance.sample(lots, c.chance.randrange(0, 4))})
        made = c.public("A", c.moment(admitted_on))
        admission = c.add(Admission, **made, framework_id=framework_id, organisation_id=key, state="admitted",
                          admitted_on=admitted_on)  # fmt: skip
        for lot in own_lots:
            c.add(AdmissionLot, admission_id=admission, lot_id=lot, from_day=admitted_on)
        for zone in served:
            c.add(AdmissionZone, admission_id=admission, zone_id=zone)
        lead = _person(c, number, key, reference, name, Role.PROVIDER_LEAD, admitted_on)
        c.record(c.moment(admitted_on), PLAYER, "framework.admit", f"admission:{made['reference']}",
                 f"organisation:{reference}", facts={"lots": len(own_lots), "zones": len(served)})  # fmt: skip
        every = frozenset() if len(served) == len(zones) else frozenset(served)
        found.append(Provider(key, lead, own_lots[0], every))
    return found


def groups(c: Chronicle, wanted: int, scheme_id: int, postcodes: dict[int, tuple[MadeUpPostcode, ...]]) -> list[Group]:
    """So many entries, most of them listed; returns those that can ask for something."""
    made_up = c.shuffled((place, what) for place in names.PLACES for what in names.GROUPS)
    zones = list(c.borough.zone_ids.items())
    officer = c.officer
    found = []
    for number in range(wanted):
        place, (what, words, who, offers) = made_up[number % len(made_up)]
        name = f"{place} {what}" + (f" {number // len(made_up) + 1}" if number >= len(made_up) else "")
        zone_number, zone_id = zones[number % len(zones)]
        state = STATES[number] if number < len(STATES) else "listed"
        on = c.day(
            c.chance.uniform(-2, -0.3) if state in {"asked_for", "more_wanted"} else c.chance.uniform(-104.5, -97)
        )
        spot = c.chance.choice(postcodes[zone_number])
        place_id = c.add(Place, label="", postcode=spot.postcode, easting=spot.easting, northing=spot.northing,
                         confidential=False)  # fmt: skip
        c.join(PlaceZone, place_id=place_id, scheme_id=scheme_id, zone_id=zone_id, picked=False)
        informal, charity = number % 4 == 1, f"99{10000 + number:05d}"
        key, reference, lead = None, "", None
        if state not in NOT_YET:
            scheme = None if informal else Scheme.CHARITY_ENGLAND_AND_WALES
            key, reference = _organisation(c, name, "", scheme, charity, on)
            lead = _person(c, 100_000 + number, key, reference, name, Role.GROUP_LEAD, on)
        made = c.public("G", c.moment(on))
        confirmed = c.day(c.chance.uniform(-44, -36) if number % 17 == 3 else c.chance.uniform(-25, -0.5))
        trusted = number % 3 == 0
        c.add(
            GroupEntry, **made, organisation_id=key, state=state, asked_name=name,
            asked_scheme="" if informal else str(Scheme.CHARITY_ENGLAND_AND_WALES),
            asked_identifier="" if informal else charity, what_we_do=words, who_for=who, can_offer=offers,
            size_band=c.chance.choice(BANDS), informal=informal,
            proof="Our rules, adopted at the last annual meeting." if informal else "", place_id=place_id,
            contact_name=lead.name if lead else f"{c.chance.choice(names.FIRST)} {c.chance.choice(names.LAST)}",
            contact_email=lead.actor.email if lead else f"entry.{number}@borough.example",
            contact_telephone=_telephone(number), contacts_public=number % 4 == 0,
            trusted=trusted and state == "listed", asked_at_utc=made["created_at_utc"],
            waiting_since_utc=made["created_at_utc"], asked_by_email=f"entry.{number}@borough.example",
            question="Please send us your rules." if state == "more_wanted" else "",
            decided_by_person_id=None if state in {"asked_for", "more_wanted"} else officer.person_id,
            reason=REASONS.get(state, ""), last_confirmed_on=max(confirmed, on), asked_still_right_on=None,
            out_of_date=number % 17 == 3 and state == "listed",
        )  # fmt: skip
        _acts(c, made["reference"], reference, state, on, lead, name)
        if state == "listed" and key is not None and lead is not None:
            found.append(Group(key, lead, place_id, zone_id, on, trusted))
    return found


def _acts(c: Chronicle, entry: str, organisation: str, state: str, on: date, lead: Player | None, name: str) -> None:
    officer = c.officer
    c.record(c.moment(on), anybody(), "group.ask", f"group_ask:{entry}", f"group:{entry}", texts={"name": name})
    after = c.moment(on + timedelta(days=1))
    if state == "declined":
        c.record(after, officer, "group.decline", f"group_ask:{entry}", f"group:{entry}",
                 texts={"reason": REASONS["declined"]})  # fmt: skip
    elif state == "more_wanted":
        c.record(after, officer, "group.want_more", f"group_ask:{entry}", f"group:{entry}",
                 texts={"why": "Please send us your rules."})  # fmt: skip
    elif state != "asked_for":
        c.record(after, officer, "group.list", f"group:{entry}", f"organisation:{organisation}")
    if state in {"paused", "closed"} and lead is not None:
        act = "group.pause" if state == "paused" else "group.close"
        c.record(c.moment(c.day(-6)), lead.actor, act, f"group:{entry}",
                 texts={"reason": REASONS[state]})  # fmt: skip
