"""The only writers of pillars and measures: loading a pack, rewording, retiring, asking for two verifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import LARGEST
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference
from community_book.base.tables import insert_rows
from community_book.base.work import Work, lock_row, require_version
from cwb.pillars.rules import (
    EDIT_MEASURES,
    PILLARS,
    TEXTS,
    MeasureWording,
    PackRow,
    PillarWording,
    read_pack,
    wrong_words,
)
from cwb.pillars.tables import Measure, Pillar

STARTER_PACK = Path(__file__).with_name("measures-cwb.csv")
STARTER_PACK_NAME = "measures-cwb"


@dataclass(frozen=True)
class PackDone:
    """What loading a pack did, or would do: codes of measures, in the order of the pack."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def load_pack(work: Work, rows: Sequence[PackRow], pack: str) -> PackDone:
    """Step: takes in measures by their codes; the same pack again changes nothing.

    What a council reworded, retired or set (two verifiers) since is written over only where the pack
    differs from what it said when it was loaded last. Kind, unit, nature and pillar of a measure that
    is there already stay: figures hang on them. Raises Refused with a line for each that would change them.
    """
    there = set(work.execute(select(Pillar.number)).scalars())
    pillars = [{"number": one.number, "name": one.name, "plainly": one.plainly} for one in PILLARS]
    insert_rows(work.connection(), Pillar, [one for one in pillars if one["number"] not in there])
    known = {row.code: row for row in work.execute(select(Measure).order_by(Measure.id)).scalars()}
    wrong = [message for row in rows if row.code in known for message in _set_in_stone(known[row.code], row)]
    if wrong:
        raise Refused(*(Problem("file", message) for message in wrong))
    new: list[dict[str, Any]] = []
    changed, same = [], []
    for position, row in enumerate(rows, start=1):
        values = {
            "theme": row.theme,
            "title": row.title,
            "brokered": str(row.brokered),
            "confirmed_by": str(row.confirmed_by),
            "evidence_asked": row.evidence_asked,
            "what_counts": row.what_counts,
            "why_this_pillar": row.why_this_pillar,
            "disclosive": row.disclosive,
            "counts_after_days": row.counts_after_days,
            "shown_under": row.shown_under,
            "two_verifiers_above": row.two_verifiers_above,
            "about_wage": row.about_wage,
            "not_with": row.not_with,
        }
        measure = known.get(row.code)
        if measure is None:
            new.append(
                {
                    "reference": new_reference("M"),
                    "code": row.code,
                    "pillar_number": row.pillar_number,
                    "position": position,
                    "kind": str(row.kind),
                    "unit": str(row.unit),
                    "nature": str(row.nature),
                    "pack": pack,
                    "as_loaded": values,
                    **values,
                }
            )
            continue
        differing = {
            name: value for name, value in values.items() if (measure.as_loaded.get(name) or None) != (value or None)
        }
        if not differing:
            same.append(row.code)
            continue
        for name, value in differing.items():
            setattr(measure, name, value)
        measure.as_loaded, measure.pack, measure.version = values, pack, measure.version + 1
        changed.append(row.code)
    work.flush()
    insert_rows(work.connection(), Measure, new)
    return PackDone(tuple(row["code"] for row in new), tuple(changed), tuple(same))


def _set_in_stone(measure: Measure, row: PackRow) -> list[Message]:
    now = {
        "pillar": (str(measure.pillar_number), str(row.pillar_number)),
        "kind": (measure.kind, str(row.kind)),
        "unit": (measure.unit, str(row.unit)),
        "nature": (measure.nature, str(row.nature)),
    }
    return [
        Message(
            N_("%(code)s: its %(name)s is %(now)s and cannot become %(asked)s. Retire it and use a new code."),
            code=row.code,
            name=name,
            now=stands,
            asked=asked,
        )
        for name, (stands, asked) in now.items()
        if stands != asked
    ]


