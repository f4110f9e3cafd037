"""What speaks for a pair and what against, beside time and amount: what it is, where, with what, under which
conditions, how many people (domain.md 2 and 5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.amounts import KIND_LABELS, Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.terms import DBS_LEVELS, FEATURES, ITEM_TYPES, SUBJECTS
from cwb.commitments.rules.sides import PartSide, PledgeSide


@dataclass(frozen=True)
class Said:
    """What speaks for the pair and what against, as it is found."""

    why: list[Message]
    why_not: list[Message]

    def judge(self, ok: bool, why: Message, why_not: Message) -> None:
        (self.why if ok else self.why_not).append(why if ok else why_not)


def weigh_what(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    labels = {Kind.GOODS: ITEM_TYPES, Kind.ADVICE: SUBJECTS}.get(pledge.kind)
    if labels is None:
        said.why.append(Message(N_("Both are about: %(what)s"), what=KIND_LABELS[pledge.kind]))
        return
    offered, wanted = (pledge.item_type, part.item_type) if labels is ITEM_TYPES else (pledge.subject, part.subject)
    nothing = Message(N_("nothing named"))
    said.judge(
        offered == wanted,
        Message(N_("Both are about: %(what)s"), what=labels.get(wanted, KIND_LABELS[pledge.kind])),
        Message(
            N_("One is about %(offered)s, the other about %(wanted)s"),
            offered=labels.get(offered, nothing),
            wanted=labels.get(wanted, nothing),
        ),
    )


def weigh_place(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    zone = None if pledge.zone_scheme_id is None else part.zones.get(pledge.zone_scheme_id)
    if part.online:
        said.judge(
            pledge.online,
            Message(N_("It can be done online")),
            Message(N_("It has to be done online, and that is not on offer")),
        )
    elif pledge.borough_wide:
        said.why.append(Message(N_("It is offered in the whole borough")))
    elif not part.zones:
        said.why_not.append(
            Message(N_("We do not know in which area it is needed, so only help for the whole borough can fit"))
        )
    else:
        said.judge(
            zone is not None and zone in pledge.zone_ids,
            Message(N_("It is offered in the area where it is needed")),
            Message(N_("It is not offered in the area where it is needed")),
        )


def weigh_features(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    for feature in FEATURES.get(part.kind, ()):
        wanted = part.features.get(feature.key)
        if not wanted:
            continue
        has = pledge.features.get(feature.key) or 0
        if feature.is_count:
            said.judge(
                int(has) >= int(wanted),
                Message(N_("%(what)s: %(has)s, which is enough"), what=feature.label, has=int(has)),
                Message(
                    N_("%(what)s: %(has)s, but %(wanted)s are needed"),
                    what=feature.label,
                    has=int(has),
                    wanted=int(wanted),
                ),
            )
        else:
            said.judge(
                bool(has),
                Message(N_("%(what)s, as asked"), what=feature.label),
                Message(N_("Asked for and not there: %(what)s"), what=feature.label),
            )


def weigh_conditions(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    levels = list(DBS_LEVELS)
    asked, held = str(part.conditions.get("dbs") or "none"), str(pledge.conditions.get("dbs") or "none")
    if asked != "none":
        said.judge(
            asked in levels and held in levels and levels.index(held) >= levels.index(asked),
            Message(N_("The check the helpers need is confirmed: %(level)s"), level=DBS_LEVELS.get(held, held)),
            Message(N_("The helpers would need this check: %(level)s"), level=DBS_LEVELS.get(asked, asked)),
        )
    if part.conditions.get("insurance"):
        said.judge(
            bool(pledge.conditions.get("insured")),
            Message(N_("The provider is insured for it, as asked")),
            Message(N_("Insurance is asked for, and the provider has not confirmed it")),
        )
    for needs, has, ready, missing in (
        (
            "needs_licence",
            "has_licence",
            Message(N_("The group has a driver with the licence it takes")),
            Message(N_("The group would need its own driver with the right licence")),
        ),
        (
            "needs_permit",
            "has_permit",
            Message(N_("The group has the permit it takes")),
            Message(N_("The group would need a permit to run the vehicle")),
        ),
    ):
        if pledge.conditions.get(needs):
            said.judge(bool(part.conditions.get(has)), ready, missing)


def weigh_team(pledge: PledgeSide, part: PartSide, said: Said) -> tuple[int | None, int | None]:
    """How many would come at once and for how long: the largest team and longest visit both can do."""
    if pledge.kind is not Kind.HANDS:
        return None, None
    least = max(pledge.team_smallest or 1, part.team_smallest or 1)
    most = min((n for n in (pledge.team_largest, part.team_largest) if n), default=None)
    if most is not None:
        said.judge(
            least <= most,
            Message(N_("At most %(most)s people at a time suits both"), most=most),
            Message(
                N_("The team would be at least %(least)s people, and there is room for %(most)s"),
                least=least,
                most=most,
            ),
        )
    offered, wanted = pledge.visit_minutes, part.visit_minutes
    if offered and wanted:
        said.judge(
            offered >= wanted,
            Message(N_("A visit of %(length)s suits both"), length=say_amount(Unit.MINUTES, wanted)),
            Message(
                N_("A visit should take %(wanted)s, and the helpers come for %(offered)s at a time"),
                wanted=say_amount(Unit.MINUTES, wanted),
                offered=say_amount(Unit.MINUTES, offered),
            ),
        )
    named = pledge.team_smallest or pledge.team_largest or part.team_smallest or part.team_largest
    return (most or least) if named else None, wanted or offered
