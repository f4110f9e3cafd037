"""Hiding a need while somebody's safety is looked into (domain.md 3), and showing it again."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.work import Work
from community_book.needs.actions.rows import about, locked_need, need_seen
from community_book.needs.rules import HIDE_NEED
from community_book.needs.tables import Need


def hide(actor: Actor, reference: str, reason: str) -> None:
    """A safeguarding officer takes a need out of sight at once. The reason stays outside the chain's hash."""
    _act(actor, reference, "need.hide", reason, hidden=True)


def show(actor: Actor, reference: str, reason: str) -> None:
    """A safeguarding officer puts a hidden need back."""
    _act(actor, reference, "need.show", reason, hidden=False)


def _act(actor: Actor, reference: str, act: str, reason: str, *, hidden: bool) -> None:
    actor.must(HIDE_NEED)
    with transactions.work(actor) as work:
        need = need_seen(work, actor, reference)
        _set_hidden(work, need.id, hidden=hidden)
        work.record(act, f"need:{reference}", facts={"hidden": hidden}, texts={"note": reason})


def hide_need(work: Work, need_id: int) -> None:
    """Step: takes a need out of everybody's sight but the group's and the council's: it reads "on hold"."""
    _set_hidden(work, need_id, hidden=True)


def show_need(work: Work, need_id: int) -> None:
    """Step: puts a hidden need back where it was."""
    _set_hidden(work, need_id, hidden=False)


def _set_hidden(work: Work, need_id: int, *, hidden: bool) -> None:
    need: Need = locked_need(work, need_id)
    if need.hidden is hidden:
        return
    need.hidden = hidden
    work.flush()
    work.tell("NeedChanged", **about(work, need), state=need.state, words_changed=False)
