"""The ways an act or a read can refuse. `web` maps each to one answer (domain.md 8)."""

from __future__ import annotations

from collections.abc import Sequence

from community_book.base.messages import Message, Problem


class HouseError(Exception):
    """Base of all refusals: carries the sentence a person is shown."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Refused(HouseError):
    """Bad input: one or more problems, each naming its field. Answered as the form again, or 422."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].message)
        self.problems: Sequence[Problem] = problems


class NotThere(HouseError):
    """It does not exist, or the actor may not see it: the same answer, 404."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or Message("This page or record is not there, or is not yours to see."))


class NotAllowed(HouseError):
    """Seen but not allowed: 403."""


class WrongState(HouseError):
    """The act is not allowed in the present state, or the version is stale: 409 with what it is now."""


class TooMany(HouseError):
    """Too many tries: 429 with Retry-After."""

    def __init__(self, message: Message, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Busy(HouseError):
    """The database stayed busy for five seconds: 503 with Retry-After, nothing lost."""

    def __init__(self) -> None:
        super().__init__(Message("The site is busy just now. Nothing was saved. Wait a few seconds and send it again."))


class NoRoom(HouseError):
    """The disk is full, or nothing can be written to it: 503 with Retry-After, nothing lost."""

    def __init__(self) -> None:
        super().__init__(
            Message(
                "The site cannot save anything just now, because its disk is full or cannot be written to. "
                "Nothing was saved. Wait a few minutes and send it again; tell the council if it stays so."
            )
        )


class AlreadyDone(HouseError):
    """This very form was sent before and its record made: show that record instead."""

    def __init__(self, subject_kind: str, subject_reference: str) -> None:
        super().__init__(Message("This was sent already."))
        self.subject_kind = subject_kind
        self.subject_reference = subject_reference
