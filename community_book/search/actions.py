"""The index and the texts follow what is saved: noted by a subscriber, written by an errand, made anew by command.

Nothing here changes the database: both are copies.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from community_book.base import searching
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.outbox import Event
from community_book.base.searching import SearchDocument
from community_book.base.work import Work
from community_book.search import folders
from community_book.search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from community_book.search.generations import Text

BATCH = 500


def note_changes(work: Work, event: Event) -> None:
    """Notes which documents an event touches; they are written outside the transaction, many at a time."""
    for source in searching.search_sources().values():
        if event.name in source.touched:
            folders.note(source.kind, source.touched[event.name](work, event))


def write_changes(actor: Actor) -> int:
    """Writes what was noted into the index in use; returns how many things. Waits for nobody who makes a new one."""
    if not actor.is_system:
        raise AssertionError("the dispatcher alone writes the index")
    if not folders.root().is_dir() or not (changes := folders.take()):
        return 0
    with folders.writing(wait=False) as mine:
        folder = folders.current()
        if not mine or folder is None:
            return 0
        by_kind: dict[str, list[int]] = defaultdict(list)
        for kind, number in changes:
            by_kind[kind].append(number)
        found: list[tuple[str, SearchDocument]] = []
        sources = searching.search_sources()
        with transactions.reading() as reading:
            for kind, ids in by_kind.items():
                if kind in sources:
                    for start in range(0, len(ids), BATCH):
                        batch = ids[start : start + BATCH]
                        found += [(kind, document) for document in sources[kind].documents(reading, batch)]
        there = {(kind, document.id) for kind, document in found}
        gone = [change for change in changes if change not in there]
        WhooshEngine(folder).write(found, gone)
        _write_texts(found, gone)
        folders.taken()
    return len(changes)


def rebuild(actor: Actor, tell: Callable[[str, int], None] = lambda _kind, _count: None) -> int:
    """Makes a new index of everything and puts it in use at once; the old one answers until then.

    What changes meanwhile is noted and written by the dispatcher afterwards. `tell` hears the count of each kind.
    """
    if not actor.is_system:
        raise AssertionError("an index is made by the system")
    with folders.writing(wait=True):
        folders.take()  # all of it is read now
        folders.taken()
        folder = folders.new_folder()
        try:
            count = WhooshEngine.make(folder).write(_everything(tell))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        folders.switch_to(folder)
    return count


def _everything(tell: Callable[[str, int], None]) -> Iterator[tuple[str, SearchDocument]]:
    for kind, source in searching.search_sources().items():
        count = 0
        with transactions.reading() as reading:
            for document in source.documents(reading, None):
                yield kind, document
                count += 1
        tell(kind, count)


def rebuild_if_missing(actor: Actor) -> int:
    """Makes the first index and the first generation of texts; how many things the index has, 0 if it was there."""
    count = 0 if folders.current() is not None else rebuild(actor)
    if folders.current(folders.text_root()) is None:
        remake_texts(actor)
    return count


def _write_texts(found: Iterable[tuple[str, SearchDocument]], gone: Iterable[tuple[str, int]]) -> None:
    if folders.current(folders.text_root()) is None:
        return
    from community_book.search import generations, texts

    generations.append(list(_as_texts(found)), gone, texts.meaning())


def remake_texts(actor: Actor) -> int:
    """Makes the next generation of texts: what words tell, and what each text means; returns its number.

    0 where another process is at it. What was encoded before is not encoded again.
    """
    if not actor.is_system:
        raise AssertionError("generations are made by the system")
    from community_book.search import generations, texts

    return generations.make(_as_texts(_everything(lambda _kind, _count: None)), texts.meaning())


def _as_texts(documents: Iterable[tuple[str, SearchDocument]]) -> Iterator[Text]:
    from community_book.search.generations import Text

    return (Text(kind, document.id, document.title, document.body) for kind, document in documents)
