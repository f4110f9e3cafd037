"""Forms about people."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.web import fields as f


@dataclass(frozen=True)
class Credentials:
    """What somebody types to sign in."""

    email: str
    password: str


class Password(f.Words):
    """Kept exactly as typed: neither trimmed nor checked for characters."""

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        if not isinstance(value, str) or len(value) > 200:
            raise f.Fault(Message(N_("Use 200 characters or fewer")))
        return value


def password(label: Message, *, hint: Message | None = None, autocomplete: str = "current-password") -> Password:
    return Password(
        200,
        lines=False,
        metadata={"label": label, "hint": hint, "widget": "password", "autocomplete": autocomplete},
        required=True,
    )


class SignIn(f.FormSchema):
    makes = Credentials
    email = f.email(Message(N_("Email address")), autocomplete="username")
    password = password(Message(N_("Password")))
