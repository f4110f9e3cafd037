"""Work out the public figures of a closed quarter again, without the site: standard library only.

    python3 check_figures.py figures-2026-Q3.zip

Reads what the site gives away at /figures/check: the entries of the ledger, the pledges, the measures, and the
figures as the site shows them. Adds everything up from the entries and writes a line for every figure that is
another one, then "N figures checked, N differ". Exit 1 when any differs or the file is damaged, 2 when it cannot
be read. What it adds up, and how:

- Five figures of a measure: the entries of the quarter that were extra, by figure; "sampled" is the part of verified
  that was accepted in a sampled batch, "checked" the rest.
- Counts of a pillar: its pledges with something left under a figure in the quarter, and its levels.
- Levels: met when part * 10,000 is no less than share promised * whole, by the last verified reading on the
  last day of the quarter or of the pledge; out of date when that is older than the days the file names.
- Kept its terms: a pledge that was no extra, over its whole life; met when as much was verified as was pledged, and
  not met only once its last day is over.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

FORMAT, VERSION = "figures-check", 1
FILES = ("README.txt", "measures.csv", "pledges.csv", "entries.csv", "figures.json")
FIGURES = ("pledged", "committed", "reported", "confirmed", "verified")
EXTRA = "extra"
NOT_APPLICABLE = "not_applicable"
WHOLE = 10_000
LAST_DAYS = {"1": (3, 31), "2": (6, 30), "3": (9, 30), "4": (12, 31)}

Row = Mapping[str, str]
Named = dict[str, int | str]
"""Figures by their names."""


class Damaged(ValueError):
    """The file is not what the site gave away."""


@dataclass
class Export:
    """What is in the archive."""

    figures: Mapping[str, Any]
    measures: dict[str, Row]
    pledges: dict[str, Row]
    entries: list[Row]


@dataclass
class Sums:
    """What the entries come to."""

    of_quarter: Counter[tuple[str, str]] = field(default_factory=Counter)
    sampled: Counter[str] = field(default_factory=Counter)
    by_pledge: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    whole_lives: Counter[tuple[str, str]] = field(default_factory=Counter)


# --- reading --------------------------------------------------------------------------------------------


def read(path: Path) -> Export:
    """The archive, each file with the length and SHA-256 of its manifest. Raises Damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            held = {name: archive.read(name) for name in (*FILES, "manifest.json")}
    except (zipfile.BadZipFile, KeyError, EOFError) as broken:
        raise Damaged(f"the archive is not whole: {broken}") from broken
    try:
        manifest = json.loads(held["manifest.json"])
        figures = json.loads(held["figures.json"])
        for name in FILES:
            if manifest["files"][name]["sha256"] != hashlib.sha256(held[name]).hexdigest():
                raise Damaged(f"{name} is not the file that was given away")
        if (figures["format"], figures["version"]) != (FORMAT, VERSION):
            raise Damaged(f"figures.json is not of version {VERSION}")
        tables = {name: list(csv.DictReader(io.StringIO(held[name].decode()))) for name in FILES if name[-3:] == "csv"}
        made = Export(
            figures,
            {row["measure"]: row for row in tables["measures.csv"]},
            {row["pledge"]: row for row in tables["pledges.csv"]},
            list(tables["entries.csv"]),
        )
    except Damaged:
        raise
    except (ValueError, KeyError, TypeError, csv.Error) as broken:
        raise Damaged(f"what is in the archive cannot be read: {broken!r}") from broken
    return made


def check_entries(entries: Sequence[Row], measures: Mapping[str, Row], pledges: Mapping[str, Row]) -> Iterator[str]:
    """What is wrong with the entries by themselves: numbers, signs, and what takes back what."""
    left: dict[int, int] = {}
    for number, entry in enumerate(entries, start=1):
        amount = int(entry["amount"])
        if int(entry["entry"]) != number:
            yield f"entry {entry['entry']} should have the number {number}: one is missing, doubled or moved"
            return
        if entry["measure"] not in measures or entry["pledge"] not in pledges:
            yield f"entry {number} is of a measure or a pledge that is not in the file"
        if entry["what"] == "sum":
            continue
        left[number] = amount
        if amount < 0:
            back = int(entry["reverses"] or 0)
            first = entries[back - 1] if 0 < back < number else None
            if first is None or any(first[name] != entry[name] for name in ("figure", "measure", "pledge", "basis")):
                yield f"entry {number} is below nothing and takes back no entry like it"
                continue
            left[back] += amount
            if left[back] < 0:
                yield f"entry {back} was taken back more than once"


# --- adding up ------------------------------------------------------------------------------------------


def add_up(export: Export) -> Sums:
    """Every sum that the figures need, in one pass."""
    sums, quarter = Sums(), export.figures["quarter"]
    for entry in export.entries:
        amount, figure, measure = int(entry["amount"]), entry["figure"], entry["measure"]
        if entry["basis"] != EXTRA:
            sums.whole_lives[entry["pledge"], figure] += amount
        elif entry["period"] == quarter:
            sums.of_quarter[measure, figure] += amount
            sums.by_pledge[measure, figure, entry["pledge"]] += amount
            if figure == "verified" and entry["how"] == "sampled":
                sums.sampled[measure] += amount
    return sums


def level_result(pledge: Row, export: Export) -> str:
    """What the reading of a level says."""
    part, whole = int(pledge["reading_part"] or 0), int(pledge["reading_whole"] or 0)
    if not whole:
        return "no_reading"
    quarter = export.figures["quarter"]
    ends = date(int(quarter[:4]), *LAST_DAYS[quarter[-1]])
    on = min(ends, date.fromisoformat(pledge["last_day"]), date.fromisoformat(export.figures["made_on"]))
    age = (on - date.fromisoformat(pledge["read_on"])).days
    if age > export.figures["reading_good_for_days"] or pledge["under_old_rate"] == "yes":
        return "out_of_date"
    return "met" if part * WHOLE >= int(pledge["share_basis_points"]) * whole else "not_met"


