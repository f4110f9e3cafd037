"""Check an exported audit chain without the site: standard library only.

    python tools/check_audit.py FILE [--heads HEADS]

Reads the JSON lines of `flask audit export`: a header, the entries, a last line with count and head. Checks
that every line is there and in order, that each entry holds the hash of the one before and has the hash it
claims, that the texts still kept fit their digests, and that head and count are those of the entries. Writes a
line for each fault and exits with 1 if there is any. Texts that were erased are no fault: their digest stays.

Somebody who can write a whole chain anew can make it fit itself. HEADS is the table of published heads, as it was
downloaded from the site one day (day, sequence, hash): with it every entry up to the last of them has to be what it
was on that day.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

FORMAT = "audit-chain"
VERSION = 1
GENESIS = "0" * 64
FIELDS = {
    "version", "sequence", "previous", "at", "act", "subjects", "actor", "acting_as", "on_behalf_of", "channel",
    "facts", "digests",
}  # fmt: skip


def canonical(body: Any) -> str:
    """The one spelling of a body that is hashed."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


Heads = Mapping[int, tuple[str, str]]
"""Published heads by the number of their entry: the hash, and the day it was published on."""


def faults(lines: Iterable[str], heads: Heads | None = None) -> list[str]:
    """What is wrong with an export, a sentence each; empty when it is whole and holds every published head."""
    return list(_faults(lines, heads or {}))


class NotHeads(ValueError):
    """A file is no table of published heads."""


def read_heads(lines: Iterable[str]) -> Heads:
    """Published heads from their table. Raises NotHeads when it is none or holds none."""
    found: dict[int, tuple[str, str]] = {}
    for row in csv.DictReader(lines):
        sequence, of, day = (row.get(name) or "" for name in ("sequence", "hash", "day"))
        if not (sequence.isascii() and sequence.isdigit() and len(of) == len(GENESIS) and day):
            raise NotHeads(f"line {len(found) + 2} is not a published head")
        found[int(sequence)] = of, day
    if not found:
        raise NotHeads("there is no published head in it")
    return found


def _faults(lines: Iterable[str], heads: Heads) -> Iterator[str]:
    rows = iter(enumerate((line.rstrip("\n") for line in lines), start=1))
    header = _read(next(rows, (1, ""))[1])
    if header is None or header.get("format") != FORMAT or header.get("version") != VERSION:
        yield f"line 1 is not the header of an export of version {VERSION}"
        return
    previous, count, last = GENESIS, 0, None
    for number, line in rows:
        read = _read(line)
        if read is None:
            yield f"line {number} is not what an export holds"
            continue
        if last is not None:
            yield f"line {number} stands after the last line"
        if "head" in read:
            last = read
            continue
        count += 1
        found, previous = _entry(number, count, previous, read)
        yield from found
        if count in heads and heads[count][0] != previous:
            yield f"entry {count} is not the one published on {heads[count][1]}: what stands up to it was changed"
    if last is None:
        yield "the last line, with count and head, is missing: the export was cut short"
        return
    if last.get("count") != count:
        yield f"the last line counts {last.get('count')} entries, but there are {count}"
    if last.get("head") != previous:
        yield "the head in the last line is not the hash of the last entry"
    for sequence in sorted(sequence for sequence in heads if sequence > count):
        yield f"entry {sequence}, published on {heads[sequence][1]}, is missing, or this export is older than that day"


def _read(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _entry(number: int, count: int, previous: str, read: dict[str, Any]) -> tuple[list[str], str]:
    """The faults of one entry, and the hash the next one has to hold."""
    text, claimed = read.get("body"), read.get("hash")
    body = _read(text) if isinstance(text, str) else None
    if body is None or not isinstance(text, str) or not isinstance(claimed, str) or set(body) != FIELDS:
        return [f"line {number} is not an entry"], claimed if isinstance(claimed, str) else previous
    found = []
    name = f"entry {body['sequence']} (line {number})"
    real = hashlib.sha256(text.encode()).hexdigest()
    if body["sequence"] != count:
        found.append(f"{name} should have the number {count}: one is missing, doubled or moved")
    if body["previous"] != previous:
        found.append(f"{name} does not hold the hash of the entry before it")
    if claimed != real:
        found.append(f"{name} was changed: its hash is another one")
    if text != canonical(body):
        found.append(f"{name} is not written in the one way that is hashed")
    if body["version"] != VERSION:
        found.append(f"{name} has the version {body['version']}, which is not known here")
    found += _texts(name, body["digests"], read.get("texts"))
    return found, claimed


def _texts(name: str, digests: Any, texts: Any) -> Iterator[str]:
    if not isinstance(digests, dict) or not isinstance(texts, dict):
        yield f"{name} has no list of texts"
        return
    for field, kept in sorted(texts.items()):
        try:
            fits = hashlib.sha256(bytes.fromhex(kept["salt"]) + kept["text"].encode()).hexdigest()
        except (KeyError, TypeError, ValueError, AttributeError):
            fits = ""
        if digests.get(field) != fits:
            yield f"{name}: the text “{field}” was changed"


def main(arguments: list[str]) -> int:
    if len(arguments) not in {1, 3} or (len(arguments) == 3 and arguments[1] != "--heads"):
        print("usage: python tools/check_audit.py FILE [--heads HEADS]", file=sys.stderr)
        return 2
    now, heads = arguments[0], dict[int, tuple[str, str]]()
    try:
        if len(arguments) == 3:
            now = arguments[2]
            with Path(now).open(encoding="utf-8-sig", newline="") as table:
                heads = dict(read_heads(table))
            now = arguments[0]
        with Path(now).open(encoding="utf-8") as file:
            found = faults(file, heads)
    except (OSError, UnicodeDecodeError, NotHeads, csv.Error) as unreadable:
        print(f"{now} cannot be read: {unreadable}", file=sys.stderr)
        return 2
    for fault in found:
        print(fault)
    if not found:
        print(f"the chain is whole and holds all {len(heads)} published heads" if heads else "the chain is whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
