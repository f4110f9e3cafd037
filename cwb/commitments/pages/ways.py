"""The three ways a promise begins: a provider offers, a group asks, an officer proposes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from cwb.commitments import actions
from cwb.commitments.rules import NewCommitment, Side


@dataclass(frozen=True)
class Way:
    """One of the three ways to begin: its words, its act and what it says when done."""

    side: Side
    endpoint: str
    act: Callable[[Actor, NewCommitment], str]
    title: Message
    button: Message
    done: Message


WAYS: dict[Side, Way] = {
    Side.PROVIDER: Way(
        Side.PROVIDER,
        "commitments.offer",
        actions.offer,
        Message(N_("Offer help")),
        Message(N_("Offer this")),
        Message(N_("Your offer is made, and the amount is kept for it. The group has ten working days to answer.")),
    ),
    Side.GROUP: Way(
        Side.GROUP,
        "commitments.ask",
        actions.ask,
        Message(N_("Ask for help")),
        Message(N_("Ask for this")),
        Message(N_("You have asked. The provider has ten working days to answer.")),
    ),
    Side.COUNCIL: Way(
        Side.COUNCIL,
        "commitments.propose",
        actions.propose,
        Message(N_("Propose to both")),
        Message(N_("Propose this")),
        Message(N_("It is proposed. Both sides have ten working days to answer.")),
    ),
}
