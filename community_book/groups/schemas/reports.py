"""Forms about entries that are claimed or wrong, and about the council's own list."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.groups.rules import NewClaim, NewReport
from community_book.web import fields as f


class ClaimForm(f.FormSchema):
    makes = NewClaim
    name = f.words(Message(N_("Your name")), at_most=120, autocomplete="name")
    email = f.email(Message(N_("Your email address")), hint=Message(N_("The council answers there.")))
    proof = f.long_words(
        Message(N_("How can we see that it is your group?")),
        hint=Message(N_("What you are in it, who can vouch for you, or where your name stands in its papers.")),
        at_most=2000,
    )


class ReportForm(f.FormSchema):
    makes = NewReport
    wrong = f.long_words(
        Message(N_("What is not right?")),
        hint=Message(N_("Such as “They moved to the library in June”.")),
        at_most=1500,
    )
    name = f.words(Message(N_("Your name")), at_most=120, required=False, autocomplete="name")
    email = f.email(Message(N_("Your email address")), required=False, hint=Message(N_("If you would like an answer.")))


@dataclass(frozen=True)
class Decision:
    """What an officer answers."""

    answer: str
    version: int | None


class AcceptForm(f.FormSchema):
    makes = Decision
    answer = f.long_words(
        Message(N_("Your answer")), hint=Message(N_("They read it as you write it.")), at_most=1500, required=False
    )
    version = f.version()


class DeclineReportForm(f.FormSchema):
    makes = Decision
    answer = f.long_words(
        Message(N_("Why not?")),
        hint=Message(N_("They read it as you write it. Say what would change your answer.")),
        at_most=1500,
    )
    version = f.version()


@dataclass(frozen=True)
class AskedImport:
    """Whether a file is only checked."""

    try_only: bool


class ImportGroupsForm(f.FormSchema):
    makes = AskedImport
    try_only = f.tick(Message(N_("Only check the file: say what is wrong, and save nothing")))
