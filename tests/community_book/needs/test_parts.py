"""A need that asks for up to three things: any of these, or all of these."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.outbox import Event
from community_book.needs import actions, letters, queries
from community_book.needs.rules import NEEDS, WHICH_LINK, NeedState, NewCard
from community_book.needs.tables import Need
from community_book.needs.views import NeedView
from community_book.people.actions import make_link
from tests.makers import actor_for, make_organisation, send
from tests.makers_needs import (
    ListedGroup,
    judge_needs_alone,
    make_listed_group,
    make_need,
    make_need_of_several,
    make_zones,
    new_need,
    new_part,
    part_ids,
)

S = NeedState
Browse = Callable[[Actor], FlaskClient]
HANDS, MONEY = new_part(Kind.HANDS, amount=600), new_part(Kind.MONEY, amount=50_000)
THINGS = new_part(Kind.GOODS, amount=8)


@pytest.fixture
def group(app: Any) -> ListedGroup:
    judge_needs_alone()
    return make_listed_group("The lunch club")


@pytest.fixture
def browse(app: Any, signed_in: Callable[..., FlaskClient]) -> Browse:
    return lambda actor: signed_in(actor.person_id, actor.organisation_id)


def seen(actor: Actor, reference: str) -> NeedView:
    with work.reading() as reading:
        return queries.need(reading, actor, reference)


def do(step: Callable[..., Any], *args: Any) -> list[Event]:
    """Runs one step as somebody's act; the events it told."""
    with work.work(system("test")) as session:
        step(session, *args)
        session.record("test.step", "test:T-1")
        return list(session.events)


def names(events: list[Event]) -> list[str]:
    return [event.name for event in events]


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


# --- writing it down ----------------------------------------------------------------------------


def test_a_need_is_posted_with_three_things_and_read_back_as_written(group: ListedGroup) -> None:
    reference, _ = make_need_of_several(group.lead, "any", HANDS, MONEY, THINGS)
    found = seen(group.lead, reference)
    assert (found.state, found.combine, [part.kind for part in found.parts]) == (
        S.OPEN, "any", [Kind.HANDS, Kind.MONEY, Kind.GOODS],
    )  # fmt: skip
    assert found.as_written().others == (MONEY, THINGS)
    with work.reading() as reading:
        assert len(queries.open_parts(reading)) == 3


def test_four_things_are_too_many_and_a_gap_names_its_part(group: ListedGroup) -> None:
    with pytest.raises(Refused, match="3 things at most"):
        make_need_of_several(group.lead, "all", HANDS, MONEY, THINGS, MONEY)
    with pytest.raises(Refused, match="Number 2, Money: Say how much"):
        make_need_of_several(group.lead, "all", HANDS, replace(MONEY, amount=None))
    with pytest.raises(Refused, match="whether any of these helps"):
        make_need_of_several(group.lead, "some", HANDS, MONEY)


def test_a_draft_grows_shrinks_and_is_posted_with_all_its_parts(group: ListedGroup) -> None:
    reference = actions.save_need(group.lead, new_need(Kind.HANDS))
    assert actions.add_part(group.lead, reference, replace(MONEY, amount=None), combine="any", version=1) == 2
    assert actions.add_part(group.lead, reference, THINGS, version=2) == 3
    with pytest.raises(Refused, match="3 things at most"):
        actions.add_part(group.lead, reference, THINGS)
    with pytest.raises(WrongState, match="Somebody changed this"):
        actions.change_part(group.lead, reference, 2, MONEY, version=2)
    card = NewCard(title="A summer fair", combine="any", none_of_these=True)
    with pytest.raises(Refused, match="Number 2, Money: Say how much"):
        actions.post_card(group.lead, reference, card)
    actions.change_part(group.lead, reference, 2, MONEY)
    actions.drop_part(group.lead, reference, 1)
    found = seen(group.lead, reference)
    assert [(part.position, part.kind) for part in found.parts] == [(1, Kind.MONEY), (2, Kind.GOODS)]
    actions.drop_part(group.lead, reference, 2)
    with pytest.raises(Refused, match="the last thing it asks for"):
        actions.drop_part(group.lead, reference, 1)
    actions.add_part(group.lead, reference, HANDS, combine="all")
    with pytest.raises(Refused, match="Read the list"):
        actions.post_card(group.lead, reference, replace(card, none_of_these=False))
    actions.post_card(group.lead, reference, card)
    found = seen(group.lead, reference)
    assert (found.state, found.title, found.combine, len(found.parts)) == (S.OPEN, "A summer fair", "any", 2)
    with pytest.raises(NotThere):
        actions.change_part(group.lead, reference, 3, MONEY)


