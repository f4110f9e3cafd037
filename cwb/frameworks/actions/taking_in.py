"""Brings one framework to what a file says, change by change, each with its sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference
from community_book.base.work import Work
from community_book.organisations.actions import add_identifier, make_organisation
from community_book.organisations.queries import find_by_identifier, organisations
from community_book.organisations.rules import Scheme, org_id
from cwb.frameworks.actions.admissions import end_admission
from cwb.frameworks.rules import AdmissionState, FrameworkRead, LotRead, Spell, SupplierRead, UnmatchedState
from cwb.frameworks.tables import Admission, AdmissionLot, Framework, Lot, UnmatchedSupplier


class Taker:
    """What becomes of one framework: `changes` and `warnings` in sentences. Steps of one open Work."""

    def __init__(self, work: Work, framework: Framework | None, *, name: str) -> None:
        self.work = work
        self.found = framework
        self.name = name
        self.changes: list[Message] = []
        self.warnings: list[Message] = []
        self.lots: dict[str, Lot] = {}

    @property
    def framework(self) -> Framework:
        if self.found is None:
            raise RuntimeError("no framework has been taken in yet")
        return self.found

    def take_in(self, read: FrameworkRead) -> None:
        """Framework, lots and suppliers, in that order."""
        self._take_framework(read)
        self.lots = {
            lot.number: lot
            for lot in self.work.execute(select(Lot).where(Lot.framework_id == self.framework.id)).scalars()
        }
        for lot in read.lots:
            self._take_lot(lot)
        self.work.flush()
        for supplier in read.suppliers:
            self._take_supplier(supplier)
        self.work.flush()

    def _take_framework(self, read: FrameworkRead) -> None:
        if self.found is None:
            self.found = Framework(
                reference=new_reference("F"),
                name=self.name,
                description=read.description,
                buyer=read.buyer,
                buyer_keys=sorted(read.buyer_keys),
                starts_on=read.starts_on,
                ends_on=read.ends_on,
                ocid=read.ocid,
            )
            self.work.add(self.found)
            self.work.flush()
            self.changes.append(Message(N_("New framework: %(name)s"), name=self.name))
            return
        row = self.found
        for field, value in (
            ("ocid", read.ocid),
            ("buyer", read.buyer),
            ("description", read.description),
            ("starts_on", read.starts_on),
            ("ends_on", read.ends_on),
        ):
            if value and getattr(row, field) != value:
                if field != "description":
                    self.changes.append(Message(N_("%(field)s becomes %(value)s"), field=field, value=value))
                setattr(row, field, value)
        row.buyer_keys = sorted({*row.buyer_keys, *read.buyer_keys})

    def _take_lot(self, read: LotRead) -> None:
        row = self.lots.get(read.number)
        if row is None:
            row = Lot(
                reference=new_reference("L"),
                framework_id=self.framework.id,
                number=read.number,
                position=1 + max((lot.position for lot in self.lots.values()), default=0),
                title=read.title,
                starts_on=read.starts_on,
                ends_on=read.ends_on,
            )
            self.work.add(row)
            self.lots[read.number] = row
            self.changes.append(Message(N_("New lot %(number)s: %(title)s"), number=read.number, title=read.title))
            return
        if row.title != read.title:
            self.changes.append(
                Message(
                    N_("Lot %(number)s is renamed from “%(old)s” to “%(new)s”"),
                    number=read.number,
                    old=row.title,
                    new=read.title,
                )
            )
            row.title = read.title
        for field, value in (("starts_on", read.starts_on), ("ends_on", read.ends_on)):
            if value is not None and getattr(row, field) != value:
                self.changes.append(Message(N_("Lot %(number)s has new dates"), number=read.number))
                setattr(row, field, value)

    # --- suppliers ------------------------------------------------------------------------------

    def _take_supplier(self, read: SupplierRead) -> None:
        waiting = self.work.execute(
            select(UnmatchedSupplier).where(
                UnmatchedSupplier.framework_id == self.framework.id, UnmatchedSupplier.name == read.name
            )
        ).scalar_one_or_none()
        holders = {}
        for scheme, value in read.identifiers:
            holder = find_by_identifier(self.work, scheme, value)
            if holder is not None:
                holders[holder.id] = holder
        if len(holders) > 1:
            names = " / ".join(sorted(holder.name for holder in holders.values()))
            note = Message(N_("Its numbers belong to different organisations here: %(names)s"), names=names)
            self._let_wait(read, waiting, note)
            return
        if not holders and not read.identifiers:
            if waiting is None or waiting.organisation_id is None:
                self._let_wait(read, waiting, read.note)
            else:
                self._put_spells(waiting.organisation_id, read)
            return
        if holders:
            organisation_id = next(iter(holders))
            for scheme, value in read.identifiers:
                add_identifier(self.work, organisation_id, scheme, value)
        else:
            organisation_id = make_organisation(self.work, read.name, identifiers=read.identifiers)
            numbers = ", ".join(org_id(Scheme(scheme), value) for scheme, value in read.identifiers)
            self.changes.append(
                Message(N_("New organisation: %(name)s (%(numbers)s)"), name=read.name, numbers=numbers)
            )
        if waiting is not None and waiting.state == UnmatchedState.WAITING:
            waiting.state, waiting.organisation_id = str(UnmatchedState.MATCHED), organisation_id
        self._put_spells(organisation_id, read)

    def _let_wait(self, read: SupplierRead, waiting: UnmatchedSupplier | None, note: Message | None) -> None:
        lots = [
            {
                "lot": spell.lot,
                "from": spell.from_day.isoformat() if spell.from_day else None,
                "until": self._until(spell).isoformat() if spell.ended else None,
            }
            for spell in read.spells
        ]
        if waiting is None:
            row = UnmatchedSupplier(
                reference=new_reference("U"),
                framework_id=self.framework.id,
                name=read.name,
                lots=lots,
                note=str(note or "")[:300],
                state=str(UnmatchedState.WAITING),
            )
            self.work.add(row)
            self.work.flush()
            self.changes.append(
                Message(N_("%(name)s waits to be matched by hand: %(why)s"), name=read.name, why=note or "")
            )
            return
        merged = {lot["lot"]: lot for lot in [*waiting.lots, *lots]}
        if list(merged.values()) != waiting.lots:
            waiting.lots = list(merged.values())
            self.changes.append(Message(N_("%(name)s still waits to be matched; its lots changed"), name=read.name))

    def _until(self, spell: Spell) -> date:
        return spell.until_day or today()

    def _put_spells(self, organisation_id: int, read: SupplierRead) -> None:
        name = organisations(self.work, [organisation_id])[organisation_id].name
        self.changes += put_spells(self.work, self.framework, organisation_id, name, read.spells, self.lots)


def put_spells(
    work: Work,
    framework: Framework,
    organisation_id: int,
    name: str,
    spells: Sequence[Spell],
    lots: dict[str, Lot],
) -> list[Message]:
    """Step: gives an organisation its times on lots; its place ends when it has left the last of them."""
    row = work.execute(
        select(Admission)
        .where(Admission.framework_id == framework.id, Admission.organisation_id == organisation_id)
        .order_by(Admission.state == str(AdmissionState.ENDED), Admission.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    held: dict[int, AdmissionLot] = {}
    if row is not None:
        held = {
            lot.lot_id: lot
            for lot in work.execute(select(AdmissionLot).where(AdmissionLot.admission_id == row.id)).scalars()
        }
    open_spells = [spell for spell in spells if not spell.ended]
    new_open = [
        spell
        for spell in open_spells
        if (known := held.get(lots[spell.lot].id)) is None
        or (known.until_day is not None and (spell.from_day is None or spell.from_day >= known.until_day))
    ]
    if row is None or (row.state == AdmissionState.ENDED and new_open):
        return _begin(work, framework, organisation_id, name, spells, lots)
    changes: list[Message] = []
    for spell in new_open:
        lot = lots[spell.lot]
        if lot.id in held:
            held[lot.id].from_day, held[lot.id].until_day = spell.from_day or today(), None
        else:
            work.add(AdmissionLot(admission_id=row.id, lot_id=lot.id, from_day=spell.from_day or today()))
    if new_open:
        changes.append(Message(N_("%(name)s is admitted to lot %(lots)s"), name=name, lots=_numbers(new_open)))
    ending = [
        spell
        for spell in spells
        if spell.ended and (known := held.get(lots[spell.lot].id)) is not None and known.until_day is None
    ]
    for spell in ending:
        held[lots[spell.lot].id].until_day = spell.until_day or today()
    if ending:
        changes.append(Message(N_("%(name)s leaves lot %(lots)s"), name=name, lots=_numbers(ending)))
    work.flush()
    return [*changes, *_end_if_empty(work, row, name)]


def _begin(
    work: Work,
    framework: Framework,
    organisation_id: int,
    name: str,
    spells: Sequence[Spell],
    lots: dict[str, Lot],
) -> list[Message]:
    if not spells:
        return []
    admitted_on = min(spell.from_day or today() for spell in spells)
    row = Admission(
        reference=new_reference("A"),
        framework_id=framework.id,
        organisation_id=organisation_id,
        state=str(AdmissionState.ADMITTED),
        admitted_on=admitted_on,
    )
    work.add(row)
    work.flush()
    for spell in spells:
        work.add(
            AdmissionLot(
                admission_id=row.id,
                lot_id=lots[spell.lot].id,
                from_day=spell.from_day or today(),
                until_day=(spell.until_day or today()) if spell.ended else None,
            )
        )
    work.flush()
    said = [Message(N_("%(name)s is admitted to lot %(lots)s"), name=name, lots=_numbers(spells))]
    return [*said, *_end_if_empty(work, row, name)]


def _end_if_empty(work: Work, row: Admission, name: str) -> list[Message]:
    held = work.execute(select(AdmissionLot.until_day).where(AdmissionLot.admission_id == row.id)).scalars().all()
    if row.state == AdmissionState.ENDED or not held or any(until is None for until in held):
        return []
    end_admission(work, row.id, on=max(until for until in held if until is not None))
    return [Message(N_("%(name)s has left its last lot: its place on the framework ends"), name=name)]


def _numbers(spells: Collection[Spell]) -> str:
    return ", ".join(spell.lot for spell in spells)
