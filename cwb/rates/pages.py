"""The pages of rates: what is in force, who has said that it pays it, and the form to say so."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base import audit
from community_book.base.actor import SIGNED_IN, Actor
from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import today
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.base.sessions import say_date
from community_book.base.work import refuse
from community_book.web import access, forms, paging
from community_book.web.access import by_link, requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from cwb.rates import actions, queries
from cwb.rates.rules import (
    ATTEST_PAY,
    ATTEST_PAY_LINK,
    LOAD_RATES,
    SAID_LABELS,
    SEE_RATES,
    WAGE_LABELS,
    Said,
    Wage,
    read_rates,
)
from cwb.rates.schemas import AttestForm, RatesForm
from cwb.rates.views import AttestationView

blueprint = Blueprint("rates", __name__)
Answer = Response | str | tuple[str, int]
BYTES_AT_MOST = 1024 * 1024
THANKS = Message(N_("Thank you, your answer is kept."))


@blueprint.get("/rates")
@requires(SEE_RATES)
def index() -> Answer:
    found = queries.rates(reading())
    return render_template(
        "cwb/rates/index.html",
        by_wage=[(wage, [rate for rate in found if rate.wage is wage]) for wage in Wage],
        highest=max((rate.uk_pence for rate in found), default=1),
        labels=WAGE_LABELS,
        may_load=access.actor().may(LOAD_RATES),
        on=today(),
    )


@blueprint.route("/rates/load", methods=["GET", "POST"])
@requires(LOAD_RATES)
def load() -> Answer:
    """Rates from a table of one living wage."""
    form = forms.Form(RatesForm())
    lines: list[Message] = []
    if form.sent and form.read() is not None:
        with form.acting():
            read = read_rates(_sent())
            lines = [row.says() for row in read.bad]
            if lines:
                raise refuse("file", N_("This file cannot be taken in; nothing was saved. See the list below."))
            try:
                done = actions.load_rates(access.actor(), read.rows)
            except Refused as refused:
                lines = [problem.message for problem in refused.problems]
                raise
            says = N_(
                "The rates are loaded: %(added)s new, %(changed)s changed, %(same)s as they were. "
                "Answers asked of providers: %(asked)s."
            )
            return forms.done(url_for("rates.index"), Message(says, **vars(done)))
    return forms.page("cwb/rates/load.html", form, lines=lines[:100])


def _sent() -> bytes:
    """The content of the file. Raises Refused."""
    sent = forms.files("file")
    if not sent:
        raise refuse("file", N_("Choose a file"))
    content = sent[0].stream.read(BYTES_AT_MOST + 1)
    if len(content) > BYTES_AT_MOST:
        raise refuse("file", N_("The file has more than 1 MB: it is no table of rates"))
    return content


def _only() -> Said | None:
    typed = request.args.get("show", "")
    return Said(typed) if typed in set(Said) else None


@blueprint.get("/rates/<reference>")
@requires(SEE_RATES)
def show(reference: str) -> Answer:
    """Who has said what about a rate."""
    rate = queries.rate(reading(), reference)
    only, number = _only(), paging.asked_page()
    found = queries.answers(reading(), access.actor(), rate.id, only, number=number, per_page=paging.PER_PAGE)
    return render_template(
        "cwb/rates/show.html",
        rate=rate,
        found=found,
        page=paging.Page(found.page, number, found.total),
        only=only,
        labels=SAID_LABELS,
        wages=WAGE_LABELS,
        on=today(),
    )


@blueprint.get("/rates/<reference>/answers.csv")
@requires(SEE_RATES)
def answers_csv(reference: str) -> Answer:
    rate = queries.rate(reading(), reference)
    found = queries.answers(reading(), access.actor(), rate.id, _only(), per_page=None)
    rows = [
        (
            one.provider_name,
            one.provider_reference,
            str(one.state),
            _day(one.paid_from),
            one.why,
            _day(one.asked_on),
            _day(one.said_on),
        )
        for one in found.page
    ]
    headings = ("provider", "reference", "answer", "paid_from", "why_not_yet", "asked_on", "answered_on")
    return csv_answer(f"{rate.wage}-living-wage-{rate.in_force_from}.csv", headings, rows)


def address_of_attestation(reference: str) -> str:
    """Where an answer is shown: to the council its history, to the provider's lead the form."""
    return url_for("rates.answer", reference=reference)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@blueprint.get("/our-pay")
