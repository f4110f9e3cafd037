"""The ground of the made-up borough: council, zones, framework, measures, providers, groups, people."""

from __future__ import annotations

from datetime import date

from community_book.base import work as transactions
from community_book.groups.actions import (
    ask_to_list,
    close_group,
    decline_group,
    list_group,
    pause_group,
    set_trusted,
    suspend_group,
    want_more,
)
from community_book.groups.queries import group as group_view
from community_book.groups.rules import INFORMAL, NewGroup
from community_book.organisations.actions import make_organisation
from community_book.organisations.queries import organisations
from community_book.organisations.rules import Scheme
from community_book.people import passwords
from community_book.people.actions import give_role, make_person
from community_book.places.actions import import_zones, load_postcodes
from community_book.places.queries import schemes_in_use, zones_of
from community_book.places.rules import ZoneShape, read_boundary
from cwb.demo.borough import LEADING, PLAYER, Borough
from cwb.demo.organisations import COUNCIL, GROUPS, PARTNER, PASSWORD, PEOPLE, PROVIDERS, MadeUpGroup
from cwb.demo.zones import made_up_zones, postcode_in
from cwb.frameworks.actions import admit, load_seed
from cwb.frameworks.queries import framework_by_reference, lots_of
from cwb.pillars.actions import load_starter_pack
from cwb.pillars.queries import measures

ZONE_SCHEME = "Homecare zones"
"""The name under which the framework of the seed looks for its sixteen zones."""
LATELY = frozenset({"asked_for", "more_wanted"})
SCHOOL_NUMBER = "999101"


def found(borough: Borough, seed: int) -> None:
    """Everything the pledges and needs stand on."""
    with borough.on(borough.founded_week, 0, 9):
        _lay_zones(borough, seed)
        _found_bodies(borough)
        _give_accounts(borough)
    for number, group in enumerate(GROUPS):
        if group.state not in LATELY:
            with borough.on(borough.founded_week + 1 + number % 4, number % 5, 9 + number % 8):
                _list(borough, group)
    with borough.on(borough.founded_week + 6, 1, 9):
        _give_accounts(borough)


def _lay_zones(borough: Borough, seed: int) -> None:
    zones = made_up_zones(seed)
    shapes = [
        ZoneShape(
            str(zone.number), f"Zone {zone.number} {zone.name}", read_boundary(zone.boundary_json), zone.boundary_json
        )
        for zone in zones
    ]
    import_zones(PLAYER, ZONE_SCHEME, date(2019, 4, 1), shapes, "Made up, like everything here")
    lines = ["pcds,oseast1m,osnrth1m,lat,long,oslaua"]
    lines += [
        f"{place.postcode},{place.easting},{place.northing},,,E99999999" for zone in zones for place in zone.postcodes
    ]
    load_postcodes(PLAYER, lambda: lines, name="made-up postcodes")
    with transactions.reading() as reading:
        scheme = next(scheme for scheme in schemes_in_use(reading, borough.as_of) if scheme.name == ZONE_SCHEME)
        borough.zone_ids = {int(zone.code): zone.id for zone in zones_of(reading, scheme.id)}


def _found_bodies(borough: Borough) -> None:
    done = load_seed(PLAYER)
    with transactions.work(PLAYER) as work:
        load_starter_pack(work)
        framework_id = framework_by_reference(work, done.reference).id
        borough.lot_ids = {int(lot.number): lot.id for lot in lots_of(work, framework_id)}
        borough.measure_ids = {measure.code: measure.id for measure in measures(work)}
        council = make_organisation(work, COUNCIL, identifiers=[(Scheme.COUNCIL_ENGLAND, "EXB")], is_council=True)
        borough.organisation_ids["council"] = council
        borough.organisation_ids["partner"] = make_organisation(work, PARTNER)
        for provider in PROVIDERS:
            organisation_id = make_organisation(work, provider.name, identifiers=[(Scheme.COMPANY, provider.company)])
            borough.organisation_ids[provider.key] = organisation_id
            admit(
                work,
                framework_id,
                organisation_id,
                lot_ids=[borough.lot_ids[lot] for lot in provider.lots],
                zone_ids=[borough.zone_ids[zone] for zone in provider.zones],
                admitted_on=borough.day(borough.founded_week),
            )
        work.record("demo.found", f"framework:{done.reference}", facts={"providers": len(PROVIDERS)})
    _note_references(borough)


