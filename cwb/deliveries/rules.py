"""What may happen to a delivery, who may decide about it, and the arithmetic of what counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.clock import quarter_of
from community_book.base.messages import Message, N_, Problem
from community_book.base.states import Machine, move


class DeliveryState(StrEnum):
    """Where a report stands (domain.md 4, Delivery)."""

    REPORTED = "reported"
    QUERIED = "queried"
    CONFIRMED = "confirmed"
    CONFIRMED_IN_PART = "confirmed_in_part"
    UNANSWERED = "unanswered"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    FIRST_DECISION = "first_decision"
    VERIFIED = "verified"
    VERIFIED_IN_PART = "verified_in_part"
    REJECTED = "rejected"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


S = DeliveryState
ANSWERABLE = (S.REPORTED, S.UNANSWERED)
READY = (S.CONFIRMED, S.CONFIRMED_IN_PART, S.UNANSWERED, S.UPHELD)
DECIDED = (S.VERIFIED, S.VERIFIED_IN_PART, S.REJECTED)
ENDED_WITHOUT_COUNTING = frozenset({S.NOT_UPHELD, S.REJECTED, S.WITHDRAWN, S.REVERSED})

MACHINE = Machine(
    noun=Message(N_("report")),
    labels={
        S.REPORTED: Message(N_("waiting for the other side's word")),
        S.QUERIED: Message(N_("queried")),
        S.CONFIRMED: Message(N_("confirmed")),
        S.CONFIRMED_IN_PART: Message(N_("confirmed in part")),
        S.UNANSWERED: Message(N_("not answered in time")),
        S.UPHELD: Message(N_("upheld by the council")),
        S.NOT_UPHELD: Message(N_("not upheld by the council")),
        S.FIRST_DECISION: Message(N_("waiting for a second verifier")),
        S.VERIFIED: Message(N_("verified")),
        S.VERIFIED_IN_PART: Message(N_("verified in part")),
        S.REJECTED: Message(N_("not accepted by the council")),
        S.APPEALED: Message(N_("appealed")),
        S.WITHDRAWN: Message(N_("withdrawn")),
        S.REVERSED: Message(N_("reversed")),
    },
    verbs={
        "confirm": Message(N_("confirm it")),
        "confirm_in_part": Message(N_("confirm a part of it")),
        "query": Message(N_("query it")),
        "amend": Message(N_("put it right")),
        "uphold": Message(N_("uphold it")),
        "not_uphold": Message(N_("not uphold it")),
        "withdraw": Message(N_("withdraw it")),
        "verify": Message(N_("verify it")),
        "verify_in_part": Message(N_("verify a part of it")),
        "reject": Message(N_("reject it")),
        "appeal": Message(N_("appeal")),
        "decide_appeal": Message(N_("decide the appeal")),
        "reverse": Message(N_("reverse it")),
    },
    moves={
        "confirm": move(ANSWERABLE, S.CONFIRMED),
        "confirm_in_part": move(ANSWERABLE, S.CONFIRMED_IN_PART),
        "query": move((*ANSWERABLE, S.CONFIRMED), S.QUERIED),
        "amend": move((S.QUERIED,), S.REPORTED),
        "go_unanswered": move((S.REPORTED,), S.UNANSWERED),
        "uphold": move((S.QUERIED,), S.UPHELD),
        "not_uphold": move((S.QUERIED,), S.NOT_UPHELD),
        "withdraw": move((S.REPORTED, S.QUERIED, *READY), S.WITHDRAWN),
        "decide_first": move((S.REPORTED, *READY), S.FIRST_DECISION),
        "verify": move((S.REPORTED, *READY, S.FIRST_DECISION), S.VERIFIED),
        "verify_in_part": move((S.REPORTED, *READY, S.FIRST_DECISION), S.VERIFIED_IN_PART),
        "reject": move((S.REPORTED, *READY, S.FIRST_DECISION), S.REJECTED),
        "appeal": move((S.REJECTED, S.VERIFIED_IN_PART), S.APPEALED),
        "decide_appeal": move((S.APPEALED,), S.VERIFIED, S.VERIFIED_IN_PART, S.REJECTED),
        "reverse": move((S.VERIFIED, S.VERIFIED_IN_PART), S.REVERSED),
    },
)
"""`verify` and its kin start from *reported* only where the council confirms the measure: see `may_be_verified`."""

REPORT_DELIVERY = Permission(
    "report_delivery", Role.GROUP_LEAD, Role.GROUP_MEMBER, Role.PROVIDER_LEAD, Role.PROVIDER_MEMBER
)
ANSWER_DELIVERY = Permission(
    "answer_delivery", Role.GROUP_LEAD, Role.GROUP_MEMBER, Role.PROVIDER_LEAD, Role.PROVIDER_MEMBER
)
VERIFY_DELIVERY = Permission("verify_delivery", Role.VERIFIER)
DECIDE_APPEAL = Permission("decide_appeal", Role.VERIFIER, Role.OUTSIDE_DECIDER)
SEE_DELIVERIES = Permission("see_deliveries", *Role)

BASES: dict[str, Message] = {
    "evidence": Message(N_("Evidence seen")),
    "word": Message(N_("The group's word")),
    "telephone": Message(N_("Spoke by telephone")),
    "visit": Message(N_("Visited")),
    "register": Message(N_("Looked up in a register")),
    "documents": Message(N_("The provider's documents")),
}
"""What a council decision may rest on."""


def may_be_verified(state: DeliveryState, *, confirmed_by: str) -> bool:
    """Whether the council may decide now: a report itself is enough only where the council confirms the measure."""
    return state in READY or state is S.FIRST_DECISION or (state is S.REPORTED and confirmed_by == "council")


# --- what counts -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """A stated amount split into what counts and what stays a note. All in the measure's unit."""

    amount: int
    surplus: int


