"""What the machine does to the site: a full disk, a clock that jumps, readers beside busy writers.

Disk: a small file system in memory holds the data folder, which only root can mount; it is SQLite's alone, because
PostgreSQL keeps its own disk. What must hold: who sends something is told (503) and nothing of it is saved, pages can
be read, and it goes on when there is room. A disk that is read-only is tried by tests/floor/test_full_disk.py.
Clocks: an hour forward or back answers everybody and opens nothing to nobody.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.benching.figures import percentile
from tools.torturing.clients import KEPT
from tools.torturing.crashes import Crashes, Writer
from tools.torturing.site import Site
from tools.torturing.town import Findings, Town

DISK_BYTES = 400 * 1000 * 1000
HOUR = 3600
READERS_P95 = 0.150
READING_SECONDS = 8


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own under the folder. Raises PermissionError where it cannot be mounted."""
    place = folder / "small-disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        raise PermissionError("a file system can only be mounted by root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def disks(town: Town, findings: Findings) -> None:
    """Runs the town from a small disk, fills it, and gives it room again."""
    if town.kind != "sqlite":
        print(f"       {town.kind}: disks are not tried: PostgreSQL keeps its own", flush=True)
        return
    crashes = Crashes(town, findings)
    try:
        with small_disk(town.folder) as place:
            _on_a_small_disk(town, crashes, findings, place)
    except PermissionError as why:
        print(f"       {town.kind}: disks are not tried: {why}", flush=True)


def _on_a_small_disk(town: Town, crashes: Crashes, findings: Findings, place: Path) -> None:
    from community_book.base import work

    for path in town.folder.glob("borough.sqlite3*"):
        shutil.copy(path, place / path.name)
    url = f"sqlite:///{place / 'borough.sqlite3'}"
    before = work.engine()
    work.use_engine(work.make_engine(url))
    try:
        with Site(place, url) as site:
            writer = crashes.writers(site)[0]
            ballast = place / "ballast"
            with suppress(OSError), ballast.open("wb", buffering=0) as out:
                while True:
                    out.write(bytes(4096))
            findings.say(*_starved(crashes, writer, site, "a full disk", ballast.unlink))
        said = Site(place, url).breaches()
        findings.say(not said, "after the full disk, every rule and the audit chain", said or "hold")
    finally:
        work.use_engine(before)


def _starved(crashes: Crashes, writer: Writer, site: Site, name: str, give_room: object) -> tuple[bool, str, str]:
    statuses, answer = [0], None
    for _ in range(60):  # what is free within the database's own pages is used up first
        answer = writer.write()
        statuses.append(answer.status if answer else 0)
        if statuses[-1] != KEPT:
            break
    told = statuses[-1] == 503 and answer is not None and "full or cannot be written to" in answer.text
    reads = writer.browser.get("/needs").status
    wrong = crashes.lost([writer])
    assert callable(give_room)  # noqa: S101 - see the caller
    give_room()
    again = writer.write()
    goes_on = again is not None and again.status == KEPT
    kept = told and reads == 200 and goes_on and not wrong
    found = f"answered {statuses[-1]} after {len(statuses) - 2} that found room, reading {reads}, afterwards "
    return kept, name, found + f"{again.status if again else 'no answer'} {'; '.join(wrong)}"


def clocks(town: Town, findings: Findings) -> None:
    """The clock of web server and worker jumps an hour forward, two back, and comes right again."""
    moved = town.folder / "clock"
    moved.write_text("0")
    crashes = Crashes(town, findings)
    wrong: list[str] = []
    with town.site({"TORTURE_CLOCK": str(moved)}) as site:
        writer = crashes.writers(site)[0]
        for seconds in (0, HOUR, -HOUR, 0):
            moved.write_text(str(seconds))
            started_at = time.monotonic()
            for address in ("/", "/needs", "/figures"):
                status = writer.browser.get(address).status
                if status >= 500:
                    wrong.append(f"{seconds:+} s: {address} answers {status}")
            answer = writer.write()
            # A session may have ended by its idle time: then one is asked to sign in, which is no fault.
            if answer is None or answer.status not in {KEPT, 403}:
                wrong.append(f"{seconds:+} s: a message was answered {answer.status if answer else 'not at all'}")
            if time.monotonic() - started_at > 30:
                wrong.append(f"{seconds:+} s: took {time.monotonic() - started_at:.0f} s")
            anybody = town.browser(site, crashes.pairs[0][0].asking, {"none": "none"})
            if anybody.get("/promises").status == 200:
                wrong.append(f"{seconds:+} s: a page for signed-in people opens to nobody")
        wrong += crashes.lost([writer])
    said = town.site().breaches()
    findings.say(
        not wrong and not said, "the clock jumps an hour forward and back", "; ".join(wrong[:3]) or said or "holds"
    )


def readers(town: Town, findings: Findings) -> None:
    """Somebody reads public pages while eight write as fast as they can."""
    crashes = Crashes(town, findings)
    with town.site() as site:
        crashes.pairs = crashes.pairs * 2
        writers = crashes.writers(site)
        stop = threading.Event()
        took: list[float] = []

        def read() -> None:
            browser = town.browser(site, crashes.pairs[0][0].asking, {"none": "none"})
            while not stop.is_set():
                took.extend(browser.get(address).seconds for address in ("/", "/needs", "/pledges"))

        threads = [threading.Thread(target=writer.write_until, args=(stop,)) for writer in writers]
        threads.append(threading.Thread(target=read))
        for thread in threads:
            thread.start()
        time.sleep(READING_SECONDS)
        stop.set()
        for thread in threads:
            thread.join()
        written = sum(len(writer.told) for writer in writers)
        wrong = crashes.lost(writers)
    p95 = percentile(took, 0.95) if took else 99.0
    load = os.getloadavg()[0]
    found = f"p95 {p95 * 1000:.0f} ms of {len(took)} pages while {written} acts were saved, load {load:.0f}"
    kept = not wrong and (p95 <= READERS_P95 or town.kind != "sqlite")  # the 150 ms are asked of SQLite
    findings.say(kept, f"a reader beside {len(writers)} writers", f"{found} {'; '.join(wrong)}")
