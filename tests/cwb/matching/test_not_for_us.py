""" "Not for us": either side hides a suggestion with a reason, takes that back, and the council sees plain counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community_book.base import dispatcher, registers, work
from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.base.clock import quarter_of, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.needs import actions as need_actions
from cwb.matching import actions, queries
from cwb.matching.rules import REASONS, REASONS_OF, NewNotForUs, check_not_for_us
from cwb.matching.tables import NotForUs
from tests.makers import send
from tests.makers_commitments import Pair, make_officer, make_pair
from tests.makers_needs import make_listed_group, make_need_of_several, new_part
from tests.makers_pledges import make_admitted_provider
from tests.support.grounds import kept

FAR = NewNotForUs("too_far", "Our hall is in Leigh.")


class Told(NamedTuple):
    """A pair that was suggested, and browsers of those who look at it."""

    pair: Pair
    browse: Callable[[Actor], FlaskClient]

    @property
    def address(self) -> str:
        return f"/suggestions/{self.pair.pledge.reference}/{self.pair.need.part_id}"


@kept
def make_suggested_pair() -> Pair:
    pair = make_pair()
    dispatcher.dispatch_all()
    return pair


@pytest.fixture
def told(app: Any, signed_in: Callable[..., FlaskClient]) -> Told:
    return Told(make_suggested_pair(), lambda actor: signed_in(actor.person_id, actor.organisation_id))


def shown_to(actor: Actor) -> int:
    with work.reading() as reading:
        return len(queries.suggestions(reading, actor, limit=5))


def say(told: Told, actor: Actor, new: NewNotForUs = FAR) -> None:
    actions.say_not_for_us(actor, told.pair.pledge.reference, told.pair.need.part_id, new)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_it_is_hidden_from_whoever_says_so_and_from_nobody_else(told: Told) -> None:
    pair = told.pair
    say(told, pair.asking)
    assert [shown_to(who) for who in (pair.asking, pair.offering, pair.officer)] == [0, 1, 1]
    with work.reading() as reading:
        [seen] = queries.suggestions(reading, pair.officer, limit=5)
        assert [str(said) for said in seen.said_no] == ["The group says that this is not for it: It is too far away"]
    say(told, pair.offering, NewNotForUs("busy"))
    assert shown_to(pair.offering) == 0


def test_it_is_taken_back_and_shown_again(told: Told) -> None:
    pair = told.pair
    for actor in (pair.asking, pair.offering):
        say(told, actor, NewNotForUs("dates"))
        actions.take_back_not_for_us(actor, pair.pledge.reference, pair.need.part_id)
        assert shown_to(actor) == 1
        with pytest.raises(WrongState, match="already"):
            actions.take_back_not_for_us(actor, pair.pledge.reference, pair.need.part_id)
    with work.reading() as reading:
        assert queries.reason_counts(reading, pair.officer) == []


def test_saying_it_anew_changes_the_reason_and_counts_once(told: Told) -> None:
    say(told, told.pair.asking)
    say(told, told.pair.asking, NewNotForUs("found"))
    with work.reading() as reading:
        [one] = queries.reason_counts(reading, told.pair.officer)
        assert (str(one.side), one.reason_code, one.kind, one.many) == ("group", "found", Kind.ADVICE, 1)
        assert reading.execute(select(NotForUs.words)).scalar_one() == ""


@pytest.mark.parametrize("side", ["provider", "group"])
@pytest.mark.parametrize("code", [*REASONS, "nonsense", ""])
def test_each_side_has_its_own_reasons(told: Told, side: Any, code: str) -> None:
    actor = told.pair.offering if side == "provider" else told.pair.asking
    if code in REASONS_OF[side]:
        say(told, actor, NewNotForUs(code, "Because."))
    else:
        with pytest.raises(Refused, match="Choose a reason"):
            say(told, actor, NewNotForUs(code, "Because."))
    assert bool(check_not_for_us(NewNotForUs("other"), side))


def test_only_the_two_sides_say_it_and_only_of_what_is_suggested(told: Told) -> None:
    with pytest.raises(NotAllowed):
        say(told, told.pair.officer)
    for other in (make_listed_group().lead, make_admitted_provider().actor):
        with pytest.raises(NotThere):
            say(told, other)
    stranger = make_pair()
    for part_id in (stranger.need.part_id, 2**40):
        with pytest.raises(NotThere):
            actions.say_not_for_us(told.pair.asking, told.pair.pledge.reference, part_id, FAR)
    need_actions.pause_need(told.pair.asking, told.pair.need.reference)
    with pytest.raises(NotThere):
        say(told, told.pair.asking)


def test_only_the_council_sees_the_counts(told: Told) -> None:
    with work.reading() as reading:
        for actor in (told.pair.asking, told.pair.offering):
            for read in (queries.reason_counts, queries.words_said):
                with pytest.raises(NotThere):
                    read(reading, actor)


def test_a_persons_words_are_shown_to_them_and_erased(told: Told) -> None:
    say(told, told.pair.asking)
    data = registers.persons_data()["matching"]
    person_id = told.pair.asking.person_id
    assert person_id is not None
    with work.reading() as reading:
        assert data.show(reading, person_id) == {"not_for_us": ["Our hall is in Leigh."]}
    with work.work(told.pair.officer) as session:
        data.erase(session, person_id)
        session.record("test.erase", "test:T-1")
    with work.reading() as reading:
        assert data.show(reading, person_id) == {"not_for_us": []}
        assert queries.reason_counts(reading, told.pair.officer)[0].many == 1


# --- pages --------------------------------------------------------------------------------------


def test_a_group_says_it_on_its_needs_page_and_takes_it_back(told: Told) -> None:
    client = told.browse(told.pair.asking)
    need = f"/needs/{told.pair.need.reference}"
    assert f"{told.address}/not-for-us" in text(client.get(need))
    page = text(client.get(f"{told.address}/not-for-us"))
    for said in ("Why is it not for you?", "It is too little to be useful", "We have found other help"):
        assert said in page
    assert "It is more than we can give" not in page
    wrong = send(client, f"{told.address}/not-for-us", reason_code="other")
    assert wrong.status_code == 422
    assert "Say in a few words why" in text(wrong)
    for bad in ({}, {"reason_code": "too_much"}, {"reason_code": "too_far", "words": "x" * 501}, {"x": "y"}):
        assert send(client, f"{told.address}/not-for-us", **bad).status_code == 422
    answer = send(client, f"{told.address}/not-for-us", reason_code="too_far", words="In <b>Leigh</b>")
    assert answer.status_code == 303
    page = text(client.get(answer.location))
    for said in ("It is not shown to you any more", "It is too far away: ", "In &lt;b&gt;Leigh&lt;/b&gt;"):
        assert said in page
    assert "Possible help" not in text(client.get(need))
    assert "you said are not for you" in text(client.get("/desk"))
    answer = send(client, f"{told.address}/take-back", page="/suggestions/not-for-us")
    assert answer.status_code == 303
    assert "There is nothing here" in text(client.get(answer.location))
    assert "Possible help" in text(client.get(need))
    assert send(client, f"{told.address}/take-back", page="/account").status_code == 409


def test_a_provider_says_it_on_its_pledges_page(told: Told) -> None:
    client = told.browse(told.pair.offering)
    pledge = f"/pledges/{told.pair.pledge.reference}"
    assert f"{told.address}/not-for-us" in text(client.get(pledge))
    assert send(client, f"{told.address}/not-for-us", reason_code="busy").status_code == 303
    assert "Who needs this" not in text(client.get(pledge))
    council = text(told.browse(told.pair.officer).get(pledge))
    assert "The provider says that this is not for it: We have promised enough for now" in council


def test_the_council_reads_plain_counts_and_takes_them_away(told: Told) -> None:
    client = told.browse(told.pair.officer)
    assert "Nobody has said so yet" in text(client.get("/suggestions/reasons"))
    say(told, told.pair.asking)
    say(told, told.pair.offering, NewNotForUs("busy"))
    page = text(client.get("/suggestions/reasons"))
    assert re.search(r"We have promised enough for now</td><td[^>]*>1</td>", page)
    assert "Our hall is in Leigh." in page
    lines = client.get("/suggestions/reasons.csv").get_data(as_text=True).splitlines()[1:]
    assert lines == [
        "group,It is too far away,Expert advice,1,",
        "provider,We have promised enough for now,Expert advice,1,",
    ]
    quarter = quarter_of(today())
    assert "Our hall" in text(client.get(f"/suggestions/reasons?quarter={quarter}&kind=advice"))
    assert "Nobody has said so yet" in text(client.get("/suggestions/reasons?kind=money"))
    for nonsense in ("quarter=2026-Q9", "kind=conduct", "x=y"):
        assert client.get(f"/suggestions/reasons?{nonsense}").status_code == 200
    for actor in (told.pair.asking, told.pair.offering):
        assert told.browse(actor).get("/suggestions/reasons").status_code == 403


def test_nobody_else_finds_the_pages(told: Told, client: FlaskClient) -> None:
    for page in ("not-for-us", "take-back"):
        assert client.post(f"{told.address}/{page}").status_code in {303, 400, 403}
    assert client.get(f"{told.address}/not-for-us").location.startswith("/sign-in")
    other = told.browse(make_listed_group().lead)
    assert other.get(f"{told.address}/not-for-us").status_code == 404
    assert other.get(f"/suggestions/nonsense/{told.pair.need.part_id}/not-for-us").status_code == 404
    assert other.get("/suggestions/P-222222/99999999999999999999/not-for-us").status_code == 404
    assert told.browse(make_officer()).get(f"{told.address}/not-for-us").status_code == 403


def test_of_a_need_for_several_things_each_suggestion_says_for_which(told: Told) -> None:
    group = told.pair.group
    reference, _ = make_need_of_several(
        group.lead, "any", new_part(Kind.ADVICE, amount=720), new_part(Kind.MONEY, amount=5_000)
    )
    dispatcher.dispatch_all()
    assert "For: Expert advice" in text(told.browse(group.lead).get(f"/needs/{reference}"))
