"""Generations of texts: what words tell and what texts mean, counted at one moment and frozen until the next.

`text/<number>/` under the data holds memory-mapped arrays that any process reads and none changes. Texts saved since
stand in a log beside them: first the vector, then the line that names it, each on the disk before the next, so that a
process killed anywhere leaves at worst a vector nobody names or half a line nobody reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from community_book.search import folders
from community_book.search.texts import (
    Collection,
    Floats,
    Meaning,
    Statistics,
    WordRows,
    in_order,
    interleaved_ranks,
    said,
    whole,
)

LATER = "later.jsonl"
LATER_VECTORS = "later.vectors"
ENCODED_AT_ONCE = 256
LISTED_AT_MOST = 600
Key = tuple[str, int]


@dataclass(frozen=True)
class Text:
    """One thing that can be asked for: its kind and id, title and text."""

    of: str
    id: int
    title: str
    text: str

    @property
    def key(self) -> Key:
        return self.of, self.id

    @property
    def whole(self) -> str:
        return whole(self.title, self.text)


def print_of(text: str) -> str:
    """A fingerprint of a text, to know again what was encoded before."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


# --- making -------------------------------------------------------------------------------------


def make(texts: Iterable[Text], meaning: Meaning | None) -> int:
    """Makes the next generation of these texts and puts it in use; returns its number, 0 where another is at it.

    What was encoded before with the same encoder is not encoded again. Nobody waits meanwhile: what is saved goes
    into the log of the generation in use, and from there into that of the next.
    """
    below = folders.text_root()
    with folders.writing(wait=False, below=below / "maker") as mine:
        if not mine:
            return 0
        if folders.current(below) is None:
            _put_in_use(below, _made(below, [], None, {}), None, 0)
        before = folders.current(below)
        seen = len(list(_lines(before / LATER))) if before else 0
        folder = _made(below, list(texts), meaning, _known_vectors(before, meaning))
        _put_in_use(below, folder, before, seen)
    return int(folder.name)


def _made(below: Path, texts: Sequence[Text], meaning: Meaning | None, known: Mapping[str, Floats]) -> Path:
    folder = folders.new_folder(below)
    try:
        _write(folder, texts, meaning, known)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _put_in_use(below: Path, folder: Path, before: Path | None, seen: int) -> None:
    """Takes over what was saved while the generation was made, then switches."""
    with folders.writing(wait=True, below=below):
        if before is not None:
            _take_over(before, folder, list(_lines(before / LATER))[seen:])
        folders.switch_to(folder)


def _take_over(before: Path, folder: Path, lines: Sequence[dict[str, Any]]) -> None:
    if not lines:
        return
    old, new = Generation.load(before), Generation.load(folder)
    same = old.encoder == new.encoder and old.later_vectors is not None and new.frozen.vectors is not None
    width = new.frozen.vectors.shape[1] if new.frozen.vectors is not None else 0
    with (folder / LATER).open("wb") as file, (folder / LATER_VECTORS).open("wb") as vectors:
        rows = 0
        for line in lines:
            kept = {name: value for name, value in line.items() if name != "row"}
            if same and "row" in line:
                with (before / LATER_VECTORS).open("rb") as held:
                    held.seek(line["row"] * width * 4)
                    vectors.write(held.read(width * 4))
                kept["row"], rows = rows, rows + 1
            file.write(json.dumps(kept).encode() + b"\n")