def test_saving_the_words_of_a_draft_leaves_its_parts(group: ListedGroup) -> None:
    reference = actions.save_need(group.lead, new_need(Kind.HANDS))
    actions.add_part(group.lead, reference, MONEY, combine="any")
    actions.save_card(group.lead, reference, NewCard(title="Another title", combine="all"))
    found = seen(group.lead, reference)
    assert (found.title, found.combine, len(found.parts)) == ("Another title", "all", 2)
    with pytest.raises(Refused, match="in a few words"):
        actions.save_card(group.lead, reference, NewCard(title=""))


def test_a_copy_has_all_the_parts_and_their_own_places(group: ListedGroup) -> None:
    zone = make_zones("North")["North"]
    elsewhere = replace(MONEY, where="other", zone=(zone,))
    reference, _ = make_need_of_several(group.lead, "any", HANDS, elsewhere)
    found = seen(group.lead, actions.copy_need(group.lead, reference))
    assert (found.combine, [part.kind for part in found.parts]) == ("any", [Kind.HANDS, Kind.MONEY])
    assert found.parts[1].zone_names == ("North",)
    assert found.parts[1].place_id != seen(group.lead, reference).parts[1].place_id


def test_the_most_a_group_may_ask_counts_needs_and_not_their_parts(group: ListedGroup) -> None:
    for _ in range(3):
        make_need_of_several(group.lead, "all", HANDS, MONEY, THINGS)
    with pytest.raises(Refused, match="3 needs open or waiting"):
        make_need_of_several(group.lead, "all", HANDS, MONEY)


# --- changing what was posted -------------------------------------------------------------------


def test_a_posted_need_gets_another_part_and_officers_read_it_again(group: ListedGroup) -> None:
    made = make_need(group.lead, amount=600)
    actions.add_part(group.lead, made.reference, MONEY, combine="any", version=1)
    assert len(part_ids(made.reference)) == 2
    with pytest.raises(Refused, match="Say how much"):
        actions.add_part(group.lead, made.reference, replace(MONEY, amount=None))
    with pytest.raises(Refused, match="The kind of help cannot be changed"):
        actions.change_part(group.lead, made.reference, 2, THINGS)
    actions.change_part(group.lead, made.reference, 2, replace(MONEY, amount=70_000))
    assert seen(group.lead, made.reference).parts[1].amount == 70_000
    others = make_listed_group()
    with pytest.raises(NotAllowed):
        actions.add_part(others.lead, made.reference, MONEY)
    with pytest.raises(NotAllowed):
        actions.change_part(others.lead, made.reference, 2, MONEY)


def test_how_parts_go_together_stays_once_something_is_promised(group: ListedGroup) -> None:
    reference, (first, _) = make_need_of_several(group.lead, "all", HANDS, MONEY)
    card = NewCard(title="A summer fair", combine="any")
    actions.change_card(group.lead, reference, card)
    do(actions.draw_on_part, first, 60, {})
    with pytest.raises(Refused, match="must stay as it is: Any of these helps"):
        actions.change_card(group.lead, reference, replace(card, combine="all"))
    actions.change_card(group.lead, reference, replace(card, story="More words."))
    one = make_need(group.lead, amount=600)
    do(actions.draw_on_part, one.part_id, 60, {})
    with pytest.raises(Refused, match="must stay as it is: All of these"):
        actions.add_part(group.lead, one.reference, MONEY, combine="any")
    actions.add_part(group.lead, one.reference, MONEY, combine="all")


def test_nothing_is_added_where_one_of_any_is_promised_in_full(group: ListedGroup) -> None:
    reference, (first, _) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    do(actions.draw_on_part, first, 600, {})
    with pytest.raises(Refused, match="promised in full"):
        actions.add_part(group.lead, reference, THINGS)


