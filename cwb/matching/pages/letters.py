"""Letters to providers about what is short: drafted by the site, read and sent by an officer, kept and printed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template, url_for
from flask import request as sent
from werkzeug.wrappers import Response

from community_book.base.amounts import say_amount
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.sessions import say_date, say_list
from community_book.base.settings import settings
from community_book.web import access, fields, forms
from community_book.web.access import public, requires
from community_book.web.database import reading
from community_book.web.words import say
from cwb.ledger.rules import say_quarter
from cwb.matching import actions, queries
from cwb.matching.pages.room import blueprint
from cwb.matching.pages.unmet import Asked, Line, asked, found_for, lines_of, zone_asked
from cwb.matching.rules import SEE_SCORES
from cwb.matching.rules.unmet import WRITE_TO_PROVIDERS, NewLetter, say_what
from cwb.matching.schemas import LetterForm, TypedLetter
from cwb.matching.views import NeedBehind

NEEDS_NAMED = 10
SENT = Message(N_("Sent. Each provider has it among its notices and by mail; you can print it here too."))


@blueprint.route("/unmet/letter", methods=["GET", "POST"])
@requires(WRITE_TO_PROVIDERS)
def write_letter() -> Response | tuple[str, int]:
    """The letter about one line of the table, drafted; the officer reads it, changes it and sends it."""
    now = asked()
    if now.kind is None:
        raise NotThere
    found = found_for(now)
    zone_id = zone_asked(found, sent.args.get("zone"))
    what = sent.args.get("what", "")
    line = next((one for one in lines_of(found, now) if (one.cell.what, one.cell.zone_id) == (what, zone_id)), None)
    if line is None:
        raise NotThere
    providers = queries.providers_to_ask(reading(), now.kind, zone_id)
    schema = LetterForm()
    has_pledged = Message(N_("Has pledged this kind of help before"))
    fields.offer(
        schema,
        "to",
        [(one.reference, one.name, has_pledged) if one.has_pledged else (one.reference, one.name) for one in providers],
    )
    _, needs = queries.needs_behind(reading(), found, kind=now.kind, what=what, zone_id=zone_id, anywhere=False)
    form = forms.Form(schema, values=_draft(line, now, needs) | {"to": [one.reference for one in providers]})
    if form.sent and (typed := form.read()) is not None:
        said: TypedLetter = typed
        to = frozenset(one.organisation_id for one in providers if one.reference in said.to)
        new = NewLetter(now.kind, what, zone_id, now.quarter, line.cell.short, said.subject, said.words, to)
        with form.acting():
            reference = actions.write_to_providers(access.actor(), new)
            return forms.done(url_for("matching.letter", reference=reference), SENT)
    return forms.page("cwb/matching/letter.html", form, line=line, providers=providers, now=now)


def _draft(line: Line, now: Asked, needs: list[NeedBehind]) -> dict[str, object]:
    """Subject and words as the officer finds them."""
    cell = line.cell
    short = say_amount(cell.unit, cell.short)
    subject = Message(
        N_("Can you help? %(zone)s is short of %(short)s: %(what)s"), zone=line.zone, short=short, what=line.what
    )
    asks = Message(
        N_("From %(quarter)s groups in %(zone)s ask for more help than is on offer: %(what)s. They ask for %(asked)s."),
        quarter=say_quarter(now.quarter),
        zone=line.zone,
        what=line.what,
        asked=say_amount(cell.unit, cell.asked),
    )
    on_offer = (
        Message(
            N_("%(met)s of it can be met from what is on offer; %(short)s is still short."),
            met=say_amount(cell.unit, cell.met),
            short=short,
        )
        if cell.offers
        else Message(N_("Nobody has offered any of it yet."))
    )
    together = by_need(needs)
    named = [f"- {say(_one_need(parts))}" for parts in together[:NEEDS_NAMED]]
    if len(together) > NEEDS_NAMED:
        named.append("- " + say(Message(N_("and %(count)s more"), count=len(together) - NEEDS_NAMED)))
    address = settings().public_url
    please = Message(
        N_(
            "If you can give some of it, please log a pledge at %(pledge)s, or open one of the needs at %(needs)s and "
            "offer what fits. Less than all of it helps too. If something stands in the way, tell us what would make "
            "it possible."
        ),
        pledge=address + url_for("pledges.choose"),
        needs=address + url_for("needs.open_needs"),
    )
    paragraphs = [
        say(Message(N_("Dear provider,"))),
        f"{say(asks)} {say(on_offer)}",
        "\n".join([say(Message(N_("These needs wait:"))), *named]),
        say(please),
        f"{say(Message(N_('With kind regards')))}\n{access.actor().organisation_name}",
    ]
    return {"subject": say(subject)[:160], "words": "\n\n".join(paragraphs)[:4000]}


def _one_need(parts: list[NeedBehind]) -> Message:
    """ "Minibus for our lunch club (The lunch club): 40 h, 6 October to 15 December 2026"."""
    not_sure = Message(N_("not sure how much"))
    amounts = [not_sure if part.amount is None else say_amount(part.unit, part.amount) for part in parts]
    return Message(
        N_("%(title)s (%(group)s): %(amounts)s, %(days)s"),
        title=parts[0].need_title,
        group=parts[0].group_name,
        amounts=say_list(amounts),
        days=_days_words(parts[0]),
    )


def _days_words(need: NeedBehind) -> Message:
    """Like "6 October to 15 December 2026"."""
    if need.first_day == need.last_day:
        return say_date(need.first_day)
    first = say_date(need.first_day, with_year=need.first_day.year != need.last_day.year)
    return Message(N_("%(first)s to %(last)s"), first=first, last=say_date(need.last_day))


def by_need(needs: Iterable[NeedBehind]) -> list[list[NeedBehind]]:
    """Parts of one need together, in the order of the first."""
    found: dict[str, list[NeedBehind]] = {}
    for need in needs:
        found.setdefault(need.need_reference, []).append(need)
    return list(found.values())


@blueprint.get("/unmet/letters")
@requires(SEE_SCORES)
def letters() -> str:
    """The letters that were sent."""
    found = queries.letters_sent(reading(), access.actor())
    return render_template(
        "cwb/matching/letters.html",
        letters=[(one, say_what(one.kind, one.what), say_quarter(one.quarter)) for one in found],
    )


@blueprint.get("/unmet/letters/<reference>")
@public
def letter(reference: str) -> str:
    """A letter as it was sent, for the council and for those it went to; it prints as it stands."""
    found = queries.provider_letter(reading(), access.actor(), tidy_reference(reference))
    return render_template("cwb/matching/letter_sent.html", letter=found, sees_all=access.actor().may(SEE_SCORES))
