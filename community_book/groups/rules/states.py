"""The states of a group's entry, the acts between them, and who may do them (domain.md 3 and 4)."""

from __future__ import annotations

from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move

MODERATE_GROUPS = Permission("moderate_groups", Role.OFFICER)
SEE_WAITING_GROUPS = Permission("see_waiting_groups", Role.OFFICER, Role.AUDITOR)
SEE_GROUP_CONTACTS = Permission("see_group_contacts", Role.OFFICER, Role.SAFEGUARDING)
"""Contacts and exact places of groups that did not tick them public."""
EDIT_GROUP = Permission("edit_group", Role.GROUP_LEAD)
CLOSE_GROUP = Permission("close_group", Role.GROUP_LEAD)
RUN_ACTIVITIES = Permission("run_activities", Role.GROUP_LEAD, Role.GROUP_MEMBER)

ANSWER_LINK = "answer_more_wanted"
STILL_RIGHT_LINK = "still_right"
"""The acts of this room's signed links."""


class GroupState(StrEnum):
    """How a group's entry stands."""

    ASKED_FOR = "asked_for"
    MORE_WANTED = "more_wanted"
    LISTED = "listed"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    DECLINED = "declined"


G = GroupState
WAITING = frozenset({G.ASKED_FOR, G.MORE_WANTED})
"""Not decided yet: there is no organisation behind the entry so far."""
SEEN_BY_ALL = frozenset({G.LISTED, G.PAUSED, G.CLOSED})
"""Anybody may open the entry's page. Only listed ones stand in the directory."""

ENTRY = Machine(
    noun=Message(N_("entry")),
    moves={
        "want_more": move([G.ASKED_FOR], G.MORE_WANTED),
        "answer": move([G.MORE_WANTED], G.ASKED_FOR),
        "list": move([G.ASKED_FOR, G.MORE_WANTED], G.LISTED),
        "decline": move([G.ASKED_FOR, G.MORE_WANTED], G.DECLINED),
        "pause": move([G.LISTED], G.PAUSED),
        "resume": move([G.PAUSED], G.LISTED),
        "close": move([G.LISTED, G.PAUSED], G.CLOSED),
        # Only as a part of undoing its closing, so that it is offered to nobody and has no verb.
        "reopen": move([G.CLOSED], G.LISTED, G.PAUSED),
        "suspend": move([G.LISTED], G.SUSPENDED),
        "lift": move([G.SUSPENDED], G.LISTED),
        "edit": move([G.LISTED, G.PAUSED]),
        "confirm": move([G.LISTED, G.PAUSED]),
        "hand_over": move([G.LISTED, G.PAUSED]),
        "hand_on": move([G.LISTED, G.PAUSED]),
        "trust": move([G.LISTED, G.PAUSED]),
    },
    labels={
        G.ASKED_FOR: Message(N_("asked for")),
        G.MORE_WANTED: Message(N_("asked for more")),
        G.LISTED: Message(N_("listed")),
        G.PAUSED: Message(N_("paused")),
        G.SUSPENDED: Message(N_("suspended")),
        G.CLOSED: Message(N_("closed")),
        G.DECLINED: Message(N_("declined")),
    },
    verbs={
        "want_more": Message(N_("ask for more")),
        "answer": Message(N_("answer what was asked")),
        "list": Message(N_("list it")),
        "decline": Message(N_("decline it")),
        "pause": Message(N_("pause it")),
        "resume": Message(N_("list it again")),
        "close": Message(N_("close it")),
        "suspend": Message(N_("suspend it")),
        "lift": Message(N_("lift the suspension")),
        "edit": Message(N_("change it")),
        "confirm": Message(N_("say it is still right")),
        "hand_over": Message(N_("hand it to new people")),
        "hand_on": Message(N_("hand it to the next lead")),
        "trust": Message(N_("say whether its needs are checked first")),
    },
)
