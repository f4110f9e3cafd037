"""Asking to be listed, and answering what the council wants to know more about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference, tidy_reference
from community_book.base.work import Work, lock_row
from community_book.groups.queries import alike, reference_of
from community_book.groups.queries.moderation import asked_it
from community_book.groups.rules import ANSWER_LINK, ENTRY, INFORMAL, GroupState, NewGroup, check_ask, register_of
from community_book.groups.tables import GroupEntry
from community_book.people.actions import use_link
from community_book.people.rules import network_of
from community_book.places.actions import make_place
from community_book.places.rules import NewPlace

ASKS_AN_HOUR = 5
LISTED_ALREADY = Message(
    N_("A group of this name or number is listed already. Look at it, and tick here if yours is another one")
)


def entry_named(work: Work, reference: str) -> GroupEntry:
    """Step: the entry of a reference, locked for a change. Raises NotThere."""
    row = work.execute(select(GroupEntry).where(GroupEntry.reference == tidy_reference(reference))).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    return row


def entry_of_organisation(work: Work, organisation_id: int) -> GroupEntry:
    """Step: the locked entry of an organisation. Raises NotThere when it is no group."""
    reference = reference_of(work, organisation_id)
    if reference is None:
        raise NotThere
    return entry_named(work, reference)


@contextmanager
def _noted(wrong: list[Problem]) -> Iterator[None]:
    """Keeps what a check refuses, so that the next check can speak too."""
    try:
        yield
    except Refused as refused:
        wrong += refused.problems


def add_ask(work: Work, new: NewGroup) -> str:
    """Step: keeps an ask to list a group, waiting for an officer; returns the entry's reference.

    Raises Refused: a number or proof is missing, a group like it is listed already and nobody said it is
    another ("is_another"), or the place is not known.
    """
    wrong: list[Problem] = []  # all of it is said at once: nobody should send eight answers three times
    scheme = number = ""
    place_id = 0
    with _noted(wrong):
        check_ask(new)
        scheme, number = register_of(new)
    if not new.is_another and alike(work, new.name, scheme, number):
        wrong.insert(0, Problem("is_another", LISTED_ALREADY))
    with _noted(wrong):
        place = NewPlace(postcode=new.postcode, confidential=new.confidential, picked=tuple(new.zone))
        place_id = make_place(work, place)
    if wrong:
        raise Refused(*wrong)
    row = GroupEntry(
        reference=new_reference("G"),
        state=GroupState.ASKED_FOR,
        asked_name=new.name,
        asked_scheme=scheme,
        asked_identifier=number,
        what_we_do=new.what_we_do,
        who_for=new.who_for,
        size_band=new.size_band,
        informal=new.register == INFORMAL,
        proof=new.proof,
        place_id=place_id,
        contact_name=new.contact_name,
        contact_email=new.contact_email,
        contact_telephone=new.contact_telephone,
        contacts_public=new.contacts_public,
        asked_at_utc=now_utc(),
        waiting_since_utc=now_utc(),
        asked_by_person_id=work.actor.person_id,
        asked_by_email=new.contact_email,
        last_confirmed_on=today(),
    )
    work.add(row)
    work.flush()
    work.tell("GroupAsked", group_id=row.id, reference=row.reference, answered=False)
    return row.reference


def ask_to_list(actor: Actor, new: NewGroup, *, address: str = "") -> str:
    """Anybody asks to have a group listed; returns the entry's reference.

    Raises Refused as `add_ask`, TooMany for too many asks from one network address in an hour.
    """
    if address:
        throttle.count_try(actor, "ask-group", network_of(address), at_most=ASKS_AN_HOUR, within_minutes=60)
    with transactions.work(actor) as work:
        reference = add_ask(work, new)
        # Named "group_ask" first: who sends the form twice is shown the thanks, not a page they may not see yet.
        work.record(
            "group.ask",
            f"group_ask:{reference}",
            f"group:{reference}",
            facts={"informal": new.register == INFORMAL},
            texts={"name": new.name, "proof": new.proof},
        )
        return reference


def answer_more_wanted(actor: Actor, reference: str, answer: str) -> str:
    """The asker answers what the council wanted to know: by the mailed link, or signed in.

    Raises NotThere for anybody else, WrongState when nothing is wanted now.
    """
    with transactions.work(actor) as work:
        row = entry_named(work, reference)
        by_link = actor.link_act == ANSWER_LINK and actor.link_subject == f"group:{row.reference}"
        if not by_link and not asked_it(actor, row):
            raise NotThere
        row.state = ENTRY.go("answer", GroupState(row.state))
        use_link(work, actor)
        row.answer = answer
        row.waiting_since_utc = now_utc()
        row.version += 1
        work.record("group.answer", f"group_ask:{row.reference}", f"group:{row.reference}", texts={"answer": answer})
        work.tell("GroupAsked", group_id=row.id, reference=row.reference, answered=True)
        return row.reference
