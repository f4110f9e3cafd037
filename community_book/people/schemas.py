"""Forms about people."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.people.rules import (
    MAIL_RHYTHMS,
    PASSWORD_AT_MOST,
    Credentials,
    Details,
    NewAccount,
    NewEmail,
    NewInvitation,
    NewPassword,
)
from community_book.web import fields as f


class Password(f.Words):
    """Kept exactly as typed: neither trimmed nor checked for characters."""

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        if not isinstance(value, str) or len(value) > PASSWORD_AT_MOST:
            raise f.Fault(Message(N_("Use %(most)s characters or fewer"), most=PASSWORD_AT_MOST))
        return value


def password(
    label: Message,
    *,
    hint: Message | None = None,
    autocomplete: str = "current-password",
    required: bool = True,
) -> Password:
    return Password(
        PASSWORD_AT_MOST,
        lines=False,
        metadata={
            "label": label,
            "hint": hint,
            "widget": "password",
            "autocomplete": autocomplete,
            "no_optional": True,
        },
        **({"required": True} if required else {"required": False, "load_default": ""}),
    )


def new_password() -> Password:
    return password(
        Message(N_("New password")),
        hint=Message(N_("12 characters or more. Three or four words are easy to remember.")),
        autocomplete="new-password",
    )


class SignIn(f.FormSchema):
    makes = Credentials
    email = f.email(Message(N_("Email address")), autocomplete="username")
    password = password(Message(N_("Password")))


class AskForLink(f.FormSchema):
    """Loads to a plain {"email": …}."""

    email = f.email(Message(N_("Email address")), autocomplete="username")


class DetailsForm(f.FormSchema):
    makes = Details
    name = f.words(Message(N_("Your name")), at_most=120, autocomplete="name")
    telephone = f.words(
        Message(N_("Telephone")),
        hint=Message(N_("Shown to the other side of what you have agreed, and to the council.")),
        at_most=30,
        required=False,
        autocomplete="tel",
        width="govuk-input--width-20",
    )
    mail_rhythm = f.one_of(
        Message(N_("How often do you want notices by email?")),
        [(str(rhythm), said) for rhythm, said in MAIL_RHYTHMS.items()],
        hint=Message(N_("Links to sign in and warnings about your account come at once, whatever you choose here.")),
    )
    version = f.version()


class NewEmailForm(f.FormSchema):
    makes = NewEmail
    email = f.email(Message(N_("New email address")))
    password = password(Message(N_("Your present password")), required=False)


class NewPasswordForm(f.FormSchema):
    makes = NewPassword
    current = password(Message(N_("Your present password")), required=False)
    password = new_password()


class InvitationForm(f.FormSchema):
    """`choices` of role are set on the instance: those the inviter may give."""

    makes = NewInvitation
    email = f.email(Message(N_("Their email address")), autocomplete="off")
    role = f.one_of(Message(N_("What will they be?")))


class NewAccountForm(f.FormSchema):
    makes = NewAccount
    name = f.words(Message(N_("Your name")), at_most=120, autocomplete="name")
    password = new_password()


class RolesForm(f.FormSchema):
    """Loads to a plain {"roles": […]}; `choices` are set on the instance."""

    roles = f.some_of(
        Message(N_("Roles")), required=True, missing=Message(N_("Tick at least one role, or end the membership"))
    )


class ActAsForm(f.FormSchema):
    """Loads to a plain {"organisation": reference}."""

    organisation = f.one_of(Message(N_("Act as")))
    next = f.hidden(at_most=2000)


class EraseForm(f.FormSchema):
    """Loads to a plain {"understood": bool}."""

    understood = f.tick(Message(N_("Erase my account. I know that it cannot be brought back.")))
