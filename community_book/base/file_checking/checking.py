"""What a stored file may be, and what is kept of it."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from community_book.base.errors import Refused
from community_book.base.file_checking.limits import FileLimits
from community_book.base.file_checking.pictures import clean_picture
from community_book.base.file_checking.scanner import ScannerAway, TooLargeToScan, find_virus
from community_book.base.file_checking.spreadsheets import problem_of_table, problem_of_workbook
from community_book.base.messages import N_, Message, Problem

NAME_AT_MOST = 120
_PDF_STARTS_WITHIN = 1024

MEDIA_TYPES: dict[str, str] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The extensions a file is kept under, and the media type it is served with."""

ACCEPTED = Message(N_("Send a photograph (JPEG, PNG or WebP), a PDF, a CSV file or an Excel workbook (.xlsx)"))

_EXTENSIONS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"} | {name: name for name in MEDIA_TYPES}
_PICTURE_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_TELEPHONE_EXTENSIONS = {"heic", "heif", "avif"}


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored. Pictures are encoded afresh; the rest is as it was sent.

    `sha256_original` is of what was sent, so that the same file sent twice is recognised; `sha256` is
    of `content`. `width` and `height` are in pixels, None for what is no picture. `look` is what a picture
    looks like (`looks`), None for a plain one and for what is none.
    """

    name: str
    content: bytes
    media_type: str
    extension: str
    sha256_original: str
    sha256: str
    width: int | None = None
    height: int | None = None
    look: int | None = None


class Infected(Refused):
    """The scanner found something in a file; `finding` is its name for it."""

    def __init__(self, problem: Problem, finding: str) -> None:
        super().__init__(problem)
        self.finding = finding


def check_file(name: str, content: bytes, limits: FileLimits | None = None, *, scanner: str = "") -> CheckedFile:
    """The file as it may be stored. Costs a child process for a picture; writes nothing.

    `scanner` is the address of a virus scanner, "" for none: it is asked before anything is opened. Raises Refused
    with a Problem of the field "files" that says what is wrong with it (Infected where the scanner found something),
    and Busy when another picture is being cleaned for too long.
    """
    limits = limits or FileLimits()
    name = tidy_file_name(name)
    if not content:
        raise _refusal(name, Message(N_("it is empty")))
    if len(content) > limits.bytes_at_most:
        raise _refusal(
            name,
            Message(N_("it is larger than %(most)s MB"), most=str(limits.bytes_at_most // (1024 * 1024))),
        )
    declared = name.rpartition(".")[2].lower() if "." in name else ""
    extension = _EXTENSIONS.get(declared)
    if extension is None:
        if declared in _TELEPHONE_EXTENSIONS:
            raise _refusal(name, Message(N_("this kind of photograph cannot be kept; save or send it as a JPEG")))
        raise _refusal(name, Message(N_("this kind of file cannot be kept")), ACCEPTED)
    inside = _looks_like(content)
    if inside != extension and not (inside is None and extension in {"csv", "xlsx"}):
        raise _refusal(
            name, Message(N_("it is named .%(extension)s, but is something else inside"), extension=declared), ACCEPTED
        )
    if scanner:
        _scan(name, content, scanner)
    return _checked(name, content, extension, limits)


def _scan(name: str, content: bytes, scanner: str) -> None:
    try:
        finding = find_virus(scanner, content)
    except TooLargeToScan:
        raise _refusal(name, Message(N_("it is too large to be checked for viruses; send a smaller one"))) from None
    except ScannerAway:
        raise _refusal(
            name, Message(N_("files cannot be checked for viruses just now; send it again in a while"))
        ) from None
    if finding:
        said = Message(
            N_("“%(name)s” was not taken: a virus was found in it. Check the device it is from, and send another file"),
            name=name,
        )
        raise Infected(Problem("files", said), finding)


def _checked(name: str, content: bytes, extension: str, limits: FileLimits) -> CheckedFile:
    kept, width, height, look = content, None, None, None
    problem: Message | None = None
    if extension in _PICTURE_FORMATS:
        picture = clean_picture(content, _PICTURE_FORMATS[extension], limits)
        if isinstance(picture, Message):
            problem = picture
        else:
            kept, width, height, look = picture.content, picture.width, picture.height, picture.look
    elif extension == "xlsx":
        problem = problem_of_workbook(content, limits)
    elif extension == "csv":
        problem = problem_of_table(content)
    if problem is not None:
        raise _refusal(name, problem)
    return CheckedFile(
        name=name,
        content=kept,
        media_type=MEDIA_TYPES[extension],
        extension=extension,
        sha256_original=hashlib.sha256(content).hexdigest(),
        sha256=hashlib.sha256(kept).hexdigest(),
        width=width,
        height=height,
        look=look,
    )


def _looks_like(content: bytes) -> str | None:
    """The extension that the first bytes stand for; None where they do not say."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if b"%PDF-" in content[: _PDF_STARTS_WITHIN + 5]:
        return "pdf"
    return None


def tidy_file_name(name: str) -> str:
    """A file's name for showing only: no folders, no control or direction characters, 120 at most.

    The extension survives the cut; a name with nothing left becomes "file".
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        " " if unicodedata.category(character) in {"Zl", "Zp"} or character.isspace() else character
        for character in unicodedata.normalize("NFC", last)
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    shown = " ".join(shown.split())
    if len(shown) > NAME_AT_MOST:
        stem, dot, extension = shown.rpartition(".")
        ending = dot + extension if stem and len(extension) <= 8 else ""
        shown = shown[: NAME_AT_MOST - len(ending)].rstrip() + ending
    return shown if shown.strip(". ") else "file"


def _refusal(name: str, wrong: Message, what_to_do: Message | None = None) -> Refused:
    if what_to_do is None:
        said = Message(N_("“%(name)s” was not taken: %(wrong)s"), name=name, wrong=wrong)
    else:
        said = Message(
            N_("“%(name)s” was not taken: %(wrong)s. %(what_to_do)s"), name=name, wrong=wrong, what_to_do=what_to_do
        )
    return Refused(Problem("files", said))
