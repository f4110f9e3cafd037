"""Deliveries in plain words: what was reported in one sentence, what comes next, what was done."""

from __future__ import annotations

from collections.abc import Mapping

from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS, Unit, say_amount, say_share
from community_book.base.messages import N_, Message
from community_book.base.sessions import MONTHS, say_date
from cwb.deliveries.rules import ENDED_WITHOUT_COUNTING, RISK_LABELS, STATE_COLOURS, STATE_LABELS, DeliveryState, Who
from cwb.deliveries.views import DeliveryRow, DeliveryView, Said
from cwb.ledger.rules import is_met

S = DeliveryState
COLOURS = STATE_COLOURS
"""Of the tags, beside their words."""
RISKS = RISK_LABELS
"""Why a report is checked one by one."""
COUNT_NOTHING = ENDED_WITHOUT_COUNTING
"""Their pages show no figures: what comes next says that nothing counts."""

ACTS: dict[str, Message] = {
    "report": Message(N_("Reported")),
    "confirm": Message(N_("It happened")),
    "confirm_in_part": Message(N_("A part of it happened")),
    "query": Message(N_("Queried")),
    "amend": Message(N_("Put right")),
    "leave_out": Message(N_("Some left early")),
    "add_surplus": Message(N_("The rest was added")),
    "add_evidence": Message(N_("Files added")),
    "withdraw": Message(N_("Taken back")),
    "go_unanswered": Message(N_("No answer in time")),
    "settle_recorded": Message(N_("No objection in time, so it counts as confirmed")),
    "uphold": Message(N_("Upheld by the council")),
    "not_uphold": Message(N_("Not upheld by the council")),
    "verify": Message(N_("Verified in full")),
    "verify_in_part": Message(N_("Verified in part")),
    "reject": Message(N_("Not accepted")),
    "appeal": Message(N_("Appealed")),
    "decide_appeal": Message(N_("Appeal decided")),
    "reverse": Message(N_("Reversed")),
}
STAGES: dict[str, Message] = {
    "first": Message(N_("first of two decisions")),
    "second": Message(N_("second decision, the same")),
    "differ": Message(N_("second decision, different")),
    "outside": Message(N_("decided from outside the council")),
    "verify": Message(N_("in full")),
    "verify_in_part": Message(N_("in part")),
    "reject": Message(N_("not accepted")),
}


def say_amount_of(row: DeliveryRow, amount: int | None = None) -> Message:
    """How much it is: an amount in its unit, or a level as two whole numbers."""
    if row.level_whole is not None:
        return Message(N_("%(part)s of %(whole)s"), part=str(row.level_part), whole=str(row.level_whole))
    return say_amount(row.unit, row.stated if amount is None else amount)


def say_when(row: DeliveryRow) -> Message:
    """The day, or the first and last day."""
    if row.first_day == row.happened_on:
        return say_date(row.happened_on)
    return Message(
        N_("%(first)s to %(last)s"),
        first=say_date(row.first_day, with_year=row.first_day.year != row.happened_on.year),
        last=say_date(row.happened_on),
    )


def say_month(year: int, month: int) -> Message:
    """Like November 2026."""
    return Message(N_("%(month)s %(year)s"), month=MONTHS[month - 1], year=str(year))


def say_report(row: DeliveryRow) -> Message:
    """What was reported, in one sentence."""
    values = {"amount": say_amount_of(row), "when": say_when(row), "provider": row.provider_name}
    if row.group_id is None:
        return Message(N_("%(provider)s reports %(amount)s, %(when)s."), **values)
    if row.side is Who.PROVIDER:
        return Message(N_("%(provider)s reports %(amount)s for %(group)s, %(when)s."), **values, group=row.group_name)
    return Message(N_("%(group)s reports %(amount)s from %(provider)s, %(when)s."), **values, group=row.group_name)


