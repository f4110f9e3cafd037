"""Forms about people."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.people.rules import Credentials
from community_book.web import fields as f


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