def _note_references(borough: Borough) -> None:
    with transactions.reading() as reading:
        known = organisations(reading, borough.organisation_ids.values())
    borough.organisation_references = {key: known[id_].reference for key, id_ in borough.organisation_ids.items()}


def _give_accounts(borough: Borough) -> None:
    """Accounts for everybody whose organisation is there by now, with one password hashed once."""
    hashed = passwords.hash_password(PASSWORD)
    with transactions.work(PLAYER) as work:
        for person in PEOPLE:
            if person.address in borough.person_ids or person.organisation not in borough.organisation_ids:
                continue
            person_id = make_person(work, person.name, f"{person.address}@borough.example", password_hash=hashed)
            borough.person_ids[person.address] = person_id
            for role in person.roles:
                give_role(work, person_id, borough.organisation_ids[person.organisation], role)
            if not LEADING.isdisjoint(person.roles):
                borough.leads.setdefault(person.organisation, person.address)
        work.record("demo.accounts", "people:all", facts={"people": len(borough.person_ids)})


def _asked(group: MadeUpGroup, zone_id: int) -> NewGroup:
    if group.charity:
        scheme, number = str(Scheme.CHARITY_ENGLAND_AND_WALES), group.charity
    else:
        scheme, number = (str(Scheme.SCHOOL), SCHOOL_NUMBER) if not group.informal else (INFORMAL, "")
    return NewGroup(
        name=group.name,
        what_we_do=group.what_we_do,
        who_for=group.who_for,
        size_band=group.size_band,
        register=scheme,
        identifier=number,
        proof=group.proof,
        postcode="" if group.confidential else postcode_in(group.zone),
        zone=(zone_id,) if group.confidential else (),
        confidential=group.confidential,
        contact_name=group.contact,
        contact_email=f"{group.key}@borough.example",
        contact_telephone=group.contact_telephone,
        contacts_public=group.contacts_public,
    )


def _ask(borough: Borough, group: MadeUpGroup) -> str:
    reference = ask_to_list(PLAYER, _asked(group, borough.zone_ids[group.zone]))
    borough.entry_references[group.key] = reference
    return reference


def _list(borough: Borough, group: MadeUpGroup) -> None:
    reference = _ask(borough, group)
    officer = borough.person("officer")
    if group.state == "declined":
        decline_group(officer, reference, "This is a prize draw, not a group with members. The Book is for groups.")
        return
    list_group(officer, reference)
    with transactions.reading() as reading:
        entry = group_view(reading, officer, reference)
    borough.organisation_ids[group.key] = entry.organisation_id
    _note_references(borough)
    if group.trusted:
        set_trusted(officer, reference, True)


def ask_lately(borough: Borough) -> None:
    """The groups that wait to be listed, and those that paused, closed or were suspended since."""
    officer = borough.person("officer")
    for group in GROUPS:
        if group.state == "asked_for":
            _ask(borough, group)
        elif group.state == "more_wanted":
            want_more(officer, _ask(borough, group), "Please send us your rules, or a letter from somebody we know.")
        elif group.state == "suspended":
            reason = "The regulator has opened an inquiry. We will look again in spring."
            suspend_group(officer, borough.entry_references[group.key], reason)
        elif group.state == "paused":
            pause_group(borough.lead_of(group.key), borough.entry_references[group.key])
        elif group.state == "closed":
            close_group(
                borough.lead_of(group.key), borough.entry_references[group.key], "The canal is clean. Thank you."
            )