def recomputed(export: Export) -> dict[tuple[str, str], Named]:
    """Every row of figures, by its kind and by pillar or measure."""
    sums = add_up(export)
    rows: dict[tuple[str, str], Named] = {}
    levels, kept = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    counts: dict[str, Counter[str]] = {}
    agreed, confirmed = set(), set()
    for code, measure in export.measures.items():
        pillar = measure["pillar"]
        counts.setdefault(pillar, Counter())
        if measure["agreed_with_groups"] == "yes":
            agreed.add(pillar)
        if measure["confirmed_by_groups"] == "yes":
            confirmed.add(pillar)
        five = {figure: sums.of_quarter[code, figure] for figure in FIGURES}
        if any(five.values()):
            rows["amount", code] = amount_row(five, sums.sampled[code], measure)
    for (code, figure, _), amount in sums.by_pledge.items():
        counts[export.measures[code]["pillar"]][figure] += amount > 0
    for pledge in export.pledges.values():
        code = pledge["measure"]
        if pledge["nature"] == "level":
            result = level_result(pledge, export)
            if pledge["basis"] != EXTRA:
                kept[code][result if result in {"met", "not_met"} else "no_reading"] += 1
                continue
            levels[code][result] += 1
            of = counts[export.measures[code]["pillar"]]
            of["pledged"] += 1
            of["reported"] += pledge["was_reported"] == "yes"
            of["verified"] += pledge["reading_whole"] != ""
        elif pledge["basis"] != EXTRA and (promised := sums.whole_lives[pledge["pledge"], "pledged"]) > 0:
            done = sums.whole_lives[pledge["pledge"], "verified"] >= promised
            running = date.fromisoformat(export.figures["made_on"]) <= date.fromisoformat(pledge["last_day"])
            kept[code]["met" if done else "running" if running else "not_met"] += 1
    for pillar, of in counts.items():
        told: Named = {figure: of[figure] for figure in FIGURES}
        if pillar not in agreed:
            told["committed"] = NOT_APPLICABLE
        if pillar not in confirmed:
            told["confirmed"] = NOT_APPLICABLE
        rows["pledges", pillar] = told
    for kind, found, names in (
        ("level", levels, ("met", "not_met", "no_reading", "out_of_date")),
        ("kept its terms", kept, ("met", "not_met", "running", "no_reading")),
    ):
        for code, several in found.items():
            rows[kind, code] = {"pledges": several.total(), **{name: several[name] for name in names}}
    return rows


def amount_row(five: Mapping[str, int], sampled: int, measure: Row) -> Named:
    """The five figures of a measure, and the two parts of the last."""
    told: Named = dict(five)
    if measure["agreed_with_groups"] != "yes":
        told["committed"] = NOT_APPLICABLE
    if measure["confirmed_by_groups"] != "yes":
        told["confirmed"] = NOT_APPLICABLE
    return {**told, "checked": five["verified"] - sampled, "sampled": sampled}


# --- comparing ------------------------------------------------------------------------------------------


def compare(export: Export) -> tuple[int, list[str]]:
    """How many figures were worked out again, and a line for each that is another one."""
    ours, differ, checked = recomputed(export), [], 0
    for row in export.figures["rows"]:
        key = row["row"], str(row["pillar"] if row["row"] == "pledges" else row["measure"])
        about = f"pillar {key[1]}" if row["row"] == "pledges" else key[1]
        again = ours.pop(key, None)
        shown = {name: value for name, value in row.items() if name not in {"row", "pillar", "measure", "unit"}}
        if again is None:  # nothing was added up: a row of figures that are all nothing
            again = {name: 0 if isinstance(value, int) else value for name, value in shown.items()}
        for name in sorted({*shown, *again}):
            checked += 1
            if shown.get(name) != again.get(name):
                told = f"the site says {shown.get(name, 'nothing')}, the entries come to {again.get(name, 'nothing')}"
                differ.append(f"{row['row']}, {about}, {name}: {told}")
    for (kind, name), again in sorted(ours.items()):
        checked += len(again)
        if any(value and value != NOT_APPLICABLE for value in again.values()):
            differ.append(f"{kind}, {name}: the site says nothing, the entries come to {again}")
    return checked, differ


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("usage: python3 check_figures.py FIGURES.zip", file=sys.stderr)
        return 2
    try:
        export = read(Path(arguments[0]))
        faults = list(check_entries(export.entries, export.measures, export.pledges))
        checked, differ = compare(export) if not faults else (0, [])
    except OSError as unreadable:
        print(f"{arguments[0]} cannot be read: {unreadable}", file=sys.stderr)
        return 2
    except (Damaged, ValueError, KeyError, TypeError) as damaged:
        print(f"{arguments[0]} is damaged: {damaged}")
        return 1
    return say(export, faults, differ, checked)


def say(export: Export, faults: Iterable[str], differ: Sequence[str], checked: int) -> int:
    """Writes what was found; returns the exit code."""
    found = [*faults, *differ]
    for line in found:
        print(line)
    left_out = [measure["measure"] for measure in export.figures["left_out"]["measures"]]
    print(f"{export.figures['quarter']}: {len(export.entries)} entries; left out, so that nobody is recognised: "
          f"{', '.join(left_out) or 'nothing'}")  # fmt: skip
    print(f"{checked} figures checked, {len(differ)} differ" + ("; the entries do not hold" if faults else ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
