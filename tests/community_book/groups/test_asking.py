"""Anybody asks to list a group; the asker answers what the council wants to know."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from sqlalchemy import func, select

from community_book.base import dispatcher, work
from community_book.base.actor import Role, anybody
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.tables import AuditEntry
from community_book.groups import actions, queries
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.notices.tables import OutgoingMail
from community_book.organisations.tables import Organisation
from community_book.people.queries import actor_of_person
from community_book.places import queries as zone_queries
from tests.makers import actor_for, client_of, make_organisation, make_person, send
from tests.makers_groups import NEW, entry_of, make_ask, make_group, make_officer
from tests.makers_people import mail_to
from tests.makers_places import UNKNOWN, WEST, know_postcodes, make_scheme

FIELDS = {
    name: value
    for name, value in asdict(NEW).items()
    if value and name not in {"zone", "confidential", "contacts_public", "is_another"}
}


def asks(reading) -> int:
    return reading.execute(select(func.count()).select_from(GroupEntry)).scalar_one()


def test_anybody_asks_with_eight_answers_and_is_told_what_happens_next(client, reading) -> None:
    answer = send(client, "/groups/ask", **FIELDS)
    assert answer.status_code == 303
    thanks = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Within 5 working days" in thanks
    assert NEW.contact_email not in thanks
    [row] = reading.execute(select(GroupEntry)).scalars()
    assert (row.state, row.contacts_public, row.informal) == (GroupState.ASKED_FOR, False, True)


def test_an_ask_makes_no_organisation_and_takes_no_register_number(app, reading) -> None:
    before = reading.execute(select(func.count()).select_from(Organisation)).scalar_one()
    make_ask(register="GB-COH", identifier="01234567")
    assert reading.execute(select(func.count()).select_from(Organisation)).scalar_one() == before


def test_an_empty_form_names_every_missing_answer_and_keeps_what_was_typed(client, reading) -> None:
    answer = send(client, "/groups/ask", name="Our club")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Our club"' in page
    for field in ("what_we_do", "who_for", "size_band", "register", "contact_name", "contact_email"):
        assert f'href="#{field}"' in page
    assert asks(reading) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"proof": ""}, "Say how your group is run"),
        ({"register": "GB-CHC"}, "Enter the number on the register"),
        ({"register": "GB-CHC", "identifier": "12"}, "Enter a charity number"),
        ({"register": "GB-NONE"}, "Choose one of the answers shown"),
        ({"contact_email": "nobody"}, "Enter an email address in the right form"),
        ({"contact_name": "M\u202eaureen"}, "Take out the characters that cannot be shown"),
        ({"name": "x" * 161}, "Use 160 characters or fewer"),
        ({"zone": "1:999999"}, "Choose from the answers shown"),
        ({"sort_code": "00-00-00"}, "is not asked for here"),
    ],
)
def test_bad_input_is_the_form_again_with_a_clear_sentence(client, reading, changes, said) -> None:
    answer = send(client, "/groups/ask", **{**FIELDS, **changes})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert asks(reading) == 0


def test_a_postcode_we_do_not_know_offers_the_zones_and_keeps_what_was_typed(client, reading) -> None:
    know_postcodes()
    zones = make_scheme()
    answer = send(client, "/groups/ask", **FIELDS, postcode=UNKNOWN)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "We do not know this postcode. Check it, or choose the zone from the list" in page
    assert f'value="{UNKNOWN}"' in page
    assert "Westside" in page
    assert "A hot dinner" in page
    zone = zone_queries.zones(reading, zones.values())[zones["Westside"]].value
    chosen = send(client, "/groups/ask", **FIELDS, postcode=UNKNOWN, zone=zone)
    assert chosen.status_code == 303


def test_all_that_is_wrong_is_said_at_once(client, reading) -> None:
    make_group("The Tea Tent")
    wrong = {**FIELDS, "name": "The Tea Tent", "proof": "", "postcode": "M1"}
    page = send(client, "/groups/ask", **wrong).get_data(as_text=True)
    for field in ("is_another", "proof", "postcode"):
        assert f'href="#{field}"' in page
    assert asks(reading) == 1  # the tent itself


def test_sending_a_form_twice_makes_one_ask_and_shows_the_same_thanks(client, reading) -> None:
    shown = client.get("/groups/ask").get_data(as_text=True)
    token, key = (shown.split(f'name="{name}" value="')[1].split('"')[0] for name in ("_token", "_key"))
    data = {"_token": token, "_key": key, **FIELDS}
    first, second = client.post("/groups/ask", data=data), client.post("/groups/ask", data=data)
    assert first.headers["Location"] == second.headers["Location"]
    assert client.get(second.headers["Location"]).status_code == 200
    assert asks(reading) == 1


def test_a_sixth_ask_within_an_hour_from_one_place_waits(client, reading) -> None:
    for number in range(5):
        assert send(client, "/groups/ask", **{**FIELDS, "name": f"Group {number}"}).status_code == 303
    answer = send(client, "/groups/ask", **{**FIELDS, "name": "One more"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert asks(reading) == 5


def test_a_group_of_the_same_name_is_shown_and_may_be_another_one(client, reading) -> None:
    group = make_group("Station Road  lunch club")
    answer = send(client, "/groups/ask", **FIELDS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"/groups/{group.reference}" in page
    assert "A group of this name or number is listed already" in page
    assert send(client, "/groups/ask", **FIELDS, is_another="yes").status_code == 303


def test_a_group_of_the_same_number_is_shown(app) -> None:
    make_group("Another name", register="GB-COH", identifier="1234567")
    with pytest.raises(Refused, match="name or number is listed already"):
        make_ask("New name", register="GB-COH", identifier="01234567")


def test_an_ask_that_waits_is_not_shown_to_others(client) -> None:
    make_ask("Secret plans")
    with work.reading() as reading:
        assert queries.alike(reading, "Secret plans", "", "") == []


def test_officers_and_the_asker_are_written_to_and_the_receipt_holds_no_word_of_the_asker(app, reading) -> None:
    officer = make_officer()
    make_ask("Buy cheap pills here", contact_email="victim@test.example")
    dispatcher.dispatch_all()
    mails = {mail.to_email: mail for mail in reading.execute(select(OutgoingMail)).scalars()}
    assert "Buy cheap pills here" in mails[officer.email].subject
    receipt = mails["victim@test.example"]
    assert "pills" not in receipt.subject + receipt.text


def test_the_letters_of_an_ask_lead_to_a_page_the_asker_may_see(client, reading) -> None:
    def page_of_the_last_letter() -> str:
        dispatcher.dispatch_all()
        link = re.search(r"https?://[^/]+(/groups/\S+)", mail_to("asker@test.example")[-1].get_content())
        assert link is not None
        answer = client.get(link[1])
        assert answer.status_code == 200
        return str(answer.get_data(as_text=True))

    reference = make_ask("Secret plans", contact_email="asker@test.example")
    receipt = page_of_the_last_letter()
    assert "Within 5 working days you get an email" in receipt
    actions.decline_group(make_officer(), reference, "It is outside the borough.")
    answered = page_of_the_last_letter()
    assert "We have answered your request" in answered
    assert "you can ask again" in answered
    for page in (receipt, answered):
        assert "Secret plans" not in page
        assert "outside the borough" not in page


def test_the_audit_entry_keeps_no_contact(app, reading) -> None:
    reference = make_ask()
    [entry] = reading.execute(select(AuditEntry).where(AuditEntry.act == "group.ask")).scalars()
    assert reference in entry.body
    for private in (NEW.contact_name, entry_of(reference).contact_email, NEW.contact_telephone):
        assert private not in entry.body


def asked_for_more() -> tuple[str, str, str]:
    """An ask about which more is wanted: its reference, the mailed link's path, the asker's address."""
    reference = make_ask()
    actions.want_more(make_officer(), reference, "Who signs the cheques?")
    address = entry_of(reference).contact_email
    text = mail_to(address)[-1].get_content()
    return reference, re.search(r"/groups/answer/\S+", text)[0], address  # type: ignore[index]


def test_the_asker_answers_by_the_mailed_link_once(client, reading) -> None:
    reference, link, _ = asked_for_more()
    page = client.get(link).get_data(as_text=True)
    assert "Who signs the cheques?" in page
    assert entry_of(reference).state == GroupState.MORE_WANTED
    assert send(client, link, answer="Maureen and Bob").status_code == 303
    row = entry_of(reference)
    assert (row.state, row.answer) == (GroupState.ASKED_FOR, "Maureen and Bob")
    assert client.get(link).status_code == 409


def test_an_empty_answer_is_refused_and_the_link_still_works(client, reading) -> None:
    _, link, _ = asked_for_more()
    assert send(client, link, answer=" ").status_code == 422
    assert send(client, link, answer="Maureen").status_code == 303


def test_a_link_that_was_never_sent_opens_nothing(client) -> None:
    assert client.get("/groups/answer/nonsense").status_code == 404


def test_the_asker_may_also_answer_signed_in(app, reading) -> None:
    reference, _, address = asked_for_more()
    browser = client_of(app, make_person(email=address).id)
    assert send(browser, f"/groups/{reference}/answer", answer="Maureen").status_code == 303
    assert entry_of(reference).state == GroupState.ASKED_FOR


def test_nobody_else_answers_or_sees_the_question(app, reading) -> None:
    reference, _, _ = asked_for_more()
    stranger = actor_for(make_organisation(), Role.GROUP_LEAD)
    assert client_of(app, stranger.person_id).get(f"/groups/{reference}/answer").status_code == 404
    for actor in (stranger, anybody()):
        with pytest.raises(NotThere):
            actions.answer_more_wanted(actor, reference, "x")


def test_nothing_is_answered_that_was_not_asked(app) -> None:
    reference = make_ask()
    person = make_person(email=entry_of(reference).contact_email)
    answer = client_of(app, person.id).get(f"/groups/{reference}/answer")
    assert answer.status_code == 409


def test_the_thanks_of_no_ask_are_not_there(client) -> None:
    assert client.get("/groups/asked/G-222222").status_code == 404
    assert client.get("/groups/asked/..%2f").status_code == 404


def test_a_postcode_is_kept_for_the_zone_and_not_shown(client) -> None:
    know_postcodes()
    make_scheme()
    reference = make_ask(postcode=WEST)
    assert client.get(f"/groups/{reference}").status_code == 404


def test_a_stale_answer_is_refused_with_what_can_be_done(app, reading) -> None:
    reference, _, address = asked_for_more()
    actions.list_group(make_officer(), reference)
    person = make_person(email=address)
    with work.reading() as now, pytest.raises(WrongState, match="This entry is listed"):
        actions.answer_more_wanted(actor_of_person(now, person, None), reference, "x")
