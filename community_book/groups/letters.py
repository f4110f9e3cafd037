"""What people are written about groups: asks and answers, listing, freshness, messages passed on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import Role
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.settings import settings
from community_book.base.site import site
from community_book.groups import queries
from community_book.groups.queries import EntryFacts
from community_book.groups.rules import ANSWER_LINK, STILL_RIGHT_LINK, ReportKind, ReportState, closed_words
from community_book.people.queries import people_of

LEADS = frozenset({str(Role.GROUP_LEAD)})
OFFICERS = frozenset({str(Role.OFFICER)})


def _facts(reading: Session, event: Event) -> EntryFacts | None:
    return queries.entry_facts(reading, int(event.payload["group_id"]))


def _to_officers(about: str, subject: Message, *body: Message) -> Letter:
    return Letter(organisation_id=None, person_ids=(), roles=OFFICERS, subject=subject, body=body, about=about)


def _to_contact(
    facts: EntryFacts,
    subject: Message,
    *body: Message,
    link_act: str | None = None,
    label: Message | None = None,
    at_once: bool = False,
    about: str = "group",
) -> list[Letter]:
    """To the address that was given with the ask: there may be no account behind it yet.

    An entry that is not listed yet is nobody's to see: then the letter is about "group_ask".
    """
    if not facts.contact_email:
        return []
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            emails=(facts.contact_email,),
            subject=subject,
            body=body,
            about=f"{about}:{facts.reference}",
            link_act=link_act,
            link_subject=f"group:{facts.reference}" if link_act else None,
            link_label=label,
            in_app=False,
            must_reach=at_once,
        )
    ]


def _to_group(
    reading: Session,
    facts: EntryFacts,
    subject: Message,
    *body: Message,
    link_act: str | None = None,
    label: Message | None = None,
) -> list[Letter]:
    """To the group's leads, and to its contact where that is none of them."""
    leads = people_of(reading, facts.organisation_id, {Role.GROUP_LEAD}) if facts.organisation_id else []
    written = {lead.email.lower() for lead in leads}
    letters = []
    if facts.organisation_id and (leads or not facts.contact_email):  # without either it goes by post
        letters.append(
            Letter(
                organisation_id=facts.organisation_id,
                person_ids=(),
                roles=LEADS,
                subject=subject,
                body=body,
                about=f"group:{facts.reference}",
                link_act=link_act,
                link_subject=f"group:{facts.reference}" if link_act else None,
                link_label=label,
            )
        )
    if facts.contact_email.lower() not in written:
        letters += _to_contact(facts, subject, *body, link_act=link_act, label=label)
    return letters


def group_asked(reading: Session, event: Event) -> Sequence[Letter]:
    """Officers are told; the asker gets a receipt, in which no word is theirs."""
    facts = _facts(reading, event)
    if facts is None:
        return []
    about = f"group_waiting:{facts.reference}"
    if event.payload.get("answered"):
        subject = Message(N_("%(name)s has answered your question"), name=facts.name)
        return [_to_officers(about, subject, Message(N_("Read the answer and decide whether to list the group.")))]
    return [
        _to_officers(
            about,
            Message(N_("%(name)s asks to be listed"), name=facts.name),
            Message(N_("List it or answer it within %(days)s working days."), days=settings().answer_working_days),
        ),
        *_to_contact(
            facts,
            Message(N_("We have your request %(reference)s"), reference=facts.reference),
            Message(
                N_("You asked %(site)s to list a group. We answer within %(days)s working days."),
                site=site().site_name,
                days=settings().answer_working_days,
            ),
            Message(N_("If it was not you, do nothing.")),
            at_once=True,
            about="group_ask",
        ),
    ]


def still_waiting(reading: Session, event: Event) -> Sequence[Letter]:
    """To officers: asks that should have been answered by now."""
    ids = [int(entry_id) for entry_id in event.payload["group_ids"]]
    found = [facts for facts in (queries.entry_facts(reading, entry_id) for entry_id in ids[:20]) if facts is not None]
    if not found:
        return []
    return [
        _to_officers(
            f"group_waiting:{found[0].reference}",
            Message(
                N_("Groups have waited for an answer for %(days)s working days"), days=settings().answer_working_days
            ),
            Message(N_("Nobody has listed or answered these yet:")),
            *(Message("%(reference)s %(name)s", reference=facts.reference, name=facts.name) for facts in found),
            Message(N_("List each one, ask what you still need to know, or say why not.")),
        )
    ]


