"""Everything that can be said about the code without running the site: what `make check` does.

Each step is a command of its own; two run at a time, the longest first, and each leaves one line. What a step
printed is shown only where it failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = [name for name in ("app.py", "community_book", "cwb", "tools") if (ROOT / name).exists()]

# The longest first, so that the last step to end does not start last.
STEPS: dict[str, list[str]] = {
    "types": ["mypy", "--no-error-summary", *SOURCES],
    "migrations match tables": ["python", "tools/check_migrations.py"],
    "house tests": ["pytest", "-q", "tests/house"],
    "layers": ["lint-imports", "--no-logo"],
    "templates": [
        "djlint",
        "--lint",
        "--quiet",
        "--allow-empty-input",
        "--rules",
        "tools/template_rules.yaml",
        "templates",
    ],
    "lint": ["ruff", "check", "--quiet", "--output-format", "concise"],
    "format": ["ruff", "format", "--check", "--quiet", "--output-format", "concise"],
}


class Outcome(NamedTuple):
    step: str
    succeeded: bool
    output: str


def run(step: str) -> Outcome:
    command = STEPS[step]
    started = time.monotonic()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        check=False,
        cwd=ROOT,
        env={**os.environ, "FLASK_APP": "app"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{step:<24} {verdict:<7} {time.monotonic() - started:5.1f} s", flush=True)
    return Outcome(step, done.returncode == 0, done.stdout)


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        failures = [outcome for outcome in pool.map(run, STEPS) if not outcome.succeeded]
    for failure in failures:
        print(f"\n--- {failure.step} ---\n{failure.output.rstrip()}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
