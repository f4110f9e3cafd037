"""Forms about entries: asking, changing, deciding, writing, handing over."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.groups.rules import INFORMAL, REGISTERS, SIZE_BANDS, NewGroup, NewMessage, Profile
from community_book.organisations.rules import SCHEME_LABELS
from community_book.places.schemas import place_fields
from community_book.web import fields as f

NAME = Message(N_("Your name"))
EMAIL = Message(N_("Email address"))
TELEPHONE = Message(N_("Telephone number"))


def _name(hint: Message | None = None) -> f.Words:
    return f.words(
        Message(N_("What is the group called?")), hint=hint, at_most=160, autocomplete="organization", width="cb-wide"
    )


def _what_we_do() -> f.Words:
    return f.long_words(
        Message(N_("What do you do?")),
        hint=Message(N_("Two or three sentences, the way you would say it to a neighbour.")),
        at_most=1500,
        rows=4,
    )


def _who_for() -> f.Words:
    return f.words(
        Message(N_("Who is it for?")), hint=Message(N_("Such as “Carers of all ages in Lowton”")), at_most=300
    )


def _size() -> f.OneOf:
    return f.one_of(
        Message(N_("How much does the group spend in a year?")),
        [(band, label) for band, label in SIZE_BANDS.items()],
        small=True,
        missing=Message(N_("Choose how much the group spends in a year; a guess will do")),
    )


def _contacts_public() -> f.Tick:
    return f.tick(
        Message(N_("Show our contact details to everyone")),
        hint=Message(N_("If you leave this empty, people write to you through a form and do not see your address.")),
    )


class AskForm(f.FormSchema):
    """Eight questions: name, what, who for, size, register or proof, place, contact, contacts public."""

    makes = NewGroup
    name = _name()
    what_we_do = _what_we_do()
    who_for = _who_for()
    size_band = _size()
    register = f.one_of(
        Message(N_("Is the group on a register?")),
        [*((str(scheme), SCHEME_LABELS[scheme]) for scheme in REGISTERS), (INFORMAL, Message(N_("No, we are not")))],
        small=True,
    )
    identifier = f.words(
        Message(N_("Number on the register")),
        at_most=60,
        required=False,
        width="govuk-input--width-10",
        no_optional=True,
    )
    proof = f.long_words(
        Message(N_("If you are on no register: how are you run?")),
        hint=Message(
            N_(
                "Copy the main points of your constitution, or say who vouches for you: "
                "name, what they are, how we reach them."
            )
        ),
        at_most=3000,
        required=False,
        rows=4,
        no_optional=True,
    )
    postcode, zone, confidential = place_fields().values()
    contact_name = f.words(NAME, at_most=120, autocomplete="name")
    contact_email = f.email(EMAIL, hint=Message(N_("We answer to this address.")))
    contact_telephone = f.words(
        TELEPHONE, at_most=30, required=False, autocomplete="tel", width="govuk-input--width-20"
    )
    contacts_public = _contacts_public()
    is_another = f.tick(Message(N_("Yes, our group is another one")))


class ProfileForm(f.FormSchema):
    makes = Profile
    name = _name()
    what_we_do = _what_we_do()
    who_for = _who_for()
    can_offer = f.long_words(
        Message(N_("What can you offer others?")),
        hint=Message(N_("What you know how to do, or have and could lend.")),
        at_most=1500,
        required=False,
        rows=3,
    )
    sells = f.long_words(
        Message(N_("What do you sell or do for pay?")),
        hint=Message(N_("Such as “Catering for up to sixty” or “Bicycle repairs”.")),
        at_most=1500,
        required=False,
        rows=3,
    )
    has_room_for = f.long_words(
        Message(N_("What do you have room for?")),
        hint=Message(N_("Such as “Two more volunteers on Tuesdays” or “A hall, free on weekday mornings”.")),
        at_most=1500,
        required=False,
        rows=3,
    )
    tags = f.some_of(
        Message(N_("What do you do? Tick what fits")),
        hint=Message(N_("At most 12. People find you by these.")),
    )
    size_band = _size()
    postcode, zone, confidential = place_fields().values()
    place_public = f.tick(
        Message(N_("Show our postcode to everyone")), hint=Message(N_("Otherwise everyone sees the zone only."))
    )
    contact_name = f.words(Message(N_("Name of the person to speak to")), at_most=120)
    contact_email = f.email(EMAIL, autocomplete="off")
    contact_telephone = f.words(TELEPHONE, at_most=30, required=False, width="govuk-input--width-20")
    contacts_public = _contacts_public()
    deputy_name = f.words(
        Message(N_("Name of a second person")),
        hint=Message(N_("Shown with the first to those you have agreed something with.")),
        at_most=120,
        required=False,
    )
    deputy_email = f.email(Message(N_("Their email address")), required=False, autocomplete="off")
    version = f.version()


@dataclass(frozen=True)
class Reason:
    """Why, in words those concerned are told."""

    reason: str
    version: int | None


class QuestionForm(f.FormSchema):
    makes = Reason
    reason = f.long_words(
        Message(N_("What do you need to know?")),
        hint=Message(N_("They read this as you write it, with a link to answer.")),
        at_most=1500,
    )
    version = f.version()


class DeclineForm(f.FormSchema):
    makes = Reason
    reason = f.long_words(
        Message(N_("Why can it not be listed?")),
        hint=Message(N_("They read this as you write it. Say what would change your answer.")),
        at_most=1500,
    )
    version = f.version()


class SuspendForm(f.FormSchema):
    makes = Reason
    reason = f.long_words(
        Message(N_("Why is it suspended?")),
        hint=Message(N_("Only the group's leads and the council read this.")),
        at_most=1500,
    )
    version = f.version()


class CloseForm(f.FormSchema):
    makes = Reason
    reason = f.long_words(
        Message(N_("Why does it close?")),
        hint=Message(N_("Those you have agreed something with are told. One sentence will do.")),
        at_most=500,
        rows=3,
    )
    version = f.version()


@dataclass(frozen=True)
class Answer:
    """What the asker answers."""

    answer: str


class AnswerForm(f.FormSchema):
    makes = Answer
    answer = f.long_words(Message(N_("Your answer")), at_most=3000)


class MessageForm(f.FormSchema):
    makes = NewMessage
    name = f.words(NAME, at_most=120, autocomplete="name")
    email = f.email(EMAIL, hint=Message(N_("The group sees it, so that it can answer you.")))
    message = f.long_words(
        Message(N_("Your message")), hint=Message(N_("Plain words; nothing can be attached.")), at_most=2000, rows=8
    )


@dataclass(frozen=True)
class NewPeople:
    """To whom a group is handed, and on what proof."""

    name: str
    email: str
    telephone: str
    proof: str
    version: int | None


class HandOverForm(f.FormSchema):
    makes = NewPeople
    name = f.words(Message(N_("Name of the new lead")), at_most=120)
    email = f.email(EMAIL, hint=Message(N_("The invitation to lead the group goes there.")), autocomplete="off")
    telephone = f.words(TELEPHONE, at_most=30, required=False)
    proof = f.long_words(
        Message(N_("What proof have you seen?")),
        hint=Message(N_("Such as the minutes of the meeting that chose them. It stays with the record.")),
        at_most=1500,
    )
    version = f.version()


@dataclass(frozen=True)
class NextLead:
    """Whom a lead invites to follow."""

    name: str
    email: str
    version: int | None


class NextLeadForm(f.FormSchema):
    makes = NextLead
    name = f.words(Message(N_("Name of the next lead")), at_most=120, autocomplete="off")
    email = f.email(EMAIL, hint=Message(N_("The invitation goes there.")), autocomplete="off")
    version = f.version()


@dataclass(frozen=True)
class Version:
    """The version of the row a button was shown for."""

    version: int | None


class VersionForm(f.FormSchema):
    makes = Version
    version = f.version()


@dataclass(frozen=True)
class Trust:
    """Whether a group's needs open without waiting."""

    trusted: bool
    version: int | None


class TrustForm(f.FormSchema):
    makes = Trust
    trusted = f.tick(Message(N_("Needs of this group open at once")))
    version = f.version()
