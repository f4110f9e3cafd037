"""Two entries of one group are merged: everything of the one that goes is of the one that stays."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, refuse
from community_book.groups.actions import join_group_entry, move_activities
from community_book.groups.queries import group_of_organisation
from community_book.groups.rules import GroupState
from community_book.needs.actions import move_needs
from community_book.organisations.actions import merge_organisation
from community_book.people.actions import move_invitations, move_links, move_people
from community_book.people.views import MovedRole
from cwb.commitments.actions import lock_promises, move_promises
from cwb.continuity import queries
from cwb.continuity.actions.noting import Changed, keep_undertaking, not_own
from cwb.continuity.rules import MERGE_GROUPS, Change, Deed, Thing
from cwb.continuity.views import Body
from cwb.deliveries.actions import move_reports
from cwb.matching.actions import move_words

STANDS = frozenset({GroupState.LISTED, GroupState.PAUSED})


def merge_groups(actor: Actor, going: str, staying: str) -> str:
    """An officer merges two entries of the same group; the address of the one that goes leads to the other.

    Ledger entries keep the group they were booked with. Returns the undertaking's reference, by which it can be
    undone. Raises Refused, NotAllowed, WrongState.
    """
    with transactions.work(actor) as work:
        goes = queries.body(work, actor, going, MERGE_GROUPS)
        stays = _other(work, actor, staying)
        for one in (goes, stays):
            not_own(work, actor, one.id)
        _check_both(work, goes, stays)
        things = queries.things_of_group(work, goes.id)
        lock_promises(work, [one.id for one in things if one.kind is Thing.COMMITMENT])
        merge_organisation(work, goes.id, stays.id)
        changes = [Changed(Thing.ORGANISATION, goes.id, goes.reference, Change.MERGED, "here")]
        changes += _move_entry(work, goes, stays)
        changes += [_changed(one) for one in move_people(work, goes.id, stays.id)]
        for kind, move in ((Thing.NEED, move_needs), (Thing.COMMITMENT, move_promises), (Thing.DELIVERY, move_reports)):
            own = {one.id: one for one in things if one.kind is kind}
            moved = move(work, goes.id, stays.id, list(own))
            changes += [
                Changed(kind, key, own[key].reference, Change.MOVED, own[key].stands, own[key].unit, own[key].amount)
                for key in moved
            ]
        for kind, all_of in ((Thing.LINK, move_links), (Thing.INVITATION, move_invitations), (Thing.WORD, move_words)):
            changes += [Changed(kind, key, "", Change.MOVED, "") for key in all_of(work, goes.id, stays.id)]
        undertaking = keep_undertaking(work, Deed.MERGE, goes.id, changes, into=stays.id)
        work.record(
            "group.merge",
            f"organisation:{goes.reference}",
            f"organisation:{stays.reference}",
            f"undertaking:{undertaking}",
            facts={str(kind): count for kind, count in _counts(changes).items()},
        )
        work.tell(
            "GroupsMerged",
            organisation_id=stays.id,
            reference=stays.reference,
            going_reference=goes.reference,
            name=goes.name,
        )
    return undertaking


def _other(work: Work, actor: Actor, reference: str) -> Body:
    found = queries.known_body(work, actor, reference, MERGE_GROUPS)
    if found is None:
        raise refuse("into", N_("We know no organisation of this reference. It stands on its page, like O-7K2M9Q"))
    return found


def _check_both(work: Work, goes: Body, stays: Body) -> None:
    if goes.id == stays.id:
        raise refuse("into", N_("This is the same entry. Give the reference of the other one"))
    for one in (goes, stays):
        entry = group_of_organisation(work, one.id)
        if entry is None or entry.state not in STANDS:
            raise WrongState(Message(N_("%(name)s is not a group that is listed now."), name=one.name))
    if queries.is_more_than_a_group(work, goes.id):
        raise WrongState(
            Message(
                N_("%(name)s has promised help as a provider, or is the council. Only groups can be merged here."),
                name=goes.name,
            )
        )
    if queries.have_promised_each_other(work, goes.id, stays.id):
        raise WrongState(Message(N_("One of the two has promised the other help, so they are not the same group.")))


def _move_entry(work: Work, goes: Body, stays: Body) -> list[Changed]:
    staying = group_of_organisation(work, stays.id)
    entry_id, reference, before = join_group_entry(work, goes.id, stays.id)
    moved = move_activities(work, entry_id, staying.id if staying is not None else 0)
    return [
        Changed(Thing.ENTRY, entry_id, reference, Change.CLOSED, before),
        *(Changed(Thing.ACTIVITY, key, "", Change.MOVED, "") for key in moved),
    ]


def _changed(moved: MovedRole) -> Changed:
    return Changed(
        Thing.PERSON,
        moved.membership_id,
        moved.person_reference,
        Change.MOVED,
        moved.role,
        before={"person_id": moved.person_id, "given": moved.given},
    )


def _counts(changes: list[Changed]) -> dict[Thing, int]:
    found: dict[Thing, int] = {}
    for change in changes:
        found[change.kind] = found.get(change.kind, 0) + 1
    return found
