"""What other rooms' pages show of deliveries: what was reported on a promise, on a pledge."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Role
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem, PanelView
from cwb.deliveries import queries, rules, saying
from cwb.deliveries.rules import REPORT_DELIVERY, SEE_DELIVERIES

SHOWN_ON_A_DESK = 4


def on_promise(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What was reported on a promise, and the button to say what happened."""
    if not actor.may(SEE_DELIVERIES):
        return None
    reference = str(subject.get("reference", ""))
    try:
        promise = queries.promise_to_report(reading, actor, reference)
    except NotThere:
        promise = None
    rows = queries.deliveries_of(reading, actor, commitment_id=int(subject["commitment_id"]))
    if promise is None and not rows:
        return None
    can_report = promise is not None and promise.is_live and (not promise.has_sessions or bool(promise.sessions))
    return "cwb/deliveries/promise_panel.html", {
        "promise": promise if can_report else None,
        "rows": rows,
        "colours": rules.STATE_COLOURS,
        "saying": saying,
    }


def on_pledge(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What was reported on a pledge; for one without a counterpart, the button to report."""
    if not actor.may(SEE_DELIVERIES):
        return None
    rows = queries.deliveries_of(reading, actor, pledge_id=int(subject["pledge_id"]))
    pledge = None
    if not subject.get("with_counterpart"):
        with suppress(NotThere):
            pledge = queries.pledge_to_report(reading, actor, str(subject.get("reference", "")))
    can_report = pledge is not None and pledge.takes_reports
    if not can_report and not rows:
        return None
    return "cwb/deliveries/pledge_panel.html", {
        "pledge": pledge if can_report else None,
        "rows": rows,
        "colours": rules.STATE_COLOURS,
        "saying": saying,
    }


def on_desk(reading: Session, actor: Actor, _subject: Mapping[str, Any]) -> PanelView | None:
    """A side's own: what to answer in one tap and what to tell; for the council the place at a glance."""
    if actor.is_council:
        return "cwb/deliveries/glance.html", {
            "glance": queries.at_a_glance(reading),
            "may_open": actor.may(SEE_DELIVERIES),
        }
    if actor.organisation_id is None or not actor.may(REPORT_DELIVERY):
        return None
    asked = queries.to_answer(reading, actor, limit=SHOWN_ON_A_DESK)
    count, running = queries.running_promises(reading, actor, limit=SHOWN_ON_A_DESK)
    if not asked and not running:
        return None
    return "cwb/deliveries/desk.html", {"asked": asked, "running": running, "count": count, "saying": saying}


def waiting_for(reading: Session, actor: Actor) -> list[DeskItem]:
    """What waits on a desk: a group's word, a report to put right, decisions."""
    if not actor.may(SEE_DELIVERIES):
        return []
    counts = queries.waiting_for(reading, actor)
    ours = url_for("deliveries.own", state=queries.WAITS_FOR_US)
    items = [
        DeskItem(
            Message(N_("Did it happen? Reports that wait for your word")),
            ours,
            counts.to_answer,
            1 if counts.late else 2,
            Message(N_("One tap says yes.")),
        ),
        DeskItem(Message(N_("Reports of yours that were queried")), ours, counts.to_amend, 1),
        DeskItem(
            Message(N_("Something the council wrote down for you: is it right?")),
            ours,
            counts.to_object,
            2,
        ),
        DeskItem(
            Message(N_("Deliveries to verify")),
            url_for("deliveries.to_verify"),
            counts.to_verify,
            2,
            Message(N_("%(count)s of them flagged"), count=counts.flagged) if counts.flagged else None,
        ),
        DeskItem(
            Message(N_("Queries to decide")), url_for("deliveries.to_verify", queue="dispute"), counts.disputes, 3
        ),
        DeskItem(
            Message(N_("Second decisions to make")), url_for("deliveries.to_verify", queue="second"), counts.seconds, 2
        ),
        DeskItem(Message(N_("Appeals to decide")), url_for("deliveries.to_verify", queue="appeal"), counts.appeals, 2),
        DeskItem(
            Message(N_("Verified deliveries that were reversed")),
            url_for("deliveries.own", state=str(rules.DeliveryState.REVERSED)),
            queries.count_reversed(reading) if actor.has_role(Role.AUDITOR) else 0,
            8,
        ),
    ]
    return [item for item in items if item.count]
