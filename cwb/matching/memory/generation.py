"""A generation: the statistics, columns and bars that all scores of a while are made with, frozen until the next.

It lies in a folder of its own under the data folder, written beside the last and then named the current one, so that
a reader never sees half of it. Vectors of texts that did not change are taken over from the one before.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from community_book.needs.views import PartWanted
from community_book.search.texts import Meaning, Statistics, WordRows, analyse
from cwb.matching.engine.candidates import Field
from cwb.matching.engine.columns import Parts, Pledges, Sittings, Zones
from cwb.matching.engine.filling import in_order, part_columns, pledge_columns, text_of
from cwb.matching.engine.placing import Bars
from cwb.matching.engine.surveying import Survey, survey
from cwb.matching.rules.scoring import Weights
from cwb.matching.views import Track
from cwb.pledges.rules import PledgeOffer

FORMAT = 1
KEPT_GENERATIONS = 2
TEXTS_AT_ONCE = 200
Vectors = NDArray[np.float16]
Digests = NDArray[np.uint64]


@dataclass(frozen=True)
class Mark:
    """Where in the site's history rows were read: the end of the audit chain, and the last event."""

    sequence: int
    hash: str
    event_id: int


@dataclass(frozen=True)
class Generation:
    """Columns as they were read at `mark`, on the day `on` (an ordinal), and the bars that places are told by."""

    number: int
    mark: Mark
    on: int
    encoder: str
    statistics: Statistics
    tracks: Mapping[int, tuple[int, int]]
    pledges: Pledges
    parts: Parts
    bars: Bars
    pledge_texts: Digests
    part_texts: Digests

    @property
    def stems(self) -> list[str]:
        """The stem of each column of words."""
        return list(self.statistics.vocabulary)


@dataclass(frozen=True)
class Made:
    """A new generation, and the best of every part and pledge that came with the bars."""

    generation: Generation
    best: Survey


def make_generation(
    pledges: Sequence[PledgeOffer],
    parts: Sequence[PartWanted],
    tracks: Mapping[int, Track],
    on: int,
    mark: Mark,
    *,
    encoder: Meaning | None,
    weights: Weights,
    keep: int,
    before: Generation | None = None,
) -> Made:
    """Counts words, encodes texts that are new, sets the bars, and finds the best of every row on the way."""
    offered = [pledges[at] for at in in_order(pledges)]
    wanted = [parts[at] for at in in_order(parts)]
    pledge_stems = [analyse(text_of(one)) for one in offered]
    part_stems = [analyse(text_of(one)) for one in wanted]
    statistics = Statistics.of([*pledge_stems, *part_stems])
    known = _known(before, encoder)
    plain = {provider: (track.commitments, track.share_basis_points) for provider, track in tracks.items()}
    own = pledge_columns(offered, statistics.documents(pledge_stems), encode(offered, encoder, known), plain)
    asked = part_columns(wanted, statistics.questions(part_stems), encode(wanted, encoder, known))
    best = survey(Field(own, asked, on, weights=weights), keep)
    generation = Generation(
        number=before.number + 1 if before else 1,
        mark=mark,
        on=on,
        encoder=encoder.name if encoder else "",
        statistics=statistics,
        tracks=plain,
        pledges=own,
        parts=asked,
        bars=best.bars,
        pledge_texts=digests(offered),
        part_texts=digests(wanted),
    )
    return Made(generation, best)


def digests(sides: Sequence[PledgeOffer] | Sequence[PartWanted]) -> Digests:
    """A number for each text, to tell whether it is the same."""
    return np.asarray([digest(text_of(one)) for one in sides], dtype=np.uint64)


def digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def _known(before: Generation | None, encoder: Meaning | None) -> dict[int, Vectors]:
    """The vectors of the generation before, by text; none where another encoder made them."""
    if before is None or encoder is None or before.encoder != encoder.name:
        return {}
    found: dict[int, Vectors] = {}
    for texts, vectors in (
        (before.pledge_texts, before.pledges.meaning),
        (before.part_texts, before.parts.meaning),
    ):
        if vectors is not None:
            found.update(zip(texts.tolist(), vectors, strict=True))
    return found


