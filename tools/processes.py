"""What Linux knows of running processes, read from /proc: whose children they are and how much memory they take."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def parents() -> dict[int, int]:
    """Every running process and its parent; what has ended and waits to be collected is left out."""
    found = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if after_name[0] != "Z":
            found[int(folder.name)] = int(after_name[1])
    return found


def children_of(process: int) -> list[int]:
    """Its own children, oldest first as far as numbers tell."""
    return sorted(child for child, parent in parents().items() if parent == process)


def family_of(process: int) -> set[int]:
    """A process with its children, their children and so on."""
    there = parents()
    found = {process} & there.keys()
    while more := {child for child, parent in there.items() if parent in found} - found:
        found |= more
    return found


def command_of(process: int) -> list[str]:
    """Its command line; empty where it has ended."""
    try:
        return (PROC / str(process) / "cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []


def left_after(processes: Iterable[int], seconds: float) -> set[int]:
    """Which of them still run when so many seconds are over."""
    give_up_at = time.monotonic() + seconds
    while (left := set(processes) & parents().keys()) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return left


def pss_bytes(process: int) -> int:
    """Its memory, with what it shares with others counted by its share (proportional set size)."""
    told = (PROC / str(process) / "smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    if found is None:
        raise OSError(f"the memory of process {process} is not told by {os.uname().sysname}")
    return int(found[1]) * 1024
