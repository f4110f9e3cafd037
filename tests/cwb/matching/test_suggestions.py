"""Suggestions as the worker stores them and the panels show them."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select

from community_book.base import dispatcher, jobs, registers, work
from community_book.base.actor import Role, anybody, system
from community_book.base.amounts import Kind
from community_book.base.clock import held_at, today
from community_book.base.tables import AuditEntry
from community_book.needs import actions as need_actions
from community_book.needs.queries import open_parts, part_wanted
from cwb.commitments import actions as commitments
from cwb.matching import actions, memory, queries
from cwb.matching.actions import suggesting
from cwb.matching.memory import process
from cwb.matching.tables import Suggestion
from cwb.pledges import actions as pledge_actions
from cwb.pledges import queries as pledge_queries
from tests.makers import actor_for, client_of, make_organisation
from tests.makers_needs import make_listed_group, make_need
from tests.makers_pledges import Provider, make_admitted_provider, make_pledge

pytestmark = pytest.mark.usefixtures("app")

OFFICE: dict[str, Any] = {
    "title": "Forty hours of our bookkeeper",
    "story": "She keeps the accounts of two charities.",
    "online": True,
}
TREASURER: dict[str, Any] = {
    "title": "Our treasurer left",
    "story": "We need help to keep our accounts for the charity.",
}


@pytest.fixture
def provider(app: Flask) -> Provider:
    return make_admitted_provider("Linden Homecare")


@pytest.fixture
def group(app: Flask) -> Any:
    return make_listed_group("Nine O'Clock Club")


def stored() -> list[tuple[int, int]]:
    with work.reading() as reading:
        rows = reading.execute(select(Suggestion).order_by(Suggestion.pledge_id, Suggestion.part_id)).scalars()
        return [(row.pledge_id, row.part_id) for row in rows]


def test_a_need_and_a_pledge_that_fit_are_suggested_within_one_event(provider: Provider, group: Any) -> None:
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    dispatcher.dispatch_all()
    assert stored() == []
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    assert stored() == [(pledge.id, need.part_id)]


def test_a_pledge_that_comes_later_finds_the_need(provider: Provider, group: Any) -> None:
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    dispatcher.dispatch_all()
    assert stored() == [(pledge.id, need.part_id)]


@pytest.mark.parametrize("act", ["pause", "withdraw", "draw", "need withdrawn", "other subject"])
def test_what_fits_no_more_goes(provider: Provider, group: Any, act: str) -> None:
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    assert len(stored()) == 1
    if act == "pause":
        pledge_actions.pause_pledge(provider.actor, pledge.reference, "")
    elif act == "withdraw":
        pledge_actions.withdraw_pledge(provider.actor, pledge.reference, "")
    elif act == "draw":
        offer = commitments.offer(provider.actor, commitments.NewCommitment(pledge.id, need.part_id, amount=720))
        commitments.accept(group.lead, offer)
    elif act == "need withdrawn":
        need_actions.withdraw_need(group.lead, need.reference, "we found somebody")
    else:
        make_pledge(provider.actor, "PO7", **OFFICE | {"subject": "bids"})
    dispatcher.dispatch_all()
    assert stored() == ([(pledge.id, need.part_id)] if act == "other subject" else [])


def test_the_command_finds_the_same_as_the_worker(provider: Provider, group: Any) -> None:
    for number in range(3):
        make_pledge(provider.actor, "PO7", **OFFICE | {"title": f"Hours of a bookkeeper {number}"})
        make_need(group.lead, kind=Kind.ADVICE, amount=720 + number, **TREASURER)
    dispatcher.dispatch_all()
    with work.reading() as reading:
        by_worker = {(row.pledge_id, row.part_id): row.amount for row in reading.execute(select(Suggestion)).scalars()}
    with work.bookkeeping(system("test")) as session:
        session.execute(delete(Suggestion))
    assert actions.rebuild(system("test")) == 9
    with work.reading() as reading:
        rebuilt = {(row.pledge_id, row.part_id): row for row in reading.execute(select(Suggestion)).scalars()}
        assert {pair: row.amount for pair, row in rebuilt.items()} == by_worker
        for row in rebuilt.values():
            assert sum(row.reasons["points"]) == row.score
    assert actions.rebuild(system("test")) == 9, "again changes nothing"
    assert len(stored()) == 9


def test_one_pledge_looked_at_alone_scores_as_in_a_full_run(provider: Provider, group: Any) -> None:
    pledges = [
        make_pledge(provider.actor, "PO7", **OFFICE | {"title": title})
        for title in ("Bookkeeper", "Accounts and ledgers", "Help with grants and accounts")
    ]
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    make_need(group.lead, kind=Kind.ADVICE, amount=300, title="Ledgers", story="Nobody here can read them.")
    actions.rebuild(system("test"))
    with work.reading() as reading:
        full = {(row.pledge_id, row.part_id): row.score for row in reading.execute(select(Suggestion)).scalars()}
    for pledge in pledges:
        with work.bookkeeping(system("test")) as session:
            actions.suggest_for_pledge(session, pledge.id)
    with work.reading() as reading:
        alone = {(row.pledge_id, row.part_id): row.score for row in reading.execute(select(Suggestion)).scalars()}
    assert alone == full


def test_each_side_sees_its_own_the_council_the_score_and_the_public_nothing(provider: Provider, group: Any) -> None:
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    officer = actor_for(make_organisation(is_council=True), Role.OFFICER)
    other_group, other_provider = make_listed_group(), make_admitted_provider()
    with work.reading() as reading:

        def sees(actor: Any) -> int:
            return len(queries.suggestions(reading, actor, need_id=need.need_id, limit=5))

        assert sees(group.lead) == sees(provider.actor) == sees(officer) == 1
        assert sees(anybody()) == sees(other_group.lead) == sees(other_provider.actor) == 0
        [seen] = queries.suggestions(reading, officer, pledge_id=pledge.id, limit=5)
        assert sum(reason.points for reason in seen.reasons) == seen.score
        assert seen.telling(), "it says in words why"


def test_the_pages_show_it_with_reasons_in_plain_words(app: Flask, provider: Provider, group: Any) -> None:
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    officer = actor_for(make_organisation(is_council=True), Role.OFFICER)

    def page(actor: Any, url: str) -> str:
        browser = client_of(app, actor.person_id, actor.organisation_id) if actor else app.test_client()
        answer = browser.get(url)
        assert answer.status_code == 200
        return str(answer.get_data(as_text=True))

    of_group = page(group.lead, f"/needs/{need.reference}")
    assert "Possible help" in of_group
    assert "Forty hours of our bookkeeper" in of_group
    assert "of 1,000" not in of_group
    assert "of 1,000" in page(officer, f"/needs/{need.reference}")
    assert "Possible help" not in page(None, f"/needs/{need.reference}")
    assert "You have pledged something that fits" in page(provider.actor, f"/needs/{need.reference}")
    assert "Our treasurer left" in page(provider.actor, f"/pledges/{pledge.reference}")
    assert "of 1,000" in page(officer, f"/pledges/{pledge.reference}")
    proposing = f"/promises/propose?part_id={need.part_id}&amp;pledge={pledge.reference}"
    for address in (f"/needs/{need.reference}", f"/pledges/{pledge.reference}"):
        assert proposing in page(officer, address), "an officer proposes it from where it is read"
        assert proposing not in page(group.lead, address)
        assert proposing not in page(provider.actor, address)
    assert "It fits what you need" in page(group.lead, f"/pledges/{pledge.reference}")
    assert "Our treasurer left" not in page(None, f"/pledges/{pledge.reference}")
    assert "What groups need in your zones" in page(provider.actor, "/desk")
    assert "Possible help" in page(group.lead, "/desk")


def test_a_desk_shows_a_few_for_each_need_and_so_has_room_for_the_others(
    app: Flask, provider: Provider, group: Any
) -> None:
    for number in range(4):
        make_pledge(provider.actor, "PO7", **OFFICE | {"title": f"Hours of a bookkeeper {number}"})
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER | {"title": "Our bank wants figures"})
    dispatcher.dispatch_all()
    page = client_of(app, group.lead.person_id, group.lead.organisation_id).get("/desk").text
    assert len(re.findall(r"Hours of a bookkeeper \d</a>", page)) == 4
    assert page.count("Our treasurer left") >= 2
    assert page.count("Our bank wants figures") >= 2


def test_the_drafts_of_both_sides_are_compared_live(app: Flask, provider: Provider, group: Any) -> None:
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    with work.reading() as reading:
        part, offer = part_wanted(reading, need.part_id), pledge_queries.pledge_offer(reading, pledge.id)
        for slot, draft, actor in (("need.draft", part, group.lead), ("pledge.draft", offer, provider.actor)):
            [panel] = registers.panels_of(slot)
            shown = panel(reading, actor, {"draft": draft})
            assert shown is not None
            assert len(shown[1]["found"]) == 1
            assert panel(reading, actor, {"draft": None}) is None
    assert stored() == [], "nothing is stored"


def lists_now() -> dict[tuple[int, int], tuple[int, int, Any, bool, bool]]:
    """The lists that everything open makes, each asked for anew."""
    with work.reading() as reading:
        held = memory.standing_now(reading)
        assert held is not None
        held = held.with_pledges(reading).with_parts(reading)
        parts = frozenset(part.part_id for part in open_parts(reading))
        pledges = frozenset(offer.pledge_id for offer in pledge_queries.open_offers(reading))
        on = today().toordinal()
        both = held.best_of_parts(parts, on, 2), held.best_of_pledges(pledges, on, 2)
    found: dict[tuple[int, int], tuple[int, int, Any, bool, bool]] = {}
    for place, listed in enumerate(both):
        for at, pair in enumerate(zip(listed.pledge_ids, listed.part_ids, strict=True)):
            flags = [False, False] if pair not in found else list(found[pair][3:])
            flags[place] = True
            found[pair] = (listed.scores[at], listed.amounts[at], listed.told[at].as_json(), flags[0], flags[1])
    return found


def stored_lists() -> dict[tuple[int, int], tuple[int, int, Any, bool, bool]]:
    with work.reading() as reading:
        return {
            (row.pledge_id, row.part_id): (row.score, row.amount, row.reasons, row.for_part, row.for_pledge)
            for row in reading.execute(select(Suggestion)).scalars()
        }


def test_after_every_act_the_stored_lists_are_those_a_full_run_makes(
    provider: Provider, group: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("actions.suggesting", "memory.process", "memory.standing"):
        monkeypatch.setattr(f"cwb.matching.{module}.KEPT_IN_A_LIST", 2)
    monkeypatch.setattr(memory.Standing.best_of_parts, "__defaults__", (2,))
    monkeypatch.setattr(memory.Standing.best_of_pledges, "__defaults__", (2,))
    monkeypatch.setattr(memory.Standing.listed_by_pledge, "__defaults__", (2,))
    monkeypatch.setattr("cwb.matching.memory.process.CHANGES_BEFORE_ANEW", 1_000)
    other = make_listed_group("Harbour Hall")
    pledges = [
        make_pledge(provider.actor, "PO7", **OFFICE | {"title": title, "amount": 60 * hours})
        for title, hours in (("Bookkeeper", 4), ("Ledgers and accounts", 40), ("Charity treasurer", 12), ("Sums", 8))
    ]
    needs = [
        make_need(who.lead, kind=Kind.ADVICE, amount=60 * hours, **TREASURER | {"title": title})
        for who, title, hours in (
            (group, "Ledgers", 2), (group, "Our accounts", 12),
            (other, "Treasurer wanted", 30), (other, "Sums to be done", 5),
        )
    ]  # fmt: skip
    dispatcher.dispatch_all()
    assert stored_lists() == lists_now()
    assert len(stored_lists()) < len(pledges) * len(needs), "some pairs are in no list"
    acts: list[Any] = [
        lambda: pledge_actions.pause_pledge(provider.actor, pledges[1].reference, ""),
        lambda: make_pledge(provider.actor, "PO7", **OFFICE | {"title": "Treasurer for your ledgers"}),
        lambda: need_actions.withdraw_need(group.lead, needs[0].reference, "we found somebody"),
        lambda: commitments.accept(
            other.lead,
            commitments.offer(provider.actor, commitments.NewCommitment(pledges[2].id, needs[2].part_id, amount=600)),
        ),
        lambda: pledge_actions.withdraw_pledge(provider.actor, pledges[0].reference, ""),
    ]
    for act in acts:
        act()
        dispatcher.dispatch_all()
        assert stored_lists() == lists_now()
    memory.forget()
    assert stored_lists() == lists_now(), "a process that starts anew comes to the same"


def test_two_workers_and_one_that_comes_later_store_the_same(provider: Provider, group: Any) -> None:
    """What one worker found before another act is not what it stores after it."""
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    with work.reading() as reading:
        late = suggesting._find(reading, frozenset({pledge.id}), frozenset())
    assert stored() == [(pledge.id, need.part_id)]
    pledge_actions.pause_pledge(provider.actor, pledge.reference, "")
    dispatcher.dispatch_all()
    assert stored() == []
    with work.bookkeeping(system("test")) as session:
        actions.store_found(session, late, pledge_id=pledge.id)
    assert stored() == [], "the later state is not written over with the earlier one"


def test_a_suggestion_is_written_about_once(provider: Provider, group: Any) -> None:
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    pledge = make_pledge(provider.actor, "PO7", **OFFICE)
    dispatcher.dispatch_all()
    with work.reading() as reading:
        [source] = registers.messages_of("SuggestionsMade")
        from community_book.base.outbox import Event

        [letter] = source(reading, Event("SuggestionsMade", {"pledge_id": pledge.id, "part_ids": [], "count": 1}))
        assert letter.organisation_id == provider.id
        assert "Our treasurer left" in str(letter.subject)
        part_id = stored()[0][1]
        [other] = source(reading, Event("SuggestionsMade", {"pledge_id": None, "part_ids": [part_id], "count": 1}))
        assert other.organisation_id == group.organisation.id


def test_a_pair_out_of_date_is_left_out_before_the_clock_comes(provider: Provider, group: Any) -> None:
    make_pledge(provider.actor, "PO7", **OFFICE, last_day=today() + timedelta(days=10))
    need = make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    with held_at(today() + timedelta(days=11)), work.reading() as reading:
        assert queries.suggestions(reading, group.lead, need_id=need.need_id, limit=5) == []


def test_one_event_costs_few_queries_whatever_the_number(provider: Provider, group: Any) -> None:
    pledges = [make_pledge(provider.actor, "PO7", **OFFICE) for _ in range(6)]
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    counted = []
    with work.bookkeeping(system("test")) as session:
        bind = session.connection()

        def count(*_: Any) -> None:
            counted.append(1)

        event.listen(bind, "before_cursor_execute", count)
        try:
            actions.suggest_for_pledge(session, pledges[0].id)
        finally:
            event.remove(bind, "before_cursor_execute", count)
    assert len(counted) <= 24, len(counted)


def test_a_large_site_that_was_never_compared_is_compared_without_waiting_for_the_night(
    provider: Provider, group: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(jobs.Jobs, "ask_clock", lambda _, name: asked.append(name))
    monkeypatch.setattr(actions.ask_for_suggestions, "looked_at", float("-inf"))
    monkeypatch.setattr(actions.ask_for_suggestions, "asked_at", float("-inf"))
    shutil.rmtree(process.folder(), ignore_errors=True)
    memory.forget()
    make_pledge(provider.actor, "PO7", **OFFICE)
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    actions.ask_for_suggestions(system("test"))
    assert asked == [], "a small site is compared at the next event"
    monkeypatch.setattr(process, "SMALL_SITE", 1)
    monkeypatch.setattr(actions.ask_for_suggestions, "looked_at", float("-inf"))
    memory.forget()
    for _ in range(2):
        actions.ask_for_suggestions(system("test"))
    assert asked == ["matching.rebuild"]
    assert registers.clocks()[asked[0]]() > 0
    monkeypatch.setattr(actions.ask_for_suggestions, "asked_at", float("-inf"))
    monkeypatch.setattr(actions.ask_for_suggestions, "looked_at", float("-inf"))
    actions.ask_for_suggestions(system("test"))
    assert asked == ["matching.rebuild"], "once it is compared nothing more is asked"


def test_nothing_is_suggested_for_a_pledge_that_is_gone(app: Flask) -> None:
    with work.bookkeeping(system("test")) as session:
        assert actions.suggest_for_pledge(session, 999_999) == 0


def test_a_stored_score_that_is_not_the_sum_of_its_reasons_is_seen(provider: Provider, group: Any) -> None:
    make_pledge(provider.actor, "PO7", **OFFICE)
    make_need(group.lead, kind=Kind.ADVICE, amount=720, **TREASURER)
    dispatcher.dispatch_all()
    with work.bookkeeping(system("test")) as session:
        assert queries.check_suggestions(session) == []
        row = session.execute(select(Suggestion)).scalar_one()
        row.score += 1
        session.flush()
        [breach] = queries.check_suggestions(session)
        assert breach.detail == "the score is not the sum of its reasons"
        row.score -= 1


def test_possible_help_is_shown_while_a_need_is_typed_and_nothing_is_kept(
    app: Flask, provider: Provider, group: Any
) -> None:
    make_pledge(provider.actor, "PO7", **OFFICE | {"title": "Bookkeeper"})
    browser = client_of(app, group.lead.person_id, group.lead.organisation_id)
    address = "/needs/new/advice/possible-help"
    form = browser.get("/needs/new/advice").get_data(as_text=True)
    assert f'data-help="{address}"' in form
    assert form.index('name="subject"') < form.index("data-help") < form.index('name="amount"')
    token = form.split('name="_token" value="', 1)[1].split('"', 1)[0]
    with work.reading() as reading:
        before = reading.execute(select(func.count(AuditEntry.sequence))).scalar_one()
    typed = {"_token": token, "title": "Somebody for our accounts", "subject": "accounts", "where": "ours"}
    answer = browser.post(address, data=typed)
    assert answer.status_code == 200
    assert "Bookkeeper" in answer.get_data(as_text=True)
    assert "then you can ask for it" in answer.get_data(as_text=True)
    assert "<li>It is" not in answer.get_data(as_text=True)  # why it fits is told when the need is posted
    assert "<main" not in answer.get_data(as_text=True)
    for unfinished in ({"title": ""}, {"subject": ""}, {"first_day-day": "40"}, {"amount": "lots"}):
        assert browser.post(address, data=typed | unfinished).status_code == 204
    assert browser.post("/needs/new/conduct/possible-help", data=typed).status_code == 404
    with work.reading() as reading:
        assert reading.execute(select(func.count(AuditEntry.sequence))).scalar_one() == before