def test_a_promised_need_that_asks_for_more_is_open_and_counts_again(group: ListedGroup) -> None:
    made = make_need(group.lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    for _ in range(3):
        make_need(group.lead)
    with pytest.raises(Refused, match="3 needs open or waiting"):
        actions.add_part(group.lead, made.reference, MONEY, combine="all")
    assert len(part_ids(made.reference)) == 1


def test_a_group_stops_asking_for_one_of_several(group: ListedGroup) -> None:
    reference, (first, second, _) = make_need_of_several(group.lead, "all", HANDS, MONEY, THINGS)
    do(actions.draw_on_part, second, 10_000, {})
    actions.drop_part(group.lead, reference, 2)
    with pytest.raises(Refused, match="not asked for any more"):
        actions.drop_part(group.lead, reference, 2)
    with pytest.raises(Refused, match="not asked for any more"):
        actions.change_part(group.lead, reference, 2, MONEY)
    found = seen(group.lead, reference)
    assert [(part.closed, part.stopped) for part in found.parts] == [(False, False), (True, True), (False, False)]
    with pytest.raises(Refused, match="Nothing is needed here any more"):
        do(actions.draw_on_part, second, 100, {})
    actions.drop_part(group.lead, reference, 3)
    with pytest.raises(Refused, match="last thing it asks for"):
        actions.drop_part(group.lead, reference, 1)
    do(actions.draw_on_part, first, 600, {})
    do(actions.note_met, first, 600)
    assert seen(group.lead, reference).state is S.PROMISED
    do(actions.note_met, second, 10_000)
    assert seen(group.lead, reference).state is S.MET


ACTS: dict[str, Callable[[Actor, str], object]] = {
    "add_part": lambda actor, reference: actions.add_part(actor, reference, THINGS),
    "drop_part": lambda actor, reference: actions.drop_part(actor, reference, 2),
    "keep_one": lambda actor, reference: actions.keep_one_part(actor, reference, part_ids(reference)[0]),
    "keep_asking": actions.keep_asking,
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("act", ACTS)
def test_each_act_on_parts_is_done_only_from_its_states(group: ListedGroup, act: str, state: NeedState) -> None:
    reference, ids = make_need_of_several(group.lead, "any", HANDS, MONEY)
    do(actions.draw_on_part, ids[0], 60, {})
    with work.bookkeeping(system("test")) as session:
        need = session.query(Need).filter_by(reference=reference).one()
        need.state = state
    if NEEDS.allows(act, state):
        ACTS[act](group.lead, reference)
    else:
        with pytest.raises(WrongState):
            ACTS[act](group.lead, reference)
    with work.bookkeeping(system("test")) as session:  # as it was, for what must always be true
        session.query(Need).filter_by(reference=reference).one().state = S.OPEN
    for role in (Role.PROVIDER_LEAD, Role.OFFICER, Role.GROUP_LEAD):
        with pytest.raises(NotAllowed):
            ACTS[act](actor_for(make_organisation(is_council=role is Role.OFFICER), role), reference)


# --- any of these -------------------------------------------------------------------------------


def test_one_promised_in_full_closes_the_others_and_says_which(group: ListedGroup) -> None:
    reference, (first, second, third) = make_need_of_several(group.lead, "any", HANDS, MONEY, THINGS)
    told = do(actions.draw_on_part, first, 600, {})
    [closed] = [event for event in told if event.name == "NeedPartsClosed"]
    assert closed.payload["part_ids"] == [second, third]
    assert "NeedPromisedInPart" not in names(told)
    assert seen(group.lead, reference).state is S.PROMISED
    do(actions.give_back_to_part, first, 600, {})
    assert [part.closed for part in seen(group.lead, reference).parts] == [False] * 3


def test_what_the_group_stopped_asking_for_stays_so_when_help_is_given_back(group: ListedGroup) -> None:
    reference, (first, _, _) = make_need_of_several(group.lead, "any", HANDS, MONEY, THINGS)
    actions.drop_part(group.lead, reference, 3)
    do(actions.draw_on_part, first, 600, {})
    do(actions.give_back_to_part, first, 600, {})
    assert [part.closed for part in seen(group.lead, reference).parts] == [False, False, True]


def test_one_promised_in_part_asks_the_group_once(group: ListedGroup) -> None:
    reference, (first, second) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    told = do(actions.draw_on_part, first, 60, {})
    assert "NeedPromisedInPart" in names(told)
    assert seen(group.lead, reference).asked_which
    assert "NeedPromisedInPart" not in names(do(actions.draw_on_part, first, 60, {}))
    actions.keep_asking(group.lead, reference)
    assert not seen(group.lead, reference).asked_which
    with pytest.raises(WrongState, match="answered already"):
        actions.keep_asking(group.lead, reference)
    assert "NeedPromisedInPart" not in names(do(actions.draw_on_part, first, 60, {}))
    assert "NeedPromisedInPart" in names(do(actions.draw_on_part, second, 10_000, {}))
    do(actions.draw_on_part, first, 420, {})
    found = seen(group.lead, reference)
    assert (found.state, found.asked_which, found.parts[1].closed) == (S.PROMISED, False, True)


def test_all_of_these_asks_nobody_which(group: ListedGroup) -> None:
    _, (first, _) = make_need_of_several(group.lead, "all", HANDS, MONEY)
    assert "NeedPromisedInPart" not in names(do(actions.draw_on_part, first, 60, {}))


def test_keeping_one_stops_the_others_for_good(group: ListedGroup) -> None:
    reference, (first, second) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    do(actions.draw_on_part, first, 60, {})
    for wrong in (2**40, -1):
        with pytest.raises(NotThere):
            actions.keep_one_part(group.lead, reference, wrong)
    actions.keep_one_part(group.lead, reference, first)
    found = seen(group.lead, reference)
    assert (found.state, found.asked_which, found.parts[1].stopped) == (S.OPEN, False, True)
    with pytest.raises(Refused, match="not asked for any more"):
        actions.keep_one_part(group.lead, reference, second)
    do(actions.give_back_to_part, first, 60, {})
    assert [part.closed for part in seen(group.lead, reference).parts] == [False, True]


def test_any_is_met_when_one_is_done_and_not_sure_is_set_by_what_is_promised(group: ListedGroup) -> None:
    unsure = new_part(Kind.HANDS, amount=None, not_sure=True)
    reference, (first, _) = make_need_of_several(group.lead, "any", unsure, MONEY)
    do(actions.draw_on_part, first, 300, {})
    assert seen(group.lead, reference).state is S.PROMISED
    do(actions.note_met, first, 300)
    assert seen(group.lead, reference).state is S.MET


def test_a_need_taken_back_asks_for_nothing_again(group: ListedGroup) -> None:
    reference, (first, _) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    do(actions.draw_on_part, first, 60, {})
    assert actions.withdraw_need(group.lead, reference) is S.PROMISED
    do(actions.give_back_to_part, first, 60, {})
    assert seen(group.lead, reference).parts[1].closed


# --- all of these -------------------------------------------------------------------------------


def test_all_is_reached_only_when_all_are(group: ListedGroup) -> None:
    reference, (first, second) = make_need_of_several(group.lead, "all", HANDS, MONEY)
    do(actions.draw_on_part, first, 600, {})
    do(actions.note_met, first, 600)
    assert seen(group.lead, reference).state is S.OPEN
    do(actions.draw_on_part, second, 50_000, {})
    assert seen(group.lead, reference).state is S.PROMISED
    do(actions.note_met, second, 50_000)
    assert seen(group.lead, reference).state is S.MET


# --- the letter and its link --------------------------------------------------------------------


def test_the_group_is_written_to_with_a_link_that_answers_with_one_tap(client: FlaskClient, group: ListedGroup) -> None:
    reference, (first, _) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    [told] = [e for e in do(actions.draw_on_part, first, 60, {}) if e.name == "NeedPromisedInPart"]
    with work.reading() as reading:
        [letter] = letters.promised_in_part(reading, told)
    assert (letter.organisation_id, letter.link_act) == (group.organisation.id, WHICH_LINK)
    assert "1 h promised, 9 h still looked for" in [str(line) for line in letter.body]
    page = client.get(f"/needs/which/{link(group, reference)}")
    assert page.status_code == 200
    for said in ("Helping hands: 1 h promised", "stop asking for the others", "Go on asking for all of them"):
        assert said in text_of(page)
    assert seen(group.lead, reference).asked_which
    token = link(group, reference)
    assert "You no longer ask for the others" in text_of(
        send(client, f"/needs/which/{token}", answer="keep", part=str(first))
    )
    assert seen(group.lead, reference).parts[1].stopped
    assert client.get(f"/needs/which/{token}").status_code in {404, 409, 410}
    with work.reading() as reading:
        assert letters.promised_in_part(reading, told) == []
    judge_needs_alone()


def link(group: ListedGroup, reference: str) -> str:
    with work.bookkeeping(group.lead) as session:
        return make_link(
            session,
            WHICH_LINK,
            f"need:{reference}",
            person_id=group.lead.person_id,
            organisation_id=group.organisation.id,
        )


def test_a_link_goes_on_asking_and_says_when_it_is_too_late(client: FlaskClient, group: ListedGroup) -> None:
    reference, (first, _) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    do(actions.draw_on_part, first, 60, {})
    token, later = link(group, reference), link(group, reference)
    assert send(client, f"/needs/which/{token}", answer="keep", part="x").status_code == 404
    assert "You go on asking for all" in text_of(send(client, f"/needs/which/{token}", answer="all"))
    assert "answered already" in text_of(client.get(f"/needs/which/{later}"))
    judge_needs_alone()


# --- pages --------------------------------------------------------------------------------------


def days(part: Any = HANDS) -> dict[str, str]:
    return {
        f"{name}-{key}": str(value)
        for name, day in (("first_day", part.first_day or today()), ("last_day", part.last_day or today()))
        for key, value in (("day", day.day), ("month", day.month), ("year", day.year))
    }


def test_three_things_are_asked_for_step_by_step_without_scripts(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    typed = {"title": "A summer fair", "amount": "10 h", "how": "any", "where": "ours", "dbs": "none", **days()}
    answer = send(client, "/needs/new/hands", **typed, _act="add")
    assert answer.status_code == 303
    assert answer.location.endswith("/parts/new")
    page = text_of(client.get(answer.location))
    assert "“A summer fair” asks for: Helping hands." in page
    address = answer.location + "/money"
    page = text_of(client.get(address))
    assert "How does it go with what you ask for already?" in page
    assert f'value="{today().year}"' in page
    wrong = send(client, address, version="1", combine="any", amount="lots", where="ours", terms="x", **days())
    assert wrong.status_code == 422
    money = {"amount": "500", "where": "ours", **days()}
    wrong = send(client, address, version="1", **money)
    assert wrong.status_code == 422
    assert "Choose an answer to “How does it go with what you ask for already" in text_of(wrong)
    assert 'value="500"' in text_of(wrong)
    answer = send(client, address, version="1", combine="any", **money)
    assert answer.status_code == 303
    assert send(client, address, version="1", combine="any", **money).status_code == 409
    page = text_of(client.get(answer.location))
    for said in (
        "Your need, before you post it",
        "1. Helping hands",
        "2. Money",
        "£500",
        "Save, and add something else",
    ):
        assert said in page
    assert re.search(r'value="any"[^>]*checked', page)
    reference = answer.location.split("/")[2]
    assert "combine" not in text_of(client.get(f"/needs/{reference}/parts/new/goods"))
    page = text_of(client.get(f"/needs/{reference}/parts/2"))
    assert 'value="500"' in page
    assert send(client, f"/needs/{reference}/parts/2", version="2", **(money | {"amount": "700"})).status_code == 303
    assert send(client, f"/needs/{reference}/parts/2", version="2", **money).status_code == 409
    card = {"title": "A summer fair", "combine": "all", "version": "3"}
    refused = send(client, f"/needs/{reference}/edit", **card)
    assert refused.status_code == 422
    assert "Read the list and tick" in text_of(refused)
    answer = send(client, f"/needs/{reference}/edit", **card, none_of_these="yes")
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    for said in ("Everybody can read it now", "All of these are needed.", "1. Helping hands", "2. Money", "£700"):
        assert said in page


def test_one_thing_is_still_posted_with_at_most_eight_questions(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    for kind in ("hands", "goods", "vehicle", "advice", "money"):
        page = client.get(f"/needs/new/{kind}").get_data(as_text=True)
        assert len(re.findall(r"<(?:h2|legend|label)[^>]*--m[^>]*>", page)) <= 8
        assert "Save, and add something else" in page


def test_a_posted_need_of_several_is_changed_and_asks_for_less(browse: Browse, group: ListedGroup) -> None:
    reference, _ = make_need_of_several(group.lead, "any", HANDS, MONEY, THINGS)
    client, here = browse(group.lead), f"/needs/{reference}"
    page = text_of(client.get(f"{here}/edit"))
    assert "Post it" not in page
    assert page.count("Stop asking for it") == 3
    assert "Ask for something else as well" not in page
    assert "for more." in text_of(client.get(f"{here}/parts/new"))
    answer = send(client, f"{here}/edit", title="Another title", combine="all", version="1")
    assert answer.status_code == 303
    assert "Another title" in text_of(client.get(answer.location))
    assert "You only stop asking" not in text_of(client.get(f"{here}/parts/3/drop"))
    assert send(client, f"{here}/parts/3/drop", version="1").status_code == 409
    assert send(client, f"{here}/parts/3/drop", version="2").status_code == 303
    page = text_of(client.get(here))
    assert "no longer asked for" in page
    public = text_of(browse(make_listed_group().lead).get(f"{here}/print"))
    assert "Things given" not in public
    assert "2. Money" in public
    for wrong in ("4", "0", "99999999999", "x"):
        assert client.get(f"{here}/parts/{wrong}").status_code == 404
        assert client.get(f"{here}/parts/{wrong}/drop").status_code == 404
    assert client.get(f"{here}/parts/new/conduct").status_code == 404


def test_the_pages_of_parts_are_the_groups_own(browse: Browse, client: FlaskClient, group: ListedGroup) -> None:
    reference, _ = make_need_of_several(group.lead, "any", HANDS, MONEY)
    other = browse(make_listed_group().lead)
    for page in ("parts/new", "parts/new/money", "parts/1", "parts/1/drop"):
        assert client.get(f"/needs/{reference}/{page}").location.startswith("/sign-in")
        assert other.get(f"/needs/{reference}/{page}").status_code == 403
    draft = actions.save_need(group.lead, new_need())
    assert other.get(f"/needs/{draft}/parts/new").status_code == 404
    actions.withdraw_need(group.lead, reference)
    own = browse(group.lead)
    for page in ("parts/new", "parts/new/money", "parts/1", "parts/1/drop", "edit"):
        assert own.get(f"/needs/{reference}/{page}").status_code == 409


def test_the_question_stands_on_the_needs_page_and_on_the_desk(browse: Browse, group: ListedGroup) -> None:
    reference, (first, _) = make_need_of_several(group.lead, "any", HANDS, MONEY)
    do(actions.draw_on_part, first, 60, {})
    client = browse(group.lead)
    page = text_of(client.get(f"/needs/{reference}"))
    assert "A part of one is promised. Is that enough?" in page
    assert "Help is promised for 1 of 2." in page
    assert "is it enough?" in text_of(client.get("/desk"))
    stranger = text_of(browse(make_listed_group().lead).get(f"/needs/{reference}"))
    assert "Is that enough?" not in stranger
    here = f"/needs/{reference}"
    assert send(client, f"{here}/keep-asking", page=here).status_code == 303
    assert "Is that enough?" not in text_of(client.get(here))


def test_lists_and_the_spreadsheet_show_every_part(browse: Browse, client: FlaskClient, group: ListedGroup) -> None:
    reference, _ = make_need_of_several(group.lead, "any", HANDS, MONEY)
    page = text_of(client.get("/needs?kind=money"))
    for said in ("Any of these helps.", "Helping hands", "£500"):
        assert said in page
    lines = [line for line in client.get("/needs.csv").get_data(as_text=True).splitlines() if reference in line]
    assert [line.split(",")[3:6] for line in lines] == [
        ["1", "Any of these helps", "Helping hands"],
        ["2", "Any of these helps", "Money"],
    ]
    officer = actor_for(make_organisation(is_council=True), Role.OFFICER)
    untrusted = make_listed_group(trusted=False)
    waiting, _ = make_need_of_several(untrusted.lead, "all", HANDS, MONEY)
    page = text_of(browse(officer).get(f"/needs/{waiting}/decide"))
    assert "All of these are needed." in page
    assert "2. Money" in page
    judge_needs_alone()
