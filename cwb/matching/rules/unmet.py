"""Where asking outruns offers: pure arithmetic over what is asked for and what is on offer in one quarter.

What could serve several zones, or several things, is shared out so that as much as possible is met; what is then
still short is short however it is shared out.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from community_book.base.actor import Permission, Role
from community_book.base.amounts import KIND_LABELS, KIND_UNITS, Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.terms import DRIVER, ITEM_TYPES, SUBJECTS

WRITE_TO_PROVIDERS = Permission("write_to_providers", Role.OFFICER)
"""Send the letters that ask providers for what nobody offers yet."""

SHADES = 4
NOT_PLACED = Message(N_("Not placed in a zone"))
WITH_DRIVER = "driver"


@dataclass(frozen=True)
class Asked:
    """What one part still asks for in a quarter. `amount` None: the group is not sure how much.

    `what` is the subject, the item type or "driver"; `zones` maps scheme to zone; `zone_id` is that of the scheme
    looked at. `nothing_fits` says that no pledge on offer fits it now.
    """

    part_id: int
    need_id: int
    group_id: int
    kind: Kind
    what: str
    amount: int | None
    zone_id: int | None
    zones: Mapping[int, int] = field(default_factory=dict)
    online: bool = False
    nothing_fits: bool = False
    opened_at_utc: datetime | None = None


@dataclass(frozen=True)
class Offered:
    """What is left of one pledge in a quarter."""

    pledge_id: int
    provider_id: int
    kind: Kind
    what: str
    amount: int
    borough_wide: bool
    online: bool
    zone_scheme_id: int | None = None
    zone_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shortage:
    """One kind and what in one zone: asked for, met by what is on offer, and short.

    `offers` is how many pledges could serve it at all; `unsure` how many needs do not say how much.
    """

    kind: Kind
    what: str
    zone_id: int | None
    asked: int
    short: int
    needs: int
    groups: int
    offers: int
    unsure: int
    nothing_fits: int

    @property
    def unit(self) -> Unit:
        return KIND_UNITS[self.kind] or Unit.ITEMS

    @property
    def met(self) -> int:
        """What is on offer for it once everything is shared out."""
        return self.asked - self.short

    @property
    def shade(self) -> int:
        """0 for nothing short, then 1 to SHADES by the share of what is asked for that is short."""
        return -(-self.short * SHADES // self.asked) if self.asked and self.short else 0


@dataclass(frozen=True)
class NewLetter:
    """A letter to providers about one kind and what in one zone (None: the whole borough), as an officer sends it."""

    kind: Kind
    what: str
    zone_id: int | None
    quarter: str
    short: int
    subject: str
    words: str
    to: frozenset[int]


def what_of(kind: Kind, subject: str, item_type: str, features: Mapping[str, object]) -> str:
    """What tells apart the things of one kind: the subject of advice, the type of goods, a driver or none."""
    match kind:
        case Kind.ADVICE:
            return subject
        case Kind.GOODS:
            return item_type
        case Kind.VEHICLE:
            return WITH_DRIVER if features.get(DRIVER.key) else ""
        case _:
            return ""


def say_what(kind: Kind, what: str) -> Message:
    """Like "Expert advice: Funding bids" or "A vehicle with a driver"."""
    if kind is Kind.VEHICLE and what:
        return Message(N_("A vehicle with a driver"))
    named = SUBJECTS.get(what) if kind is Kind.ADVICE else ITEM_TYPES.get(what) if kind is Kind.GOODS else None
    return KIND_LABELS[kind] if named is None else Message(N_("%(kind)s: %(what)s"), kind=KIND_LABELS[kind], what=named)


def say_shortage(one: Shortage, zone: str | Message) -> Message:
    """ "Leigh is short of 340 h: A vehicle with a driver. Nobody has offered any." """
    said = {"zone": zone, "amount": say_amount(one.unit, one.short), "what": say_what(one.kind, one.what)}
    if not one.offers:
        return Message(N_("%(zone)s is short of %(amount)s: %(what)s. Nobody has offered any."), **said)
    if not one.met:
        return Message(N_("%(zone)s is short of %(amount)s: %(what)s. All that is on offer goes elsewhere."), **said)
    return Message(
        N_("%(zone)s is short of %(amount)s: %(what)s. %(met)s of %(asked)s can be met."),
        met=say_amount(one.unit, one.met),
        asked=say_amount(one.unit, one.asked),
        **said,
    )


def serves(offer: Offered, asked: Asked) -> bool:
    """Whether a pledge could serve what is asked for, by kind, what and place alone (domain.md 6)."""
    if offer.kind is not asked.kind:
        return False
    if offer.what != asked.what and not (offer.kind is Kind.VEHICLE and offer.what == WITH_DRIVER):
        return False
    if asked.online:
        return offer.online
    if offer.borough_wide:
        return True
    return offer.zone_scheme_id is not None and asked.zones.get(offer.zone_scheme_id) in offer.zone_ids


def shortages(asked: Iterable[Asked], offered: Iterable[Offered]) -> list[Shortage]:
    """Every kind, what and zone in which something is asked for, by kind, what and zone."""
    by_kind: dict[Kind, list[Asked]] = defaultdict(list)
    for one in asked:
        by_kind[one.kind].append(one)
    offers: dict[Kind, list[Offered]] = defaultdict(list)
    for offer in offered:
        offers[offer.kind].append(offer)
    found = [cell for kind, own in by_kind.items() for cell in _of_kind(kind, own, offers[kind])]
    order = list(Kind)
    return sorted(found, key=lambda cell: (order.index(cell.kind), cell.what, cell.zone_id is None, cell.zone_id or 0))


def _of_kind(kind: Kind, asked: Sequence[Asked], offered: Sequence[Offered]) -> list[Shortage]:
    spots: dict[tuple[object, ...], list[Asked]] = defaultdict(list)
    for one in asked:
        spots[one.what, one.zone_id, one.online, tuple(sorted(one.zones.items()))].append(one)
    places = list(spots.values())
    wants = [sum(one.amount or 0 for one in place) for place in places]
    supplies: dict[tuple[int, ...], int] = defaultdict(int)
    could: list[set[int]] = [set() for _ in places]
    reaches: dict[tuple[object, ...], tuple[int, ...]] = {}
    for offer in offered:
        key = (offer.what, offer.borough_wide, offer.online, offer.zone_scheme_id, offer.zone_ids)
        if key not in reaches:
            reaches[key] = tuple(number for number, place in enumerate(places) if serves(offer, place[0]))
        for number in reaches[key]:
            could[number].add(offer.pledge_id)
        if reaches[key]:
            supplies[reaches[key]] += offer.amount
    covered = share_out(list(supplies.items()), wants)
    cells: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        cells[place[0].what, place[0].zone_id].append(number)
    return [
        _cell(kind, what, zone_id, [places[n] for n in numbers],
              sum(wants[n] - covered[n] for n in numbers), set().union(*(could[n] for n in numbers)))
        for (what, zone_id), numbers in cells.items()
    ]  # fmt: skip


def _cell(
    kind: Kind, what: str, zone_id: int | None, places: Sequence[Sequence[Asked]], short: int, offers: set[int]
) -> Shortage:
    own = [one for place in places for one in place]
    return Shortage(
        kind,
        what,
        zone_id,
        asked=sum(one.amount or 0 for one in own),
        short=short,
        needs=len({one.need_id for one in own}),
        groups=len({one.group_id for one in own}),
        offers=len(offers),
        unsure=sum(one.amount is None for one in own),
        nothing_fits=sum(one.nothing_fits for one in own),
    )


# --- sharing out --------------------------------------------------------------------------------


def share_out(supplies: Sequence[tuple[tuple[int, ...], int]], wants: Sequence[int]) -> list[int]:
    """How much of each want is covered when as much as possible is: whole numbers, the same for the same input.

    A supply is what it reaches (places in `wants`) and how much there is. Those that reach least come first and
    are split in proportion to what is still wanted; what that leaves is moved until nothing more can be met.
    """
    left = list(wants)
    flow: list[dict[int, int]] = []
    ordered = sorted(supplies, key=lambda one: (len(one[0]), one[0]))
    rest: list[int] = []
    for reach, amount in ordered:
        given = _in_proportion(min(amount, sum(left[n] for n in reach)), [left[n] for n in reach])
        flow.append({n: share for n, share in zip(reach, given, strict=True) if share})
        for n, share in zip(reach, given, strict=True):
            left[n] -= share
        rest.append(amount - sum(given))
    reaches = [reach for reach, _ in ordered]
    for number, amount in enumerate(rest):
        while amount and (moved := _move(number, amount, reaches, flow, left)):
            amount -= moved
    return [want - missing for want, missing in zip(wants, left, strict=True)]


def _in_proportion(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of a total by weights, never more than a weight, by largest remainder; ties to the earlier."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def _move(
    start: int, amount: int, reaches: Sequence[tuple[int, ...]], flow: list[dict[int, int]], left: list[int]
) -> int:
    """Moves some of what a supply has left to a want that is short, by way of supplies that can do with others."""
    came: dict[int, tuple[int, int]] = {}  # supply -> (supply before it, want it took over from it)
    waiting, seen = deque([start]), {start}
    while waiting:
        supply = waiting.popleft()
        for want in reaches[supply]:
            if left[want]:
                return _along(start, supply, want, amount, came, flow, left)
        for want in reaches[supply]:
            for other in range(len(reaches)):
                if other not in seen and flow[other].get(want):
                    came[other] = (supply, want)
                    seen.add(other)
                    waiting.append(other)
    return 0


def _along(
    start: int, end: int, want: int, amount: int, came: Mapping[int, tuple[int, int]], flow: list[dict[int, int]],
    left: list[int],
) -> int:  # fmt: skip
    path = [(end, want)]
    most, at = min(amount, left[want]), end
    while at != start:
        before, taken = came[at]
        most = min(most, flow[at][taken])
        path.append((before, taken))
        at = before
    at = end
    while at != start:
        before, taken = came[at]
        flow[at][taken] -= most
        at = before
    for supply, one in path:
        flow[supply][one] = flow[supply].get(one, 0) + most
    left[want] -= most
    return most
