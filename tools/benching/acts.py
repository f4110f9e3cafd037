"""Real acts, sent as the forms people see: a row for each, and a line for each that has no page yet."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask

from tools.benching.figures import Figure, median, milliseconds, not_there, percentile
from tools.benching.visitor import Answer, Form, Visitor, forms_of, links_of

P95_SECONDS = 0.120
TIMES = 20
TOMORROW = 24 * 3600
Visitors = Mapping[str, Visitor]


class NotThere(Exception):
    """The page or form of an act is not there; the text says which."""


class WasRefused(Exception):
    """A form was sent and refused; the text is what the page said."""


@dataclass
class Taken:
    """How long each sending of each act took."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def send(self, act: str, visitor: Visitor, form: Form, **values: object) -> Answer:
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


def save_draft_need(taken: Taken, visitors: Visitors) -> None:
    group = visitors["group.lead"]
    form = form_with(page(group, "/needs/new/hands"), "title")
    taken.send("save a draft need", group, form, title="Three people to paint a fence", _act="draft")


def log_draft_pledge(taken: Taken, visitors: Visitors) -> None:
    provider = visitors["provider.lead"]
    form = form_with(page(provider, "/pledges/new/PO7"), "title")
    taken.send("log a draft pledge", provider, form, title="An hour of bookkeeping", _act="draft")


ACTS: dict[str, Callable[[Taken, Visitors], None]] = {
    "save a draft need": save_draft_need,
    "log a draft pledge": log_draft_pledge,
}
"""What is tried, again and again; a function may take the time of several acts that follow each other."""


def measured(app: Flask, visitors: Visitors, *, until: float) -> list[Figure]:
    """Each act up to 20 times; the time over which nothing more is begun is shared by all."""
    taken = Taken()
    figures: list[Figure] = []
    asked = f"<= {P95_SECONDS * 1000:.0f} ms"
    share = (until - time.monotonic()) / len(ACTS)
    for name, act in ACTS.items():
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
        figures.append(Figure(f"act p95: {name}", asked, milliseconds(p95), p95 <= P95_SECONDS, said))
    return figures
