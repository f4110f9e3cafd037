"""Every page of promises, as both sides and the council open it, and as nobody may."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from community_book.base import work
from community_book.base.actor import Actor, Role
from community_book.base.amounts import Kind
from community_book.base.clock import held_at, today
from community_book.base.errors import Refused
from community_book.people import actions as people_actions
from cwb.commitments import actions
from cwb.commitments.actions import NewChange
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import CommitmentNote
from tests.makers import send
from tests.makers_commitments import (
    make_commitment,
    make_minibus_pair,
    make_officer,
    make_pair,
    new_commitment,
    report,
    report_all,
    row_of,
    terms_of,
)
from tests.makers_needs import make_listed_group
from tests.makers_pledges import make_admitted_provider, pledge_row

S = CommitmentState


@pytest.fixture
def browser(signed_in):
    """A browser signed in as an actor: browser(actor)."""

    def open_as(actor: Actor) -> FlaskClient:
        return signed_in(actor.person_id, actor.organisation_id)

    return open_as


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def token_for(actor: Actor, act: str, reference: str) -> str:
    with work.bookkeeping(actor) as session:
        return people_actions.make_link(
            session,
            act,
            f"commitment:{reference}",
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
        )


# --- beginning ----------------------------------------------------------------------------------


def test_a_provider_offers_from_a_form_the_site_filled_in(app, browser):
    pair = make_pair()
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    page = text(provider.get(address))
    assert "Both are about: Accounts and bookkeeping" in page
    assert 'value="12 h"' in page
    answer = send(provider, address, amount="10 h", words="Priya would come")
    assert answer.status_code == 303
    shown = text(provider.get(answer.location))
    assert "gives" in shown
    assert "10 h of advice (Accounts and bookkeeping)" in shown
    assert "Priya would come" in shown
    assert "Take it back" in shown
    assert "Accept</button>" not in shown


def test_dates_are_offered_as_ticks(app, browser):
    pair = make_minibus_pair(3)
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    page = text(provider.get(address))
    assert page.count('name="sessions"') == 3
    assert page.count(" checked") == 3
    keys = new_commitment(pair).session_keys
    answer = send(provider, address, sessions=[keys[0], keys[2]])
    assert answer.status_code == 303
    assert "on 2 dates from" in text(provider.get(answer.location))
    nothing = make_minibus_pair(3)
    provider = browser(nothing.offering)
    address = f"/promises/offer?part_id={nothing.need.part_id}&pledge={nothing.pledge.reference}"
    answer = send(provider, address)
    assert answer.status_code == 422
    assert "Choose at least one date" in text(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "13 h"}, "at most 12 h"),
        ({"amount": ""}, "Say how much"),
        ({"amount": "a lot"}, "is not an amount we can read"),
        ({"amount": "-3"}, "cannot be less than 0"),
        ({"amount": "1 h", "words": "x" * 1001}, "Use 1000 characters or fewer"),
        ({"amount": "1 h", "pledge_id": "7"}, "is not asked for here"),
    ],
)
def test_a_bad_offer_comes_back_with_what_was_typed(app, browser, typed, said):
    pair = make_pair()
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    answer = send(provider, address, **typed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "There is a problem" in text(answer)


def test_an_offer_that_is_too_much_is_stopped_and_one_tap_offers_what_fits(app, browser):
    """Three visits of four would fit; what was typed is still there, and Enter never sends something else."""
    pair = make_pair(
        measure="LA5",
        kind=Kind.HANDS,
        amount=2880,
        pledged={"amount": 2160, "team_smallest": 1, "team_largest": 4, "visit_minutes": 180},
        needed={"team_largest": 4, "visit_minutes": 180},
    )
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    typed = {"amount": "48 h", "people": "4", "words": "Priya would come"}
    answer = send(provider, address, **typed)
    assert answer.status_code == 422
    page = text(answer)
    for said in ("There is a problem", "3 visits of 4 would fit: 36 h.", 'value="48 h"', "Priya would come"):
        assert said in page
    assert re.findall(r">\s*(Offer [a-z ]+?)\s*</button>", page) == ["Offer this", "Offer what fits", "Offer this"]
    answer = send(provider, address, **typed, _act="what_fits")
    assert answer.status_code == 303
    shown = text(provider.get(answer.location))
    assert "36 h of helping hands" in shown
    assert "Priya would come" in shown


def test_what_would_not_help_stops_an_offer_until_it_is_read(app, browser):
    pair = make_pair(needed={"not_wanted": frozenset({"changing", "once"}), "terms": "Mornings only <b>"})
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    page = text(provider.get(address))
    for said in ("this would not help", "Different people each time", "Mornings only &lt;b&gt;"):
        assert said in page
    assert "A single visit" not in page
    answer = send(provider, address, amount="10 h", _act="what_fits")
    assert answer.status_code == 422
    assert "tick that this keeps to it" in text(answer)
    assert "Offer what fits" not in text(answer)
    with pytest.raises(Refused, match="keeps to it"):
        actions.propose(pair.officer, new_commitment(pair))
    assert send(provider, address, amount="10 h", keeps_terms="yes").status_code == 303


def test_too_large_a_team_is_stopped_before_it_is_sent(app, browser):
    pair = make_pair(
        measure="LA5",
        kind=Kind.HANDS,
        amount=2160,
        pledged={"team_smallest": 1, "team_largest": 12, "visit_minutes": 180},
        needed={"team_largest": 4, "visit_minutes": 180},
    )
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    answer = send(browser(pair.offering), address, amount="36 h", people="12")
    assert answer.status_code == 422
    assert "room for at most 4 people" in text(answer)
    with pytest.raises(Refused, match="at most 4 people"):
        actions.ask(pair.asking, new_commitment(pair, amount=2160, people=12))
    assert send(browser(pair.offering), address, amount="36 h", people="12", _act="what_fits").status_code == 303


def test_a_pair_that_does_not_fit_says_what_would_have_to_change(app, browser):
    pair = make_pair(needed={"dbs": "enhanced"})
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    page = text(provider.get(address))
    assert "It would fit once the provider confirms this check on its pledge: Enhanced check" in page
    assert "change it" in page
    assert "Offer this" not in page
    answer = send(provider, address, page="/account", amount="10 h", words="Priya would come")
    assert answer.status_code == 422
    assert "Priya would come" in text(answer)
    assert "It would fit once" in text(provider.get(f"/promises/offer?part_id={pair.need.part_id}"))


def test_sending_an_offer_twice_makes_one(app, browser):
    pair = make_pair()
    provider = browser(pair.offering)
    address = f"/promises/offer?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    shown = provider.get(address).get_data(as_text=True)
    fields = {
        "_token": re.search(r'name="_token" value="([^"]+)"', shown)[1],
        "_key": re.findall(r'name="_key" value="([^"]+)"', shown)[-1],
        "amount": "1 h",
    }
    first = provider.post(address, data=fields)
    second = provider.post(address, data=fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.location == first.location
    assert pledge_row(pair.pledge.reference).held == 60


def test_what_does_not_fit_shows_why_and_no_form(app, browser):
    pair = make_pair(needed={"subject": "bids"})
    page = text(
        browser(pair.officer).get(f"/promises/propose?part_id={pair.need.part_id}&pledge={pair.pledge.reference}")
    )
    assert "This does not fit, and why" in page
    assert "the other about Funding bids" in page
    assert "Propose this" not in page


def test_each_side_chooses_what_to_begin_with(app, browser):
    pair = make_pair()
    unfit = make_pair(provider=pair.provider, needed={"subject": "bids"})
    provider = browser(pair.offering)
    assert pair.pledge.reference in text(provider.get(f"/promises/offer?part_id={pair.need.part_id}"))
    page = text(provider.get(f"/promises/offer?pledge={pair.pledge.reference}"))
    assert "These fit" in page
    assert "These do not fit, and why" in page
    assert f"part_id={unfit.need.part_id}" in page
    group = browser(pair.asking)
    assert f"part_id={pair.need.part_id}" in text(group.get(f"/promises/ask?pledge={pair.pledge.reference}"))
    officer = browser(pair.officer)
    assert f"part_id={pair.need.part_id}" in text(officer.get("/promises/propose"))
    assert pair.pledge.reference in text(officer.get(f"/promises/propose?part_id={pair.need.part_id}"))
    assert provider.get("/promises/offer").status_code == 303


@pytest.mark.parametrize("address", ["?part_id=999999", "?part_id=x", "?part_id=1²", "?pledge=P-222222"])
def test_what_is_not_there_is_not_found(app, browser, address):
    pair = make_pair()
    assert browser(pair.officer).get("/promises/propose" + address).status_code == 404


def test_a_group_asks_and_the_officer_proposes(app, browser):
    pair = make_pair()
    address = f"?part_id={pair.need.part_id}&pledge={pair.pledge.reference}"
    asked = send(browser(pair.asking), "/promises/ask" + address, amount="1 h")
    assert asked.status_code == 303
    other = make_pair()
    address = f"?part_id={other.need.part_id}&pledge={other.pledge.reference}"
    proposed = send(browser(other.officer), "/promises/propose" + address, amount="1 h", words="You two should meet")
    assert "proposed by the council" in text(browser(other.asking).get(proposed.location))
    stranger = make_listed_group()
    assert browser(stranger.lead).get("/promises/ask" + address).status_code == 404


# --- who sees and does --------------------------------------------------------------------------

PAGES = ["/promises", "/promises.csv", "/promises/coming", "/promises/{ref}"]


@pytest.mark.parametrize("address", PAGES)
def test_signed_out_one_is_sent_to_sign_in(app, client, address):
    reference = make_commitment(make_pair())
    answer = client.get(address.format(ref=reference))
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_others_get_404_as_if_it_did_not_exist(app, browser):
    reference = make_commitment(make_pair())
    for actor in (make_admitted_provider().actor, make_listed_group().lead):
        stranger = browser(actor)
        for way in ("", "/decline", "/condition", "/change/amount", "/call-off", "/stop", "/did-not-happen"):
            assert stranger.get(f"/promises/{reference}{way}").status_code == 404
        for way in ("/accept", "/take-back", "/complete"):
            assert send(stranger, f"/promises/{reference}{way}", page="/promises").status_code == 404
        assert stranger.get("/promises/C-222222").status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.VERIFIER, Role.SAFEGUARDING, Role.ADMINISTRATOR])
def test_others_of_the_council_read_and_do_nothing(app, browser, role):
    reference = make_commitment(make_pair(), S.OFFERED)
    reader = browser(make_officer(role))
    page = text(reader.get(f"/promises/{reference}"))
    assert "What can be done now" not in page
    for way in ("/accept", "/take-back"):
        assert send(reader, f"/promises/{reference}{way}", page=f"/promises/{reference}").status_code == 403
    assert reader.get(f"/promises/{reference}/decline").status_code == 403


@pytest.mark.parametrize("state", list(CommitmentState))
def test_the_page_opens_in_every_state_for_every_side(app, browser, state):
    pair = make_pair()
    reference = make_commitment(pair, state)
    for actor in (pair.offering, pair.asking, pair.officer):
        answer = browser(actor).get(f"/promises/{reference}")
        assert answer.status_code == 200
        assert "Something is wrong here" in text(answer)


def test_a_promise_of_dates_opens_in_every_state(app, browser):
    for state in (S.OFFERED, S.AGREED, S.COMPLETED, S.ENDED_SHORT):
        pair = make_minibus_pair(2)
        reference = make_commitment(pair, state)
        assert browser(pair.asking).get(f"/promises/{reference}").status_code == 200


def test_contacts_stand_on_the_page_once_it_is_agreed(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    group = browser(pair.asking)
    assert pair.offering.email not in text(group.get(f"/promises/{reference}"))
    assert send(group, f"/promises/{reference}/accept", page=f"/promises/{reference}").status_code == 303
    assert pair.offering.email in text(group.get(f"/promises/{reference}"))


# --- answering ----------------------------------------------------------------------------------


def test_two_who_answer_at_once_are_told_what_it_is_now(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    group = browser(pair.asking)
    version = row_of(reference).version
    actions.decline(pair.asking, reference, reason_code="dates")
    answer = send(group, f"/promises/{reference}/accept", page="/promises", version=str(version))
    assert answer.status_code == 409
    assert "This promise is declined" in text(answer)


def test_declining_asks_why_and_shows_it_to_the_other_side(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    group = browser(pair.asking)
    address = f"/promises/{reference}/decline"
    assert send(group, address).status_code == 422
    assert send(group, address, reason_code="whim").status_code == 422
    assert send(group, address, reason_code="dates", reason="We are shut in August").status_code == 303
    page = text(browser(pair.offering).get(f"/promises/{reference}"))
    assert "The dates do not suit" in page
    assert "We are shut in August" in page
    assert group.get(address).status_code == 409


def test_a_condition_and_a_committee_need_a_day(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    group = browser(pair.asking)
    day = today() + timedelta(days=20)
    parts = {"by_day-day": str(day.day), "by_day-month": str(day.month), "by_day-year": str(day.year)}
    address = f"/promises/{reference}/condition"
    assert send(group, address, condition="If the hall is free").status_code == 422
    bad = {**parts, "by_day-month": "13"}
    assert send(group, address, condition="If", **bad).status_code == 422
    assert send(group, address, condition="If the hall is free", **parts).status_code == 303
    page = text(group.get(f"/promises/{reference}"))
    assert "On a condition:" in page
    assert "Yes, it is met: agree" in page
    assert send(group, f"/promises/{reference}/yes-for-good", page=f"/promises/{reference}").status_code == 303
    assert row_of(reference).state == S.AGREED
    other = make_pair()
    another = make_commitment(other, S.OFFERED)
    assert send(browser(other.asking), f"/promises/{another}/committee", **parts).status_code == 303
    assert row_of(another).state == S.COMMITTEE


# --- changing and ending ------------------------------------------------------------------------


def test_a_change_is_proposed_and_agreed_on_the_page(app, browser):
    pair = make_minibus_pair(2)
    reference = make_commitment(pair)
    provider, group = browser(pair.offering), browser(pair.asking)
    first = terms_of(reference).sessions[0]
    later = first.day + timedelta(days=2)
    address = f"/promises/{reference}/change/move?session={first.id}"
    assert "It can be a day other than the usual ones" in text(group.get(address))
    parts = {"day-day": str(later.day), "day-month": str(later.month), "day-year": str(later.year)}
    assert send(group, address, starts_minute="25:00", **parts).status_code == 422
    answer = send(group, address, starts_minute="11:00", why="The hall is let", **parts)
    assert answer.status_code == 303
    page = text(provider.get(f"/promises/{reference}"))
    assert "A change waits for its answer" in page
    assert "The hall is let" in page
    change = re.search(r"/changes/(CH-\w+)/agree", page)[1]
    assert f"/changes/{change}/agree" not in text(group.get(f"/promises/{reference}"))
    done = send(provider, f"/promises/{reference}/changes/{change}/agree", page=f"/promises/{reference}")
    assert done.status_code == 303
    assert later in {session.day for session in terms_of(reference).sessions}
    assert group.get(f"/promises/{reference}/change/move?session=999999").status_code == 404
    assert group.get(f"/promises/{reference}/change/nonsense").status_code == 404


@pytest.mark.parametrize("what", ["amount", "dates"])
def test_amounts_and_days_are_changed_where_there_are_no_dates(app, browser, what):
    pair = make_pair()
    reference = make_commitment(pair)
    group = browser(pair.asking)
    address = f"/promises/{reference}/change/{what}"
    assert group.get(address).status_code == 200
    fields = {"amount": "10 h"}
    if what == "dates":
        last = today() + timedelta(days=200)
        fields = {
            "first_day-day": str(today().day),
            "first_day-month": str(today().month),
            "first_day-year": str(today().year),
            "last_day-day": str(last.day),
            "last_day-month": str(last.month),
            "last_day-year": str(last.year),
        }
    assert send(group, address, **fields).status_code == 303
    assert send(group, address, **fields).status_code == 409
    page = text(group.get(f"/promises/{reference}"))
    change = re.search(r"/changes/(CH-\w+)/take-back", page)[1]
    taken = send(group, f"/promises/{reference}/changes/{change}/take-back", page=f"/promises/{reference}")
    assert taken.status_code == 303
    actions.propose_change(pair.asking, reference, NewChange("amount", amount=60))
    page = text(browser(pair.offering).get(f"/promises/{reference}"))
    change = re.search(r"/changes/(CH-\w+)/decline", page)[1]
    said = send(
        browser(pair.offering), f"/promises/{reference}/changes/{change}/decline", page=f"/promises/{reference}"
    )
    assert said.status_code == 303


def test_saying_that_a_date_did_not_take_place(app, browser, reading):
    pair = make_minibus_pair(2)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    with held_at(first.day):
        group, provider = browser(pair.asking), browser(pair.offering)
        page = text(group.get(f"/promises/{reference}"))
        address = f"/promises/{reference}/did-not-happen?session={first.id}"
        assert f"did-not-happen?session={first.id}" in page
        assert send(group, address, text="Nobody came").status_code == 303
        note = reading.query(CommitmentNote).one()
        page = text(provider.get(f"/promises/{reference}"))
        assert "Nobody came" in page
        done = send(provider, f"/promises/{reference}/notes/{note.id}/agree", page=f"/promises/{reference}")
        assert done.status_code == 303
    assert terms_of(reference).amount == 120


def test_finishing_stopping_and_calling_off(app, browser):
    pair = make_pair()
    reference = make_commitment(pair)
    group = browser(pair.asking)
    assert send(group, f"/promises/{reference}/call-off").status_code == 422
    assert send(group, f"/promises/{reference}/call-off", reason="The hall is shut").status_code == 303
    assert "The hall is shut" in text(browser(pair.offering).get(f"/promises/{reference}"))
    other = make_pair()
    reference = make_commitment(other)
    report(reference, 60)
    officer = browser(other.officer)
    assert send(officer, f"/promises/{reference}/stop", reason_code="other").status_code == 422
    assert send(officer, f"/promises/{reference}/stop", reason_code="enough").status_code == 303
    third = make_pair()
    reference = make_commitment(third)
    provider = browser(third.offering)
    early = send(provider, f"/promises/{reference}/complete", page=f"/promises/{reference}")
    assert early.status_code == 409
    report_all(reference)
    assert send(provider, f"/promises/{reference}/complete", page=f"/promises/{reference}").status_code == 303


def test_an_officer_holds_and_the_sides_see_no_reason(app, browser):
    pair = make_pair()
    reference = make_commitment(pair)
    officer = browser(pair.officer)
    assert send(officer, f"/promises/{reference}/hold", reason="The insurance ran out").status_code == 303
    assert "The insurance ran out" in text(officer.get(f"/promises/{reference}"))
    for actor in (pair.offering, pair.asking):
        page = text(browser(actor).get(f"/promises/{reference}"))
        assert "on hold" in page
        assert "The insurance ran out" not in page
    assert browser(pair.asking).get(f"/promises/{reference}/hold").status_code == 403
    assert send(officer, f"/promises/{reference}/release", page=f"/promises/{reference}").status_code == 303
    assert row_of(reference).state == S.AGREED


def test_messages_go_to_and_fro(app, browser):
    pair = make_pair()
    reference = make_commitment(pair)
    group = browser(pair.asking)
    page = f"/promises/{reference}"
    assert send(group, f"{page}/messages", page=page, text="Where do we meet? <b>").status_code == 303
    empty = send(group, f"{page}/messages", page=page, text="")
    assert empty.status_code == 422
    assert "Fill in" in text(empty)
    assert "Where do we meet? &lt;b&gt;" in text(browser(pair.offering).get(page))


# --- by link ------------------------------------------------------------------------------------


def test_a_link_shows_the_offer_and_its_button_accepts_once(app, client):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED, words="We would love to")
    address = f"/promises/answer/{token_for(pair.asking, 'answer_offer', reference)}"
    page = text(client.get(address))
    assert "We would love to" in page
    assert row_of(reference).state == S.OFFERED
    answer = send(client, address, _act="accept", version=str(row_of(reference).version))
    assert answer.status_code == 200
    assert "It is agreed" in text(answer)
    assert row_of(reference).state == S.AGREED
    assert client.get(address).status_code == 409


def test_a_link_declines_with_a_reason(app, client):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    address = f"/promises/answer/{token_for(pair.asking, 'answer_offer', reference)}"
    assert send(client, address, _act="decline").status_code == 422
    assert "You have declined" in text(send(client, address, _act="decline", reason_code="found"))


def test_a_link_to_what_is_over_says_so(app, client):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    address = f"/promises/answer/{token_for(pair.asking, 'answer_offer', reference)}"
    actions.take_back(pair.offering, reference)
    assert "there is nothing to answer" in text(client.get(address))
    assert send(client, address, page="/sign-in", _act="accept").status_code == 409
    assert client.get("/promises/answer/nonsense").status_code == 404


def test_a_link_answers_a_change(app, client):
    pair = make_pair()
    reference = make_commitment(pair)
    actions.propose_change(pair.offering, reference, NewChange("amount", amount=600, why="Less time"))
    address = f"/promises/answer-change/{token_for(pair.asking, 'answer_change', reference)}"
    assert "Less time" in text(client.get(address))
    assert send(client, address, _act="nonsense").status_code == 404
    assert send(client, address, _act="agree").status_code == 200
    assert row_of(reference).amount == 600
    assert client.get(address).status_code == 409


# --- lists, panels, desks -----------------------------------------------------------------------


def test_the_list_narrows_and_downloads(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    group = browser(pair.asking)
    assert reference in text(group.get("/promises"))
    assert reference in text(group.get("/promises?answer=yes&state=open&late=&sort=newest&q=people"))
    assert "Nothing fits this choice" in text(group.get("/promises?state=completed"))
    assert reference in text(group.get("/promises?q=people&state=nonsense&late=never&page=x"))
    assert "Only what is 10 days late or more is shown" in text(group.get("/promises?late=stuck"))
    assert "days late or more is shown" not in text(group.get("/promises?late=stuck&q=people"))
    csv = group.get("/promises.csv")
    assert csv.mimetype == "text/csv"
    assert reference in csv.get_data(as_text=True)
    assert "Nothing has been offered to you" in text(browser(make_listed_group().lead).get("/promises"))
    assert "You have not offered anything yet" in text(browser(make_admitted_provider().actor).get("/promises"))


def test_dates_to_come_stand_by_week(app, browser):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    page = text(browser(pair.offering).get("/promises/coming"))
    assert page.count(f"/promises/{reference}") == 3
    assert page.count("Week of") == 3
    assert "No date is agreed" in text(browser(make_listed_group().lead).get("/promises/coming"))


def test_officers_see_what_was_declined_three_times(app, browser):
    pair = make_pair()
    for number in range(3):
        reference = make_commitment(pair, S.OFFERED, amount=60 + number)
        actions.decline(pair.asking, reference, reason_code="dates")
    officer = browser(pair.officer)
    assert pair.need.reference in text(officer.get("/promises/declined-often"))
    assert "Needs declined three times" in text(officer.get("/desk"))
    assert browser(pair.asking).get("/promises/declined-often").status_code == 403


def test_the_pages_of_need_and_pledge_show_offers_and_how_to_begin(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    need, pledge = f"/needs/{pair.need.reference}", f"/pledges/{pair.pledge.reference}"
    assert reference in text(browser(pair.asking).get(need))
    assert reference in text(browser(pair.offering).get(pledge))
    assert reference in text(browser(pair.officer).get(need))
    stranger = make_admitted_provider(framework=pair.provider.framework)
    page = text(browser(stranger.actor).get(need))
    assert reference not in page
    assert f"/promises/offer?part_id={pair.need.part_id}" in page
    other_group = make_listed_group()
    page = text(browser(other_group.lead).get(pledge))
    assert reference not in page
    assert f"/promises/ask?pledge={pair.pledge.reference}" in page
    assert reference in text(browser(pair.offering).get(f"{pledge}/cut"))


def test_signed_out_nobody_sees_promises_on_a_need(app, client):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    assert reference not in text(client.get(f"/needs/{pair.need.reference}"))


def test_the_desk_says_what_waits(app, browser):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    assert "wait for your answer" in text(browser(pair.asking).get("/desk"))
    provider = browser(pair.offering)
    desk = text(provider.get("/desk"))
    assert "wait for your answer" not in desk
    assert "wait for the other side" in desk
    shown = text(provider.get("/promises?answer=theirs"))
    assert "Only what waits for the other side is shown" in shown
    assert reference in shown
    assert "Nothing fits this choice" in text(browser(pair.asking).get("/promises?answer=theirs"))


def test_a_change_that_waits_stands_on_the_desk_of_who_answers(app, browser):
    pair = make_pair()
    reference = make_commitment(pair)
    title = "Changes of promises that wait for your answer"
    row = row_of(reference)
    new = NewChange("dates", first_day=row.first_day, last_day=row.last_day - timedelta(days=1))
    actions.propose_change(pair.offering, reference, new)
    assert title not in text(browser(pair.offering).get("/desk"))
    group = browser(pair.asking)
    assert title in text(group.get("/desk"))
    assert reference in text(group.get("/promises?answer=change"))
    assert reference not in text(browser(pair.offering).get("/promises?answer=change"))


def test_who_has_nothing_of_the_kind_is_led_to_that_kind_of_pledge(app, browser):
    pair = make_pair()
    other = make_admitted_provider(framework=pair.provider.framework)
    shown = text(browser(other.actor).get(f"/promises/offer?part_id={pair.need.part_id}"))
    assert 'href="/pledges/new?kind=advice"' in shown


def test_a_list_of_ones_own_names_the_other_side_only(app, browser):
    pair = make_pair()
    make_commitment(pair, S.OFFERED)
    provider, group = pair.offering.organisation_name, pair.asking.organisation_name
    for actor, other, own in ((pair.offering, group, provider), (pair.asking, provider, group)):
        shown = text(browser(actor).get("/promises")).partition("<h2")[2]
        assert other in shown
        assert own not in shown


def test_a_past_date_nobody_reported_is_not_called_planned(app, browser):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    second = terms_of(reference).sessions[1].day
    with held_at(second):
        shown = text(browser(pair.offering).get(f"/promises/{reference}"))
    assert shown.count("not reported yet") == 1
    assert shown.count("planned") == 2


def test_no_more_than_fifteen_queries_a_page_whatever_the_number(app, browser):
    pair = make_minibus_pair(8)
    reference = make_commitment(pair)
    for number in range(5):
        actions.write_message(pair.asking, reference, f"Message {number}")
    for number in range(12):
        make_commitment(make_pair(provider=pair.provider, group=make_listed_group()), amount=60 + number)
    connection = work.engine()
    for actor in (pair.offering, pair.asking, pair.officer):
        opened = browser(actor)
        for address in ("/promises", f"/promises/{reference}", "/promises/coming"):
            statements: list[str] = []

            def keep(_connection: object, _cursor: object, statement: str, *_: object, kept=statements) -> None:
                kept.append(statement)

            event.listen(connection, "before_cursor_execute", keep)
            assert opened.get(address).status_code == 200
            event.remove(connection, "before_cursor_execute", keep)
            selects = [statement for statement in statements if statement.startswith("SELECT")]
            assert len(selects) <= 15, (address, actor.roles, selects)


def test_plain_words_on_the_groups_pages(app, browser):
    pair = make_pair(measure="LA5", kind=Kind.HANDS, amount=600)
    reference = make_commitment(pair)
    page = text(browser(pair.asking).get(f"/promises/{reference}"))
    for word in ("pillar", " lot ", "minutes", "draw", "LA5"):
        assert word not in page.split("<main")[1].split("</main>")[0]
