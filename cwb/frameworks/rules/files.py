"""Tells a spreadsheet from published notices by content, and reads either. Nothing a file holds raises."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow
from cwb.frameworks.rules.notices import read_notices
from cwb.frameworks.rules.shapes import FileRead
from cwb.frameworks.rules.spreadsheet import read_spreadsheet

BYTES_AT_MOST = 10 * 1024 * 1024


def read_file(content: bytes) -> FileRead:
    """What a file says of frameworks: JSON is read as an OCDS release package, anything else as CSV."""
    if len(content) > BYTES_AT_MOST:
        return FileRead(
            bad=(
                BadRow(
                    0,
                    Message(
                        N_("The file is larger than %(most)s MB. Divide it and try again."), most=BYTES_AT_MOST >> 20
                    ),
                ),
            )
        )
    if not content.strip():
        return FileRead(bad=(BadRow(0, Message(N_("The file is empty."))),))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return read_notices(content)
    return read_spreadsheet(content)
