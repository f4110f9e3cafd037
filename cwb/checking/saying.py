"""What a sample says, in plain words."""

from __future__ import annotations

from community_book.base.amounts import say_share
from community_book.base.messages import N_, Message
from cwb.checking.rules import ESTIMATE_FROM
from cwb.checking.views import BatchRow

ACTS: dict[str, Message] = {
    "batch.open": Message(N_("Batch opened, hash of its seed published")),
    "batch.freeze": Message(N_("Reports of a batch frozen")),
    "batch.draw": Message(N_("Sample drawn, seed published")),
    "batch.accept": Message(N_("Batch accepted")),
    "batch.release": Message(N_("Report left out of its batch")),
    "batch.finish": Message(N_("All of a batch verified")),
    "batch.drop": Message(N_("Batch given up")),
}
"""For the record of all acts."""


def say_estimate(batch: BatchRow) -> Message | None:
    """How many of the reports claim too much, with the interval; or why nothing is said of it yet."""
    if not batch.checked:
        return None
    found = batch.estimate
    if found is None:
        return Message(
            N_("No estimate is made of fewer than %(least)s checked reports."),
            least=ESTIMATE_FROM,
        )
    return Message(
        N_(
            "Of the checked reports %(share)s claimed too much. For the whole batch that means between %(low)s and "
            "%(high)s, with 95%% confidence."
        ),
        share=batch.wrong_share,
        low=say_share(found.low),
        high=say_share(found.high),
    )