def encode(
    sides: Sequence[PledgeOffer] | Sequence[PartWanted], encoder: Meaning | None, known: Mapping[int, Vectors]
) -> Vectors | None:
    """A vector for each text; only those not known are made. None without an encoder.

    The grid vectors lie on is fine enough for 16 bits to hold every number exactly.
    """
    if encoder is None:
        return None
    found = np.zeros((len(sides), encoder.size), dtype=np.float16)
    texts = [text_of(one) for one in sides]
    fresh: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        vector = known.get(digest(text))
        if vector is None:
            fresh.setdefault(text, []).append(row)
        else:
            found[row] = vector
    every = list(fresh)
    for begins in range(0, len(every), TEXTS_AT_ONCE):
        some = every[begins : begins + TEXTS_AT_ONCE]
        for text, vector in zip(some, encoder.of(some), strict=True):
            found[fresh[text]] = vector
    return found


# --- on disk ------------------------------------------------------------------------------------


def save(generation: Generation, folder: Path) -> None:
    """Writes it under `folder` and makes it the current one; older ones but the last are deleted."""
    final = folder / str(generation.number)
    fresh = folder / f"{generation.number}.new"
    for old in (fresh, final):
        shutil.rmtree(old, ignore_errors=True)
    fresh.mkdir(parents=True)
    generation.statistics.save(fresh)
    small: dict[str, Any] = {"pledge_texts": generation.pledge_texts, "part_texts": generation.part_texts}
    for name, side in (("pledges", generation.pledges), ("parts", generation.parts)):
        side.words.save(fresh, f"{name}.words")
        if side.meaning is not None:
            np.save(fresh / f"{name}.meaning.npy", side.meaning, allow_pickle=False)
        small.update(_flat(side, name))
    small.update(_flat(generation.bars, "bars"))
    np.savez(fresh / "columns.npz", **small)
    head = {
        "format": FORMAT,
        "number": generation.number,
        "mark": [generation.mark.sequence, generation.mark.hash, generation.mark.event_id],
        "on": generation.on,
        "encoder": generation.encoder,
        "tracks": [[provider, *track] for provider, track in sorted(generation.tracks.items())],
    }
    (fresh / "head.json").write_text(json.dumps(head))
    fresh.rename(final)
    pointer = folder / "current.new"
    pointer.write_text(str(generation.number))
    pointer.rename(folder / "current")
    for old in folder.iterdir():
        if old.name.isdigit() and int(old.name) <= generation.number - KEPT_GENERATIONS:
            shutil.rmtree(old, ignore_errors=True)


def current_number(folder: Path) -> int:
    """The number of the generation to use; 0 where there is none."""
    try:
        return int((folder / "current").read_text())
    except (OSError, ValueError):
        return 0


def load(folder: Path) -> Generation | None:
    """The current generation, its large arrays memory-mapped; None where there is none that can be read."""
    try:
        here = folder / str(current_number(folder))
        head = json.loads((here / "head.json").read_text())
        if head["format"] != FORMAT:
            return None
        statistics = Statistics.load(here)
        with np.load(here / "columns.npz", allow_pickle=False) as small:
            columns = dict(small)
        return Generation(
            number=head["number"],
            mark=Mark(*head["mark"]),
            on=head["on"],
            encoder=head["encoder"],
            statistics=statistics,
            tracks={provider: (many, share) for provider, many, share in head["tracks"]},
            pledges=Pledges(**_side(Pledges, "pledges", columns, here, statistics.width)),
            parts=Parts(**_side(Parts, "parts", columns, here, statistics.width)),
            bars=Bars(**{one.name: columns[f"bars.{one.name}"] for one in fields(Bars)}),
            pledge_texts=columns["pledge_texts"],
            part_texts=columns["part_texts"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _flat(held: Any, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """Each small array of columns by its name; words and meaning have files of their own."""
    for one in fields(held):
        value = getattr(held, one.name)
        if is_dataclass(value) and not isinstance(value, WordRows):
            yield from _flat(value, f"{name}.{one.name}")
        elif (isinstance(value, np.ndarray) and one.name not in {"words", "meaning"}) or name == "bars":
            yield f"{name}.{one.name}", value


def _side(kind: type[Any], name: str, columns: Mapping[str, Any], here: Path, width: int) -> dict[str, Any]:
    vectors = here / f"{name}.meaning.npy"
    found: dict[str, Any] = {
        "words": WordRows.load(here, f"{name}.words", width),
        "meaning": np.load(vectors, mmap_mode="r", allow_pickle=False) if vectors.exists() else None,
    }
    for one in fields(kind):
        if one.name in found:
            continue
        nested = {"sittings": Sittings, "zones": Zones}.get(one.name)
        if nested is None:
            found[one.name] = columns[f"{name}.{one.name}"]
        else:
            found[one.name] = nested(
                **{inner.name: columns[f"{name}.{one.name}.{inner.name}"] for inner in fields(nested)}
            )
    return found