def load_starter_pack(work: Work) -> PackDone:
    """Step: loads the pack that comes with the site."""
    return load_pack(work, read_pack(STARTER_PACK.read_bytes()).rows, STARTER_PACK_NAME)


class _OnlyLooking(Exception):
    """Ends a dry run: everything is undone, what it would have done is carried out."""

    def __init__(self, done: PackDone) -> None:
        self.done = done


def load_measures(actor: Actor, rows: Sequence[PackRow], pack: str, *, dry_run: bool = False) -> PackDone:
    """Loads a pack, all or nothing; a dry run says what would happen and saves nothing. Raises Refused."""
    actor.must(EDIT_MEASURES)
    try:
        with transactions.work(actor) as work:
            done = load_pack(work, rows, pack)
            work.record(
                "pillars.load_pack",
                f"pack:{pack[:40]}",
                facts={"added": list(done.added), "changed": list(done.changed), "same": len(done.same)},
            )
            if dry_run:
                raise _OnlyLooking(done)
    except _OnlyLooking as looked:
        return looked.done
    return done


def reword_pillar(actor: Actor, number: int, new: PillarWording) -> None:
    """Changes a pillar's name and plain words; its number stays. Raises NotThere, Refused, WrongState."""
    actor.must(EDIT_MEASURES)
    with transactions.work(actor) as work:
        row = work.get(Pillar, number)
        if row is None:
            own = next((words for words in PILLARS if words.number == number), None)
            if own is None:
                raise NotThere
            row = Pillar(number=number, name=own.name, plainly=own.plainly, version=1)
            work.add(row)
            work.flush()
        lock_row(work, row)
        require_version(row, new.version)
        row.name, row.plainly = new.name, new.plainly
        work.record("pillar.reword", f"pillar:{number}", facts={"name": new.name})


def edit_measure(actor: Actor, reference: str, new: MeasureWording) -> None:
    """Rewords a measure. Kind, unit, nature and pillar stay: figures hang on them."""
    actor.must(EDIT_MEASURES)
    with transactions.work(actor) as work:
        row = _locked(work, reference)
        require_version(row, new.version)
        wrong = [
            Problem(name, message)
            for name, at_most in TEXTS.items()
            for message in wrong_words(name, getattr(new, name), at_most)
        ]
        if new.two_verifiers_above is not None and not 0 <= new.two_verifiers_above <= LARGEST:
            wrong.append(
                Problem("two_verifiers_above", Message(N_("Enter an amount from 0 to %(most)s"), most=LARGEST))
            )
        if wrong:
            raise Refused(*wrong)
        before = {name: getattr(row, name) for name in (*TEXTS, "two_verifiers_above")}
        for name in before:
            setattr(row, name, getattr(new, name))
        work.record(
            "measure.edit",
            f"measure:{row.reference}",
            facts={name: [old, getattr(row, name)] for name, old in before.items() if old != getattr(row, name)},
        )


def retire_measure(actor: Actor, reference: str, version: int | None = None) -> None:
    """Takes a measure out of the list for new pledges; its figures stay."""
    _retire(actor, reference, version, retired=True)


def bring_back_measure(actor: Actor, reference: str, version: int | None = None) -> None:
    """Puts a retired measure back on the list."""
    _retire(actor, reference, version, retired=False)


def _retire(actor: Actor, reference: str, version: int | None, *, retired: bool) -> None:
    actor.must(EDIT_MEASURES)
    with transactions.work(actor) as work:
        row = _locked(work, reference)
        if (row.retired_at_utc is not None) == retired:
            raise WrongState(
                Message(N_("%(code)s is retired already."), code=row.code)
                if retired
                else Message(N_("%(code)s is in use already."), code=row.code)
            )
        require_version(row, version)
        row.retired_at_utc = now_utc() if retired else None
        work.record("measure.retire" if retired else "measure.bring_back", f"measure:{row.reference}")


def _locked(work: Work, reference: str) -> Measure:
    row = work.execute(select(Measure).where(Measure.reference == reference)).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    return row