def count_against(stated: int, left: int) -> Counted:
    """What of a report counts: up to what is left of the commitment; the rest is a note that counts nothing."""
    amount = min(stated, max(left, 0))
    return Counted(amount, stated - amount)


def left_out(before: int, accepted: int) -> int:
    """What a confirmation or verification in part leaves out of what stood before."""
    if not 0 <= accepted <= before:
        raise ValueError("a part lies between nothing and all")
    return before - accepted


def counts_on(happened_on: date, counts_after_days: int) -> date:
    """The day a delivery counts: its last day, or the end of the qualifying time."""
    return happened_on + timedelta(days=counts_after_days)


def check_span(first_day: date, happened_on: date, *, today: date) -> list[Problem]:
    """A report is of a day or of a span inside one quarter, and not of the future."""
    problems = []
    if happened_on > today:
        problems.append(Problem("happened_on", Message(N_("Choose a day that is not in the future"))))
    if first_day > happened_on:
        problems.append(Problem("first_day", Message(N_("The first day must not be after the last"))))
    elif quarter_of(first_day) != quarter_of(happened_on):
        problems.append(
            Problem(
                "first_day",
                Message(
                    N_("A report covers days of one quarter. Make one for each quarter: January to March and so on")
                ),
            )
        )
    return problems


# --- levels ------------------------------------------------------------------------------------


class LevelResult(StrEnum):
    """How a level pledge stands (domain.md 2, nature)."""

    MET = "met"
    NOT_MET = "not met"
    NO_READING = "no reading"
    OUT_OF_DATE = "out of date"


OUT_OF_DATE_AFTER_DAYS = 400


def level_result(
    part: int | None, whole: int | None, share_basis_points: int, *, read_on: date | None, today: date
) -> LevelResult:
    """Met when part x 10,000 >= share x whole; a whole of 0 is no reading; old readings are out of date."""
    if part is None or not whole or read_on is None:
        return LevelResult.NO_READING
    if (today - read_on).days > OUT_OF_DATE_AFTER_DAYS:
        return LevelResult.OUT_OF_DATE
    return LevelResult.MET if part * 10_000 >= share_basis_points * whole else LevelResult.NOT_MET


