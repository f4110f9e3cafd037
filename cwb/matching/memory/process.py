"""What this process remembers of how things stand, and when it is made anew."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from community_book.base.clock import today
from community_book.base.settings import settings
from community_book.needs.queries import open_parts
from community_book.search.texts import meaning
from cwb.matching.engine.candidates import Field
from cwb.matching.memory import generation as generations
from cwb.matching.memory.generation import Generation, Made, Mark, make_generation
from cwb.matching.memory.standing import Listed, Standing
from cwb.matching.queries import changes
from cwb.matching.queries.suggestions import tracks_of
from cwb.matching.rules.scoring import KEPT_IN_A_LIST, weights
from cwb.pledges.queries import open_offers

DAYS_AT_MOST = 7
SMALL_SITE = 1_000
"""So many rows are compared anew within a second, while somebody waits."""
CHANGES_BEFORE_ANEW, CHANGES_SHARE = 20, 20


_lock = threading.RLock()
_held: dict[str, Standing] = {}
_only_here: set[str] = set()
"""Databases whose generation was made for the needs of a moment: no other process would come to the same."""


def forget() -> None:
    """As if this process had just started: tests, and whoever puts another database in place."""
    with _lock:
        _held.clear()
        _only_here.clear()


def folder() -> Path:
    return settings().data_dir / "text" / "matching"


def standing_now(reading: Session) -> Standing | None:
    """How things stand; None on a large site for which the worker has made no generation yet.

    Costs two queries where nothing has happened. Which rows were touched is known; they are read by
    `with_pledges` and `with_parts`.
    """
    name = settings().database_url
    with _lock:
        held = _usable(reading, _held.get(name))
        if held is None:
            found = generations.load(folder())
            held = _usable(reading, Standing.of(found)) if found else None
        if held is None:
            if changes.rows_at_most(reading) > SMALL_SITE:
                return None
            held = Standing.of(
                replace(made_anew(reading, None).generation, number=generations.current_number(folder()))
            )
            _only_here.add(name)
        _held[name] = held = held.with_touched(reading)
        return held


def lacks_generation(reading: Session) -> bool:
    """Whether the site is too large to be compared while somebody waits, and no generation of it is of use."""
    return changes.rows_at_most(reading) > SMALL_SITE and standing_now(reading) is None


def keep(found: Standing) -> Standing:
    """Remembers a state of affairs that is further on, so that the next reader need not read the same rows."""
    with _lock:
        _held[settings().database_url] = found
    return found


def _usable(reading: Session, held: Standing | None) -> Standing | None:
    """The same, unless it is of another site, too old, or there is a newer generation."""
    if held is None:
        return None
    own = held.generation
    encoder = meaning()
    too_old = today().toordinal() - own.on > DAYS_AT_MOST or own.on > today().toordinal()
    other_encoder = own.encoder != (encoder.name if encoder else "")
    if too_old or other_encoder or generations.current_number(folder()) > own.number:
        return None
    return held if changes.chain_holds(reading, held.mark.sequence, held.mark.hash) else None


def is_worn(held: Standing) -> bool:
    """Whether the worker should make a new generation: none is on disk, or much has changed since."""
    if settings().database_url in _only_here:
        return True
    rows = len(held.generation.pledges) + len(held.generation.parts)
    return held.how_many_changed > CHANGES_BEFORE_ANEW + rows // CHANGES_SHARE


def made_anew(reading: Session, before: Generation | None) -> Made:
    """A generation of everything that is open now, and the best of every row; nothing is written."""
    mark = Mark(*changes.chain_end(reading), changes.last_event_id(reading))
    return make_generation(
        open_offers(reading),
        open_parts(reading),
        tracks_of(reading),
        today().toordinal(),
        mark,
        encoder=meaning(),
        weights=weights(),
        keep=KEPT_IN_A_LIST,
        before=before,
    )


def make_and_keep(reading: Session) -> Made:
    """A new generation, written to disk for the other processes, and in use from now on."""
    with _lock:
        before = _held.get(settings().database_url)
        last = before.generation if before else generations.load(folder())
        made = made_anew(reading, last)
        number = max(made.generation.number, generations.current_number(folder()) + 1)
        made = replace(made, generation=replace(made.generation, number=number))
        generations.save(made.generation, folder())
        _only_here.discard(settings().database_url)
        _held[settings().database_url] = Standing.of(made.generation)
        return made


def touched_later(reading: Session, held: Standing) -> Standing:
    """The same, with what acts have touched since among what is to be read."""
    return replace(held, pledges_to_read=frozenset(), parts_to_read=frozenset()).with_touched(reading)


def listed(made: Made, *, part_ids: Sequence[int] = (), pledge_ids: Sequence[int] = ()) -> Listed:
    """Some lists of a generation just made: of parts, or of pledges."""
    field = Field(made.generation.pledges, made.generation.parts, made.generation.on, weights=weights())
    held = Standing.of(made.generation)
    if part_ids:
        found, ids = made.best.of_parts, made.generation.parts.ids[made.best.of_parts.part_row]
    else:
        found, ids = made.best.of_pledges, made.generation.pledges.ids[made.best.of_pledges.pledge_row]
    own = found.take(np.flatnonzero(np.isin(ids, np.asarray(part_ids or pledge_ids, dtype=np.int64))))
    return held.listed([(field, own)], KEPT_IN_A_LIST, by_part=bool(part_ids))
