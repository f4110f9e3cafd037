"""What people are written about needs: officers what waits, groups what became of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, Role, system
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.needs import queries
from community_book.needs.rules import STILL_NEEDED_LINK, WHICH_LINK, NeedState, end_words
from community_book.needs.views import NeedView
from community_book.people.queries import people_of


def _need(reading: Session, event: Event) -> NeedView | None:
    try:
        return queries.need(reading, system("letters"), event.payload["reference"])
    except NotThere:  # taken out of the database since
        return None


def _to_officers(found: NeedView, subject: Message, *body: Message) -> list[Letter]:
    return [Letter(None, (), subject, body, f"need:{found.reference}", roles=frozenset({str(Role.OFFICER)}))]


def _to_group(found: NeedView, subject: Message, *body: Message, link_label: Message | None = None) -> list[Letter]:
    about = f"need:{found.reference}"
    roles = frozenset(str(role) for role in GROUP_ROLES)
    if link_label is None:
        return [Letter(found.group_id, (), subject, body, about, roles=roles)]
    return [
        Letter(
            found.group_id,
            (),
            subject,
            body,
            about,
            link_act=STILL_NEEDED_LINK,
            link_subject=about,
            link_label=link_label,
            roles=roles,
        )
    ]


def need_posted(reading: Session, event: Event) -> Sequence[Letter]:
    """To officers: a need waits for them."""
    found = _need(reading, event)
    if found is None or found.state is not NeedState.WAITING:
        return []
    return _to_officers(
        found,
        Message(N_("A need waits for you: %(title)s"), title=found.title),
        Message(N_("%(group)s asks for help. Open it, send it back or say why not."), group=found.group_name),
    )


def need_opened(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group: its need can be read by everybody now. Who has just posted it has read so on the page."""
    found = _need(reading, event)
    if found is None:
        return []
    readers: tuple[int, ...] = ()
    if event.payload.get("at_once"):
        people = people_of(reading, found.group_id, GROUP_ROLES)
        readers = tuple(person.id for person in people if person.id != found.posted_by_person_id)
        if people and not readers:
            return []
    [letter] = _to_group(
        found,
        Message(N_("Your need is open: %(title)s"), title=found.title),
        Message(N_("Everybody can read it now, and help can be offered. We write to you when somebody offers.")),
        Message(N_("Under your need you see possible help, and can ask for it yourself.")),
    )
    return [replace(letter, person_ids=readers)]


def need_changed(reading: Session, event: Event) -> Sequence[Letter]:
    """To officers: the words of an open need were changed by a group whose needs are looked at first."""
    found = _need(reading, event)
    if found is None or not event.payload.get("words_changed") or found.state is not NeedState.OPEN:
        return []
    standing = queries.group_standing(reading, found.group_id)
    if standing is not None and standing.trusted:
        return []
    return _to_officers(
        found,
        Message(N_("The words of an open need were changed: %(title)s"), title=found.title),
        Message(N_("%(group)s changed it after it was opened. Please read it once more."), group=found.group_name),
    )


def need_returned(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group: what to change before its need can be opened."""
    found = _need(reading, event)
    if found is None or not found.reason:
        return []
    return _to_group(
        found,
        Message(N_("Please change your need: %(title)s"), title=found.title),
        Message(N_("The council has read it and writes:")),
        Message("%(reason)s", reason=found.reason),
        Message(N_("Change it and post it again. Nothing you wrote is lost.")),
    )


def need_ended(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group: how its need ended, with the answer in the council's words where there is one."""
    found = _need(reading, event)
    if found is None:
        return []
    words = end_words(str(event.payload.get("how", "")), found.title, found.reason, found.merged_into or "")
    return _to_group(found, words[0], *words[1:]) if words else []


def need_ending_soon(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group, with a link that needs no account: is it still needed?"""
    found = _need(reading, event)
    if found is None:
        return []
    return _to_group(
        found,
        Message(N_("Is this still needed? %(title)s"), title=found.title),
        Message(N_("Its last day is in %(days)s days."), days=event.payload["days"]),
        Message(N_("Tell us with one tap whether it is still needed. To change its dates, sign in.")),
        link_label=Message(N_("Tell us if it is still needed")),
    )


def promised_in_part(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group, with a link that needs no account: of "any of these" one is promised in part; is it enough?"""
    found = _need(reading, event)
    if found is None or not found.asked_which:
        return []
    promised = [part.what_is_left for part in found.promised if part.what_is_left is not None]
    about = f"need:{found.reference}"
    return [
        Letter(
            found.group_id,
            (),
            Message(N_("A part is promised. Is that enough? %(title)s"), title=found.title),
            (
                Message(N_("You said that any of several things would help. A part of one of them is promised now:")),
                *promised,
                Message(N_("Say with one tap whether that is enough, or you go on asking for all of them.")),
            ),
            about,
            link_act=WHICH_LINK,
            link_subject=about,
            link_label=Message(N_("Say whether it is enough")),
            roles=frozenset(str(role) for role in GROUP_ROLES),
        )
    ]
