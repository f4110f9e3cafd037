"""Put twenty faults into a copy of the site, one at a time, and say which the tests notice: what `make mutants` does.

Each fault is a small change of text with the tests that must fail by it, on SQLite (`tools/mutating/faults.py`). First
those tests run without any fault: one that fails anyway would notice everything. A fault that no longer fits the
text it changes, or whose tests do not even start, counts as survived. The last line is `20 caught, 0 survived`;
ends with 1 where one survived. NAMED=words tries only the faults whose sentence holds the words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.mutating.faults import FAULTS, Fault  # noqa: E402 - the path above comes first

COPIES = 2
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache")
A_TEST_FAILED = 1
SECONDS = 180
"""A fault that makes a test wait for ever is noticed by that."""


@dataclass(frozen=True)
class Outcome:
    """What became of a fault; `said` is why it survived, or the first test that noticed it."""

    fault: Fault
    caught: bool
    said: str
    seconds: float


@contextmanager
def copies(number: int) -> Iterator[Queue[Path]]:
    """So many copies of the site as it lies here; what is installed is used from here."""
    free: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory(prefix="community-book-mutants-", ignore_cleanup_errors=True) as made:
        for place in range(number):
            copy = Path(made) / str(place)
            shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
            for name in (".venv", "node_modules"):
                if (ROOT / name).exists():
                    (copy / name).symlink_to(ROOT / name)
            free.put(copy)
        yield free


def test(copy: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Runs tests in a copy; pytest's exit code and the first line that names a failure."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", "-k", "not postgresql"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # a change within a second must not go unseen
    try:
        done = subprocess.run(
            [*command, *tests], check=False, cwd=copy, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return A_TEST_FAILED, f"not done after {SECONDS} s"
    named = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, (named or done.stdout.splitlines()[-1:] or [done.stderr[-200:]])[0]


def tried(fault: Fault, free: Queue[Path]) -> Outcome:
    """Puts a fault into a copy, runs its tests, and takes it out again."""
    started_at = time.monotonic()
    copy = free.get()
    try:
        path = copy / fault.path
        text = path.read_text()
        if text.count(fault.was) != 1:
            return Outcome(fault, False, f"the text to change stands {text.count(fault.was)} times in {fault.path}", 0)
        path.write_text(text.replace(fault.was, fault.becomes))
        try:
            code, said = test(copy, fault.tests)
        finally:
            path.write_text(text)
        return Outcome(fault, code == A_TEST_FAILED, said, time.monotonic() - started_at)
    finally:
        free.put(copy)


def main() -> int:
    wanted = os.environ.get("NAMED", "")
    faults = [fault for fault in FAULTS if wanted in fault.sentence]
    if not faults:
        print(f"No fault has {wanted!r} in its sentence.")
        return 2
    survived = []
    with copies(COPIES) as free:
        copy = free.get()
        code, said = test(copy, tuple(dict.fromkeys(name for fault in faults for name in fault.tests)))
        free.put(copy)
        if code:
            print(f"The tests fail without any fault, so they say nothing: {said}")
            return 1
        with ThreadPoolExecutor(COPIES) as pool:
            for outcome in pool.map(lambda fault: tried(fault, free), faults):
                verdict = "caught  " if outcome.caught else "SURVIVED"
                print(f"{verdict} {outcome.seconds:5.1f} s  {outcome.fault.sentence}", flush=True)
                print(f"         {outcome.said[:160]}", flush=True)
                if not outcome.caught:
                    survived.append(outcome)
    print(f"{len(faults) - len(survived)} caught, {len(survived)} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
