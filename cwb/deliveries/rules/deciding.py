"""Who may decide about a delivery, on what basis, and when it takes two (domain.md 3). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message

BASES: dict[str, Message] = {
    "evidence": Message(N_("Evidence seen")),
    "word": Message(N_("The group's word")),
    "telephone": Message(N_("Spoke by telephone")),
    "visit": Message(N_("Visited")),
    "register": Message(N_("Looked up in a register")),
    "documents": Message(N_("The provider's documents")),
}
"""What a council decision may rest on."""

SAMPLE_BASIS = "sample"
WHAT_IT_RESTED_ON: dict[str, Message] = BASES | {SAMPLE_BASIS: Message(N_("A sample of its batch was checked"))}
"""The same in a history, where a decision can have been made for a whole batch. Nobody chooses that in a form."""

IN_FULL_BECAUSE: dict[str, Message] = {
    "evidence": Message(N_("The evidence shows what was reported.")),
    "word": Message(N_("The group says that this much happened.")),
    "telephone": Message(N_("It was confirmed by telephone.")),
    "visit": Message(N_("It was seen on a visit.")),
    "register": Message(N_("The register says the same.")),
    "documents": Message(N_("The provider's documents show what was reported.")),
}
"""The reason of a decision in full where the verifier writes no other, by what it rests on."""


def bases_for(*, has_files: bool, has_group: bool, is_unanswered: bool) -> list[tuple[str, Message]]:
    """What a decision about one delivery can rest on: no evidence where none was added, no word nobody has said."""
    nothing_like_it = set() if has_files else {"evidence"}
    if not has_group or is_unanswered:
        nothing_like_it.add("word")
    return [(key, label) for key, label in BASES.items() if key not in nothing_like_it]


DECISION_LABELS: dict[str, Message] = {
    "verify": Message(N_("In full")),
    "verify_in_part": Message(N_("In part")),
    "reject": Message(N_("Not accepted")),
}


@dataclass(frozen=True)
class Standing:
    """What is known of a person who wants to decide. `belonged_lately`: to a side, now or in the last 12 months."""

    person_id: int
    belonged_lately: bool


@dataclass(frozen=True)
class Hands:
    """Whose hands a delivery and its promise went through already, as ids of people."""

    recorded_by: frozenset[int] = frozenset()
    brokered_by: frozenset[int] = frozenset()
    moderated_by: frozenset[int] = frozenset()
    first_decision_by: frozenset[int] = frozenset()
    verified_by: frozenset[int] = frozenset()


def why_not_decide(standing: Standing, hands: Hands, *, appeal: bool = False) -> Message | None:
    """Why this person may not decide, as a sentence; None when they may."""
    person = standing.person_id
    if standing.belonged_lately:
        return Message(N_("You belong to one of the organisations concerned, or did in the last 12 months."))
    if person in hands.recorded_by:
        return Message(N_("You recorded this yourself, so somebody else decides."))
    if person in hands.brokered_by:
        return Message(N_("You brought the two sides together, so somebody else decides."))
    if person in hands.moderated_by:
        return Message(N_("You passed the pledge or the need, so somebody else decides."))
    if appeal and person in hands.verified_by:
        return Message(N_("You decided before, so somebody else decides the appeal."))
    if not appeal and person in hands.first_decision_by:
        return Message(N_("You made the first decision. A different verifier makes the second."))
    return None


def needs_two(amount: int, two_verifiers_above: int | None) -> bool:
    """Whether the amount passes the measure's threshold for two different verifiers."""
    return two_verifiers_above is not None and amount > two_verifiers_above


@dataclass(frozen=True)
class Verdict:
    """What somebody decided, for seeing whether two verifiers agree."""

    act: str
    amount: int | None

    def agrees_with(self, other: Verdict) -> bool:
        """The same decision, and in part the same amount."""
        return self.act == other.act and (self.act != "verify_in_part" or self.amount == other.amount)