def say_level(view: DeliveryView) -> Message | None:
    """How a level stands to what was pledged: 14 of 19 is 73.68%; 82% was pledged, so it is not met."""
    part, whole, pledged = view.level_part, view.level_whole, view.pledge_share_basis_points
    if part is None or not whole or pledged is None:
        return None
    shares = {"share": say_share(part * WHOLE_SHARE_BASIS_POINTS // whole), "pledged": say_share(pledged)}
    if view.state in ENDED_WITHOUT_COUNTING:
        return Message(N_("That would be %(share)s; %(pledged)s was pledged. It counts nowhere."), **shares)
    if is_met(part, whole, pledged):
        return Message(N_("That is %(share)s; %(pledged)s was pledged, so it is met."), **shares)
    return Message(N_("That is %(share)s; %(pledged)s was pledged, so it is not met."), **shares)


def say_confirmed(row: DeliveryRow) -> Message:
    """What the group has confirmed, or why nothing yet."""
    if row.confirmed == 0 and not row.is_verified and row.state in _NOT_CONFIRMED:
        return _NOT_CONFIRMED[row.state]
    return say_figure(row, row.confirmed)


_NOT_CONFIRMED: Mapping[DeliveryState, Message] = {
    S.UNANSWERED: Message(N_("no answer")),
    S.QUERIED: Message(N_("queried")),
    S.UPHELD: Message(N_("no, it asked")),
}


def say_act(said: Said) -> Message:
    """A word on a report as a line of its history."""
    if said.act == "query" and said.amount == 0:
        return Message(N_("It did not happen"))
    return ACTS.get(said.act, Message("%(act)s", act=said.act))


def say_more(said: Said, unit: Unit) -> Message | None:
    """What belongs behind the line: how much, which decision."""
    if said.stage:
        return STAGES.get(said.stage)
    shown = {"confirm_in_part", "verify_in_part", "leave_out", "add_surplus", "report", "amend"}
    if said.act in shown and said.amount:
        return say_amount(unit, said.amount)
    return None


_NEXT: Mapping[DeliveryState, Message] = {
    S.CONFIRMED: Message(N_("The group has confirmed it. The council verifies it next.")),
    S.CONFIRMED_IN_PART: Message(N_("The group has confirmed a part of it. The council verifies that part next.")),
    S.UNANSWERED: Message(
        N_("The group did not answer in time. The council decides on the documents, and hears the group until then.")
    ),
    S.UPHELD: Message(N_("The council has upheld it. It is verified next.")),
    S.NOT_UPHELD: Message(N_("The council has not upheld it. It counts nothing.")),
    S.FIRST_DECISION: Message(N_("It is a large amount, so a second verifier decides too. Nothing counts until then.")),
    S.DIFFER: Message(N_("Two verifiers decided differently. Somebody outside the council decides.")),
    S.VERIFIED: Message(N_("The council has verified it.")),
    S.VERIFIED_IN_PART: Message(N_("The council has verified a part of it.")),
    S.REJECTED: Message(N_("The council has not accepted it. It counts nothing.")),
    S.APPEALED: Message(N_("Somebody who has not decided before decides the appeal. Until then the decision stands.")),
    S.WITHDRAWN: Message(N_("It was taken back and counts nothing.")),
    S.REVERSED: Message(N_("It was verified by mistake. It was taken out of every figure again.")),
}


def say_next(view: DeliveryView) -> Message:
    """Where it stands and who does what next, said to the reader's side."""
    case = view.case
    if view.state is S.REPORTED:
        if case.waits_until is not None and case.is_early:
            return Message(
                N_("It counts from %(day)s, if it still holds then. Nobody confirms or verifies it before."),
                day=say_date(case.waits_until),
            )
        if not case.group_confirms:
            return Message(N_("The council verifies it next."))
        if view.who is Who.GROUP and "confirm" in view.may:
            return Message(N_("Did it happen? Please answer by %(day)s."), day=_by(view))
        return Message(
            N_("%(group)s is asked whether it happened, until %(day)s."), group=view.group_name, day=_by(view)
        )
    if view.state is S.RECORDED_FOR:
        return Message(
            N_(
                "The council wrote down what %(group)s said. It counts as confirmed if %(group)s "
                "does not object by %(day)s."
            ),
            group=view.group_name,
            day=_by(view),
        )
    if view.state is S.QUERIED:
        if view.group_id is None and "amend" in view.may:
            return Message(
                N_("The council asks about it. Put your report right or take it back, or the council decides.")
            )
        if view.group_id is None:
            return Message(
                N_("The council has asked. The provider puts it right or takes it back, or the council decides.")
            )
        if "amend" in view.may:
            return Message(N_("The other side asks about it. Put it right, take it back, or leave it to the council."))
        return Message(N_("It was queried. It is put right or taken back, or the council decides."))
    if view.state is S.UNANSWERED and view.who is Who.GROUP:
        return Message(N_("The time to answer is over, but your word is heard until the council decides. Was it so?"))
    if view.state is S.CONFIRMED and "query" in view.may:
        return Message(
            N_("The group reported it, so it is confirmed. If it is wrong, say so by %(day)s."), day=_by(view)
        )
    return _NEXT[view.state]


def _by(view: DeliveryView) -> Message:
    return say_date(view.answer_by) if view.answer_by is not None else Message(N_("the end of the wait"))


TAGS: dict[DeliveryState, Message] = {
    S.RECORDED_FOR: Message(N_("word of mouth")),
    S.CONFIRMED: Message(N_("confirmed")),
    S.CONFIRMED_IN_PART: Message(N_("part confirmed")),
    S.UNANSWERED: Message(N_("no answer")),
    S.UPHELD: Message(N_("upheld")),
    S.NOT_UPHELD: Message(N_("not upheld")),
    S.FIRST_DECISION: Message(N_("second check")),
    S.DIFFER: Message(N_("outside check")),
    S.REJECTED: Message(N_("not accepted")),
}
"""Short words for a tag; the label says it in full elsewhere."""


def say_state(row: DeliveryRow) -> Message:
    """The state, as the tag says it."""
    return TAGS.get(row.state, STATE_LABELS[row.state])


def say_figure(row: DeliveryRow, amount: int | None) -> Message:
    """One of the figures: an amount, "not yet", or why there is none."""
    if amount is None:
        return Message(N_("not applicable"))
    if not amount:
        over = row.state in ENDED_WITHOUT_COUNTING or row.is_verified
        return Message(N_("nothing")) if over else Message(N_("not yet"))
    return say_amount(row.unit, amount)


HOW_CONFIRMED: dict[str, Message] = {
    S.CONFIRMED: Message(N_("The group confirmed it, and the council verified it.")),
    S.CONFIRMED_IN_PART: Message(N_("The group confirmed this part of it, and the council verified it.")),
    S.UNANSWERED: Message(N_("The group did not answer; the council looked into it and verified it.")),
    S.UPHELD: Message(N_("The group had questions; the council looked into them and verified it.")),
    S.REPORTED: Message(N_("No group confirms this kind of thing; the council looked into it and verified it.")),
}
"""How a verified delivery came to be so, by the state the council decided from."""
