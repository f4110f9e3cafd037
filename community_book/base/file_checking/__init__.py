"""What a stored evidence file may be: `check_file` before anything is kept."""

from __future__ import annotations

from community_book.base.file_checking.checking import (
    ACCEPTED,
    MEDIA_TYPES,
    NAME_AT_MOST,
    CheckedFile,
    Infected,
    check_file,
    tidy_file_name,
)
from community_book.base.file_checking.limits import FileLimits

__all__ = [
    "ACCEPTED",
    "MEDIA_TYPES",
    "NAME_AT_MOST",
    "CheckedFile",
    "FileLimits",
    "Infected",
    "check_file",
    "tidy_file_name",
]
