"""What a file may weigh, and what opening it may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileLimits:
    """Limits of one file. The memory was measured, not guessed: decoding, turning and
    encoding 49 million points took 255 MiB of address space as a plain PNG, 428 MiB turned with
    transparency, 598 MiB as a progressive CMYK JPEG; 20 million points of WebP took 497 MiB, which is
    why it has a limit of its own.
    """

    bytes_at_most: int = 25 * 1024 * 1024
    pixels_at_most: int = 50_000_000
    webp_pixels_at_most: int = 24_000_000
    memory_bytes: int = 640 * 1024 * 1024
    processor_seconds: int = 20
    entries_at_most: int = 2_000
    unpacked_bytes_at_most: int = 100_000_000
    ratio_at_most: int = 200
