"""Invitations: for one address, once, and no higher than the inviter stands when it is accepted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import clock, dispatcher, work
from community_book.base.actor import Actor, Role
from community_book.notices.tables import OutgoingMail
from community_book.organisations.tables import Organisation
from community_book.people import actions
from community_book.people.queries import actor_of_person, roles_held
from community_book.people.rules import ROLE_HINTS, NewInvitation
from community_book.people.tables import Invitation, Person
from tests.makers import actor_for, client_of, make_organisation, make_person, send
from tests.makers_people import PASSWORD, browser_of, council, lead, link_in, mail_to, sign_in, with_password

pytestmark = pytest.mark.usefixtures("app")


def actor_of(person: Person, organisation: Organisation) -> Actor:
    with work.reading() as reading:
        return actor_of_person(reading, reading.get_one(Person, person.id), organisation.id)


def invited(organisation: Organisation, inviter: Person, email: str, role: Role) -> str:
    """Invites an address and returns the path of the link in the mail."""
    actions.invite(actor_of(inviter, organisation), organisation.reference, NewInvitation(email, role))
    return link_in(mail_to(email)[-1])


def roles(email: str, organisation: Organisation) -> set[Role]:
    with work.reading() as reading:
        person = reading.query(Person).filter_by(email=email).one_or_none()
        return set(roles_held(reading, person.id, organisation.id)) if person else set()


def test_who_invites_reads_what_each_role_may_do(app: Flask) -> None:
    group = make_organisation("Lunch club")
    page = client_of(app, lead(group).id, group.id).get(f"/organisations/{group.reference}/people/invite")
    assert "Posts needs, answers offers" in page.get_data(as_text=True)
    assert "changes the group&#39;s entry and invites people" in page.get_data(as_text=True)
    body = make_organisation("Example Council", is_council=True)
    boss = actor_for(body, Role.ADMINISTRATOR)
    said = client_of(app, boss.person_id or 0, body.id).get(f"/organisations/{body.reference}/people/invite")
    assert "Decides on reports of what was done" in said.get_data(as_text=True)
    assert set(ROLE_HINTS) == set(Role)


def test_somebody_without_an_account_makes_one_for_exactly_the_invited_address(app: Flask, client: FlaskClient) -> None:
    group = make_organisation("Lunch club")
    first = lead(group, name="Asha Patel")
    browser, email = client_of(app, first.id, group.id), "new.helper@test.example"
    answer = send(
        browser, f"/organisations/{group.reference}/people/invite", email=email.upper(), role=Role.GROUP_MEMBER
    )
    assert answer.location == f"/organisations/{group.reference}/people"
    [mail] = mail_to(email)
    assert mail["Subject"] == "You are invited to join Lunch club"
    link = link_in(mail)
    page = client.get(link).get_data(as_text=True)
    assert "Asha Patel invites you as group member" in page
    assert roles(email, group) == set(), "opening the link does nothing"
    refused = send(client, link, name="Nia Okoro", password="short")
    assert refused.status_code == 422
    sneaky = send(client, link, name="Nia Okoro", password=PASSWORD, email="other@test.example", role="group_lead")
    assert sneaky.status_code == 422
    assert send(client, link, name="Nia Okoro", password=PASSWORD).status_code == 303
    assert roles(email, group) == {Role.GROUP_MEMBER}
    assert "Nia Okoro" in client.get("/account").get_data(as_text=True)
    assert sign_in(app.test_client(), email).status_code == 303
    assert [told["Subject"] for told in mail_to(first.email or "")] == ["Nia Okoro has joined Lunch club"]


def test_an_invitation_is_used_once(app: Flask) -> None:
    group = make_organisation()
    link = invited(group, lead(group), "used.once@test.example", Role.GROUP_MEMBER)
    assert send(app.test_client(), link, name="Nia", password=PASSWORD).status_code == 303
    again = app.test_client().get(link)
    assert again.status_code == 409
    assert "used already" in again.get_data(as_text=True)


def test_who_has_an_account_signs_in_and_joins(app: Flask, client: FlaskClient) -> None:
    group, person = make_organisation("Lunch club"), with_password()
    link = invited(group, lead(group), person.email or "", Role.GROUP_LEAD)
    page = client.get(link).get_data(as_text=True)
    assert "You have an account with this address" in page
    assert "password" not in page
    [to_sign_in] = re.findall(r'href="(/sign-in\?next=/invitation/[^"]+)"', page)
    answer: Any = sign_in(client, person.email or "", url=to_sign_in)
    assert answer.location == link
    assert "Asha" not in client.get(link).get_data(as_text=True)
    assert send(client, link).status_code == 303
    assert roles(person.email or "", group) == {Role.GROUP_LEAD}


def test_another_persons_invitation_is_refused(app: Flask) -> None:
    group, other = make_organisation(), with_password()
    link = invited(group, lead(group), "meant.for.me@test.example", Role.GROUP_LEAD)
    browser = app.test_client()
    sign_in(browser, other.email or "")
    assert browser.get(link).status_code == 403
    assert send(browser, link, page="/account").status_code == 403
    assert roles(other.email or "", group) == set()


@pytest.mark.parametrize("role", [Role.GROUP_MEMBER, Role.PROVIDER_MEMBER, Role.OFFICER, Role.VERIFIER, Role.AUDITOR])
def test_who_leads_nothing_invites_nobody_and_no_mail_goes_out(app: Flask, reading: work.Reading, role: Role) -> None:
    place = make_organisation(is_council=role in {Role.OFFICER, Role.VERIFIER, Role.AUDITOR})
    browser = browser_of(app, role, place)
    url = f"/organisations/{place.reference}/people/invite"
    assert browser.get(url).status_code == 403
    refused = send(browser, url, page="/account", email="a@test.example", role="administrator")
    assert refused.status_code == 403
    dispatcher.dispatch_all()
    assert reading.query(OutgoingMail).count() == 0
    assert reading.query(Invitation).count() == 0


@pytest.mark.parametrize(
    ("mine", "wanted", "status"),
    [
        (Role.GROUP_LEAD, Role.GROUP_LEAD, 303),
        (Role.GROUP_LEAD, Role.PROVIDER_MEMBER, 403),
        (Role.GROUP_LEAD, Role.ADMINISTRATOR, 403),
        (Role.PROVIDER_LEAD, Role.OFFICER, 403),
        (Role.PROVIDER_LEAD, Role.PROVIDER_MEMBER, 303),
    ],
)
def test_a_lead_invites_to_their_own_kind_of_role_only(app: Flask, mine: Role, wanted: Role, status: int) -> None:
    place = make_organisation()
    browser = browser_of(app, mine, place)
    url = f"/organisations/{place.reference}/people/invite"
    assert send(browser, url, email="b@test.example", role=wanted).status_code == status


def test_a_lead_invites_to_no_other_organisation(app: Flask) -> None:
    other = make_organisation()
    browser = browser_of(app, Role.GROUP_LEAD)
    url = f"/organisations/{other.reference}/people/invite"
    assert browser.get(url).status_code == 404
    assert send(browser, url, page="/account", email="c@test.example", role="group_member").status_code == 404


def test_an_invitation_of_somebody_who_leads_no_longer_is_refused(app: Flask) -> None:
    group = make_organisation()
    inviter, other = lead(group), lead(group)
    link = invited(group, inviter, "too.late@test.example", Role.GROUP_LEAD)
    actions.set_roles(actor_of(other, group), group.reference, inviter.reference, {Role.GROUP_MEMBER})
    refused = send(app.test_client(), link, name="Nia", password=PASSWORD)
    assert refused.status_code == 403
    assert "may not give this role any more" in refused.get_data(as_text=True)
    assert roles("too.late@test.example", group) == set()
    actions.set_roles(actor_of(other, group), group.reference, inviter.reference, {Role.GROUP_LEAD})
    assert send(app.test_client(), link, name="Nia", password=PASSWORD).status_code == 303, "nothing was half done"


def test_an_administrators_invitation_dies_with_their_role(app: Flask) -> None:
    place, group = council(), make_organisation()
    lead(place, Role.ADMINISTRATOR)
    inviter = lead(place, Role.ADMINISTRATOR)
    link_there = invited_by(inviter, place, group)
    actions.disable_person(actor_of(lead(place, Role.ADMINISTRATOR), place), inviter.reference)
    assert send(app.test_client(), link_there, name="Nia", password=PASSWORD).status_code == 403


def invited_by(inviter: Person, place: Organisation, group: Organisation) -> str:
    actions.invite(actor_of(inviter, place), group.reference, NewInvitation("gone.admin@test.example", "group_lead"))
    return link_in(mail_to("gone.admin@test.example")[-1])


def test_an_invitation_ends_after_fourteen_days(app: Flask) -> None:
    group = make_organisation()
    link = invited(group, lead(group), "fortnight@test.example", Role.GROUP_MEMBER)
    with clock.held_at(clock.now_utc() + timedelta(days=13, hours=23)):
        assert app.test_client().get(link).status_code == 200
    with clock.held_at(clock.now_utc() + timedelta(days=14, minutes=1)):
        assert app.test_client().get(link).status_code == 409


def test_an_invitation_can_be_taken_back_until_it_is_accepted(app: Flask) -> None:
    group = make_organisation()
    inviter = lead(group)
    link = invited(group, inviter, "taken.back@test.example", Role.GROUP_MEMBER)
    browser, page = client_of(app, inviter.id, group.id), f"/organisations/{group.reference}/people"
    shown = browser.get(page).get_data(as_text=True)
    [address] = re.findall(r'action="(/invitations/[^"]+/withdraw)"', shown)
    stranger = browser_of(app, Role.GROUP_LEAD)
    assert send(stranger, address, page="/account").status_code == 404
    assert send(browser, address, page=page).status_code == 303
    assert app.test_client().get(link).status_code == 409
    again = send(browser, address, page="/account")
    assert again.status_code == 409
    assert "withdrawn already" in again.get_data(as_text=True)


def test_a_second_invitation_replaces_the_first(app: Flask) -> None:
    group = make_organisation()
    inviter = lead(group)
    first = invited(group, inviter, "twice@test.example", Role.GROUP_MEMBER)
    second = invited(group, inviter, "twice@test.example", Role.GROUP_LEAD)
    assert app.test_client().get(first).status_code == 409
    assert app.test_client().get(second).status_code == 200


def test_an_invitation_withdrawn_before_the_worker_wrote_is_never_mailed() -> None:
    group = make_organisation()
    inviter = lead(group)
    actor = actor_of(inviter, group)
    reference = actions.invite(actor, group.reference, NewInvitation("never.mailed@test.example", "group_member"))
    actions.withdraw_invitation(actor, reference)
    assert mail_to("never.mailed@test.example") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "", "role": "group_member"}, "Fill in"),
        ({"email": "no address", "role": "group_member"}, "in the right form"),
        ({"email": "a@b.example\nBcc: c@d.example", "role": "group_member"}, "in the right form"),
        ({"email": "a@b.example", "role": ""}, "Choose an answer"),
        ({"email": "a@b.example", "role": "emperor"}, "Choose one of the answers"),
    ],
)
def test_a_mistyped_invitation_comes_back_with_what_to_do(app: Flask, fields: dict[str, str], said: str) -> None:
    group = make_organisation()
    browser = browser_of(app, Role.GROUP_LEAD, group)
    refused = send(browser, f"/organisations/{group.reference}/people/invite", **fields)
    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)


def test_who_has_the_role_already_is_not_invited_to_it(app: Flask) -> None:
    group = make_organisation()
    browser, other = browser_of(app, Role.GROUP_LEAD, group), lead(group)
    refused = send(browser, f"/organisations/{group.reference}/people/invite", email=other.email, role=Role.GROUP_LEAD)
    assert refused.status_code == 422
    assert "has that role already" in refused.get_data(as_text=True)


def test_nobody_is_invited_to_be_an_officer_of_a_lunch_club(app: Flask) -> None:
    browser, group = browser_of(app, Role.ADMINISTRATOR), make_organisation("Lunch club")
    refused = send(browser, f"/organisations/{group.reference}/people/invite", email="x@test.example", role="officer")
    assert refused.status_code == 422
    assert "Nobody can be council officer in Lunch club" in refused.get_data(as_text=True)


def test_sending_the_form_twice_invites_once(app: Flask, reading: work.Reading) -> None:
    group = make_organisation()
    browser = browser_of(app, Role.GROUP_LEAD, group)
    url = f"/organisations/{group.reference}/people/invite"
    shown = browser.get(url).get_data(as_text=True)
    data = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("_token", "_key")}  # type: ignore[index]
    data |= {"email": "double@test.example", "role": "group_member"}
    first, second = browser.post(url, data=data), browser.post(url, data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert browser.get(second.location).location == f"/organisations/{group.reference}/people"
    assert reading.query(Invitation).count() == 1
    assert len(mail_to("double@test.example")) == 1


def test_a_room_can_invite_the_first_lead_of_a_group_it_lists() -> None:
    officer = actor_for(council(), Role.OFFICER)
    group = make_organisation("New group")
    with work.work(officer) as session:
        reference = actions.invite_person(session, group.id, "first.lead@test.example", Role.GROUP_LEAD)
        session.record("test.list", f"organisation:{group.reference}", f"invitation:{reference}")
    assert mail_to("first.lead@test.example")[0]["Subject"] == "You are invited to join New group"
    make_person()
