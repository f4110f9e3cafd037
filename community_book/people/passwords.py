"""Password hashing: argon2id, with as much work for a name nobody has as for one that exists."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from community_book.base.settings import settings


@lru_cache(maxsize=2)
def _hasher(memory_kib: int) -> tuple[PasswordHasher, str]:
    hasher = PasswordHasher(memory_cost=memory_kib, parallelism=4 if memory_kib >= 1024 else 1)
    return hasher, hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher(settings().argon2_memory_kib)[0].hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed; takes as long when there is no hash at all."""
    hasher, nobody = _hasher(settings().argon2_memory_kib)
    try:
        hasher.verify(password_hash or nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
