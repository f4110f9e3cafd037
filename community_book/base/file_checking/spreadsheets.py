"""Spreadsheets: an .xlsx is looked at as an archive and never unpacked; a .csv is plain text."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO

from community_book.base.file_checking.limits import FileLimits
from community_book.base.messages import N_, Message

_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_CONTENT_TYPES_BYTES_AT_MOST = 1_000_000
_ENTRY_HEAD_BYTES_AT_MOST = 1_000
_END_RECORD = struct.Struct("<4s4H2LH")
_LINK_MODE, _MODE_MASK = 0o120000, 0o170000

_NOT_WHOLE = Message(N_("it is damaged; open it in a spreadsheet program, save it again and send that"))
_ODD = Message(N_("it is not an ordinary spreadsheet; open it in a spreadsheet program and save it again"))
_TOO_MUCH = Message(N_("there is too much packed into it; send the part that is evidence"))
_MACROS = Message(N_("it holds macros; save it without them, as .xlsx"))
_PASSWORD = Message(N_("it is protected by a password; save it without one"))


def problem_of_workbook(content: bytes, limits: FileLimits) -> Message | None:
    """Why this is no harmless .xlsx, or None. Reads the list of entries and one small entry, in memory."""
    if problem := _problem_of_end_record(content, limits):
        return problem
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _problem_of_entries(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, struct.error):
        return _NOT_WHOLE


def _problem_of_end_record(content: bytes, limits: FileLimits) -> Message | None:
    """Looks at the last 22 bytes first, because `zipfile` reads every entry there is before it is asked."""
    if content[:2] == b"\xd0\xcf":  # a password turns the archive into an OLE file
        return _PASSWORD
    if len(content) < _END_RECORD.size or content[-22:-18] != b"PK\x05\x06" or content[-2:] != b"\0\0":
        return _NOT_WHOLE
    if content[-42:-38] == b"PK\x06\x07":  # the ZIP64 form, for what is far larger than we take
        return _ODD
    _, _, _, _, entries, size, offset, _ = _END_RECORD.unpack(content[-22:])
    if entries > limits.entries_at_most or size > limits.entries_at_most * _ENTRY_HEAD_BYTES_AT_MOST:
        return _TOO_MUCH
    if offset + size != len(content) - _END_RECORD.size:  # something else stands before or between
        return _ODD
    return None


def _problem_of_entries(archive: zipfile.ZipFile, limits: FileLimits) -> Message | None:
    entries = archive.infolist()
    names = [entry.orig_filename for entry in entries]
    if len(entries) > limits.entries_at_most:
        return _TOO_MUCH
    if len({name.lower() for name in names}) != len(names):
        return _ODD
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.unpacked_bytes_at_most or unpacked > limits.ratio_at_most * max(packed, 1):
        return _TOO_MUCH
    for entry in entries:
        if entry.flag_bits & 0x1:
            return _PASSWORD
        if _leads_out(entry.orig_filename) or entry.external_attr >> 16 & _MODE_MASK == _LINK_MODE:
            return _ODD
        if entry.orig_filename.lower().endswith("vbaproject.bin"):
            return _MACROS
    if _CONTENT_TYPES not in names or _WORKBOOK not in names:
        return _ODD
    with archive.open(_CONTENT_TYPES) as content_types:
        declared = content_types.read(_CONTENT_TYPES_BYTES_AT_MOST)
    return _MACROS if b"macroenabled" in declared.lower() else None


def _leads_out(name: str) -> bool:
    """Whether unpacking the entry could write outside the folder it is unpacked to."""
    parts = re.split(r"[/\\]", name)
    return (
        not parts[0]
        or ".." in parts
        or ":" in parts[0]
        or any(ord(character) < 32 or ord(character) == 127 for character in name)
    )


_MARKUP = re.compile(rb"\s*<\s*(?:!doctype|!--|\?xml|html|head|body|script|svg|iframe|img)\b|\s*<!--", re.IGNORECASE)
_OTHER_STARTS = (b"GIF8", b"{\\rtf", b"%!PS", b"%PDF", b"MZ\x90", b"PK\x03\x04")


def problem_of_table(content: bytes) -> Message | None:
    """Why this is no plain .csv, or None: text in UTF-8 or Windows-1252 without control characters."""
    plain = content.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(plain[:200]) or plain.startswith(_OTHER_STARTS):
        return Message(N_("it is named .csv, but is something else inside"))
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = plain.decode("cp1252")
        except UnicodeDecodeError:
            text = "\0"
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        return Message(N_("it is not plain text; save it again as “CSV UTF-8”"))
    return None
