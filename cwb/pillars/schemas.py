"""Forms about pillars and measures."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.web import fields as f
from cwb.pillars.rules import TEXTS, MeasureWording, PillarWording


class PillarForm(f.FormSchema):
    makes = PillarWording
    name = f.words(Message(N_("Name")), at_most=120)
    plainly = f.long_words(
        Message(N_("What it means, in plain words")),
        hint=Message(N_("Two or three short sentences that a group's treasurer understands.")),
        at_most=600,
        rows=4,
    )
    version = f.version()


class MeasureForm(f.FormSchema):
    """Set the unit of `two_verifiers_above` to the measure's own before use."""

    makes = MeasureWording
    title = f.words(Message(N_("Title")), at_most=TEXTS["title"])
    theme = f.words(Message(N_("Theme")), at_most=TEXTS["theme"])
    what_counts = f.long_words(Message(N_("What counts")), at_most=TEXTS["what_counts"], rows=3)
    evidence_asked = f.long_words(Message(N_("Evidence asked for")), at_most=TEXTS["evidence_asked"], rows=3)
    why_this_pillar = f.long_words(Message(N_("Why this pillar")), at_most=TEXTS["why_this_pillar"], rows=3)
    two_verifiers_above = f.amount(
        Message(N_("Two verifiers are needed above")),
        hint=Message(N_("Leave it empty where one verifier is enough for any amount.")),
        least=0,
        required=False,
    )
    version = f.version()


class PackForm(f.FormSchema):
    """Loads to a plain {"pack": "starter" | "own"}; the file comes beside it."""

    pack = f.one_of(
        Message(N_("Which measures?")),
        choices=[
            ("starter", N_("The starter pack"), N_("Comes with the site, under all five pillars. You can reword it.")),
            ("own", N_("A file of our own"), N_("A table (CSV) with one measure a line.")),
        ],
    )
