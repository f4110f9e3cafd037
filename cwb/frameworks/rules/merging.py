"""Merges the notices of one ocid in the order of their dates, and says what a new one changes.

Later releases are deltas: what they leave out stays. Suppliers come by awards and by `suppliersAdded`, and go
by `suppliersRemoved` or, where no award says from which lots, by the role `removedSupplier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from community_book.base.clock import LONDON
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.organisations.rules import Scheme, org_id, read_scheme, tidy_identifier
from cwb.frameworks.rules.shapes import FrameworkRead, LotRead, ReleaseRead, Spell, SupplierRead

COUNTS = frozenset({"active", ""})
"""Award states whose suppliers are on the framework; pending, cancelled and unsuccessful ones are not."""

VIRTUAL_LOT = "1"
"""A notice without lots has one."""


@dataclass(frozen=True)
class Merged:
    """One framework as all its notices say it is, with what is wrong and what to mind."""

    framework: FrameworkRead
    warnings: tuple[Message, ...] = ()
    wrong: tuple[Message, ...] = ()


@dataclass
class _Award:
    status: str = ""
    day: str | None = None
    lots: list[str] | None = None
    suppliers: dict[str, str] = field(default_factory=dict)
    """Party id -> the day from which it counts."""
    gone: dict[str, str] = field(default_factory=dict)
    """Party id -> the day it left."""
    amended: set[str] = field(default_factory=set)


@dataclass
class _State:
    name: str = ""
    description: str = ""
    starts: str | None = None
    ends: str | None = None
    buyer: str = ""
    buyer_keys: set[str] = field(default_factory=set)
    lots: dict[str, dict[str, Any]] = field(default_factory=dict)
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    awards: dict[str, _Award] = field(default_factory=dict)
    wrong: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def merge(ocid: str, releases: Iterable[ReleaseRead]) -> Merged:
    """The framework that the releases of one ocid describe together, whatever order they come in."""
    state = _State()
    for release in sorted(releases, key=lambda one: (one.at, one.release)):
        _take(state, release)
    if not state.name:
        state.wrong.append(Message(N_("No release of %(ocid)s has a title (tender.title)."), ocid=ocid))
    if not state.buyer:
        state.warnings.append(Message(N_("No release of %(ocid)s names the buyer."), ocid=ocid))
    if not state.lots:
        state.lots[VIRTUAL_LOT] = {"title": state.name, "status": "", "starts": None, "ends": None}
    lots = tuple(
        LotRead(number, lot["title"] or f"Lot {number}", _date(lot["starts"]), _date(lot["ends"]))
        for number, lot in state.lots.items()
    )
    starts = [lot.starts_on for lot in lots if lot.starts_on]
    ends = [lot.ends_on for lot in lots if lot.ends_on]
    framework = FrameworkRead(
        name=state.name,
        description=state.description,
        buyer=state.buyer,
        buyer_keys=frozenset(state.buyer_keys),
        ocid=ocid,
        starts_on=_date(state.starts) or min(starts, default=None),
        ends_on=_date(state.ends) or max(ends, default=None),
        lots=lots,
        suppliers=tuple(_suppliers(state)),
    )
    return Merged(framework, tuple(dict.fromkeys(state.warnings)), tuple(dict.fromkeys(state.wrong)))


def _take(state: _State, release: ReleaseRead) -> None:
    content = release.content
    state.name = content["name"] or state.name
    state.description = content["description"] or state.description
    state.starts = content["starts"] or state.starts
    state.ends = content["ends"] or state.ends
    for party in content["parties"]:
        known = state.parties.setdefault(party["id"], {"name": "", "roles": [], "identifiers": []})
        known["name"] = party["name"] or known["name"]
        known["roles"] = party["roles"] if party["roles"] is not None else known["roles"]
        known["identifiers"] += [pair for pair in party["identifiers"] if pair not in known["identifiers"]]
    _take_buyer(state, release)
    for lot in content["lots"]:
        known_lot = state.lots.setdefault(lot["id"], {"title": "", "status": "", "starts": None, "ends": None})
        known_lot.update({name: value for name, value in lot.items() if value and name != "id"})
    day = release_day(release)
    named_removed = {
        one["id"] or one["name"]
        for award in content["awards"]
        for change in award["amendments"]
        for one in change["removed"]
    }
    for award in content["awards"]:
        _take_award(state, award, day, release.release)
    for party in content["parties"]:
        roles = party["roles"] or []
        if "removedSupplier" in roles and "supplier" not in roles and party["id"] not in named_removed:
            for known_award in state.awards.values():
                if party["id"] in known_award.suppliers:
                    known_award.gone.setdefault(party["id"], day)


def _take_buyer(state: _State, release: ReleaseRead) -> None:
    content = release.content
    buyer = content["buyer"]
    if not buyer["id"] and not buyer["name"]:
        buyer = next((party for party in content["parties"] if "buyer" in (party["roles"] or [])), buyer)
    if not buyer["id"] and not buyer["name"]:
        return
    keys = {buyer["id"] or buyer["name"].casefold()}
    if buyer["id"] in state.parties:
        keys |= {org_id(scheme, value) for scheme, value in _numbers(state.parties[buyer["id"]]["identifiers"])[0]}
    if state.buyer_keys and not keys & state.buyer_keys:
        state.wrong.append(
            Message(
                N_(
                    "Release %(id)s names another buyer, %(other)s, under the ocid of %(buyer)s. "
                    "Notices of two buyers cannot be one framework."
                ),
                id=release.release,
                other=buyer["name"] or buyer["id"],
                buyer=state.buyer,
            )
        )
        return
    state.buyer_keys |= keys
    state.buyer = buyer["name"] or state.buyer or buyer["id"]


def _take_award(state: _State, award: Mapping[str, Any], day: str, release: str) -> None:
    known = state.awards.setdefault(award["id"], _Award())
    known.status = award["status"] or known.status
    known.day = award["date"] or known.day
    known.lots = award["lots"] if award["lots"] is not None else known.lots
    for supplier in award["suppliers"]:  # named once more after leaving is no coming back: only an addition is
        known.suppliers.setdefault(_known_as(state, supplier), known.day or day)
    for change in award["amendments"]:
        key = change["id"] or f"{release}:{sorted(one['id'] for one in (*change['added'], *change['removed']))}"
        if key in known.amended:  # later notices repeat earlier amendments
            continue
        known.amended.add(key)
        for supplier in change["added"]:
            party = _known_as(state, supplier)
            if known.gone.pop(party, None) is not None:
                known.suppliers[party] = day
            known.suppliers.setdefault(party, day)
        for supplier in change["removed"]:
            party = _known_as(state, supplier)
            known.suppliers.setdefault(party, known.day or day)
            known.gone[party] = day


def _known_as(state: _State, supplier: Mapping[str, str]) -> str:
    """The party's id; a supplier given by name only is made a party."""
    party = supplier["id"] or f"name:{supplier['name'].casefold()}"
    known = state.parties.setdefault(party, {"name": "", "roles": [], "identifiers": []})
    known["name"] = known["name"] or supplier["name"]
    return party


