"""Officers decide who is listed; never about a group they belong to or recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Role, anybody, system
from community_book.base.clock import held_at, now_utc, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import OutboxEvent
from community_book.groups import actions, queries
from community_book.groups.rules import ENTRY, MODERATE_GROUPS, GroupState
from community_book.organisations.actions import add_identifier
from community_book.organisations.actions import make_organisation as known_body
from community_book.organisations.queries import find_by_identifier
from community_book.organisations.tables import Organisation
from community_book.people.queries import actor_of_person, people_of
from community_book.people.tables import Invitation, MembershipRow, Person
from tests.makers import actor_for, client_of, join, make_organisation, make_person, send
from tests.makers_groups import NEW, entry_of, make_ask, make_group, make_officer, new_group, put_into
from tests.makers_people import mail_to


def browser(app, actor):
    return client_of(app, actor.person_id, actor.organisation_id)


def version(reference: str) -> int:
    return entry_of(reference).version


# --- what is seen -------------------------------------------------------------------------------


def test_officers_see_asks_oldest_first_with_the_working_days_they_have_waited(app) -> None:
    with held_at(today() - timedelta(days=14)):
        make_ask("The older one")
    make_ask("The newer one")
    page = browser(app, make_officer()).get("/groups/waiting").get_data(as_text=True)
    assert page.index("The older one") < page.index("The newer one")
    assert "working days: answer it now" in page
    assert "Today" in page


def test_an_officers_desk_says_how_many_wait(app) -> None:
    make_ask()
    make_ask()
    page = browser(app, make_officer()).get("/desk").get_data(as_text=True)
    assert "Groups that ask to be listed" in page
    assert ">2<" in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER, Role.AUDITOR}))
def test_nobody_else_sees_the_queue(app, role) -> None:
    reference = make_ask()
    actor = actor_for(make_organisation(is_council=True), role)
    for address in ("/groups/waiting", f"/groups/waiting/{reference}"):
        assert browser(app, actor).get(address).status_code == 403


def test_signed_out_the_queue_sends_you_to_sign_in(client) -> None:
    assert client.get("/groups/waiting").status_code == 303


def test_an_auditor_sees_asks_without_contacts_and_decides_nothing(app) -> None:
    reference = make_ask(contact_telephone="01632 960177")
    auditor = make_officer(Role.AUDITOR)
    page = browser(app, auditor).get(f"/groups/waiting/{reference}").get_data(as_text=True)
    assert NEW.proof in page
    assert "01632 960177" not in page
    assert entry_of(reference).contact_email not in page
    assert "List this group" not in page


def test_an_ask_that_is_not_there(app) -> None:
    assert browser(app, make_officer()).get("/groups/waiting/G-222222").status_code == 404


def test_a_notice_of_an_ask_leads_to_the_group_once_it_is_listed(app) -> None:
    listed = make_group()
    answer = browser(app, make_officer()).get(f"/groups/waiting/{listed.reference}")
    assert (answer.status_code, answer.location) == (303, f"/groups/{listed.reference}")


# --- listing ------------------------------------------------------------------------------------


def test_an_officer_lists_a_group_and_its_contact_is_invited_to_lead_it(app, reading) -> None:
    reference = make_ask("Wheels and Walks", register="GB-CHC", identifier="9900201")
    officer = make_officer()
    page = browser(app, officer)
    answer = send(
        page, f"/groups/waiting/{reference}/list", page=f"/groups/waiting/{reference}", version=version(reference)
    )
    assert answer.status_code == 303
    row = entry_of(reference)
    assert (row.state, row.decided_by_person_id) == (GroupState.LISTED, officer.person_id)
    organisation = find_by_identifier(reading, "GB-CHC", "9900201")
    assert organisation is not None
    assert (organisation.id, organisation.name) == (row.organisation_id, "Wheels and Walks")
    invitation = reading.execute(select(Invitation).where(Invitation.organisation_id == organisation.id)).scalar_one()
    assert (invitation.email, invitation.role) == (row.contact_email, Role.GROUP_LEAD)
    told = reading.execute(select(OutboxEvent.payload).where(OutboxEvent.name == "GroupListed")).scalar_one()
    assert told == {"group_id": row.id, "organisation_id": organisation.id, "reference": reference}
    subjects = [mail["Subject"] for mail in mail_to(row.contact_email)]
    assert "Wheels and Walks is in the Community Book" in subjects
    assert "You are invited to join Wheels and Walks" in subjects


def test_a_body_we_know_by_its_number_becomes_the_group(app, reading) -> None:
    with work.bookkeeping(system("test")) as session:
        known = known_body(session, "Fernhill Care", identifiers=[("GB-COH", "09900101")])
    reference = make_ask("Fernhill community cafe", register="GB-COH", identifier="9900101")
    page = browser(app, make_officer()).get(f"/groups/waiting/{reference}").get_data(as_text=True)
    assert "has this register number already" in page
    actions.list_group(make_officer(), reference)
    assert entry_of(reference).organisation_id == known


def test_a_body_in_the_book_already_is_not_listed_twice(app) -> None:
    make_group(register="GB-COH", identifier="9900102")
    reference = make_ask(register="GB-COH", identifier="9900102", is_another=True)
    with pytest.raises(Refused, match="is in the Book already"):
        actions.list_group(make_officer(), reference)
    assert entry_of(reference).state == GroupState.ASKED_FOR


def test_a_body_that_closed_its_entry_may_come_back(app, reading) -> None:
    first = make_group(register="GB-COH", identifier="9900103")
    actions.close_group(first.lead, first.reference, "We stop")
    again = make_ask(register="GB-COH", identifier="9900103")
    actions.list_group(make_officer(), again)
    group = queries.group_of_organisation(reading, first.organisation_id)
    assert group is not None
    assert (group.reference, group.state) == (again, GroupState.LISTED)
    assert queries.is_listed_group(reading, first.organisation_id)


def test_who_leads_it_already_is_not_invited_again(app, reading) -> None:
    group = make_group(register="GB-COH", identifier="9900104")
    actions.close_group(group.lead, group.reference, "We stop")
    again = make_ask(register="GB-COH", identifier="9900104", contact_email=group.lead.email)
    actions.list_group(make_officer(), again)
    assert entry_of(again).state == GroupState.LISTED
    assert reading.execute(select(Invitation).where(Invitation.email == group.lead.email)).first() is None


def test_more_wanted_and_declined_are_told_with_the_reason(app) -> None:
    officer = make_officer()
    asked, declined = make_ask(), make_ask()
    page = browser(app, officer)
    send(page, f"/groups/waiting/{asked}/more", reason="Who runs it?", version=version(asked))
    send(page, f"/groups/waiting/{declined}/decline", reason="It is a shop", version=version(declined))
    assert (entry_of(asked).state, entry_of(declined).state) == (GroupState.MORE_WANTED, GroupState.DECLINED)
    assert "Who runs it?" in mail_to(entry_of(asked).contact_email)[-1].get_content()
    assert "It is a shop" in mail_to(entry_of(declined).contact_email)[-1].get_content()


@pytest.mark.parametrize("act", ["more", "decline"])
def test_a_reason_must_be_given(app, act) -> None:
    reference = make_ask()
    answer = send(browser(app, make_officer()), f"/groups/waiting/{reference}/{act}", version=version(reference))
    assert answer.status_code == 422
    assert entry_of(reference).state == GroupState.ASKED_FOR


def test_of_two_officers_who_decide_at_once_the_second_is_told_what_it_is_now(app) -> None:
    reference = make_ask()
    seen = version(reference)
    actions.list_group(make_officer(), reference, seen)
    with pytest.raises(WrongState, match="This entry is listed"):
        actions.decline_group(make_officer(), reference, "No", seen)
    page = browser(app, make_officer())
    form = make_ask()
    old = version(form)
    actions.want_more(make_officer(), form, "Why?", old)
    answer = send(page, f"/groups/waiting/{form}/list", page="/groups/waiting/" + form, version=old)
    assert answer.status_code == 409


# --- separation ---------------------------------------------------------------------------------


def test_an_officer_decides_nothing_about_a_group_they_recorded(app) -> None:
    officer = make_officer()
    reference = actions.ask_to_list(officer, new_group())
    with pytest.raises(NotAllowed, match="somebody else must decide"):
        actions.list_group(officer, reference)
    assert "somebody else decides" in browser(app, officer).get(f"/groups/waiting/{reference}").get_data(as_text=True)
    actions.list_group(make_officer(), reference)


def test_an_officer_decides_nothing_about_an_ask_in_their_own_name(app) -> None:
    officer = make_officer()
    reference = make_ask(contact_email=officer.email)
    for act in (actions.want_more, actions.decline_group):
        with pytest.raises(NotAllowed):
            act(officer, reference, "why")


def test_an_officer_decides_nothing_about_a_body_they_belong_to(app) -> None:
    group = make_group(register="GB-COH", identifier="9900105")
    officer = make_officer()
    with work.reading() as reading:
        body, person = reading.get_one(Organisation, group.organisation_id), reading.get_one(Person, officer.person_id)
    join(person, body, Role.GROUP_MEMBER)
    with pytest.raises(NotAllowed):
        actions.suspend_group(officer, group.reference, "why")
    with pytest.raises(NotAllowed):
        actions.set_trusted(officer, group.reference, True)


def test_nor_about_one_they_left_less_than_a_year_ago(app) -> None:
    group = make_group()
    officer = make_officer()
    with work.bookkeeping(anybody()) as session:
        session.add(
            MembershipRow(
                person_id=officer.person_id,
                organisation_id=group.organisation_id,
                role=Role.GROUP_LEAD,
                since_utc=now_utc() - timedelta(days=800),
                until_utc=now_utc() - timedelta(days=180),
            )
        )
    with pytest.raises(NotAllowed):
        actions.suspend_group(officer, group.reference, "why")


def test_listing_an_ask_of_a_body_they_belong_to_is_refused_by_its_number(app) -> None:
    body = make_organisation("Some company")
    officer = make_officer()
    with work.bookkeeping(system("test")) as session:
        add_identifier(session, body.id, "GB-COH", "09900106")
        person = session.get_one(Person, officer.person_id)
    join(person, body, Role.PROVIDER_LEAD)
    reference = make_ask(register="GB-COH", identifier="9900106")
    with pytest.raises(NotAllowed):
        actions.list_group(officer, reference)


# --- suspending, trust, handing over ------------------------------------------------------------


def test_a_suspended_group_is_gone_for_others_and_its_leads_read_why(app, client) -> None:
    group = make_group("Gone for now")
    officer = make_officer()
    page = browser(app, officer)
    answer = send(
        page, f"/groups/{group.reference}/suspend", reason="We look into something", version=version(group.reference)
    )
    assert answer.status_code == 303
    assert client.get(f"/groups/{group.reference}").status_code == 404
    assert "Gone for now" not in client.get("/groups").get_data(as_text=True)
    assert client.get(f"/groups/{group.reference}/write").status_code == 404
    own = browser(app, group.lead).get(f"/groups/{group.reference}")
    assert "We look into something" in own.get_data(as_text=True)
    assert "Your entry is suspended" in browser(app, group.lead).get("/desk").get_data(as_text=True)
    lifted = send(
        page,
        f"/groups/{group.reference}/lift",
        page=f"/groups/{group.reference}",
        version=version(group.reference),
    )
    assert lifted.status_code == 303
    assert client.get(f"/groups/{group.reference}").status_code == 200


def test_an_officer_says_whose_needs_open_at_once(app, reading) -> None:
    group = make_group()
    page = browser(app, make_officer())
    address = f"/groups/{group.reference}/trust"
    send(page, address, page=f"/groups/{group.reference}", trusted="yes", version=version(group.reference))
    assert entry_of(group.reference).trusted
    send(page, address, page=f"/groups/{group.reference}", version=version(group.reference))
    assert not entry_of(group.reference).trusted


def test_a_group_that_lost_its_people_is_handed_over_on_proof(app, reading) -> None:
    group = make_group(contacts_public=True)
    answer = send(
        browser(app, make_officer()),
        f"/groups/{group.reference}/hand-over",
        name="New Person",
        email="new@test.example",
        proof="Minutes of 3 May",
        version=version(group.reference),
    )
    assert answer.status_code == 303
    assert people_of(reading, group.organisation_id) == []
    row = entry_of(group.reference)
    assert (row.contact_name, row.contacts_public) == ("New Person", False)
    invited = reading.execute(
        select(Invitation.email).where(
            Invitation.organisation_id == group.organisation_id, Invitation.withdrawn_at_utc.is_(None)
        )
    ).scalars()
    assert "new@test.example" in list(invited)


def test_a_group_is_not_handed_over_without_proof(app) -> None:
    group = make_group()
    answer = send(
        browser(app, make_officer()),
        f"/groups/{group.reference}/hand-over",
        name="New",
        email="new@test.example",
        version=version(group.reference),
    )
    assert answer.status_code == 422


# --- every act, every role, every state ---------------------------------------------------------

ACTS = {
    "want_more": lambda actor, reference: actions.want_more(actor, reference, "why"),
    "list": actions.list_group,
    "decline": lambda actor, reference: actions.decline_group(actor, reference, "why"),
    "suspend": lambda actor, reference: actions.suspend_group(actor, reference, "why"),
    "lift": actions.lift_suspension,
    "trust": lambda actor, reference: actions.set_trusted(actor, reference, True),
    "hand_over": lambda actor, reference: actions.hand_over(actor, reference, "N", "n@test.example", "proof"),
}


@pytest.mark.parametrize("role", Role)
def test_only_officers_moderate(app, role) -> None:
    asked, listed = make_ask(), make_group().reference
    actor = actor_for(make_organisation(is_council=True), role)
    for act, do in ACTS.items():
        reference = asked if act in {"want_more", "list", "decline"} else listed
        if role is not Role.OFFICER:
            with pytest.raises(NotAllowed):
                do(actor, reference)
        else:
            assert actor.may(MODERATE_GROUPS)


@pytest.mark.parametrize("state", [state for state in GroupState if state != GroupState.DECLINED])
def test_an_officer_moderates_from_the_states_of_the_table_only(app, state) -> None:
    officer = make_officer()
    for act, do in ACTS.items():
        reference = make_group().reference
        put_into(reference, state)
        if ENTRY.allows(act, state) and act != "list":
            do(officer, reference)
            assert GroupState(entry_of(reference).state) in (ENTRY.moves[act].targets or {state})
        elif not ENTRY.allows(act, state):
            with pytest.raises(WrongState):
                do(officer, reference)
            assert entry_of(reference).state == state


def test_an_entry_that_is_not_there_is_not_moderated(app) -> None:
    for do in ACTS.values():
        with pytest.raises(NotThere):
            do(make_officer(), "G-222222")


def test_rights_do_not_add_up(app) -> None:
    person = make_person()
    council, other = make_organisation(is_council=True), make_organisation()
    join(person, council, Role.OFFICER)
    join(person, other, Role.GROUP_LEAD)
    with work.reading() as reading:
        acting_elsewhere = actor_of_person(reading, person, other.id)
    with pytest.raises(NotAllowed):
        actions.list_group(acting_elsewhere, make_ask())
