"""How a mail is worded and addressed, and when it is tried again. Pure."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from community_book.base.actor import Permission, Role
from community_book.base.clock import due_day, is_working_day, moment_of
from community_book.base.references import ALPHABET
from community_book.people.rules import MailRhythm

PRINT_LETTERS = Permission("print_letters", Role.OFFICER)

LETTERS_IN_A_MAIL = 40
"""More than that wait for the next mail: longer ones are cut off or thrown away on their way."""

TRIES_AT_MOST = 80
"""One try a minute at first, then one an hour: about three days in all."""

CODE_LETTERS = 9
"""Twenty million million codes: at ten tries an hour nobody comes upon one that somebody has."""
CODE_DAYS = 60
"""Letters lie on a desk before they are posted, and on a table before they are answered."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x20\x7f]+@[^\s@<>,;:\"\\()\[\]\x00-\x20\x7f]+")


def is_address(text: str) -> bool:
    """Whether a text is one mail address and nothing else: no second recipient, no header."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def header_line(text: str, *, at_most: int = 200) -> str:
    """A text as one header line: every break, tab and control character becomes a space."""
    flat = "".join(letter if letter.isprintable() else " " for letter in text)
    flat = " ".join(flat.split())
    return flat if len(flat) <= at_most else flat[: at_most - 1] + "…"


def mail_key(event_id: int, position: int, *, person_id: int | None = None, email: str = "") -> str:
    """The one name of a mail, the same at every try; it names its file too."""
    who = f"p{person_id}" if person_id is not None else hashlib.sha256(email.encode()).hexdigest()[:16]
    return f"{event_id:08d}-{position:02d}-{who}"


def digest_key(address: str, day: date) -> str:
    """The one name of an address's mail of the day: the database takes it once."""
    return f"day-{day:%Y%m%d}-{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def next_mail_at(rhythm: MailRhythm, at: time, now: datetime) -> datetime:
    """When the next mail goes: on a working day at this time of England, weekly on the first one of a week."""
    day = due_day(at, now)
    while True:
        day += timedelta(days=1)
        if is_working_day(day) and (rhythm is not MailRhythm.WEEKLY or not _worked_earlier_in_week(day)):
            return moment_of(day, at)


def _worked_earlier_in_week(day: date) -> bool:
    return any(is_working_day(day - timedelta(days=before)) for before in range(1, day.weekday() + 1))


def digest_text(
    greeting: str,
    opening: str,
    items: Sequence[tuple[str, Sequence[str], tuple[str, str]]],
    footer: Sequence[str],
) -> str:
    """Several letters in one mail: each with its number, its subject, its words and its own link, whole."""
    blocks = [wrapped(greeting), wrapped(opening)]
    for number, (subject, paragraphs, link) in enumerate(items, start=1):
        said = [wrapped(f"{number}. {subject}")]
        said += ["\n".join(wrapped(line) for line in part.splitlines()) for part in paragraphs if part]
        said.append(f"{link[0]}:\n{link[1]}")
        blocks.append("\n\n".join(said))
    return "\n\n\n".join([*blocks, "-- \n" + "\n".join(footer)]) + "\n"


def mail_text(greeting: str, paragraphs: Sequence[str], link: tuple[str, str] | None, footer: Sequence[str]) -> str:
    """The plain text of a mail; a link stands on a line of its own, whole."""
    parts = [greeting, *paragraphs]
    blocks = ["\n".join(wrapped(line) for line in part.splitlines()) for part in parts if part]
    if link is not None:
        blocks.append(f"{link[0]}:\n{link[1]}")
    return "\n\n".join([*blocks, "-- \n" + "\n".join(footer)]) + "\n"


def wrapped(line: str) -> str:
    return textwrap.fill(line, 76, break_long_words=False, break_on_hyphens=False)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … minutes, at most an hour."""
    return timedelta(minutes=min(2 ** max(tries - 1, 0), 60))


def without_name(text: str, name: str, instead: str) -> str:
    """A text in which somebody's name stands no more; a name inside a longer word is another word."""
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: instead, text) if name.strip() else text


def code_of(secret: bytes) -> str:
    """A code to type from paper, worked out from a secret of 32 bytes."""
    number, letters = int.from_bytes(secret), ""
    for _ in range(CODE_LETTERS):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def written_code(code: str) -> str:
    """A code as it is printed: K7Q-M2X-VDH."""
    return "-".join(code[start : start + 3] for start in range(0, CODE_LETTERS, 3))


def tidy_code(typed: str) -> str:
    """What somebody typed as a code: upper case, with nothing between; "" where it can be none."""
    squeezed = re.sub(r"[\W_]+", "", typed).upper()
    return squeezed if len(squeezed) == CODE_LETTERS and set(squeezed) <= set(ALPHABET) else ""
