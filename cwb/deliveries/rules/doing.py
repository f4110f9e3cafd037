"""Who may do which act with a delivery as it stands on a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from community_book.base.errors import NotAllowed, WrongState
from community_book.base.messages import N_, Message
from cwb.deliveries.rules.states import COUNTED_AS_VERIFIED, MACHINE, STATE_LABELS, DeliveryState

S = DeliveryState


class Who(StrEnum):
    """Whose hand an act is in."""

    PROVIDER = "provider"
    GROUP = "group"
    VERIFIER = "verifier"
    OUTSIDE = "outside"
    SITE = "site"

    @property
    def other(self) -> Who:
        """The other of the two sides."""
        return Who.GROUP if self is Who.PROVIDER else Who.PROVIDER


WHO_LABELS: dict[Who, Message] = {
    Who.PROVIDER: Message(N_("the provider")),
    Who.GROUP: Message(N_("the group")),
    Who.VERIFIER: Message(N_("a council verifier")),
    Who.OUTSIDE: Message(N_("an outside decider")),
    Who.SITE: Message(N_("the site itself")),
}


@dataclass(frozen=True)
class Case:
    """What decides who may do what with a delivery now.

    `side` reported it. `has_group`: it hangs on a promise to a group. `group_confirms`: the group's word is a
    figure of its own. `waits_until`: the day its qualifying time ends, None where it has none. `query_by`: the
    last day on which the provider may query a group's report. `more` was reported than was left and could be added.
    `frozen_until`: it is part of a batch and stays as it is until then; `in_sample`: it is one of those checked.
    """

    state: DeliveryState
    side: Who
    has_group: bool
    group_confirms: bool
    today: date
    is_level: bool = False
    waits_until: date | None = None
    query_by: date | None = None
    appealed: bool = False
    more: bool = False
    frozen_until: date | None = None
    in_sample: bool = False

    @property
    def is_early(self) -> bool:
        """Whether the qualifying time is still running."""
        return self.waits_until is not None and self.today < self.waits_until


_REPORTERS_OWN = frozenset({"amend", "withdraw"})
_FINAL = frozenset({"verify", "verify_in_part", "reject"})
_REFUSED_EARLY = frozenset({"confirm", "confirm_in_part", "go_unanswered", "settle_recorded", *_FINAL})


def _sides(case: Case) -> frozenset[Who]:
    return frozenset({Who.PROVIDER, Who.GROUP}) if case.has_group else frozenset({Who.PROVIDER})


def _who_may_query(case: Case) -> frozenset[Who]:
    if not case.has_group:
        return frozenset({Who.VERIFIER}) if case.state is S.REPORTED else frozenset()
    found = set()
    if case.side is Who.GROUP:
        if case.state is S.REPORTED or (case.query_by is not None and case.today <= case.query_by):
            found.add(Who.PROVIDER)
        if case.state is S.RECORDED_FOR:
            found.add(Who.GROUP)
    elif case.state is not S.CONFIRMED:
        found.add(Who.GROUP)
    return frozenset(found)


def _who_may_decide(act: str, case: Case) -> frozenset[Who]:
    if act == "verify_in_part" and case.is_level:
        return frozenset()
    if case.state is S.DIFFER:
        return frozenset({Who.OUTSIDE})
    if case.state is S.FIRST_DECISION:
        return frozenset({Who.VERIFIER, Who.OUTSIDE})
    if case.state is S.REPORTED and case.group_confirms:
        return frozenset()
    return frozenset({Who.VERIFIER})


def who_may(act: str, case: Case) -> frozenset[Who]:
    """Everybody who may do the act as things stand; none where nobody may."""
    if not MACHINE.allows(act, case.state) or (act in _REFUSED_EARLY and case.is_early):
        return frozenset()
    if case.frozen_until is not None and not (case.in_sample and act in _FINAL):
        return frozenset()
    match act:
        case "confirm" | "confirm_in_part":
            return frozenset({Who.GROUP}) if case.has_group else frozenset()
        case "query":
            return _who_may_query(case)
        case "add_surplus":
            return frozenset({case.side.other}) if case.more and case.has_group else frozenset()
        case "leave_out":
            return frozenset({Who.PROVIDER, case.side}) if case.waits_until is not None else frozenset()
        case "add_evidence":
            return _sides(case)
        case "appeal":
            return frozenset() if case.appealed else _sides(case)
        case "decide_appeal":
            return frozenset({Who.VERIFIER, Who.OUTSIDE})
        case "uphold" | "not_uphold" | "reverse":
            return frozenset({Who.VERIFIER})
        case "go_unanswered":
            return frozenset({Who.SITE}) if case.group_confirms else frozenset()
        case "settle_recorded":
            return frozenset({Who.SITE})
        case _ if act in _REPORTERS_OWN:
            return frozenset({case.side})
        case _:
            return _who_may_decide(act, case)


def acts_of(who: Who, case: Case) -> frozenset[str]:
    """Everything one hand may do now."""
    return frozenset(act for act in MACHINE.moves if who in who_may(act, case))


def check(act: str, case: Case, who: Who) -> None:
    """Raises WrongState when nobody can do it now, NotAllowed when it is for somebody else to do."""
    MACHINE.check(act, case.state)
    may = who_may(act, case)
    if not may:
        raise WrongState(_why_nobody(act, case))
    if who not in may:
        if act == "query" and who is Who.PROVIDER and case.side is Who.GROUP:
            raise WrongState(Message(N_("The time to query this report is over. Write to the council if it is wrong.")))
        raise NotAllowed(
            Message(
                N_("This report is %(state)s. It is for %(who)s to %(act)s."),
                state=STATE_LABELS[case.state],
                who=say_who(may),
                act=MACHINE.verbs.get(act, Message(act.replace("_", " "))),
            )
        )


def _why_nobody(act: str, case: Case) -> Message:
    if case.frozen_until is not None and not (case.in_sample and act in _FINAL):
        return Message(
            N_(
                "The council is checking this report together with others of its quarter, so it stays as it is "
                "until they are decided, at the latest on %(day)s. Nobody can %(act)s before then."
            ),
            day=case.frozen_until,
            act=MACHINE.verbs.get(act, Message(act.replace("_", " "))),
        )
    if act in _REFUSED_EARLY and case.is_early:
        return Message(
            N_("This counts only from %(day)s, so nobody can %(act)s before then."),
            day=case.waits_until,
            act=MACHINE.verbs.get(act, Message(act.replace("_", " "))),
        )
    if act == "appeal":
        return Message(N_("There was an appeal already, and its decision stands."))
    if act in _FINAL and case.state is S.REPORTED:
        return Message(N_("The group has been asked and may still answer. The council decides after that."))
    if act == "query" and case.side is Who.GROUP:
        return Message(N_("The time to query this report is over. Write to the council if it is wrong."))
    if act == "add_surplus":
        return Message(N_("Nothing more was reported than was agreed, so there is nothing to add."))
    return Message(
        N_("This report is %(state)s, so nobody can %(act)s."),
        state=STATE_LABELS[case.state],
        act=MACHINE.verbs.get(act, Message(act.replace("_", " "))),
    )


def say_who(hands: frozenset[Who]) -> Message:
    """Like "the provider or the group"."""
    ordered = [WHO_LABELS[who] for who in Who if who in hands]
    said = ordered[0]
    for label in ordered[1:]:
        said = Message(N_("%(first)s or %(second)s"), first=said, second=label)
    return said


def may_be_verified(case: Case) -> bool:
    """Whether it waits for the council's decision now."""
    return bool(who_may("verify", case))


def is_settled(state: DeliveryState) -> bool:
    """Whether the council has had its last word unless somebody appeals."""
    return state in COUNTED_AS_VERIFIED or state is S.REJECTED
