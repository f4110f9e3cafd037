"""Short references people can read out on the telephone: a prefix and six letters or digits."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SHAPE = re.compile(r"^[A-Z]{1,3}-[2-9A-HJKMNP-TV-Z]{6}$")
_seeded: ContextVar[random.Random | None] = ContextVar("seeded_references", default=None)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Makes references, UUIDs and salts the same for the same seed: for the made-up borough only."""
    token = _seeded.set(random.Random(seed))  # noqa: S311  (never used for a secret of a real site)
    try:
        yield
    finally:
        _seeded.reset(token)


def _bytes(count: int) -> bytes:
    source = _seeded.get()
    return source.randbytes(count) if source else secrets.token_bytes(count)


def new_reference(prefix: str) -> str:
    """A fresh reference such as N-7K2M9Q: no 0/O, 1/I/L or U, so it survives being read aloud."""
    source = _seeded.get() or secrets.SystemRandom()
    return prefix + "-" + "".join(source.choice(ALPHABET) for _ in range(6))


def new_uuid() -> UUID:
    """A fresh UUID for a public row."""
    return UUID(bytes=_bytes(16), version=4)


def new_salt() -> bytes:
    """Sixteen bytes for one salted field of the audit chain."""
    return _bytes(16)


def new_pseudonym() -> str:
    """What stands for a person in the audit chain; it names nobody once the account is erased."""
    return _bytes(8).hex()


def tidy_reference(typed: str) -> str:
    """What a person typed, as it would be stored: upper case, spaces out, the dash put in."""
    squeezed = re.sub(r"[\s-]+", "", typed).upper()
    found = re.fullmatch(r"([A-Z]{1,3}?)([2-9A-HJKMNP-TV-Z]{6})", squeezed)
    return f"{found[1]}-{found[2]}" if found else typed.replace("\0", "").strip().upper()