@requires(ATTEST_PAY)
def own() -> Answer:
    """What the acting provider was asked, and what it said."""
    found = queries.of_provider(reading(), access.actor())
    return render_template("cwb/rates/own.html", found=found, labels=SAID_LABELS, wages=WAGE_LABELS)


@blueprint.route("/our-pay/<reference>", methods=["GET", "POST"])
@requires(ATTEST_PAY)
def attest(reference: str) -> Answer:
    asked = queries.attestation(reading(), access.actor(), reference)
    return _form(asked, url_for("rates.own"))


@blueprint.route("/our-pay/answer/<token>", methods=["GET", "POST"])
@by_link(ATTEST_PAY_LINK)
def attest_by_link(token: str) -> Answer:
    """The letter's link: reading changes nothing, its button does."""
    reference = (access.actor().link_subject or "").partition(":")[2]
    return _form(queries.attestation(reading(), access.actor(), reference), None)


def _form(asked: AttestationView, then: str | None) -> Answer:
    answered = {"yes": Said.PAYS, "not_yet": Said.NOT_YET}
    pays = next((value for value, state in answered.items() if state is asked.state), None)
    values = {"pays": pays, "paid_from": asked.paid_from, "why": asked.why, "version": asked.version}
    form = forms.Form(AttestForm(), values=values)
    if form.sent and (said := form.read()) is not None:
        with form.acting():
            actions.attest(access.actor(), asked.reference, said)
            if then is None:
                return render_template("cwb/rates/told.html", asked=asked, wages=WAGE_LABELS)
            return forms.done(then, THANKS)
    history = audit.history(reading(), f"attestation:{asked.reference}", limit=30) if then else []
    return forms.page("cwb/rates/attest.html", form, asked=asked, wages=WAGE_LABELS, then=then, history=history)


@blueprint.get("/attestations/<reference>")
@requires(SIGNED_IN)
def answer(reference: str) -> Answer:
    """One provider's answer with its history, for the council; its own lead is led to the form."""
    found = queries.attestation(reading(), access.actor(), reference)
    if not access.actor().may(SEE_RATES):
        return redirect(url_for("rates.attest", reference=found.reference), 303)
    return render_template(
        "cwb/rates/answer.html",
        found=found,
        labels=SAID_LABELS,
        wages=WAGE_LABELS,
        history=audit.history(reading(), f"attestation:{found.reference}", limit=30),
    )


def waiting_for(session: Session, actor: Actor) -> list[DeskItem]:
    """For a provider's lead: rates it has not said it pays. For the council: how many answers are still to come."""
    if actor.may(ATTEST_PAY):
        return [
            DeskItem(
                Message(
                    N_("Say whether you pay the %(wage)s of %(rate)s"),
                    wage=WAGE_LABELS[one.rate.wage],
                    rate=say_amount(Unit.PENCE, one.rate.uk_pence),
                ),
                url_for("rates.attest", reference=one.reference),
                urgency=3 if one.state is Said.ASKED else 7,
                detail=_when(one),
            )
            for one in queries.to_say(session, actor.organisation_id)
        ]
    if actor.may(SEE_RATES) and (count := queries.silent(session)):
        title = Message(N_("Answers about living wages still to come"))
        return [DeskItem(title, url_for("rates.index"), count, urgency=8)]
    return []


def _when(one: AttestationView) -> Message:
    if one.state is Said.NOT_YET:
        return Message(N_("You said: not yet. Say so when you pay it."))
    if one.rate.pay_by > today():
        return Message(N_("By %(day)s"), day=say_date(one.rate.pay_by))
    return Message(N_("It was to be paid by %(day)s"), day=say_date(one.rate.pay_by))
