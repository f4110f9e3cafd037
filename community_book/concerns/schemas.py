"""Forms about concerns."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.concerns.rules import NewConcern
from community_book.web import fields as f


class ConcernForm(f.FormSchema):
    makes = NewConcern
    what = f.long_words(
        Message(N_("What is wrong?")),
        hint=Message(N_("What you saw or heard, when and where. You need not be sure.")),
        at_most=4000,
        rows=6,
        missing=Message(N_("Say in a few words what is wrong")),
    )
    said_by = f.words(
        Message(N_("Who are you, and how can we reach you?")),
        hint=Message(N_("You may leave this empty. With it we can ask you more.")),
        at_most=200,
        required=False,
    )
    stop = f.tick(
        Message(N_("This should stop now")),
        hint=Message(N_("It is put on hold until a safeguarding officer has looked. The other side sees “on hold”.")),
    )
    about = f.hidden(at_most=60)


@dataclass(frozen=True)
class Note:
    """What a safeguarding officer writes with an act."""

    words: str
    version: int | None


class NoteForm(f.FormSchema):
    makes = Note
    words = f.long_words(
        Message(N_("Note")),
        hint=Message(N_("Such as the number of the safeguarding record. This site is not that record.")),
        at_most=2000,
        rows=3,
    )
    version = f.version()


class ActForm(f.FormSchema):
    makes = Note
    words = f.long_words(Message(N_("Note")), at_most=2000, rows=3, required=False)
    version = f.version()