# --- who may decide ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What is known of a person who wants to decide about a delivery.

    `belonged_lately`: to any organisation of the delivery, now or in the last 12 months.
    """

    person_id: int
    belonged_lately: bool
    is_outside_decider: bool = False


@dataclass(frozen=True)
class Hands:
    """Whose hands a delivery and its promise went through already, as person ids."""

    recorded_by: frozenset[int]
    brokered_by: frozenset[int]
    moderated_by: frozenset[int]
    first_decision_by: int | None = None
    verified_by: frozenset[int] = frozenset()


def why_not_decide(standing: Standing, hands: Hands, *, appeal: bool = False) -> Message | None:
    """Why this person may not decide, as a sentence; None when they may (domain.md 3)."""
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
    if hands.first_decision_by == person:
        return Message(N_("You made the first decision. A different verifier makes the second."))
    return None


def needs_two(amount: int, two_verifiers_above: int | None) -> bool:
    """Whether the amount passes the measure's threshold for two different verifiers."""
    return two_verifiers_above is not None and amount > two_verifiers_above


# --- flags -------------------------------------------------------------------------------------


class Flag(StrEnum):
    """What a verifier should look at twice. A flag refuses nothing."""

    SAME_FILE = "same_file"
    SAME_DAY_AND_AMOUNT = "same_day_and_amount"
    NO_EVIDENCE = "no_evidence"
    LATE = "late"
    MORE_THAN_AGREED = "more_than_agreed"


FLAG_LABELS: dict[Flag, Message] = {
    Flag.SAME_FILE: Message(N_("A file here was used for another report too")),
    Flag.SAME_DAY_AND_AMOUNT: Message(N_("Another report has the same group, day and amount")),
    Flag.NO_EVIDENCE: Message(N_("No evidence was added")),
    Flag.LATE: Message(N_("Reported more than 90 days afterwards")),
    Flag.MORE_THAN_AGREED: Message(N_("More was reported than was agreed")),
}


def flags_of(
    *,
    file_hashes: Iterable[str],
    known_hashes: Iterable[str],
    same_day_and_amount: bool,
    asks_for_evidence: bool,
    happened_on: date,
    today: date,
    surplus: int,
) -> list[Flag]:
    """The flags of a new report, in the order a verifier reads them."""
    hashes = set(file_hashes)
    found = []
    if hashes & set(known_hashes):
        found.append(Flag.SAME_FILE)
    if same_day_and_amount:
        found.append(Flag.SAME_DAY_AND_AMOUNT)
    if asks_for_evidence and not hashes:
        found.append(Flag.NO_EVIDENCE)
    if (today - happened_on).days > 90:
        found.append(Flag.LATE)
    if surplus:
        found.append(Flag.MORE_THAN_AGREED)
    return found


# --- figures of one delivery -------------------------------------------------------------------


@dataclass(frozen=True)
class Moves:
    """What an act adds to (or, negative, takes out of) each figure of one delivery."""

    reported: int = 0
    confirmed: int = 0
    verified: int = 0


def moves_of(
    act: str, *, amount: int, confirmed: int, verified: int, accepted: int | None, group_confirms: bool
) -> Moves:
    """The bookings an act leads to, from what stands now (domain.md 4 and 5.1).

    `amount`, `confirmed`, `verified` stand now; `accepted` is how much a decision in part takes.
    A confirmation or verification in part books the rest out of reported, and out of confirmed where it
    stood there. Rejected, withdrawn, not upheld and reversed take out all that stands.
    """
    if act in {"confirm", "uphold"}:
        return Moves(confirmed=amount - confirmed) if act == "confirm" and group_confirms else Moves()
    if act == "confirm_in_part":
        assert accepted is not None  # noqa: S101  (the act's schema asks for it)
        return Moves(reported=accepted - amount, confirmed=accepted - confirmed if group_confirms else 0)
    if act in {"query", "amend"}:
        return Moves(confirmed=-confirmed)
    if act == "verify":
        return Moves(verified=amount - verified)
    if act == "verify_in_part":
        assert accepted is not None  # noqa: S101
        return Moves(
            reported=accepted - amount,
            confirmed=min(0, accepted - confirmed),
            verified=accepted - verified,
        )
    if act in {"reject", "withdraw", "not_uphold", "reverse"}:
        return Moves(reported=-amount, confirmed=-confirmed, verified=-verified)
    return Moves()


def sum_of_shares(shares: Sequence[int]) -> bool:
    """Whether the basis points of one delivery shared between contracts stay within the whole."""
    return sum(shares) <= 10_000
