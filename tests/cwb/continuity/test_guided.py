"""Before a suspension or a closing the officer sees what it reaches, reads the letters, and finds other help."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from community_book.base import dispatcher, work
from community_book.base.actor import Actor, Role
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, WrongState
from community_book.base.references import new_reference
from community_book.notices.queries import notices
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.continuity import actions, queries
from cwb.continuity.rules import Column, Klass, Line, sum_up
from tests.makers import client_of, send
from tests.makers_commitments import Pair, make_commitment, make_minibus_pair, make_officer, make_pair, report, row_of
from tests.makers_continuity import need_of, part_of, reference_of, suspend_provider_of
from tests.makers_needs import make_listed_group, make_need
from tests.makers_pledges import make_pledge
from tests.support.counted import statements

S = CommitmentState


def browser(app: Flask, actor: Actor | None = None) -> FlaskClient:
    actor = actor or make_officer()
    assert actor.person_id is not None
    return client_of(app, actor.person_id, actor.organisation_id)


def suspending(pair: Pair) -> str:
    return f"/organisations/{reference_of(pair.offering.organisation_id)}/suspend"


def closing(pair: Pair) -> str:
    return f"/organisations/{reference_of(pair.asking.organisation_id)}/close-group"


def another_promise(pair: Pair, *, amount: int = 120) -> str:
    """A further promise of the same pledge, to another group."""
    group = make_listed_group(zones=pair.provider.framework.zone_ids[:1])
    need = make_need(group.lead, kind=Kind.ADVICE, amount=amount)
    return make_commitment(Pair(pair.provider, pair.pledge, group, need, pair.officer), S.AGREED)


def rival_of(pair: Pair) -> Pair:
    """Another provider whose pledge fits the same need."""
    other = make_pair(group=pair.group).provider
    return Pair(other, make_pledge(other.actor, "PO7", borough_wide=True), pair.group, pair.need, pair.officer)


def words(client: FlaskClient, url: str, **more: Any) -> str:
    page = client.get(url) if not more else send(client, url, **more)
    assert page.status_code == 200
    shown = page.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown.split("<main", 1)[1]))


def told(actor: Actor) -> list[tuple[str, ...]]:
    """Every notice of somebody: the subject and each line."""
    with work.reading() as reading:
        return [
            (str(one.subject), *(str(line) for line in one.body)) for one in notices(reading, actor, per_page=100)[1]
        ]


def test_what_is_promised_is_told_before_and_after_each_measure_in_its_unit(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, S.AGREED)
    report(agreed, 5 * 60)
    shown = words(browser(app), suspending(pair))
    assert "On offer to groups" in shown
    assert "28 h → becomes 0 min" in shown
    assert "7 h → becomes 0 min" in shown
    assert "0 min → becomes 7 h" in shown
    assert row_of(agreed).state == S.UNDER_WAY


def test_totals_never_add_two_units_or_two_measures() -> None:
    lines = [
        Line("PO7 Help", Unit.MINUTES, Column.GOING, 60, 0),
        Line("PO7 Help", Unit.MINUTES, Column.GOING, 30, 0),
        Line("PP6 Work", Unit.PENCE, Column.GOING, 500, 0),
        Line("PO7 Help", Unit.MINUTES, Column.HELD, 0, 90),
    ]
    assert [(one.label, one.unit, one.sums) for one in sum_up(lines)] == [
        ("PO7 Help", Unit.MINUTES, {Column.GOING: (90, 0), Column.HELD: (0, 90)}),
        ("PP6 Work", Unit.PENCE, {Column.GOING: (500, 0)}),
    ]


def test_for_another_reason_what_was_ticked_on_one_page_is_kept_on_the_others(app: Flask) -> None:
    pair = make_pair()
    first, second = make_commitment(pair, S.AGREED), another_promise(pair)
    client, url = browser(app), suspending(pair)
    client.get(f"{url}?klass=other&step=promises")
    letters = send(client, url, klass="other", hold=first, _act="letters", reason="A missed visit")
    page = letters.get_data(as_text=True)
    assert f'name="chosen" value="{first}"' in page
    assert "A missed visit" in page
    assert row_of(first).state == S.AGREED
    done = send(client, url, klass="other", chosen=first, _act="do", reason="A missed visit")
    assert done.status_code == 303
    assert (row_of(first).state, row_of(second).state) == (S.ON_HOLD, S.AGREED)


def test_a_reason_is_asked_for_and_what_was_ticked_stays(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, S.AGREED)
    refused = send(browser(app), suspending(pair), klass="other", hold=agreed, _act="do")
    assert refused.status_code == 422
    assert f'name="chosen" value="{agreed}"' in refused.get_data(as_text=True)
    unknown = send(browser(app), suspending(pair), klass="other", chosen="C-ZZZZZZ", _act="do", reason="A visit missed")
    assert unknown.status_code == 422
    odd = send(browser(app), suspending(pair), klass="other", nonsense="1", _act="do", reason="A visit missed")
    assert odd.status_code == 422
    assert row_of(agreed).state == S.AGREED


@pytest.mark.parametrize(
    "step", ["", "promises", "pledges", "reports", "dates", "letters", "instead", "nonsense.99999"]
)
def test_reading_a_step_changes_nothing(app: Flask, step: str) -> None:
    pair = make_minibus_pair()
    agreed = make_commitment(pair, S.AGREED)
    client = browser(app)
    assert client.get(f"{suspending(pair)}?step={step}").status_code == 200
    assert send(client, suspending(pair), klass="safety", _act=step or "short").status_code == 200
    assert row_of(agreed).state == S.AGREED


@pytest.mark.parametrize("state", [S.OFFERED, S.AGREED])
def test_the_letters_of_a_suspension_are_written_as_they_were_shown(app: Flask, state: CommitmentState) -> None:
    pair = make_minibus_pair()
    make_commitment(pair, state)
    dispatcher.dispatch_all()
    before = {side: told(side) for side in (pair.offering, pair.asking)}
    shown = words(browser(app), f"{suspending(pair)}?step=letters")
    suspend_provider_of(pair)
    dispatcher.dispatch_all()
    for side in (pair.offering, pair.asking):
        written = [one for one in told(side) if one not in before[side]]
        assert written, "nobody was written to"
        for letter in written:
            for line in letter:
                assert line in shown, line
    assert shown.count("Your place on the framework is suspended") == 1


@pytest.mark.parametrize("state", [S.OFFERED, S.AGREED, S.UNDER_WAY])
def test_the_letters_of_a_closing_are_written_as_they_were_shown(app: Flask, state: CommitmentState) -> None:
    pair = make_minibus_pair()
    make_commitment(pair, state)
    dispatcher.dispatch_all()
    before = {side: told(side) for side in (pair.offering, pair.asking)}
    reason = "The last two members moved away"
    client = browser(app)
    shown = words(client, closing(pair), _act="letters", reason=reason)
    assert send(client, closing(pair), _act="do", reason=reason).status_code == 303
    dispatcher.dispatch_all()
    for side in (pair.offering, pair.asking):
        written = [one for one in told(side) if one not in before[side]]
        assert written, "nobody was written to"
        for letter in written:
            for line in letter:
                assert line in shown, line


def test_what_else_could_help_is_shown_before_and_proposed_with_one_tap_after(app: Flask) -> None:
    pair = make_pair(amount=6 * 60)
    held = make_commitment(pair, S.AGREED)
    rival = rival_of(pair)
    client = browser(app)
    title = "Instead: 6 h of"
    assert title in words(client, f"{suspending(pair)}?step=instead")
    undertaking = suspend_provider_of(pair)
    page = client.get(f"/undertakings/{undertaking}/instead").get_data(as_text=True)
    assert rival.pledge.reference in page
    address = f"/undertakings/{undertaking}/instead"
    done = send(client, address, promise=held, pledge=rival.pledge.reference)
    assert done.status_code == 303
    assert row_of(held).state == S.ENDED_SHORT
    with work.reading() as reading:
        made = reading.execute(select(Commitment).where(Commitment.pledge_id == rival.pledge.id)).scalar_one()
    assert (made.state, made.amount, made.part_id) == (S.PROPOSED, 6 * 60, pair.need.part_id)
    assert "Nothing lacks help" in words(client, address)
    assert actions.undo(make_officer(), undertaking)[1] == 1
    assert row_of(held).state == S.ENDED_SHORT


def test_for_an_offer_that_ended_another_is_proposed_and_nothing_is_stopped(app: Flask) -> None:
    pair = make_pair(amount=6 * 60)
    lapsed = make_commitment(pair, S.OFFERED)
    rival = rival_of(pair)
    undertaking = suspend_provider_of(pair)
    reference = actions.propose_instead(make_officer(), undertaking, lapsed, rival.pledge.reference)
    assert row_of(reference).state == S.PROPOSED
    assert row_of(lapsed).state == S.LAPSED
    with pytest.raises(WrongState):
        actions.propose_instead(make_officer(), undertaking, lapsed, rival.pledge.reference)


def test_nothing_is_proposed_for_what_goes_on_again(app: Flask) -> None:
    pair = make_pair(amount=6 * 60)
    held = make_commitment(pair, S.AGREED)
    rival = rival_of(pair)
    undertaking = suspend_provider_of(pair)
    actions.undo(make_officer(), undertaking)
    with pytest.raises(WrongState):
        actions.propose_instead(make_officer(), undertaking, held, rival.pledge.reference)
    assert row_of(held).state == S.AGREED


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_an_officer_proposes_other_help(app: Flask, role: Role) -> None:
    pair = make_pair(amount=6 * 60)
    held = make_commitment(pair, S.AGREED)
    rival = rival_of(pair)
    undertaking = suspend_provider_of(pair)
    with pytest.raises(NotAllowed):
        actions.propose_instead(make_officer(role), undertaking, held, rival.pledge.reference)
    assert row_of(held).state == S.ON_HOLD


def test_a_closing_says_what_goes_back_and_what_is_not_asked_for_any_more(app: Flask) -> None:
    pair = make_pair(amount=12 * 60)
    agreed = make_commitment(pair, S.AGREED)
    report(agreed, 5 * 60)
    shown = words(browser(app), closing(pair))
    assert "7 h → becomes 0 min" in shown
    assert "0 min → becomes 7 h" in shown
    assert need_of(pair).state == "promised"
    assert part_of(pair).committed == 12 * 60


MANY = 300


def crowd(pair: Pair, reference: str) -> None:
    """So many promises beside one that is agreed: rows alike, for pages that are only read."""
    template = row_of(reference)
    skip = {"id", "uuid", "reference", "created_at_utc"}
    values = {c.key: getattr(template, c.key) for c in Commitment.__table__.columns if c.key not in skip}
    with work.bookkeeping(make_officer()) as session:
        for _ in range(MANY):
            session.add(Commitment(**{**values, "reference": new_reference("C"), "opened_at_utc": now_utc()}))


@pytest.mark.parametrize("klass", list(Klass))
def test_pages_stay_light_for_a_provider_with_hundreds_of_promises(app: Flask, klass: Klass) -> None:
    pair = make_minibus_pair()
    agreed = make_commitment(pair, S.AGREED)
    crowd(pair, agreed)
    client, url = browser(app), suspending(pair)
    for step in ("", "promises", "promises.7", "pledges", "reports", "dates", "letters", "instead"):
        with statements() as asked:
            page = client.get(f"{url}?klass={klass}&step={step}")
        assert len(asked) <= 15, (step, len(asked), [one[:90] for one in asked])
        assert len(page.get_data()) <= 60_000, step
    with work.reading() as reading:
        everything = [
            one.reference
            for one in queries.promises_of_provider(reading, int(pair.offering.organisation_id or 0), klass)
        ]
    ticked = send(client, url, klass=klass, chosen=" ".join(everything), _act="promises.2")
    assert ticked.status_code == 200
    assert len(ticked.get_data()) <= 60_000
    with statements() as asked:
        page = client.get(closing(pair))
    assert len(asked) <= 15, len(asked)
    assert len(page.get_data()) <= 60_000
    nobody_any_more(agreed)


def nobody_any_more(reference: str) -> None:
    """Takes the crowd out again: it was there to be read only, and nothing was drawn for it."""
    row = row_of(reference)
    with work.bookkeeping(make_officer()) as session:
        session.execute(delete(Commitment).where(Commitment.pledge_id == row.pledge_id, Commitment.id != row.id))
