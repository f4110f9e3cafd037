"""What a need asks for, put into words for its page, its print and the officers' decision."""

from __future__ import annotations

from community_book.base.amounts import KIND_LABELS
from community_book.base.clock import today
from community_book.base.messages import Message
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from community_book.needs.rules import (
    NEVER_ON_OFFER,
    NeedState,
    say_conditions,
    say_features,
    say_team,
    words_to_look_at,
)
from community_book.needs.views import NeedView, PartView


def part_rows(found: NeedView) -> list[dict[str, object]]:
    """Each part of a need with what is said about it in words."""
    return [_part(part) for part in found.parts]


def _part(part: PartView) -> dict[str, object]:
    about = ITEM_TYPES.get(part.item_type) or SUBJECTS.get(part.subject)
    return {
        "part": part,
        "kind": KIND_LABELS[part.kind],
        "about": about,
        "features": say_features(part.kind, part.features),
        "conditions": say_conditions(part.conditions),
        "terms": part.conditions.get("terms", ""),
        "team": say_team(part.team_smallest, part.team_largest, part.visit_minutes),
        "name": about or KIND_LABELS[part.kind],
        "coming": [session for session in part.sessions if session.day >= today()],
    }


def hints_of(found: NeedView) -> list[Message]:
    """What is never on offer and may be meant here: for officers and the group, before it is opened."""
    if found.state not in {NeedState.DRAFT, NeedState.WAITING, NeedState.RETURNED}:
        return []
    return [NEVER_ON_OFFER[key] for key in words_to_look_at(found.title, found.story)]
