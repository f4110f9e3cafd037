"""The states of a delivery and every act that leads from one to another (domain.md 4, Delivery)."""

from __future__ import annotations

from enum import StrEnum

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Permission, Role
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move


class DeliveryState(StrEnum):
    """Where a report stands. RECORDED_FOR: an officer wrote down the group's word, and the group may still object."""

    REPORTED = "reported"
    RECORDED_FOR = "recorded_for"
    QUERIED = "queried"
    CONFIRMED = "confirmed"
    CONFIRMED_IN_PART = "confirmed_in_part"
    UNANSWERED = "unanswered"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    FIRST_DECISION = "first_decision"
    DIFFER = "differ"
    VERIFIED = "verified"
    VERIFIED_IN_PART = "verified_in_part"
    REJECTED = "rejected"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


S = DeliveryState
ANSWERABLE = (S.REPORTED, S.RECORDED_FOR, S.UNANSWERED)
"""The other side's word is still heard."""
READY = (S.CONFIRMED, S.CONFIRMED_IN_PART, S.UNANSWERED, S.UPHELD)
"""The council may decide; a report itself is enough only where no group confirms."""
COUNTED_AS_VERIFIED = frozenset({S.VERIFIED, S.VERIFIED_IN_PART})
ENDED_WITHOUT_COUNTING = frozenset({S.NOT_UPHELD, S.REJECTED, S.WITHDRAWN, S.REVERSED})
OPEN_TO_FILES = frozenset({S.REPORTED, S.RECORDED_FOR, S.QUERIED, *READY, S.FIRST_DECISION, S.DIFFER, S.APPEALED})
"""Files can be added until the last word is said."""

OUTCOMES: dict[str, DeliveryState] = {
    "verify": S.VERIFIED,
    "verify_in_part": S.VERIFIED_IN_PART,
    "reject": S.REJECTED,
}
"""What each decision of the council leads to."""

STATE_LABELS: dict[StrEnum, Message] = {
    S.REPORTED: Message(N_("reported")),
    S.RECORDED_FOR: Message(N_("confirmed by word of mouth, written down by the council")),
    S.QUERIED: Message(N_("queried")),
    S.CONFIRMED: Message(N_("confirmed by the group")),
    S.CONFIRMED_IN_PART: Message(N_("confirmed in part by the group")),
    S.UNANSWERED: Message(N_("not answered in time")),
    S.UPHELD: Message(N_("upheld by the council")),
    S.NOT_UPHELD: Message(N_("not upheld by the council")),
    S.FIRST_DECISION: Message(N_("waiting for a second verifier")),
    S.DIFFER: Message(N_("waiting for an outside decider, because two verifiers differ")),
    S.VERIFIED: Message(N_("verified")),
    S.VERIFIED_IN_PART: Message(N_("verified in part")),
    S.REJECTED: Message(N_("not accepted by the council")),
    S.APPEALED: Message(N_("appealed")),
    S.WITHDRAWN: Message(N_("withdrawn")),
    S.REVERSED: Message(N_("reversed")),
}
"""They follow "This report is"."""

STATE_COLOURS: dict[StrEnum, str] = {
    S.REPORTED: "blue",
    S.RECORDED_FOR: "light-blue",
    S.QUERIED: "orange",
    S.CONFIRMED: "turquoise",
    S.CONFIRMED_IN_PART: "turquoise",
    S.UNANSWERED: "yellow",
    S.UPHELD: "turquoise",
    S.NOT_UPHELD: "red",
    S.FIRST_DECISION: "purple",
    S.DIFFER: "purple",
    S.VERIFIED: "green",
    S.VERIFIED_IN_PART: "green",
    S.REJECTED: "red",
    S.APPEALED: "purple",
    S.WITHDRAWN: "grey",
    S.REVERSED: "grey",
}
"""The tag's colour beside the words; it never stands alone."""

MACHINE = Machine(
    noun=Message(N_("report")),
    labels=STATE_LABELS,
    verbs={
        "confirm": Message(N_("confirm it")),
        "confirm_in_part": Message(N_("confirm a part of it")),
        "query": Message(N_("query it")),
        "add_surplus": Message(N_("add the rest to what was agreed")),
        "amend": Message(N_("put it right")),
        "leave_out": Message(N_("leave out who left early")),
        "add_evidence": Message(N_("add files")),
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
        "confirm": move(ANSWERABLE, S.CONFIRMED, S.RECORDED_FOR),
        "confirm_in_part": move(ANSWERABLE, S.CONFIRMED_IN_PART, S.RECORDED_FOR),
        "query": move((*ANSWERABLE, S.CONFIRMED), S.QUERIED),
        "add_surplus": move((*ANSWERABLE, S.CONFIRMED)),
        "amend": move((S.QUERIED,), S.REPORTED, S.CONFIRMED, S.RECORDED_FOR),
        "leave_out": move((S.REPORTED, S.RECORDED_FOR, *READY)),
        "add_evidence": move(OPEN_TO_FILES),
        "go_unanswered": move((S.REPORTED,), S.UNANSWERED),
        "settle_recorded": move((S.RECORDED_FOR,), S.CONFIRMED, S.CONFIRMED_IN_PART, S.UNANSWERED),
        "uphold": move((S.QUERIED,), S.UPHELD),
        "not_uphold": move((S.QUERIED,), S.NOT_UPHELD),
        "withdraw": move((S.REPORTED, S.RECORDED_FOR, S.QUERIED, *READY), S.WITHDRAWN),
        "verify": move((S.REPORTED, *READY, S.FIRST_DECISION, S.DIFFER), S.VERIFIED, S.FIRST_DECISION, S.DIFFER),
        "verify_in_part": move(
            (S.REPORTED, *READY, S.FIRST_DECISION, S.DIFFER), S.VERIFIED_IN_PART, S.FIRST_DECISION, S.DIFFER
        ),
        "reject": move((S.REPORTED, *READY, S.FIRST_DECISION, S.DIFFER), S.REJECTED, S.FIRST_DECISION, S.DIFFER),
        "appeal": move((S.REJECTED, S.VERIFIED_IN_PART), S.APPEALED),
        "decide_appeal": move((S.APPEALED,), S.VERIFIED, S.VERIFIED_IN_PART, S.REJECTED),
        "reverse": move((S.VERIFIED, S.VERIFIED_IN_PART), S.REVERSED),
    },
)
"""`verify` and its kin start from *reported* only where no group confirms: see `doing`."""

REPORT_DELIVERY = Permission("report_delivery", *GROUP_ROLES, *PROVIDER_ROLES)
ANSWER_DELIVERY = Permission("answer_delivery", *GROUP_ROLES, *PROVIDER_ROLES)
VERIFY_DELIVERY = Permission("verify_delivery", Role.VERIFIER)
DECIDE_DELIVERY = Permission("decide_delivery", Role.VERIFIER, Role.OUTSIDE_DECIDER)
"""Second decisions and appeals, which a person outside the council may make too."""
APPEAL_DELIVERY = Permission("appeal_delivery", *GROUP_ROLES, *PROVIDER_ROLES)
SEE_ALL_DELIVERIES = Permission("see_all_deliveries", Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.AUDITOR)
"""Every report with its evidence, whoever made it."""
SEE_DELIVERIES = Permission(
    "see_deliveries",
    *GROUP_ROLES,
    *PROVIDER_ROLES,
    *SEE_ALL_DELIVERIES.roles,
    Role.OUTSIDE_DECIDER,
)