def _write(folder: Path, texts: Sequence[Text], meaning: Meaning | None, known: Mapping[str, Floats]) -> None:
    analysed = [said(text.title, text.text) for text in texts]
    statistics = Statistics.of(analysed)
    statistics.save(folder)
    statistics.documents(analysed).save(folder, "words")
    prints = [print_of(text.whole) for text in texts]
    if meaning is not None:
        vectors = np.lib.format.open_memmap(
            folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(len(texts), meaning.size)
        )
        new = [row for row, print_ in enumerate(prints) if print_ not in known]
        for row, print_ in enumerate(prints):
            if print_ in known:
                vectors[row] = known[print_]
        for start in range(0, len(new), ENCODED_AT_ONCE):
            batch = new[start : start + ENCODED_AT_ONCE]
            vectors[batch] = meaning.of([texts[row].whole for row in batch])
        vectors.flush()
    named = {
        "meaning": meaning.name if meaning else "",
        "size": meaning.size if meaning else 0,
        "keys": [[*text.key, print_] for text, print_ in zip(texts, prints, strict=True)],
    }
    _write_through(folder / "texts.json", json.dumps(named).encode())
    (folder / LATER).touch()
    (folder / LATER_VECTORS).touch()


def _known_vectors(folder: Path | None, meaning: Meaning | None) -> dict[str, Floats]:
    if folder is None or meaning is None:
        return {}
    try:
        held = Generation.load(folder)
    except (OSError, ValueError, KeyError):
        return {}
    if held.encoder != meaning.name or held.vectors is None:
        return {}
    return {print_: held.vectors[row] for row, print_ in enumerate(held.prints)}


def append(saved: Sequence[Text], gone: Iterable[Key], meaning: Meaning | None) -> int:
    """Writes what was saved or taken away since into the log of the generation in use; 0 where there is none.

    A text that did not change is not encoded again, and needs no line.
    """
    below = folders.text_root()
    if folders.current(below) is None:
        return 0
    with folders.writing(wait=True, below=below):
        folder = folders.current(below)
        if folder is None:
            return 0
        held = Generation.load(folder)
        usable = meaning if meaning is not None and meaning.name == held.encoder else None
        fresh = [text for text in saved if held.print_of(text.key) != print_of(text.whole)]
        lines: list[dict[str, Any]] = [{"gone": list(key)} for key in gone if held.row_of(key) is not None]
        rows = iter(_append_vectors(folder, fresh, usable))
        for text in fresh:
            line = {"key": list(text.key), "print": print_of(text.whole), "said": said(text.title, text.text)}
            lines.append(line | ({"row": next(rows)} if usable else {}))
        if lines:
            with _at_the_end(folder / LATER, b"\n") as file:
                file.writelines(json.dumps(line).encode() + b"\n" for line in lines)
    return len(lines)


def _append_vectors(folder: Path, texts: Sequence[Text], meaning: Meaning | None) -> Iterable[int]:
    if meaning is None or not texts:
        return []
    vectors = meaning.of([text.whole for text in texts])
    path, width = folder / LATER_VECTORS, meaning.size * 4
    first = path.stat().st_size // width
    os.truncate(path, first * width)  # what a process that was killed wrote half
    with _at_the_end(path, b"") as file:
        file.write(vectors.astype(np.float32).tobytes())
    return range(first, first + len(texts))


@contextmanager
def _at_the_end(path: Path, closes: bytes) -> Iterator[BinaryIO]:
    """The end of a file, after closing what was left half written; on the disk when this ends."""
    with path.open("a+b") as file:
        if closes and file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != closes:
                file.write(closes)
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    """Where a text comes for a question, and where on each list (NOWHERE: on it not); `alike` up to 1."""

    place: int
    by_words: int
    by_meaning: int
    alike: float


Places = Mapping[Key, Placed]


