"""Every page about deliveries, as both sides, the council and everybody else open it."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest

from community_book.base import clock
from community_book.base.actor import COUNCIL_ROLES, Role
from community_book.base.clock import today
from cwb.commitments.rules import CommitmentState
from cwb.deliveries import actions
from cwb.deliveries.rules import Answer, DeliveryState, NewOwnReport
from tests.cwb.deliveries.conftest import counted, text
from tests.makers import actor_for, make_organisation, send
from tests.makers_commitments import make_commitment, make_minibus_pair, make_pair, terms_of
from tests.makers_deliveries import (
    a_file,
    a_photograph,
    booked,
    days_later,
    decide,
    decision,
    make_delivery,
    make_own_delivery,
    new_report,
    row_of,
)
from tests.makers_pledges import make_admitted_provider, make_pledge

S = DeliveryState


def of(day: date) -> dict[str, str]:
    return {"happened_on-day": str(day.day), "happened_on-month": str(day.month), "happened_on-year": str(day.year)}


# --- reporting ----------------------------------------------------------------------------------


def test_a_report_takes_two_taps_from_the_promise(app, browser):
    pair = make_pair()
    commitment = make_commitment(pair)
    provider = browser(pair.offering)
    promise = text(provider.get(f"/promises/{commitment}"))
    address = f"/promises/{commitment}/what-happened"
    assert f'href="{address}"' in promise
    page = text(provider.get(address))
    assert 'value="12 h"' in page
    assert f'value="{today().year}"' in page
    answer = send(provider, address, amount="12 h", **of(today()))
    assert answer.status_code == 303
    shown = text(provider.get(answer.location))
    assert "reports 12 h for" in shown
    assert "is asked whether it happened" in shown


def test_sending_a_report_twice_makes_one(app, browser):
    pair = make_pair()
    commitment = make_commitment(pair)
    provider = browser(pair.offering)
    address = f"/promises/{commitment}/what-happened"
    page = provider.get(address).get_data(as_text=True)
    fields = {
        "_token": re.search(r'name="_token" value="([^"]+)"', page)[1],
        "_key": re.search(r'name="_key" value="([^"]+)"', page)[1],
        "amount": "2 h",
        **of(today()),
    }
    first, second = provider.post(address, data=fields), provider.post(address, data=fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert terms_of(commitment).reported == 120


def test_what_was_typed_is_kept_when_something_is_wrong(app, browser):
    pair = make_pair()
    address = f"/promises/{make_commitment(pair)}/what-happened"
    answer = send(
        browser(pair.offering), address, amount="two or three", what_changed="<b>The books</b>", **of(today())
    )
    assert answer.status_code == 422
    page = text(answer)
    assert "There is a problem" in page
    assert 'value="two or three"' in page
    assert "&lt;b&gt;The books&lt;/b&gt;" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": ""},
        {"amount": "-5"},
        {"amount": "1e9"},
        {"amount": "\uff19"},
        {"amount": "5", "happened_on-day": "31", "happened_on-month": "2"},
        {"amount": "5", "what_happened": "x" * 1001},
        {"amount": "5", "what_happened": "\u202eback"},
        {"amount": "5", "surprise": "1"},
        {"amount": "5", "used": "7"},
        {"amount": "5", "version": "x"},
    ],
)
def test_bad_input_is_answered_in_words(app, browser, typed):
    pair = make_pair()
    commitment = make_commitment(pair)
    answer = send(browser(pair.offering), f"/promises/{commitment}/what-happened", **(of(today()) | typed))
    assert answer.status_code == 422
    assert "There is a problem" in text(answer)
    assert terms_of(commitment).reported == 0


def test_a_month_comes_as_a_drafted_statement_with_every_date_ticked(app, browser):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(4)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 11, 2)):
        provider = browser(pair.offering)
        assert "A statement is drafted: 4 dates, 8 h" in text(provider.get(f"/promises/{commitment}"))
        address = f"/promises/{commitment}/what-happened"
        page = text(provider.get(address))
        assert page.count('name="used"') == 4
        assert len(re.findall(r'name="used"[^>]*checked', page)) == 4
        ids = [str(session.id) for session in terms_of(commitment).sessions]
        answer = send(provider, address, used=ids[:3], offered=",".join(ids), rest="not_used")
        assert answer.status_code == 303
        made = text(provider.get(answer.location))
        assert "not used" in made
        assert terms_of(commitment).reported == 360


def test_dates_without_a_tick_can_wait_for_another_report(app, browser):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(2)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 11, 2)):
        group = browser(pair.asking)
        ids = [str(session.id) for session in terms_of(commitment).sessions]
        address = f"/promises/{commitment}/what-happened"
        send(group, address, used=ids[:1], offered=",".join(ids), rest="later")
        assert [session.state for session in terms_of(commitment).sessions][1] == "planned"
        assert "Say what happened" in text(group.get(f"/promises/{commitment}"))


@pytest.mark.parametrize("used", [[], ["999999"], ["x"]])
def test_dates_that_are_not_offered_are_refused(app, browser, used):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(2)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 11, 2)):
        answer = send(browser(pair.asking), f"/promises/{commitment}/what-happened", used=used, rest="not_used")
        assert answer.status_code == 422


def test_files_are_sent_with_the_report_and_bad_ones_are_named(app, browser):
    pair = make_pair()
    commitment = make_commitment(pair)
    provider = browser(pair.offering)
    address = f"/promises/{commitment}/what-happened"
    photograph = a_photograph().read(10**6)
    both = [(io.BytesIO(photograph), "garden.jpg"), (io.BytesIO(b"a,b\n1,2\n"), "who.csv")]
    answer = send(provider, address, amount="2", files=both, people_agreed="yes", **of(today()))
    assert answer.status_code == 303
    assert "garden.jpg" in text(provider.get(answer.location))
    bad = send(provider, address, amount="2", files=[(io.BytesIO(b"MZ"), "run.exe")], **of(today()))
    assert bad.status_code == 422
    assert "run.exe" in text(bad)


def test_nothing_is_reported_on_a_promise_that_is_not_yours(app, browser):
    pair = make_pair()
    address = f"/promises/{make_commitment(pair)}/what-happened"
    assert browser(make_pair().offering).get(address).status_code == 404
    assert browser(pair.officer).get(address).status_code == 403
    assert app.test_client().get(address).status_code == 303
    assert browser(pair.offering).get("/promises/C-222222/what-happened").status_code == 404


def test_a_promise_that_is_over_says_so(app, browser):
    pair = make_pair()
    address = f"/promises/{make_commitment(pair, CommitmentState.CANCELLED)}/what-happened"
    answer = browser(pair.offering).get(address)
    assert answer.status_code == 409
    assert "called off" in text(answer)


def test_a_provider_reports_what_it_did_in_its_own_house(app, browser):
    provider = make_admitted_provider()
    pledge = make_pledge(provider.actor, "PP7")
    own = browser(provider.actor)
    assert "Say what was done" in text(own.get(f"/pledges/{pledge.reference}"))
    address = f"/pledges/{pledge.reference}/what-was-done"
    assert "Evidence asked for" in text(own.get(address))
    answer = send(own, address, amount="5", **of(today()))
    assert answer.status_code == 303
    shown = text(own.get(answer.location))
    assert "not applicable" in shown
    assert "The council verifies it next" in shown
    assert browser(make_admitted_provider().actor).get(address).status_code == 404


@pytest.mark.parametrize(
    ("part", "whole", "status"),
    [("43", "50", 303), ("51", "50", 422), ("", "50", 422), ("0", "0", 422), ("4.5", "9", 422)],
)
def test_a_level_is_reported_as_two_whole_numbers(app, browser, part, whole, status):
    provider = make_admitted_provider()
    pledge = make_pledge(provider.actor, "FE1")
    own = browser(provider.actor)
    address = f"/pledges/{pledge.reference}/what-was-done"
    answer = send(own, address, level_part=part, level_whole=whole, **of(today()))
    assert answer.status_code == status
    if status == 303:
        assert "43 of 50" in text(own.get(answer.location))


def test_a_level_is_said_to_be_met_only_where_it_counts(app, browser):
    standing = make_own_delivery(measure="FE1", level_part=50, level_whole=50)
    refused = make_own_delivery(measure="FE1", level_part=50, level_whole=50)
    decide(refused, "reject")
    for made, said in ((standing, "so it is met"), (refused, "It counts nowhere")):
        words = text(browser(made.providing).get(f"/deliveries/{made.reference}"))
        assert said in words
        assert ("so it is met" in words) == (made is standing)


# --- answering ----------------------------------------------------------------------------------


def test_a_group_confirms_with_one_button(app, browser):
    made = make_delivery()
    group = browser(made.asking)
    page = f"/deliveries/{made.reference}"
    shown = text(group.get(page))
    assert "Did it happen? Please answer by" in shown
    for words in ("pillar", "lot ", "Counts under", "minutes"):
        assert words not in shown.split("<main", 1)[1].split("</main")[0]
    answer = send(group, f"{page}/it-happened", page=page, version=str(row_of(made.reference).version))
    assert answer.status_code == 303
    assert "Thank you" in text(group.get(answer.location))
    assert booked(made.reference) == (120, 120, 0)
    again = send(group, f"{page}/it-happened", page=page)
    assert again.status_code == 409
    assert "confirmed by the group" in text(again)


def test_a_group_confirms_a_part_with_a_reason(app, browser):
    made = make_delivery()
    group = browser(made.asking)
    address = f"/deliveries/{made.reference}/a-part-happened"
    assert send(group, address, amount="9 h").status_code == 422
    assert send(group, address, amount="").status_code == 422
    answer = send(group, address, amount="1 h 30", reason="They had to leave")
    assert "They had to leave" in text(group.get(answer.location))
    assert booked(made.reference) == (90, 90, 0)


def test_it_did_not_happen_and_the_provider_puts_it_right(app, browser):
    made = make_delivery()
    group, provider = browser(made.asking), browser(made.providing)
    assert send(group, f"/deliveries/{made.reference}/it-did-not-happen", reason="Nobody came").status_code == 303
    page = text(provider.get(f"/deliveries/{made.reference}"))
    assert "Nobody came" in page
    address = f"/deliveries/{made.reference}/put-right"
    form = text(provider.get(address))
    assert 'value="2 h"' in form
    assert "Nobody came" in form
    answer = send(provider, address, amount="1 h", **of(today()))
    assert answer.status_code == 303
    assert row_of(made.reference).state == S.REPORTED
    assert booked(made.reference) == (60, 0, 0)


def test_a_query_needs_words(app, browser):
    made = make_delivery()
    address = f"/deliveries/{made.reference}/something-is-not-right"
    assert send(browser(made.asking), address, reason="").status_code == 422
    assert send(browser(made.asking), address, reason="On Thursday").status_code == 303


def test_a_month_is_put_right_date_by_date(app, browser):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(3)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 10, 20)):
        ids = [session.id for session in terms_of(commitment).sessions]
        made = make_delivery(pair=pair, commitment=commitment, used=tuple(ids[:2]))
        actions.query(pair.asking, made.reference, Answer(reason="Only once"))
        provider = browser(pair.offering)
        address = f"/deliveries/{made.reference}/put-right"
        assert len(re.findall(r'name="used"[^>]*checked', text(provider.get(address)))) == 2
        answer = send(provider, address, used=[str(ids[0])], offered=",".join(map(str, ids)), rest="later")
        assert answer.status_code == 303
    assert booked(made.reference) == (120, 0, 0)


def test_a_report_is_taken_back_files_are_added_who_left_is_left_out(app, browser):
    made = make_own_delivery(measure="FE5", amount=2, pledged={"with_counterpart": False})
    own = browser(made.providing)
    page = f"/deliveries/{made.reference}"
    assert "It counts from" in text(own.get(page))
    assert send(own, f"{page}/left-early", amount="5").status_code == 422
    assert send(own, f"{page}/left-early", amount="1", reason="Week nine").status_code == 303
    more = send(own, f"{page}/files", files=[(io.BytesIO(b"a\n1\n"), "list.csv")])
    assert more.status_code == 303
    assert send(own, f"{page}/files").status_code == 422
    assert send(own, f"{page}/take-back", reason="Wrong pledge").status_code == 303
    shown = text(own.get(page))
    for words in ("Week nine", "list.csv", "Wrong pledge", "counts nothing"):
        assert words in shown


def test_the_rest_is_one_tap_away(app, browser):
    pair = make_pair(amount=20 * 60)
    made = make_delivery(pair=pair, commitment=make_commitment(pair, amount=600), amount=660)
    group = browser(pair.asking)
    page = f"/deliveries/{made.reference}"
    assert "Add the further 1 h" in text(group.get(page))
    assert send(group, f"{page}/add-the-rest", page=page).status_code == 303
    assert booked(made.reference) == (660, 0, 0)


# --- the council --------------------------------------------------------------------------------


def test_a_verifier_works_through_the_queue(app, browser):
    first = make_delivery(S.CONFIRMED)
    second = make_own_delivery(council=first.council)
    verifier = browser(first.council.verifier)
    queue = text(verifier.get("/to-verify"))
    assert "2 wait for you" in queue
    assert queue.index(second.reference) < queue.index(first.reference), "flagged first"
    begin = verifier.get("/to-verify/next")
    assert begin.location.endswith(f"/deliveries/{second.reference}/verify")
    page = text(verifier.get(begin.location))
    for words in ("1 of 2", "Evidence", "Report", "What was agreed", "What was said", "No evidence was added"):
        assert words in page
    answer = send(verifier, begin.location, act="verify", basis="documents", reason="The list shows five")
    assert answer.location.endswith(f"/deliveries/{first.reference}/verify")
    assert booked(second.reference) == (5, 0, 5)


def test_a_queue_is_narrowed_and_stays_so_from_one_to_the_next(app, browser):
    first = make_own_delivery()
    second = make_own_delivery(provider=first.provider, council=first.council)
    other = make_delivery(S.CONFIRMED, council=first.council)
    verifier = browser(first.council.verifier)
    words = first.reference
    found = text(verifier.get(f"/to-verify?q={words}"))
    assert "1 waits with these words" in found
    assert other.reference not in found
    begin = verifier.get("/to-verify/next?q=PP7")
    page = text(verifier.get(begin.location))
    assert "1 of 2 with" in page
    answer = send(verifier, begin.location, act="verify", basis="documents")
    assert f"/deliveries/{second.reference}/verify?q=" in answer.location
    assert "Nothing that waits for you has these words" in text(verifier.get("/to-verify?q=nobody+at+all"))
    assert other.reference not in verifier.get("/to-verify.csv?q=PP7").get_data(as_text=True)


def bases_offered(client, reference):
    page = text(client.get(f"/deliveries/{reference}/verify"))
    return set(re.findall(r'name="basis" type="radio" value="([a-z]+)"', page))


def test_a_decision_rests_only_on_what_there_is(app, browser):
    bare = make_own_delivery()
    shown = make_own_delivery(provider=bare.provider, council=bare.council, files=[a_file()])
    confirmed = make_delivery(S.CONFIRMED, council=bare.council)
    silent = make_delivery(S.UNANSWERED, council=bare.council)
    verifier = browser(bare.council.verifier)
    others = {"telephone", "visit", "register", "documents"}
    assert bases_offered(verifier, bare.reference) == others
    assert bases_offered(verifier, shown.reference) == others | {"evidence"}
    assert bases_offered(verifier, confirmed.reference) == others | {"word"}
    assert bases_offered(verifier, silent.reference) == others
    address = f"/deliveries/{bare.reference}/verify"
    assert send(verifier, address, act="verify", basis="evidence", reason="x").status_code == 422


def test_no_reason_is_put_into_the_mouth_of_who_refuses(app, browser):
    made = make_delivery(S.CONFIRMED)
    verifier = browser(made.council.verifier)
    page = verifier.get(f"/deliveries/{made.reference}/verify").get_data(as_text=True)
    assert re.search(r"<textarea[^>]*name=\"reason\"[^>]*></textarea>", page)


def test_a_decision_needs_a_basis_and_a_reason_and_keeps_what_was_typed(app, browser):
    made = make_delivery(S.CONFIRMED)
    verifier = browser(made.council.verifier)
    address = f"/deliveries/{made.reference}/verify"
    answer = send(verifier, address, act="verify_in_part", amount="1 h", reason="Half <of> it")
    assert answer.status_code == 422
    page = text(answer)
    assert "Half &lt;of&gt; it" in page
    assert 'value="1 h"' in page
    assert send(verifier, address, act="verify_in_part", amount="", basis="word", reason="x").status_code == 422
    assert send(verifier, address, act="burn", basis="word", reason="x").status_code == 422
    done = send(verifier, address, act="verify_in_part", amount="1 h", basis="word", reason="Half of it")
    assert done.status_code == 303
    assert booked(made.reference) == (60, 60, 60)


def test_a_stale_decision_is_refused(app, browser):
    made = make_delivery(S.CONFIRMED)
    verifier = browser(made.council.verifier)
    address = f"/deliveries/{made.reference}/verify"
    version = row_of(made.reference).version
    actions.add_evidence(made.providing, made.reference, [a_file()])
    answer = send(verifier, address, act="verify", basis="word", reason="Fine", version=str(version))
    assert answer.status_code == 409


def test_the_second_verifier_does_not_see_the_first_decision(app, browser):
    made = make_delivery(S.FIRST_DECISION)
    second = browser(made.council.second)
    page = text(second.get(f"/deliveries/{made.reference}/verify"))
    assert "you do not see how" in page
    assert "Verified in full" not in page
    own = text(browser(made.council.verifier).get(f"/deliveries/{made.reference}/verify"))
    assert "A different verifier makes the second" in own
    assert (
        send(second, f"/deliveries/{made.reference}/verify", act="reject", basis="word", reason="x").status_code == 303
    )
    outside = browser(made.council.outside)
    assert "1 waits for you" in text(outside.get("/to-verify"))
    assert "Verified in full" in text(outside.get(f"/deliveries/{made.reference}/verify"))


def test_a_dispute_an_appeal_and_a_reversal_have_their_pages(app, browser):
    made = make_delivery(S.QUERIED)
    verifier, second = browser(made.council.verifier), browser(made.council.second)
    page = f"/deliveries/{made.reference}"
    assert "Uphold the report" in text(verifier.get(page))
    assert send(verifier, f"{page}/uphold", reason="").status_code == 422
    assert send(verifier, f"{page}/uphold", reason="Both diaries say so").status_code == 303
    assert send(second, f"{page}/verify", act="reject", basis="visit", reason="The hall was shut").status_code == 303
    provider = browser(made.providing)
    assert send(provider, f"{page}/appeal", reason="It was next door").status_code == 303
    outside = browser(made.council.outside)
    shown = text(outside.get(f"{page}/decide-appeal"))
    assert "It was next door" in shown
    assert "The hall was shut" in shown
    done = send(outside, f"{page}/decide-appeal", act="verify", basis="telephone", reason="The caretaker says so")
    assert done.status_code == 303
    assert booked(made.reference) == (120, 0, 120)
    assert send(verifier, f"{page}/reverse", reason="It was another week").status_code == 303
    assert booked(made.reference) == (0, 0, 0)


def test_the_council_asks_about_a_report_of_a_providers_own_house(app, browser):
    made = make_own_delivery()
    verifier = browser(made.council.verifier)
    page = f"/deliveries/{made.reference}"
    assert send(verifier, f"{page}/ask", reason="Which five people?").status_code == 303
    asked = text(browser(made.providing).get(page))
    assert "Which five people?" in asked
    assert "The council asks about it." in asked
    assert "a group that queried it" not in text(verifier.get(f"{page}/uphold"))


def test_who_asked_goes_on_to_the_next_and_may_decide_when_it_is_put_right(app, browser):
    made = make_own_delivery()
    after = make_own_delivery(provider=made.provider, council=made.council)
    verifier = browser(made.council.verifier)
    page = f"/deliveries/{made.reference}"
    bare = send(verifier, f"{page}/ask", reason="")
    assert "Fill in “What do you want to know”" in text(bare)
    asked = send(verifier, f"{page}/ask", reason="Which five people?")
    assert asked.location.endswith(f"/deliveries/{after.reference}/verify")
    assert "so somebody else decides" not in text(verifier.get(page))
    actions.amend(made.providing, made.reference, NewOwnReport(happened_on=today(), amount=4))
    with days_later(1):
        verifier = browser(made.council.verifier)
        assert made.reference in text(verifier.get("/to-verify"))
        assert send(verifier, f"{page}/verify", act="verify", basis="documents").status_code == 303
    assert booked(made.reference) == (4, 0, 4)


def test_who_may_not_decide_is_told_why(app, browser):
    from tests.makers import join

    made = make_delivery(S.CONFIRMED)
    from community_book.base import work
    from community_book.people.tables import Person

    with work.reading() as reading:
        person = reading.get_one(Person, made.council.verifier.person_id)
    join(person, made.pair.group.organisation, Role.GROUP_MEMBER)
    verifier = browser(made.council.verifier)
    page = text(verifier.get(f"/deliveries/{made.reference}/verify"))
    assert "belong to one of the organisations" in page
    assert "What do you decide?" not in page
    answer = send(verifier, f"/deliveries/{made.reference}/verify", act="verify", basis="word", reason="x")
    assert answer.status_code == 403
    assert made.reference not in text(verifier.get("/to-verify"))


# --- who sees what ------------------------------------------------------------------------------


PAGES = ("", "/it-did-not-happen", "/a-part-happened", "/something-is-not-right", "/put-right", "/take-back", "/files")


@pytest.mark.parametrize("page", PAGES)
def test_what_somebody_may_not_see_is_not_there(app, browser, page):
    made = make_delivery(S.CONFIRMED)
    stranger = browser(make_pair().asking)
    assert stranger.get(f"/deliveries/{made.reference}{page}").status_code == 404
    if page:
        assert app.test_client().get(f"/deliveries/{made.reference}{page}").status_code == 303
    else:
        assert app.test_client().get(f"/deliveries/{made.reference}").status_code == 404


@pytest.mark.parametrize("state", S)
def test_every_state_has_a_page_for_everybody_it_concerns(app, browser, state):
    made = make_delivery(state)
    for actor in (made.providing, made.asking, made.council.verifier, made.council.officer, made.council.auditor):
        answer = browser(actor).get(f"/deliveries/{made.reference}")
        assert answer.status_code == 200
        assert "Something is wrong here" in text(answer)


def test_the_record_of_acts_leads_to_a_report_only_who_may_open_it(app, browser):
    made = make_delivery()
    link = f'href="/deliveries/{made.reference}"'
    administrator = actor_for(make_organisation("A council", is_council=True), Role.ADMINISTRATOR)
    for actor, is_led in ((made.council.auditor, True), (made.council.officer, True), (administrator, False)):
        said = browser(actor).get(f"/records?reference={made.reference}").get_data(as_text=True)
        assert "delivery.report" in said
        assert (link in said) == is_led


def test_a_verified_delivery_is_public_without_names_words_or_files(app):
    made = make_delivery(
        S.VERIFIED,
        what_happened="Joe Bloggs helped Mrs Smith",
        what_changed="Her rent",
        files=[a_file("mrs-smith.csv")],
    )
    page = text(app.test_client().get(f"/deliveries/{made.reference}"))
    assert "2 h" in page
    assert made.pair.provider.organisation.name in page
    for private in ("Joe Bloggs", "Her rent", "mrs-smith", "Sam Example", "sam@group.example"):
        assert private not in page


def test_what_is_disclosive_or_not_verified_is_not_public(app):
    from sqlalchemy import update

    from community_book.base import work
    from community_book.base.actor import system
    from cwb.pillars.tables import Measure

    nobody = app.test_client()
    assert nobody.get(f"/deliveries/{make_delivery(S.CONFIRMED).reference}").status_code == 404
    made = make_delivery(S.VERIFIED)
    with work.bookkeeping(system("test")) as session:
        session.execute(update(Measure).where(Measure.id == row_of(made.reference).measure_id).values(disclosive=True))
    assert nobody.get(f"/deliveries/{made.reference}").status_code == 404


def test_a_delivery_of_a_hidden_need_is_not_public(app):
    from community_book.base import work
    from community_book.base.actor import system
    from community_book.needs.tables import Need

    made = make_delivery(S.VERIFIED)
    with work.bookkeeping(system("test")) as session:
        session.get_one(Need, made.pair.need.need_id).hidden = True
    assert app.test_client().get(f"/deliveries/{made.reference}").status_code == 404


@pytest.fixture
def evidence(app):
    made = make_delivery(files=[a_photograph(), a_file("who came.csv")], people_agreed=True)
    from tests.cwb.deliveries.test_reporting import files_of

    return made, [f"/evidence/{file.uuid}" for file in files_of(made.reference)]


def test_a_file_is_handed_out_as_an_attachment_that_nothing_runs_in(evidence, browser):
    made, (photograph, listed) = evidence
    for actor in (made.providing, made.asking, made.council.verifier, made.council.auditor):
        answer = browser(actor).get(photograph)
        assert answer.status_code == 200
        assert answer.content_type == "image/jpeg"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Cache-Control"] == "no-store"
    shown = browser(made.council.verifier).get(photograph + "?view=1")
    assert shown.headers["Content-Disposition"].startswith("inline")
    table = browser(made.council.verifier).get(listed + "?view=1")
    assert table.headers["Content-Disposition"].startswith("attachment")
    assert 'filename="who came.csv"' in table.headers["Content-Disposition"]


def test_a_file_is_not_there_for_whoever_may_not_see_the_delivery(evidence, browser, app):
    made, (photograph, _) = evidence
    for actor in (make_pair().asking, made.council.outside, actor_for(make_organisation(), Role.PROVIDER_LEAD)):
        assert browser(actor).get(photograph).status_code == 404
    assert browser(made.providing).get("/evidence/00000000-0000-4000-8000-000000000000").status_code == 404
    assert app.test_client().get(photograph).status_code == 303
    administrator = actor_for(made.council.organisation, Role.ADMINISTRATOR)
    assert browser(administrator).get(photograph).status_code == 403


# --- lists --------------------------------------------------------------------------------------


def test_lists_narrow_and_download(app, browser):
    pair = make_pair()
    made = make_delivery(S.CONFIRMED, pair=pair)
    waiting = make_delivery(pair=pair, commitment=made.commitment, amount=60)
    group = browser(pair.asking)
    both = text(group.get("/deliveries"))
    assert made.reference in both
    assert waiting.reference in both
    only = text(group.get("/deliveries?state=for_us"))
    assert made.reference not in only
    assert waiting.reference in only
    assert "Only what waits for your answer is shown" in only
    assert '<details class="govuk-details" open' not in group.get("/deliveries?state=for_us").get_data(as_text=True)
    assert "Nothing fits" in text(group.get("/deliveries?q=nothing+like+it"))
    for odd in ("?state=x&quarter=y&flagged=perhaps&page=-3", "?quarter=2026-Q9", "?q=%25_!", "?page=99999999"):
        assert group.get("/deliveries" + odd).status_code == 200
    csv = group.get("/deliveries.csv?state=reported").get_data(as_text=True)
    assert waiting.reference in csv
    assert made.reference not in csv
    assert browser(make_pair().asking).get("/deliveries").get_data(as_text=True).count("cb-card") == 0


def test_the_council_sees_all_and_filters_what_to_look_at_twice(app, browser):
    made, flagged = make_delivery(S.CONFIRMED), make_own_delivery()
    officer = browser(made.council.officer)
    assert made.reference in text(officer.get("/deliveries"))
    only = text(officer.get("/deliveries?flagged=yes"))
    assert flagged.reference in only
    assert made.reference not in only
    assert browser(made.council.officer).get("/to-verify").status_code == 403
    assert flagged.reference in browser(made.council.verifier).get("/to-verify.csv").get_data(as_text=True)


def test_empty_lists_say_what_to_do(app, browser):
    made = make_delivery(S.WITHDRAWN)
    assert "one tap is enough" in text(browser(make_pair().asking).get("/deliveries"))
    assert "Nothing waits for you here" in text(browser(made.council.verifier).get("/to-verify"))


def test_what_waits_stands_on_the_desk(app, browser):
    made = make_delivery()
    assert "Reports that wait for your word" in text(browser(made.asking).get("/desk"))
    actions.query(made.asking, made.reference, Answer(reason="On Thursday"))
    assert "were queried" in text(browser(made.providing).get("/desk"))
    desk = text(browser(made.council.verifier).get("/desk"))
    assert "Queries to decide" in desk


def test_second_decisions_and_appeals_each_lead_to_their_own_list(app, browser):
    made = make_delivery(S.FIRST_DECISION)
    make_delivery(S.APPEALED, council=made.council)
    second = browser(made.council.second)
    desk = second.get("/desk").get_data(as_text=True)
    for words, queue in (("Second decisions to make", "second"), ("Appeals to decide", "appeal")):
        assert re.search(rf'href="/to-verify\?queue={queue}"[^>]*>{words}', re.sub(r"\s+", " ", desk))
    assert made.reference in text(second.get("/to-verify?queue=second"))


def test_the_number_to_verify_at_a_glance_leads_to_as_many(app, browser):
    waiting, other = make_delivery(S.CONFIRMED), make_delivery()
    officer = browser(waiting.council.officer)
    listed = text(officer.get("/deliveries?state=for_council"))
    assert "1 report<" in listed
    assert waiting.reference in listed
    assert other.reference not in listed


def test_a_report_that_counts_nothing_shows_no_figures_of_nothing(app, browser):
    made = make_delivery(S.REJECTED)
    page = text(browser(made.providing).get(f"/deliveries/{made.reference}"))
    assert "It counts nothing" in page
    assert "cb-three" not in page
    assert "0 min" not in page


def test_a_level_says_whether_it_is_met(app, browser):
    made = make_own_delivery(measure="FE1", level_part=1, level_whole=50)
    page = text(browser(made.council.verifier).get(f"/deliveries/{made.reference}/verify"))
    assert "That is 2%" in page
    assert "so it is not met" in page


# --- how many questions a page asks -------------------------------------------------------------


def test_pages_ask_few_questions_whatever_the_number_of_rows(app, browser):
    made = make_delivery(S.CONFIRMED, files=[a_file()])
    for n in range(6):
        make_delivery(S.CONFIRMED, pair=made.pair, commitment=made.commitment, council=made.council, amount=30 + n)
    queried = make_delivery(S.QUERIED, pair=made.pair, commitment=made.commitment, council=made.council, amount=11)
    verifier, group, provider = browser(made.council.verifier), browser(made.asking), browser(made.providing)
    for client, page in (
        (verifier, "/to-verify"),
        (verifier, f"/deliveries/{made.reference}/verify"),
        (verifier, f"/deliveries/{made.reference}"),
        (group, "/deliveries"),
        (group, f"/deliveries/{made.reference}"),
        (provider, f"/promises/{made.commitment}/what-happened"),
        (provider, f"/deliveries/{queried.reference}/put-right"),
    ):
        client.get(page)
        with counted() as statements:
            assert client.get(page).status_code == 200
        assert len(statements) <= 15, (page, len(statements), statements)


def test_a_second_decision_on_a_page_that_is_old_says_what_it_is_now(app, browser):
    made = make_delivery(S.CONFIRMED)
    one, two = browser(made.council.verifier), browser(made.council.second)
    address = f"/deliveries/{made.reference}/verify"
    page = two.get(address).get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', page)[1]
    actions.decide(made.council.verifier, made.reference, decision("verify"))
    answer = two.post(address, data={"_token": token, "act": "verify", "basis": "word", "reason": "x"})
    assert answer.status_code == 409
    assert "This report is verified" in text(answer)
    assert 'href="/to-verify/next' in text(answer)
    assert one.get(address).status_code == 409


def test_an_early_report_cannot_be_verified_on_its_page(app, browser):
    made = make_own_delivery(measure="FE5", amount=2, pledged={"with_counterpart": False})
    verifier = browser(made.council.verifier)
    answer = verifier.get(f"/deliveries/{made.reference}/verify")
    assert answer.status_code == 409
    assert "counts only from" in text(answer)
    assert new_report()
    with days_later(91):
        assert browser(made.council.verifier).get(f"/deliveries/{made.reference}/verify").status_code == 200


@pytest.mark.parametrize("role", sorted(COUNCIL_ROLES))
def test_every_number_at_a_glance_leads_somewhere_or_is_no_link(app, browser, role: Role) -> None:
    made = make_delivery()
    council = browser(actor_for(made.council.organisation, role))
    desk = text(council.get("/desk"))
    glance = desk[desk.index('class="cb-glance"') :].partition("</ul>")[0]
    assert "to verify" in glance
    links = re.findall(r'href="([^"]+)"', glance)
    assert [council.get(link).status_code for link in links] == [200] * len(links)
    assert ("/deliveries?state=for_council" in links) == (role is not Role.ADMINISTRATOR)
