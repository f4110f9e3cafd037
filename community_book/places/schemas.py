"""Forms about places and zone schemes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from community_book.base.messages import N_, Message
from community_book.web import fields as f


class PickedZones(f.SomeOf):
    """Zones picked from the list, one select a scheme, all under one name. Loads to a tuple of zone ids.

    Choices are set on the schema's instance: `offer(schema, "zone", queries.zone_choices(reading))`.
    """

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> tuple[int, ...]:
        chosen = super()._deserialize(value, attr, data, **options)
        return tuple(int(item.partition(":")[2]) for item in chosen)


def place_fields() -> dict[str, Any]:
    """The three questions about a place, for any schema: "postcode", "zone" and "confidential".

    `zone` loads to the tuple that `NewPlace.picked` takes. Show them with `place_questions(form)` of
    templates/community_book/places/fields.html.
    """
    return {
        "postcode": f.words(
            Message(N_("Postcode")),
            hint=Message(N_("It is used to find the zone and what is near. It is not shown to everyone.")),
            at_most=12,
            required=False,
            autocomplete="postal-code",
            width="govuk-input--width-10",
            no_optional=True,
        ),
        "zone": PickedZones(
            [],
            metadata={
                "label": Message(N_("Zone")),
                "hint": Message(
                    N_("The postcode tells it where we have a map. Choose it if you have none, or we do not know it.")
                ),
                "widget": "select",
                "no_optional": True,
            },
            required=False,
            load_default=tuple,
        ),
        "confidential": f.tick(
            Message(N_("This place must stay secret")),
            hint=Message(N_("For a refuge or the like. We then keep the zone only: no postcode, no point, no words.")),
        ),
    }


@dataclass(frozen=True)
class NewScheme:
    """What an administrator says of a zone scheme; its zones come from a file or are typed one a line."""

    name: str
    valid_from: date
    source: str
    zones: str
    code_property: str
    name_property: str
    try_only: bool


class SchemeForm(f.FormSchema):
    makes = NewScheme
    name = f.words(
        Message(N_("What is this division called?")), hint=Message(N_("Such as “Homecare zones 2019”")), at_most=120
    )
    valid_from = f.a_date(Message(N_("From which day does it hold?")))
    source = f.words(
        Message(N_("Where are the zones from?")),
        hint=Message(N_("Publisher and licence. It is shown under the map.")),
        at_most=300,
        required=False,
    )
    code_property = f.words(
        Message(N_("Property with each zone's code")),
        hint=Message(N_("Only where the file's own names are unusual")),
        at_most=60,
        required=False,
    )
    name_property = f.words(Message(N_("Property with each zone's name")), at_most=60, required=False)
    zones = f.long_words(
        Message(N_("Or zones without boundaries, one a line")),
        hint=Message(N_("A number, a comma, and the name. Such zones can be picked from the list only.")),
        at_most=20_000,
        required=False,
        rows=6,
    )
    try_only = f.tick(Message(N_("Only try it: show me what would be imported, and save nothing")))


@dataclass(frozen=True)
class SchemeEnd:
    """The last day of a scheme."""

    valid_to: date
    version: int | None


class SchemeEndForm(f.FormSchema):
    makes = SchemeEnd
    valid_to = f.a_date(Message(N_("Last day it holds")))
    version = f.version()
