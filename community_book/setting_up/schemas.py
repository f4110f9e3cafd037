"""Forms of setting up."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.people.schemas import new_password
from community_book.setting_up.rules import Colour, First, Names, Safeguarding
from community_book.web import fields as f

COUNCIL = Message(N_("The council's name"))
HOW_LONG = "govuk-input--width-20"


class FirstForm(f.FormSchema):
    makes = First
    council_name = f.words(
        COUNCIL, hint=Message(N_("As it stands on its letters. You can change it later.")), at_most=120
    )
    name = f.words(Message(N_("Your name")), at_most=120, autocomplete="name")
    email = f.email(
        Message(N_("Your email address")), hint=Message(N_("You sign in with it.")), autocomplete="username"
    )
    password = new_password()


class NamesForm(f.FormSchema):
    makes = Names
    council_name = f.words(COUNCIL, at_most=120, autocomplete="off")
    site_name = f.words(
        Message(N_("What the site is called")),
        hint=Message(N_("It stands at the top of every page and in mail.")),
        at_most=60,
        autocomplete="off",
    )
    contact_email = f.email(
        Message(N_("Email address for questions")), hint=Message(N_("Everyone can see it.")), autocomplete="off"
    )
    contact_telephone = f.words(
        Message(N_("Telephone for questions")),
        hint=Message(N_("For people who would rather speak to somebody. Everyone can see it.")),
        at_most=30,
        autocomplete="off",
        width=HOW_LONG,
    )
    version = f.version()


class SafeguardingForm(f.FormSchema):
    makes = Safeguarding
    safeguarding_phone = f.words(
        Message(N_("Telephone of the safeguarding team")),
        hint=Message(N_("It stands at the foot of every page, beside 999. Call it once yourself before you save.")),
        at_most=30,
        autocomplete="off",
        width=HOW_LONG,
    )
    safeguarding_hours = f.words(
        Message(N_("When somebody answers")),
        hint=Message(N_("Such as: Monday to Friday, 9am to 5pm; at other times you reach the duty team.")),
        at_most=120,
        autocomplete="off",
    )
    version = f.version()


class ColourForm(f.FormSchema):
    makes = Colour
    colour = f.words(
        Message(N_("The colour")),
        hint=Message(N_("Six letters and figures after a #, like #1d5c63. Your council's designers know it.")),
        at_most=20,
        autocomplete="off",
        width="govuk-input--width-10",
    )
    version = f.version()