def more_wanted(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None or not facts.question:
        return []
    return _to_contact(
        facts,
        Message(N_("A question about %(name)s"), name=facts.name),
        Message(N_("Before we can list the group we need to know this:")),
        Message("%(question)s", question=facts.question),
        link_act=ANSWER_LINK,
        label=Message(N_("Answer the question")),
    )


def group_declined(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    return _to_contact(
        facts,
        Message(N_("We could not list %(name)s"), name=facts.name),
        Message(N_("This is why:")),
        Message("%(reason)s", reason=facts.reason),
        Message(
            N_("If something has changed you can ask again. To speak to somebody, call %(telephone)s."),
            telephone=site().contact_telephone,
        ),
        about="group_ask",
    )


def group_listed(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    return _to_contact(
        facts,
        Message(N_("%(name)s is in the Community Book"), name=facts.name),
        Message(
            N_("Your group is listed now: %(address)s"),
            address=f"{settings().public_url}/groups/{facts.reference}",
        ),
        Message(N_("A second letter invites you to sign in. Then you can post what you need and change your entry.")),
    )


def group_suspended(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    return _to_group(
        reading,
        facts,
        Message(N_("The entry of %(name)s is suspended"), name=facts.name),
        Message(N_("Nobody finds it in the Book for now. The council gives this reason:")),
        Message("%(reason)s", reason=facts.reason),
        Message(N_("To speak to somebody, call %(telephone)s."), telephone=site().contact_telephone),
    )


def suspension_lifted(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    return _to_group(
        reading,
        facts,
        Message(N_("The entry of %(name)s is back in the Book"), name=facts.name),
        Message(N_("The suspension is lifted. Everything you had written is as it was.")),
    )


def group_closed(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    subject, reason, ends = closed_words(facts.name, facts.reason)
    return [
        *_to_group(reading, facts, subject, reason, ends),
        _to_officers(f"group:{facts.reference}", subject, reason),
    ]


def group_reopened(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    return _to_group(
        reading,
        facts,
        Message(N_("The entry of %(name)s is back in the Book"), name=facts.name),
        Message(N_("Its closing was undone. Your needs ask again, and you hear which promises stand again.")),
    )


def still_right(reading: Session, event: Event) -> Sequence[Letter]:
    facts = _facts(reading, event)
    if facts is None:
        return []
    return _to_group(
        reading,
        facts,
        Message(N_("Is the entry of %(name)s still right?"), name=facts.name),
        Message(
            N_("Nobody has said so for half a year. Look at it: %(address)s"),
            address=f"{settings().public_url}/groups/{facts.reference}",
        ),
        Message(
            N_("Say that it is, or change it. Without an answer it is marked out of date in %(days)s days."),
            days=settings().freshness_grace_days,
        ),
        link_act=STILL_RIGHT_LINK,
        label=Message(N_("It is still right")),
    )


def written_to(reading: Session, event: Event) -> Sequence[Letter]:
    """A message passed on: to the group's contact only, the writer's address in the answer line."""
    found = queries.message_facts(reading, int(event.payload["message_id"]))
    if found is None or not found.entry.contact_email:
        return []
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            emails=(found.entry.contact_email,),
            reply_to=found.from_email,
            subject=Message(N_("Somebody has written to %(name)s"), name=found.entry.name),
            body=(
                Message(
                    N_("%(name)s (%(email)s) wrote this through %(site)s. They do not know your address."),
                    name=found.from_name,
                    email=found.from_email,
                    site=site().site_name,
                ),
                Message("%(words)s", words=found.text),
                Message(N_("Answer them directly if you like. We have not checked who they are.")),
            ),
            about=f"group:{found.entry.reference}",
            in_app=False,
        )
    ]


def entry_reported(reading: Session, event: Event) -> Sequence[Letter]:
    """Officers are told; the leads of a claimed group hear of it too, so that nobody takes it behind their backs."""
    found = queries.report_facts(reading, int(event.payload["report_id"]))
    if found is None:
        return []
    is_claim = found.kind == ReportKind.CLAIM
    subject = (
        Message(N_("Somebody says %(name)s is their group"), name=found.entry.name)
        if is_claim
        else Message(N_("Something is not right in the entry of %(name)s"), name=found.entry.name)
    )
    letters = [
        _to_officers(
            f"entry_report:{found.reference}",
            subject,
            Message(N_("Answer it within %(days)s working days."), days=settings().answer_working_days),
        )
    ]
    if is_claim:
        letters += _to_group(
            reading,
            found.entry,
            subject,
            Message(N_("The council looks at it. Nothing changes for you unless you hear from us.")),
            Message(N_("If you do not know of it, call %(telephone)s."), telephone=settings().contact_telephone),
        )
    return letters


def report_answered(reading: Session, event: Event) -> Sequence[Letter]:
    """Who said it is answered, where they left an address."""
    found = queries.report_facts(reading, int(event.payload["report_id"]))
    if found is None or not found.email:
        return []
    accepted = found.state == ReportState.ACCEPTED
    if found.kind == ReportKind.CLAIM:
        says = (
            Message(N_("You are invited to look after the entry: a second letter brings the invitation."))
            if accepted
            else Message(N_("We could not see that it is your group. The council writes:"))
        )
    else:
        says = Message(N_("It is put right. Thank you.")) if accepted else Message(N_("The council writes:"))
    answer = (Message("%(answer)s", answer=found.answer),) if found.answer else ()
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            emails=(found.email,),
            subject=Message(N_("What you told us about %(name)s"), name=found.entry.name),
            body=(says, *answer),
            about=f"group:{found.entry.reference}",
            in_app=False,
            must_reach=True,
        )
    ]
