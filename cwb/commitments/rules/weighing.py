"""What speaks for a pair and what against, beside time and amount: what it is, where, with what, under which
conditions, how many people (domain.md 2 and 5.4). What speaks against says what would make it fit."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.amounts import KIND_LABELS, Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.terms import DBS_LEVELS, FEATURES, ITEM_TYPES, SUBJECTS
from cwb.commitments.rules.sides import PartSide, PledgeSide


@dataclass(frozen=True)
class Miss:
    """One thing that keeps a pair apart: `key` names it, `would_fit` says what would have to change, where
    anything could."""

    key: str
    why: Message
    would_fit: Message | None = None


@dataclass(frozen=True)
class Said:
    """What speaks for the pair and what against, as it is found."""

    why: list[Message]
    misses: list[Miss]

    def miss(self, key: str, why: Message, would_fit: Message | None = None) -> None:
        self.misses.append(Miss(key, why, would_fit))


def weigh_what(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    labels = {Kind.GOODS: ITEM_TYPES, Kind.ADVICE: SUBJECTS}.get(pledge.kind)
    if labels is None:
        said.why.append(Message(N_("Both are about: %(what)s"), what=KIND_LABELS[pledge.kind]))
        return
    offered, wanted = (pledge.item_type, part.item_type) if labels is ITEM_TYPES else (pledge.subject, part.subject)
    if offered == wanted:
        said.why.append(Message(N_("Both are about: %(what)s"), what=labels.get(wanted, KIND_LABELS[pledge.kind])))
        return
    nothing = Message(N_("nothing named"))
    both = {"offered": labels.get(offered, nothing), "wanted": labels.get(wanted, nothing)}
    said.miss(
        "what",
        Message(N_("One is about %(offered)s, the other about %(wanted)s"), **both),
        Message(N_("It would fit if this were offered: %(wanted)s"), **both)
        if labels is ITEM_TYPES
        else Message(N_("It would fit if it were also about: %(wanted)s"), **both),
    )


def weigh_place(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    if part.online:
        if pledge.online:
            said.why.append(Message(N_("It can be done online")))
        else:
            said.miss(
                "online",
                Message(N_("It has to be done online, and that is not on offer")),
                Message(N_("It would fit if it were offered online too, or if both could meet")),
            )
        return
    if pledge.borough_wide:
        said.why.append(Message(N_("It is offered in the whole borough")))
        return
    if not part.zones:
        said.miss(
            "not_placed",
            Message(N_("We do not know in which area it is needed, so only help for the whole borough can fit")),
            Message(N_("It would fit once the group says in which area it is needed, if that is one it is offered in")),
        )
        return
    zone = None if pledge.zone_scheme_id is None else part.zones.get(pledge.zone_scheme_id)
    if zone is not None and zone in pledge.zone_ids:
        said.why.append(Message(N_("It is offered in the area where it is needed")))
    else:
        said.miss(
            "zone",
            Message(N_("It is not offered in the area where it is needed")),
            Message(N_("It would fit if it were offered in that area too")),
        )


def weigh_features(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    for feature in FEATURES.get(part.kind, ()):
        wanted = part.features.get(feature.key)
        if not wanted:
            continue
        has = int(pledge.features.get(feature.key) or 0)
        what = feature.label
        if not feature.is_count:
            if has:
                said.why.append(Message(N_("%(what)s, as asked"), what=what))
            else:
                said.miss(
                    feature.key,
                    Message(N_("Asked for and not there: %(what)s"), what=what),
                    Message(N_("It would fit with this added, or if the group could do without: %(what)s"), what=what),
                )
        elif has >= int(wanted):
            said.why.append(Message(N_("%(what)s: %(has)s, which is enough"), what=what, has=has))
        else:
            said.miss(
                feature.key,
                Message(N_("%(what)s: %(has)s, but %(wanted)s are needed"), what=what, has=has, wanted=int(wanted)),
                Message(N_("It would fit with %(wanted)s, or if %(has)s were enough"), wanted=int(wanted), has=has)
                if has
                else Message(N_("It would fit with %(wanted)s"), wanted=int(wanted)),
            )


def weigh_conditions(pledge: PledgeSide, part: PartSide, said: Said) -> None:
    asked = str(part.conditions.get("dbs") or "none")
    if asked != "none":
        _weigh_check(asked, str(pledge.conditions.get("dbs") or "none"), said)
    if part.conditions.get("insurance"):
        if pledge.conditions.get("insured"):
            said.why.append(Message(N_("The provider is insured for it, as asked")))
        else:
            said.miss(
                "insurance",
                Message(N_("Insurance is asked for, and the provider has not confirmed it")),
                Message(N_("It would fit once the provider confirms on its pledge that it is insured for it")),
            )
    if pledge.conditions.get("needs_licence"):
        if part.conditions.get("has_licence"):
            said.why.append(Message(N_("The group has a driver with the licence it takes")))
        else:
            said.miss(
                "licence",
                Message(N_("The group would need its own driver with the right licence")),
                Message(N_("It would fit once the group says that it has such a driver, or if a driver came with it")),
            )
    if pledge.conditions.get("needs_permit"):
        if part.conditions.get("has_permit"):
            said.why.append(Message(N_("The group has the permit it takes")))
        else:
            said.miss(
                "permit",
                Message(N_("The group would need a permit to run the vehicle")),
                Message(N_("It would fit once the group says that it has the permit, or if a driver came with it")),
            )


def _weigh_check(asked: str, held: str, said: Said) -> None:
    levels = list(DBS_LEVELS)
    if asked in levels and held in levels and levels.index(held) >= levels.index(asked):
        said.why.append(
            Message(N_("The check the helpers need is confirmed: %(level)s"), level=DBS_LEVELS.get(held, held))
        )
        return
    level = DBS_LEVELS.get(asked, asked)
    said.miss(
        "dbs",
        Message(N_("The helpers would need this check: %(level)s"), level=level),
        Message(N_("It would fit once the provider confirms this check on its pledge: %(level)s"), level=level),
    )


def team_limits(pledge: PledgeSide, part: PartSide) -> tuple[int, int | None]:
    """The smallest team both ask for, and the largest both can do with: None where neither said."""
    least = max(pledge.team_smallest or 1, part.team_smallest or 1)
    return least, min((n for n in (pledge.team_largest, part.team_largest) if n), default=None)


def weigh_team(pledge: PledgeSide, part: PartSide, said: Said) -> tuple[int | None, int | None]:
    """How many would come at once and for how long: the largest team and longest visit both can do."""
    if pledge.kind is not Kind.HANDS:
        return None, None
    least, most = team_limits(pledge, part)
    if most is not None and least <= most:
        said.why.append(Message(N_("At most %(most)s people at a time suits both"), most=most))
    elif most is not None:
        too_large = (pledge.team_smallest or 1) > most
        said.miss(
            "team",
            Message(
                N_("The team would be at least %(least)s people, and there is room for %(most)s"),
                least=least,
                most=most,
            )
            if too_large
            else Message(N_("At least %(least)s people are needed, and at most %(most)s come"), least=least, most=most),
            Message(N_("Ask for a smaller team: it would fit with at most %(most)s people at a time"), most=most)
            if too_large
            else Message(N_("Ask for a larger team: it would fit with %(least)s people or more"), least=least),
        )
    offered, wanted = pledge.visit_minutes, part.visit_minutes
    if offered and wanted:
        length = say_amount(Unit.MINUTES, offered)
        if offered >= wanted:
            said.why.append(Message(N_("A visit of %(length)s suits both"), length=say_amount(Unit.MINUTES, wanted)))
        else:
            said.miss(
                "visit",
                Message(
                    N_("A visit should take %(wanted)s, and the helpers come for %(offered)s at a time"),
                    wanted=say_amount(Unit.MINUTES, wanted),
                    offered=length,
                ),
                Message(N_("It would fit if visits of %(offered)s were enough"), offered=length),
            )
    named = pledge.team_smallest or pledge.team_largest or part.team_smallest or part.team_largest
    return (most or least) if named else None, wanted or offered
