"""Pictures are decoded and encoded afresh in a process of their own, so that no metadata is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from community_book.base.errors import Busy
from community_book.base.file_checking.limits import FileLimits
from community_book.base.messages import N_, Message

_SCRIPT = Path(__file__).with_name("clean_picture.py")
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""All the child learns of the environment: where programs are, no secret and no address."""

_one_at_a_time = BoundedSemaphore(1)
"""A process of the site cleans one picture at a time, so that its memory is bounded."""


@dataclass(frozen=True)
class CleanPicture:
    """A picture without metadata, turned the right way up. `look` is None for one that shows too little."""

    content: bytes
    width: int
    height: int
    look: int | None = None


def clean_picture(content: bytes, picture_format: str, limits: FileLimits) -> CleanPicture | Message:
    """The first frame of a JPEG, PNG or WEBP without metadata, in the same format; or why not.

    Takes up to `limits.memory_bytes` and `limits.processor_seconds` in a child process that knows
    nothing of the site. Raises Busy when another picture takes longer than that.
    """
    pixels = limits.webp_pixels_at_most if picture_format == "WEBP" else limits.pixels_at_most
    figures = [str(pixels), str(limits.memory_bytes), str(limits.processor_seconds)]
    # A loaded machine gives the child less than one processor.
    seconds = limits.processor_seconds * 3
    if not _one_at_a_time.acquire(timeout=seconds):
        raise Busy
    try:
        done = subprocess.run(  # noqa: S603  (our own script; what is from outside comes on standard input)
            [sys.executable, "-I", "-B", str(_SCRIPT), picture_format, *figures],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"MALLOC_ARENA_MAX": "1"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Message(N_("it takes too long to open; save it again as a smaller JPEG"))
    finally:
        _one_at_a_time.release()
    head, _, clean = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        return _reason("stopped", pixels)
    found = json.loads(head)
    if "refused" in found:
        return _reason(found["refused"], pixels)
    return CleanPicture(clean, found["width"], found["height"], found["look"])


def _reason(reason: str, pixels: int) -> Message:
    match reason:
        case "pixels":
            return Message(
                N_("it has more than %(millions)s million points; make it smaller and send it again"),
                millions=str(pixels // 1_000_000),
            )
        case "frames":
            return Message(N_("it is a moving picture; send a still one"))
        case "memory" | "stopped":
            return Message(N_("it takes too much to open; save it again as a smaller JPEG"))
        case _:
            return Message(N_("it is damaged or not complete; take or save it again"))