def _numbers(pairs: Sequence[Sequence[str]]) -> tuple[list[tuple[Scheme, str]], list[str]]:
    """The register numbers that can be used, tidied, and those that cannot, as they were written."""
    found: list[tuple[Scheme, str]] = []
    unread: list[str] = []
    for code, value in pairs:
        try:
            scheme = read_scheme(code)
            tidy = (scheme, tidy_identifier(scheme, value))
        except Refused:
            unread.append(f"{code} {value}")
            continue
        if tidy not in found:
            found.append(tidy)
    return found, unread


def _suppliers(state: _State) -> list[SupplierRead]:
    """Every supplier of every award that counts; parties that share a register number are one."""
    spells: dict[str, dict[str, Spell]] = {}
    for key, award in state.awards.items():
        if award.status not in COUNTS:
            continue
        lots = award.lots
        if not lots:
            lots = list(state.lots)
            if award.suppliers and len(lots) > 1:
                state.warnings.append(
                    Message(N_("Award %(id)s names no lots: its suppliers are taken in for every lot."), id=key)
                )
        unknown = [lot for lot in lots if lot not in state.lots]
        if unknown:
            state.wrong.append(
                Message(
                    N_("Award %(id)s names lot %(lots)s, which no notice describes. Import the tender notice with it."),
                    id=key,
                    lots=", ".join(unknown[:10]),
                )
            )
            continue
        for party, day in award.suppliers.items():
            until = award.gone.get(party)
            for lot in lots:
                new = Spell(lot, _date(day), ended=until is not None, until_day=_date(until))
                known = spells.setdefault(party, {}).get(lot)
                if known is None or known.ended:
                    spells[party][lot] = new
    return _one_each(state, spells)


def _one_each(state: _State, spells: Mapping[str, Mapping[str, Spell]]) -> list[SupplierRead]:
    suppliers: list[SupplierRead] = []
    for party, held in spells.items():
        about = state.parties[party]
        numbers, unread = _numbers(about["identifiers"])
        note = None
        if not numbers and unread:
            note = Message(N_("Its number could not be read: %(numbers)s"), numbers=", ".join(unread)[:120])
        elif not numbers:
            note = Message(N_("The notice gives no register number."))
        new = SupplierRead(
            name=about["name"] or party,
            identifiers=tuple((str(scheme), value) for scheme, value in numbers),
            spells=tuple(held.values()),
            keys=frozenset({party, *(org_id(scheme, value) for scheme, value in numbers)}),
            note=note,
        )
        same = [one for one in suppliers if one.keys & new.keys]
        for one in same:
            new = _joined(one, new)
        place = suppliers.index(same[0]) if same else len(suppliers)
        suppliers = [one for one in suppliers if one not in same]
        suppliers.insert(place, new)
    return suppliers


def _joined(one: SupplierRead, other: SupplierRead) -> SupplierRead:
    spells = {spell.lot: spell for spell in one.spells}
    for spell in other.spells:
        if spell.lot not in spells or spells[spell.lot].ended:
            spells[spell.lot] = spell
    return replace(
        one,
        identifiers=tuple(dict.fromkeys((*one.identifiers, *other.identifiers))),
        spells=tuple(spells.values()),
        keys=one.keys | other.keys,
        note=None,
    )


def what_is_new(before: FrameworkRead | None, after: FrameworkRead) -> FrameworkRead:
    """Of a framework after a new notice, only what the notice changed: what people did by hand since stays."""
    if before is None:
        return after
    lots_before = {lot.number: lot for lot in before.lots}
    suppliers = []
    for supplier in after.suppliers:
        known = next((one for one in before.suppliers if one.keys & supplier.keys), None)
        same = set(known.spells) if known else set()
        new_spells = tuple(spell for spell in supplier.spells if spell not in same)
        if new_spells or known is None or supplier.identifiers != known.identifiers:
            suppliers.append(replace(supplier, spells=new_spells))
    return replace(
        after,
        lots=tuple(lot for lot in after.lots if lots_before.get(lot.number) != lot),
        suppliers=tuple(suppliers),
    )


def release_day(release: ReleaseRead) -> str:
    """The calendar day in England of a release."""
    return datetime.fromisoformat(release.at).astimezone(LONDON).date().isoformat()


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
