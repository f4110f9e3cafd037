"""The form of a pledge: one schema, cut to what the chosen measure asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import post_load

from community_book.base.amounts import HOW_TO_TYPE, KINDS_WITH_SESSIONS, Kind, Unit
from community_book.base.messages import N_, Message
from community_book.places.views import PlaceView
from community_book.web import fields as f
from cwb.pillars.views import MeasureView
from cwb.pledges.rules import Basis, NewPledge, Reworded, asked_for
from cwb.pledges.schemas.questions import (
    AMOUNT_HINTS,
    AMOUNT_LABELS,
    AT_ONCE_LABELS,
    FEATURE_FIELDS,
    ORDER,
    PledgeFields,
)
from cwb.pledges.views import PledgeView, ZoneName

FIXED_WHEN_POSTED = frozenset(
    {
        "amount",
        "share",
        "baseline",
        "baseline_on",
        "item_type",
        "subject",
        "basis",
        "call_off",
        "first_day",
        "lot",
        "framework",
        "thing",
        "weekdays",
        "every_weeks",
        "starts",
        "ends",
        "left_out",
        "at_once",
        "with_counterpart",
        "meets_people_at_risk",
        "not_charged_to_rate",
        "visits_covered",
    }
)
"""What a posted pledge keeps for good: figures, days and checks hang on it."""


def _named(zone: ZoneName) -> str:
    """A zone as a choice: the number stands before the name unless the name says it."""
    return zone.name if zone.code in zone.name.split() else f"{zone.code}. {zone.name}"


class _CutToMeasure(PledgeFields):
    """A pledge form for one measure: only its fields, in its unit, with the choices of the provider's admission."""

    fixed: frozenset[str] = frozenset()

    def __init__(
        self, measure: MeasureView, *, zones: Sequence[ZoneName], place_zones: Sequence[f.Choice] = (), **more: Any
    ) -> None:
        wanted = asked_for(measure) - self.fixed | {"version"} | set(more.pop("also", ()))
        if not zones:
            wanted -= {"where", "zones"}
        super().__init__(only=tuple(name for name in ORDER if name in wanted), **more)
        self.measure = measure
        self.unit = measure.unit
        for name in ("amount", "baseline", "smallest_useful"):
            if name in self.fields:
                self._say(name, unit=measure.unit)
        if "amount" in self.fields:
            hint = AMOUNT_HINTS.get(measure.kind, HOW_TO_TYPE[measure.unit])
            if measure.kind is Kind.CONDUCT:
                hint = Message(
                    N_("In all, with what is usual. Only what passes the usual amount counts. %(how)s"),
                    how=HOW_TO_TYPE[measure.unit],
                )
            if "weekdays" in self.fields:
                hint = Message(
                    N_("%(how)s. Or leave it empty and choose days below: they are added up."),
                    how=HOW_TO_TYPE[measure.unit],
                )
            self._say("amount", label=AMOUNT_LABELS.get(measure.kind, Message(N_("How much in all?"))), hint=hint)
        if "at_once" in self.fields and measure.kind in AT_ONCE_LABELS:
            self._say("at_once", label=AT_ONCE_LABELS[measure.kind], hint=None)
        if "weekdays" in self.fields and measure.kind not in KINDS_WITH_SESSIONS:
            self._say(
                "weekdays",
                label=Message(N_("Is it regular? Then on which days?")),
                hint=Message(N_("Leave this empty if the times are to be agreed.")),
            )
        if "zones" in self.fields:
            self._choose("zones", [(str(zone.id), _named(zone)) for zone in zones])
        if "zone" in self.fields:
            self._choose("zone", place_zones)

    def _say(self, name: str, *, unit: Unit | None = None, **words: Any) -> None:
        field = self.fields[name]
        field.metadata = {**field.metadata, **words}
        if unit is not None:
            field.unit = unit
            if unit is Unit.PENCE:
                field.metadata["prefix"] = "£"

    def _choose(self, name: str, choices: Sequence[f.Choice]) -> None:
        self.fields[name].choices = list(choices)

    def asks(self, name: str) -> bool:
        return name in self.fields

    def _shared(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a new pledge and a reworded one have in common."""
        chosen = "where" in self.fields and values.get("where") == "zones"
        return {
            "title": values["title"],
            "story": values["story"],
            "last_day": values["last_day"],
            "owner_name": values.get("owner_name", ""),
            "borough_wide": not chosen,
            "zone_ids": frozenset(int(zone) for zone in values.get("zones") or ()) if chosen else frozenset(),
            "postcode": values.get("postcode", ""),
            "place_label": values.get("place_label", ""),
            "picked_zones": tuple(values.get("zone") or ()),
            "smallest_useful": values.get("smallest_useful"),
            "features": {feature.key: values[name] for name, feature in FEATURE_FIELDS.items() if values.get(name)},
            "conditions": {
                name: values[name]
                for name in ("dbs", "insured", "needs_licence", "needs_permit", "terms")
                if values.get(name)
            },
            "team_smallest": values.get("team_smallest"),
            "team_largest": values.get("team_largest"),
            "visit_minutes": values.get("visit_minutes"),
            "hosting_pence_at_most": values.get("hosting_pence_at_most"),
            "version": values.get("version"),
        }


class PledgeForm(_CutToMeasure):
    """A new pledge or a draft. `lots` are (id, words); `frameworks` are asked where there is more than one."""

    def __init__(
        self,
        measure: MeasureView,
        *,
        zones: Sequence[ZoneName],
        lots: Sequence[tuple[str, str]],
        frameworks: Sequence[tuple[str, str]] = (),
        place_zones: Sequence[f.Choice] = (),
    ) -> None:
        also = {"framework"} if len(frameworks) > 1 else set()
        super().__init__(measure, zones=zones, place_zones=place_zones, also=also)
        self._choose("lot", lots)
        if also:
            self._choose("framework", frameworks)

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> NewPledge:
        counterpart = values.get("with_counterpart")
        return NewPledge(
            **self._shared(values),
            measure_id=self.measure.id,
            basis=Basis(values["basis"]),
            first_day=values["first_day"],
            amount=values.get("amount"),
            share_basis_points=values.get("share"),
            item_type=values.get("item_type", ""),
            subject=values.get("subject", ""),
            call_off=values.get("call_off", ""),
            baseline=values.get("baseline") or 0,
            baseline_on=values.get("baseline_on"),
            framework_id=int(values["framework"]) if values.get("framework") else None,
            lot_id=int(values["lot"]) if values.get("lot") else None,
            online=values.get("online", False),
            thing=values.get("thing", ""),
            weekdays=frozenset(int(day) for day in values.get("weekdays") or ()),
            every_weeks=values.get("every_weeks") or 1,
            starts_minute=values.get("starts"),
            ends_minute=values.get("ends"),
            at_once=values.get("at_once") or 1,
            left_out=values.get("left_out") or frozenset(),
            with_counterpart=None if not counterpart else counterpart == "yes",
            meets_people_at_risk=values.get("meets_people_at_risk") == "yes",
            not_charged_to_rate=values["not_charged_to_rate"],
            visits_covered=values.get("visits_covered", False),
        )


class RewordForm(_CutToMeasure):
    """What may be changed of a posted pledge."""

    fixed = FIXED_WHEN_POSTED

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Reworded:
        return Reworded(**self._shared(values), online=values.get("online"))


def values_of(pledge: PledgeView, place: PlaceView | None) -> dict[str, Any]:
    """A stored pledge as the form shows it."""
    schedule = pledge.schedule
    return {
        **{f"feature_{key}": value for key, value in pledge.features.items()},
        **pledge.conditions,
        "title": pledge.title,
        "story": pledge.story,
        "amount": None if pledge.sessions else pledge.amount,
        "share": pledge.share_basis_points,
        "baseline": pledge.baseline or None,
        "baseline_on": pledge.baseline_on,
        "item_type": pledge.item_type,
        "subject": pledge.subject,
        "first_day": pledge.first_day,
        "last_day": pledge.last_day,
        "smallest_useful": pledge.smallest_useful if pledge.smallest_useful > 1 else None,
        "thing": pledge.thing,
        "weekdays": [str(day) for day in schedule.get("weekdays", ())],
        "every_weeks": schedule.get("every_weeks"),
        "starts": schedule.get("starts_minute"),
        "ends": schedule.get("ends_minute"),
        "at_once": schedule.get("at_once"),
        "left_out": frozenset(date.fromisoformat(day) for day in schedule.get("left_out", ())),
        "place_label": place.label if place else "",
        "postcode": place.postcode if place else "",
        "zone": list(place.picked) if place else [],
        "online": pledge.online,
        "where": "borough" if pledge.borough_wide else "zones",
        "zones": [str(zone.id) for zone in pledge.zones],
        "team_smallest": pledge.team_smallest,
        "team_largest": pledge.team_largest,
        "visit_minutes": pledge.visit_minutes,
        "hosting_pence_at_most": pledge.hosting_pence_at_most,
        "with_counterpart": "yes" if pledge.with_counterpart else "no",
        "meets_people_at_risk": "yes" if pledge.meets_people_at_risk else "no",
        "lot": str(pledge.lot_id or ""),
        "framework": str(pledge.framework_id),
        "basis": str(pledge.basis),
        "call_off": pledge.call_off,
        "owner_name": pledge.owner_name,
        "not_charged_to_rate": pledge.not_charged_to_rate,
        "visits_covered": pledge.visits_covered,
        "version": pledge.version,
    }
