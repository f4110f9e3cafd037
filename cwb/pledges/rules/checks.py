"""What is wrong with a pledge as typed, field by field: as a draft, and before it is posted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from community_book.base.amounts import KINDS_WITH_SESSIONS, say_amount
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import clashes, say_date, say_session
from cwb.pledges.rules.new_pledge import (
    LONGEST_WINDOW_DAYS,
    MeasureAsked,
    NewPledge,
    Scope,
    amount_of,
    asked_for,
    has_counterpart,
    planned_sessions,
    pledge_years,
)
from cwb.pledges.rules.states import Basis

WHEN_EMPTY: dict[str, Message] = {
    "share": Message(N_("Enter the share you promise to reach, like 90%%")),
    "item_type": Message(N_("Choose what kind of thing you give")),
    "subject": Message(N_("Choose what you can help with")),
    "with_counterpart": Message(N_("Choose whether a group takes part")),
    "amount": Message(N_("Enter how much you pledge")),
    "thing": Message(N_("Say which one it is, like “the blue minibus”")),
    "weekdays": Message(N_("Choose the days it can be used, so that nobody books it twice")),
    "owner_name": Message(N_("Name the person who looks after this pledge")),
    "not_charged_to_rate": Message(N_("Confirm that the cost is not charged to the hourly rate")),
    "visits_covered": Message(N_("Confirm that care visits are covered that day")),
}
"""What is said of a question that a pledge cannot do without."""
WANTED_TO_POST = frozenset({"owner_name", "not_charged_to_rate", "visits_covered"})
"""Of these, what a draft can do without."""


def left_empty(given: Collection[str], measure: MeasureAsked, basis: str, *, post: bool) -> list[Problem]:
    """What a form that cannot be read yet is missing besides, so that all is said at once.

    `given` names the fields with something in them; `basis` as it was sent.
    """
    wanted = set(asked_for(measure) & WHEN_EMPTY.keys()) - set(given)
    if measure.kind not in KINDS_WITH_SESSIONS:
        wanted.discard("weekdays")
    if "weekdays" in given:
        wanted.discard("amount")
    if basis == Basis.RATE:
        wanted.discard("not_charged_to_rate")
    if not post:
        wanted -= WANTED_TO_POST
    return [Problem(name, words) for name, words in WHEN_EMPTY.items() if name in wanted]


def check(new: NewPledge, measure: MeasureAsked, scope: Scope) -> list[Problem]:
    """What is wrong with a pledge even as a draft, field by field."""
    found = [*_what(new, measure), *_window(new), *_where(new, measure, scope)]
    if new.team_smallest and new.team_largest and new.team_smallest > new.team_largest:
        found.append(Problem("team_largest", Message(N_("The largest team cannot be smaller than the smallest"))))
    return found


def _what(new: NewPledge, measure: MeasureAsked) -> list[Problem]:
    if measure.nature == "level":
        if not new.share_basis_points:
            return [Problem("share", WHEN_EMPTY["share"])]
        return []
    found = []
    try:
        sessions = planned_sessions(new)
    except Refused as refused:
        return list(refused.problems)
    if sessions and (clash := clashes(sessions)):
        found.append(
            Problem(
                "weekdays",
                Message(
                    N_("These overlap: %(one)s and %(two)s"), one=say_session(clash[0][0]), two=say_session(clash[0][1])
                ),
            )
        )
    if measure.kind in KINDS_WITH_SESSIONS and not sessions:
        found.append(Problem("weekdays", WHEN_EMPTY["weekdays"]))
    if measure.kind in KINDS_WITH_SESSIONS and not new.thing:
        found.append(Problem("thing", WHEN_EMPTY["thing"]))
    amount = amount_of(new, measure, sessions)
    if not amount and measure.kind not in KINDS_WITH_SESSIONS:
        found.append(Problem("amount", WHEN_EMPTY["amount"]))
    elif sessions and new.amount and new.amount != amount:
        found.append(
            Problem(
                "amount",
                Message(
                    N_("Your days add up to %(total)s. Leave this empty, or change the days"),
                    total=say_amount(measure.unit, amount or 0),
                ),
            )
        )
    if amount and new.smallest_useful and new.smallest_useful > amount:
        found.append(Problem("smallest_useful", Message(N_("This is more than the whole pledge. Enter less"))))
    if amount and new.baseline and new.last_day >= new.first_day:
        usual = new.baseline * pledge_years(new.first_day, new.last_day)
        if amount <= usual:
            found.append(
                Problem(
                    "amount",
                    Message(
                        N_("Enter the whole amount, more than the %(usual)s that is usual from %(first)s to %(last)s"),
                        usual=say_amount(measure.unit, usual),
                        first=say_date(new.first_day),
                        last=say_date(new.last_day),
                    ),
                )
            )
    if new.baseline and has_counterpart(measure, new.with_counterpart):
        found.append(Problem("baseline", Message(N_("What is given to a group has no usual amount. Leave it empty"))))
    if new.baseline and not new.baseline_on:
        found.append(Problem("baseline_on", Message(N_("Enter the date the usual amount was worked out"))))
    return found + _only_where_asked(new, measure)


def _only_where_asked(new: NewPledge, measure: MeasureAsked) -> list[Problem]:
    """Values a measure does not ask for are refused, never dropped in silence."""
    asked = asked_for(measure)
    given = {
        "baseline": bool(new.baseline),
        "share": new.share_basis_points is not None,
        "item_type": bool(new.item_type),
        "subject": bool(new.subject),
        "weekdays": bool(new.weekdays),
        "team_smallest": new.team_smallest is not None,
        "hosting_pence_at_most": new.hosting_pence_at_most is not None,
        "with_counterpart": new.with_counterpart is not None,
    }
    found = [
        Problem(name, Message(N_("This is not asked for with “%(measure)s”. Leave it empty"), measure=measure.title))
        for name, is_given in given.items()
        if is_given and name not in asked
    ]
    if "item_type" in asked and not new.item_type:
        found.append(Problem("item_type", WHEN_EMPTY["item_type"]))
    if "subject" in asked and not new.subject:
        found.append(Problem("subject", WHEN_EMPTY["subject"]))
    if "with_counterpart" in asked and new.with_counterpart is None:
        found.append(Problem("with_counterpart", WHEN_EMPTY["with_counterpart"]))
    return found


def _window(new: NewPledge) -> list[Problem]:
    if new.last_day < new.first_day:
        return [Problem("last_day", Message(N_("The last day must be the same as or after the first day")))]
    if new.last_day - new.first_day > timedelta(days=LONGEST_WINDOW_DAYS):
        return [Problem("last_day", Message(N_("A pledge runs for ten years at most. Choose an earlier last day")))]
    return []


def _where(new: NewPledge, measure: MeasureAsked, scope: Scope) -> list[Problem]:
    found = []
    if new.lot_id is not None and new.lot_id not in scope.lot_ids:
        found.append(Problem("lot", Message(N_("Your admission does not cover this lot. Choose one of yours"))))
    if measure.brokered == "no":
        return found  # own conduct has no area: its figures read "borough-wide" (domain.md 5.1)
    if new.borough_wide and new.zone_ids:
        found.append(Problem("zones", Message(N_("Choose zones, or the whole borough, not both"))))
    elif new.borough_wide and not scope.is_whole_borough:
        found.append(
            Problem("where", Message(N_("Your admission covers certain zones only. Choose which of them this serves")))
        )
    elif not new.borough_wide and not new.zone_ids:
        found.append(Problem("zones", Message(N_("Choose at least one zone, or the whole borough"))))
    elif not new.zone_ids <= scope.zone_ids:
        found.append(Problem("zones", Message(N_("Choose only zones that your admission covers"))))
    return found


def check_ready(new: NewPledge, measure: MeasureAsked, today: date) -> list[Problem]:
    """What still stands in the way of posting a pledge that is fine as a draft."""
    found = []
    if new.last_day < today:
        found.append(
            Problem(
                "last_day",
                Message(N_("The last day, %(day)s, is over. Choose a later one"), day=say_date(new.last_day)),
            )
        )
    if not new.owner_name:
        found.append(Problem("owner_name", WHEN_EMPTY["owner_name"]))
    if new.basis is Basis.TERM and not new.call_off:
        found.append(Problem("call_off", Message(N_("Say which call-off it is a term of"))))
    if new.basis is not Basis.RATE and not new.not_charged_to_rate:
        found.append(Problem("not_charged_to_rate", WHEN_EMPTY["not_charged_to_rate"]))
    if "visits_covered" in asked_for(measure) and not new.visits_covered:
        found.append(Problem("visits_covered", WHEN_EMPTY["visits_covered"]))
    return found
