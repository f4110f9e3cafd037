"""The small forms of acts on a need."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.web import fields as f


@dataclass(frozen=True)
class Decision:
    """What an officer decides about a waiting need."""

    decision: str
    reason: str = ""
    into: str = ""
    version: int | None = None


class DecisionForm(f.FormSchema):
    makes = Decision
    decision = f.one_of(
        Message(N_("What should happen with it?")),
        [
            ("open", Message(N_("Open it")), Message(N_("Everybody can read it, and help can be offered."))),
            ("return", Message(N_("Send it back")), Message(N_("Say what to change; the group can post it again."))),
            ("decline", Message(N_("Decline it")), Message(N_("It is not something this site is for. Say why."))),
            ("merge", Message(N_("Join it with another need")), Message(N_("The same is asked for twice."))),
        ],
    )
    reason = f.long_words(
        Message(N_("What do you want to tell the group?")),
        hint=Message(N_("It is sent in your words. Not needed when you open it.")),
        at_most=2000,
        required=False,
        no_optional=True,
    )
    into = f.words(
        Message(N_("Reference of the other need")),
        hint=Message(N_("Like N-7K2M9Q; only for joining two needs")),
        at_most=20,
        required=False,
        width="govuk-input--width-10",
        no_optional=True,
    )
    version = f.version()


@dataclass(frozen=True)
class Answer:
    """A written answer that ends a need."""

    answer: str
    version: int | None = None


class AnswerForm(f.FormSchema):
    makes = Answer
    answer = f.long_words(
        Message(N_("Your answer to the group")),
        hint=Message(N_("Say what was tried, and what else there may be: a grant, another group, a later time.")),
        at_most=2000,
    )
    version = f.version()


@dataclass(frozen=True)
class TakeBack:
    """A group takes a need back, and may say why."""

    reason: str = ""
    version: int | None = None


class TakeBackForm(f.FormSchema):
    makes = TakeBack
    reason = f.long_words(
        Message(N_("Do you want to say why?")),
        hint=Message(N_("For example that you found help elsewhere. It is kept with the need.")),
        at_most=500,
        required=False,
        rows=3,
    )
    version = f.version()


@dataclass(frozen=True)
class Hold:
    """Why a safeguarding officer hides a need or shows it again."""

    reason: str = ""


class HoldForm(f.FormSchema):
    makes = Hold
    reason = f.long_words(
        Message(N_("Why?")),
        hint=Message(N_("Only a short note; this is not the safeguarding record.")),
        at_most=500,
        rows=3,
    )
