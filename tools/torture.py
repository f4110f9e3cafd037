"""Torture the site: many clients at once, kills, full disks, wrong clocks, on both databases: what `make torture` does.

Real processes over HTTP on made-up data in temporary folders. Prints a line for each thing tried with what was found;
the last line is `N passed, N failed`, and it ends with 1 where one failed. Takes at most ten minutes on two free
processors; FULL=1 does the long rounds, for hours. KIND=sqlite or postgresql, and ONLY=races, people, kills, points,
disks, clocks or readers, try a part.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("sqlite", "postgresql")


def main() -> int:
    passed = failed = 0
    wanted = os.environ.get("KIND", "")
    for kind in [wanted] if wanted else KINDS:
        last = ""
        command = [sys.executable, "-m", "tools.torturing.run", kind, os.environ.get("ONLY", "")]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None  # noqa: S101 - asked for above
            for line in running.stdout:
                if told := re.fullmatch(r"(\d+) passed, (\d+) failed\n", line):
                    last = line
                    passed, failed = passed + int(told[1]), failed + int(told[2])
                else:
                    print(line, end="", flush=True)
        if not last:
            print(f"FAILED {kind}: the torture itself broke off", flush=True)
            failed += 1
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