@dataclass(frozen=True)
class Generation:
    """A generation as it stands: frozen rows, and below them those of the log. A row that was replaced or taken away
    is not `live`."""

    folder: Path
    encoder: str
    frozen: Collection
    keys: Sequence[Key]
    prints: Sequence[str]
    live: NDArray[np.bool_]
    later_rows: WordRows
    later_vectors: Floats | None
    rows: Mapping[Key, int] = field(repr=False, default_factory=dict)

    @property
    def number(self) -> int:
        return int(self.folder.name)

    @property
    def vectors(self) -> Floats | None:
        """All vectors, those of the log below the others."""
        if self.frozen.vectors is None or self.later_vectors is None:
            return None
        if not len(self.later_vectors):
            return self.frozen.vectors
        return np.concatenate([self.frozen.vectors, self.later_vectors])

    def asked(self, question: str, meant: Floats | None) -> Places:
        """Who comes when for a question; `meant` is its vector."""
        asked = self.frozen.asked(question)
        words = np.concatenate([self.frozen.rows.scores(asked), self.later_rows.scores(asked)])
        words[~self.live] = 0
        alike: Floats | None = None
        if meant is not None and self.frozen.vectors is not None and self.later_vectors is not None:
            alike = np.concatenate([self.frozen.vectors @ meant, self.later_vectors @ meant])
            alike[~self.live] = -1
        place, by_words, by_meaning = interleaved_ranks(words, alike)
        listed = in_order(place, LISTED_AT_MOST)
        return {
            self.keys[row]: Placed(
                int(place[row]), int(by_words[row]), int(by_meaning[row]), 0.0 if alike is None else float(alike[row])
            )
            for row in listed
        }

    def row_of(self, key: Key) -> int | None:
        return self.rows.get(key)

    def print_of(self, key: Key) -> str:
        row = self.rows.get(key)
        return "" if row is None else self.prints[row]

    @classmethod
    def load(cls, folder: Path) -> Generation:
        """Reads a generation. Raises OSError, ValueError or KeyError where it is missing or broken."""
        named = json.loads((folder / "texts.json").read_bytes())
        statistics = Statistics.load(folder)
        words = WordRows.load(folder, "words", statistics.width)
        vectors: Floats | None = None
        if named["meaning"]:
            vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        keys: list[Key] = [(of, number) for of, number, _ in named["keys"]]
        prints = [print_ for _, _, print_ in named["keys"]]
        if len(words) != len(keys) or (vectors is not None and len(vectors) != len(keys)):
            raise ValueError(f"{folder} does not hold as many rows as it names")
        rows = {key: row for row, key in enumerate(keys)}
        live = [True] * len(keys)
        later, places = list[list[str]](), list[int]()
        for line in _lines(folder / LATER):
            key = tuple(line.get("key") or line["gone"])
            if (old := rows.pop(key, None)) is not None:
                live[old] = False
            if "key" in line:
                rows[key] = len(keys)
                keys.append(key)
                prints.append(line["print"])
                live.append(True)
                later.append(line["said"])
                places.append(line.get("row", -1))
        later_vectors = None if vectors is None else _later_vectors(folder, named["size"], places)
        return cls(
            folder=folder,
            encoder=named["meaning"],
            frozen=Collection(statistics, words, vectors),
            keys=keys,
            prints=prints,
            live=np.asarray(live, dtype=np.bool_),
            later_rows=statistics.documents(later),
            later_vectors=later_vectors,
            rows=rows,
        )


def in_memory(texts: Sequence[Text], meaning: Meaning | None) -> Generation:
    """A generation that stands in no folder: to measure a collection."""
    frozen = Collection.of([(text.title, text.text) for text in texts], meaning)
    size = meaning.size if meaning else 0
    return Generation(
        folder=Path("0"),
        encoder=meaning.name if meaning else "",
        frozen=frozen,
        keys=[text.key for text in texts],
        prints=[""] * len(texts),
        live=np.ones(len(texts), dtype=np.bool_),
        later_rows=frozen.statistics.documents([]),
        later_vectors=np.zeros((0, size), dtype=np.float32) if meaning else None,
        rows={text.key: row for row, text in enumerate(texts)},
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of the log; one that was written half is left out."""
    for line in path.read_bytes().split(b"\n"):
        if line:
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _later_vectors(folder: Path, size: int, places: Sequence[int]) -> Floats:
    """The vectors of the log's lines; nothing for a text saved where the encoder was missing."""
    held = np.fromfile(folder / LATER_VECTORS, dtype=np.float32)
    held = held[: len(held) // size * size].reshape(-1, size)
    found = np.zeros((len(places), size), dtype=np.float32)
    for row, place in enumerate(places):
        if 0 <= place < len(held):
            found[row] = held[place]
    return found
