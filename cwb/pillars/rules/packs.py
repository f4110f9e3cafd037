"""How a pack of measures is read from a table, and what a measure must fulfil (domain.md 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community_book.base.amounts import KIND_UNITS, LARGEST, Kind, Unit
from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow, NoTable, read_table
from cwb.pillars.rules.words import PILLAR_KEYS, PLURAL_OWNERSHIP, SHOWN_UNDER, TEXTS, Brokered, ConfirmedBy, Nature

CODE = re.compile(r"[A-Z][A-Z0-9.-]{0,11}", re.ASCII)
COUNTS_AFTER_AT_MOST = 730
COLUMNS = (
    "code",
    "pillar",
    "theme",
    "title",
    "kind",
    "unit",
    "nature",
    "brokered",
    "confirmed_by",
    "evidence_asked",
    "what_counts",
    "why_this_pillar",
)
OPTIONAL_COLUMNS = (
    "disclosive",
    "counts_after_days",
    "shown_under",
    "two_verifiers_above",
    "about_wage",
    "not_with",
)
WAGES = ("real", "national")
"""The two living wages a level may speak of; never inferred from one another."""

NOT_WITH_AT_MOST = 8
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class PackRow:
    """One measure as a pack says it is. `not_with`: codes, apart by spaces, under which it is not counted again."""

    code: str
    pillar_number: int
    theme: str
    title: str
    kind: Kind
    unit: Unit
    nature: Nature
    brokered: Brokered
    confirmed_by: ConfirmedBy
    evidence_asked: str
    what_counts: str
    why_this_pillar: str
    disclosive: bool
    counts_after_days: int
    shown_under: str
    two_verifiers_above: int | None
    about_wage: str = ""
    not_with: str = ""


@dataclass(frozen=True)
class PackRead:
    """What a file holds: its measures, and a line for each that cannot be taken in."""

    rows: tuple[PackRow, ...]
    bad: tuple[BadRow, ...]


def read_pack(content: bytes) -> PackRead:
    """Reads a pack of measures from a CSV file. What is wrong comes back as lines, never as an exception."""
    try:
        table, bad = read_table(content, headings=COLUMNS, optional=OPTIONAL_COLUMNS)
    except NoTable as no_table:
        return PackRead((), (BadRow(0, no_table.message),))
    rows: list[PackRow] = []
    seen: dict[str, int] = {}
    for row in table:
        measure, wrong = read_measure(row.cells)
        bad += [BadRow(row.line, message) for message in wrong]
        if measure is None:
            continue
        if measure.code in seen:
            bad.append(
                BadRow(
                    row.line,
                    Message(N_("%(code)s is on line %(line)s too"), code=measure.code, line=seen[measure.code]),
                )
            )
        seen.setdefault(measure.code, row.line)
        rows.append(measure)
    if not table and not bad:
        bad.append(BadRow(0, Message(N_("The file names columns but holds no measures."))))
    return PackRead(tuple(rows), tuple(sorted(bad, key=lambda row: row.line)))


def read_measure(cells: Mapping[str, str]) -> tuple[PackRow | None, list[Message]]:
    """One row of a pack, or everything that is wrong with it."""
    wrong: list[Message] = []

    def choice(name: str, allowed: Mapping[str, object] | Sequence[str]) -> str:
        given = cells[name].strip().lower().replace(" ", "_").replace("-", "_")
        if given not in allowed:
            wrong.append(
                Message(
                    N_("%(name)s is “%(given)s”; it must be one of: %(allowed)s"),
                    name=name,
                    given=cells[name][:40],
                    allowed=", ".join(allowed),
                )
            )
        return given

    def number(name: str, most: int) -> int | None:
        given = cells[name].strip()
        if not given:
            return None
        if not (given.isascii() and given.isdigit()) or len(given) > 13 or int(given) > most:
            wrong.append(
                Message(
                    N_("%(name)s is “%(given)s”; it must be a whole number up to %(most)s"),
                    name=name,
                    given=given[:40],
                    most=most,
                )
            )
            return None
        return int(given)

    code = cells["code"].strip().upper()
    if not CODE.fullmatch(code):
        wrong.append(
            Message(N_("code is “%(given)s”; it must be a letter and up to 11 more letters or digits"), given=code[:40])
        )
    pillar_typed = " ".join(cells["pillar"].lower().split())
    pillar = int(pillar_typed) if pillar_typed in {"1", "2", "3", "4", "5"} else PILLAR_KEYS.get(pillar_typed)
    if pillar is None:
        wrong.append(Message(N_("pillar is “%(given)s”; it must be one of the five"), given=cells["pillar"][:60]))
    for name, at_most in TEXTS.items():
        wrong += wrong_words(name, cells[name], at_most)
    kind = choice("kind", [str(kind) for kind in Kind])
    unit = choice("unit", [str(unit) for unit in Unit])
    nature = choice("nature", [str(nature) for nature in Nature])
    brokered = choice("brokered", [str(brokered) for brokered in Brokered])
    confirmed_by = choice("confirmed_by", [str(who) for who in ConfirmedBy])
    disclosive = choice("disclosive", ("yes", "no")) if cells["disclosive"].strip() else "no"
    shown_under = choice("shown_under", tuple(SHOWN_UNDER)) if cells["shown_under"].strip() else ""
    counts_after_days = number("counts_after_days", COUNTS_AFTER_AT_MOST) or 0
    two_verifiers_above = number("two_verifiers_above", LARGEST)
    about_wage = choice("about_wage", WAGES) if cells["about_wage"].strip() else ""
    not_with = cells["not_with"].upper().replace(",", " ").replace(";", " ").split()
    if len(not_with) > NOT_WITH_AT_MOST or any(one == code or not CODE.fullmatch(one) for one in not_with):
        wrong.append(
            Message(
                N_("not_with is “%(given)s”; it must be codes of up to %(most)s other measures, apart by spaces"),
                given=cells["not_with"][:40],
                most=NOT_WITH_AT_MOST,
            )
        )
    if wrong or pillar is None:
        return None, wrong
    row = PackRow(
        code=code,
        pillar_number=pillar,
        theme=cells["theme"].strip(),
        title=cells["title"].strip(),
        kind=Kind(kind),
        unit=Unit(unit),
        nature=Nature(nature),
        brokered=Brokered(brokered),
        confirmed_by=ConfirmedBy(confirmed_by),
        evidence_asked=cells["evidence_asked"].strip(),
        what_counts=cells["what_counts"].strip(),
        why_this_pillar=cells["why_this_pillar"].strip(),
        disclosive=disclosive == "yes",
        counts_after_days=counts_after_days,
        shown_under=shown_under,
        two_verifiers_above=two_verifiers_above,
        about_wage=about_wage,
        not_with=" ".join(not_with),
    )
    wrong = what_does_not_fit(row)
    return (None if wrong else row), wrong


def wrong_words(name: str, text: str, at_most: int) -> list[Message]:
    """What is wrong with a text field of a measure."""
    text = text.strip()
    if not text:
        return [Message(N_("%(name)s is empty"), name=name)]
    if len(text) > at_most:
        return [
            Message(N_("%(name)s has %(has)s characters; it may have %(most)s"), name=name, has=len(text), most=at_most)
        ]
    if _UNPRINTABLE.search(text):
        return [Message(N_("%(name)s holds characters that cannot be shown"), name=name)]
    return []


def what_does_not_fit(row: PackRow) -> list[Message]:
    """Where the fields of one measure contradict one another (domain.md 2)."""
    wrong = []
    kind_unit = KIND_UNITS[row.kind]
    if row.nature is Nature.LEVEL:
        if row.kind is not Kind.CONDUCT or row.unit is not Unit.WHOLE_NUMBERS:
            wrong.append(
                Message(N_("a level is own conduct, read as two whole numbers: kind conduct, unit whole_numbers"))
            )
        if row.brokered is not Brokered.NO or row.confirmed_by is not ConfirmedBy.COUNCIL:
            wrong.append(Message(N_("a level is never delivered to a group: brokered no, confirmed_by council")))
        if row.counts_after_days:
            wrong.append(Message(N_("a level is read on a day, so counts_after_days must be 0")))
        if row.not_with:
            wrong.append(Message(N_("levels are never added up, so not_with must be empty")))
    elif row.about_wage:
        wrong.append(Message(N_("about_wage is for levels, which are read again when a rate is new")))
    elif kind_unit is not None and row.unit is not kind_unit:
        wrong.append(
            Message(
                N_("%(kind)s is counted in %(unit)s, not in %(given)s"), kind=row.kind, unit=kind_unit, given=row.unit
            )
        )
    elif row.kind is Kind.CONDUCT and row.unit not in {Unit.PENCE, Unit.PEOPLE, Unit.ITEMS}:
        wrong.append(Message(N_("own conduct is counted in pence, people or items, not in %(given)s"), given=row.unit))
    if row.kind is Kind.CONDUCT and row.brokered is Brokered.YES:
        wrong.append(Message(N_("own conduct is done in the provider's own house: brokered must be no or may")))
    if row.confirmed_by is ConfirmedBy.GROUP and row.brokered is Brokered.NO:
        wrong.append(Message(N_("a group can only confirm what is delivered to one: confirmed_by must be council")))
    if (row.pillar_number == PLURAL_OWNERSHIP) != bool(row.shown_under):
        wrong.append(
            Message(
                N_("shown_under is for plural ownership, and there it must be %(allowed)s"),
                allowed=" or ".join(SHOWN_UNDER),
            )
        )
    return wrong
