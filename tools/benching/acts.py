"""Real acts, sent as the forms people see: a row for each, and a line for each that has no page yet."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from community_book.base.clock import today
from tools.benching.figures import Figure, median, milliseconds, not_there, percentile
from tools.benching.visitor import Answer, Form, Visitor, forms_of, links_of

TIMES = 20
Visitors = Mapping[str, Visitor]


class NotThere(Exception):
    """The page or form of an act is not there; the text says which."""


class WasRefused(Exception):
    """A form was sent and refused; the text is what the page said."""


@dataclass
class Taken:
    """How long each sending of each act took."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def send(self, act: str, visitor: Visitor, form: Form, /, **values: object) -> Answer:
        """Sends a form; an act that worked is answered with 303 to where it shows."""
        answer = visitor.post(form.action, form.filled(**values))
        if answer.status != 303:
            raise WasRefused(f"{act}: {form.action}: {answer.status} {answer.said}")
        self.seconds.setdefault(act, []).append(answer.seconds)
        return answer


def page(visitor: Visitor, path: str) -> Answer:
    answer = visitor.get(path)
    if answer.status != 200:
        raise NotThere(f"{path} answers {answer.status} to {visitor.name}")
    return answer


def form_with(answer: Answer, name: str) -> Form:
    """The form of a page that asks for a field."""
    for form in forms_of(answer):
        if name in dict(form.fields) or name in form.choices:
            return form
    raise NotThere(f"{answer.path} has no form with {name}")


def form_to(answer: Answer, ending: str) -> Form:
    """The form of a page that goes to an address."""
    for form in forms_of(answer):
        if form.action.endswith(ending):
            return form
    raise NotThere(f"{answer.path} has no form to …{ending}")


def link_to(answer: Answer, part: str) -> str:
    for link in links_of(answer):
        if part in link:
            return link
    raise NotThere(f"{answer.path} has no link to …{part}")


def day(name: str, on: date) -> dict[str, object]:
    """The three fields of a date."""
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def save_draft_need(taken: Taken, visitors: Visitors) -> None:
    group = visitors["group.lead"]
    form = form_with(page(group, "/needs/new/hands"), "title")
    taken.send("save a draft need", group, form, title="Three people to paint a fence", _act="draft")


def pledge_of(subject: str) -> dict[str, object]:
    """Answers to the questions of a pledge of advice."""
    return {
        "title": "Somebody who keeps the books",
        "story": "Somebody of ours who knows the work gives it in paid time.",
        "subject": subject,
        "amount": "100",
        **day("first_day", today()),
        **day("last_day", today() + timedelta(days=120)),
        "online": "yes",
        "dbs": "none",
        "meets_people_at_risk": "no",
        "where": "borough",
        "basis": "extra",
        "owner_name": "Priya Desai",
        "not_charged_to_rate": "yes",
        "visits_covered": "yes",
    }


def answered(form: Form, answers: dict[str, object]) -> dict[str, object]:
    """Those answers the form asks for; where it offers other choices than the one given, its first."""
    if "zones" in form.choices:  # an admission for certain zones: all of them
        answers = {**answers, "where": "zones", "zones": form.choices["zones"]}
    asked = {name for name, _ in form.fields} | form.choices.keys()
    given = {name: value for name, value in answers.items() if name in asked}
    for name, choices in form.choices.items():
        offered = [choice for choice in choices if choice]
        if name in given and name != "zones" and offered and given[name] not in offered:
            given[name] = offered[0]
    return given


def log_draft_pledge(taken: Taken, visitors: Visitors) -> None:
    provider = visitors["provider.lead"]
    form = form_with(page(provider, "/pledges/new/PO7"), "title")
    given = answered(form, pledge_of("accounts"))
    taken.send("log a draft pledge", provider, form, **given, _act="draft")


def post_pledge(taken: Taken, visitors: Visitors) -> Answer:
    provider = visitors["provider.lead"]
    form = form_with(page(provider, "/pledges/new/PO7"), "title")
    lots = [choice for choice in form.choices.get("lot", []) if choice]
    chosen = {**answered(form, pledge_of("policies")), **({"lot": lots[0]} if lots else {})}
    return taken.send("post a pledge", provider, form, **chosen, _act="post")


def post_need(taken: Taken, visitors: Visitors, title: str) -> Answer:
    group = visitors["group.lead"]
    form = form_with(page(group, "/needs/new/advice"), "title")
    return taken.send(
        "post a need",
        group,
        form,
        title=title,
        story="A few pages for the volunteers.",
        subject="policies",
        amount="90 h",
        how="any",
        where="online",
        dbs="none",
        none_of_these="yes",
        _act="post",
        **day("first_day", today()),
        **day("last_day", today() + timedelta(days=60)),
    )


class FromOfferToVerified:
    """One pledge and one need, of which an hour at a time goes the whole way."""

    def __init__(self) -> None:
        self.offer_at = ""

    def begin(self, taken: Taken, visitors: Visitors) -> None:
        """Posts both, and finds where the one is offered for the other."""
        provider = visitors["provider.lead"]
        pledge, need = post_pledge(taken, visitors), post_need(taken, visitors, "Our policies in plain words")
        reference = pledge.headers["location"].rstrip("/").rpartition("/")[2]
        link = link_to(page(provider, need.headers["location"]), "/promises/offer?").partition("&pledge=")[0]
        self.offer_at = f"{link}&pledge={reference}"

    def __call__(self, taken: Taken, visitors: Visitors) -> None:
        if not self.offer_at:
            self.begin(taken, visitors)
        provider, group, verifier = visitors["provider.lead"], visitors["group.lead"], visitors["verifier"]
        form = form_with(page(provider, self.offer_at), "amount")
        promise = taken.send("offer help", provider, form, amount="1 h").headers["location"]
        form = form_to(page(group, promise), "/accept")
        taken.send("accept an offer", group, form)
        form = form_to(page(group, promise), "/messages")
        taken.send("write a message on a promise", group, form, text="We shall be there at ten.")
        form = form_with(page(provider, f"{promise}/what-happened"), "amount")
        told = {"amount": "1 h", "what_happened": "An evening on a screen.", **day("happened_on", today())}
        delivery = taken.send("report a delivery", provider, form, **told).headers["location"]
        form = form_to(page(group, delivery), "/it-happened")
        taken.send("confirm a delivery", group, form)
        form = form_with(page(verifier, f"{delivery}/verify"), "act")
        taken.send("verify a delivery", verifier, form, act="verify", basis="word", reason="The group says so too.")


def acts() -> dict[str, Callable[[Taken, Visitors], None]]:
    """What is tried, again and again; one may take the times of several acts that follow each other."""
    return {
        "save a draft need": save_draft_need,
        "log a draft pledge": log_draft_pledge,
        "from offer to verified": FromOfferToVerified(),
    }


def measured(visitors: Visitors, *, p95_seconds: float, until: float) -> list[Figure]:
    """Each act up to 20 times; the time over which nothing more is begun is shared by all."""
    taken = Taken()
    figures: list[Figure] = []
    asked = f"<= {p95_seconds * 1000:.0f} ms"
    tried = acts()
    share = (until - time.monotonic()) / len(tried)
    for name, act in tried.items():
        give_up_at = time.monotonic() + share
        try:
            for _ in range(TIMES):
                act(taken, visitors)
                if time.monotonic() > give_up_at:
                    break
        except (NotThere, KeyError) as why:
            figures.append(not_there(f"act: {name}", asked, str(why)))
        except WasRefused as why:
            figures.append(Figure(f"act: {name}", asked, "refused", False, str(why)))
    for name, seconds in taken.seconds.items():
        p95 = percentile(seconds, 0.95)
        said = f"p50 {milliseconds(median(seconds))}, {len(seconds)} times"
        figures.append(Figure(f"act p95: {name}", asked, milliseconds(p95), p95 <= p95_seconds, said))
    return figures
