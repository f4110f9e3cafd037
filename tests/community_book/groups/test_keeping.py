"""What a group's leads do with their entry, and what is still right."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from community_book.base.actor import Role, anybody, system
from community_book.base.clock import held_at, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import OutboxEvent
from community_book.groups import actions
from community_book.groups.rules import ENTRY, GroupState, Profile
from community_book.organisations.queries import names_of
from community_book.organisations.tables import Organisation
from community_book.places import queries as places
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_groups import entry_of, make_group, make_officer, put_into
from tests.makers_people import mail_to
from tests.makers_places import UNKNOWN, WEST, know_postcodes, make_scheme


def profile(**changes: object) -> Profile:
    given: dict[str, object] = {
        "name": "Station Road Lunch Club",
        "what_we_do": "Dinner",
        "who_for": "Anyone",
        "can_offer": "Crumble",
        "size_band": "small",
        "contact_name": "Bob",
        "contact_email": "bob@lunch.example",
        **changes,
    }
    return Profile(**given)  # type: ignore[arg-type]


def fields(**changes: object) -> dict[str, object]:
    return {name: value for name, value in vars(profile(**changes)).items() if value not in ("", (), False, None)}


def browser(app, actor):
    return client_of(app, actor.person_id, actor.organisation_id)


def test_a_lead_changes_the_entry_and_its_name(app, reading) -> None:
    group = make_group()
    answer = send(
        browser(app, group.lead),
        f"/groups/{group.reference}/edit",
        **fields(version=entry_of(group.reference).version, deputy_name="Sue", contacts_public="yes"),
    )
    assert answer.status_code == 303
    row = entry_of(group.reference)
    assert (row.can_offer, row.contact_name, row.deputy_name, row.contacts_public) == ("Crumble", "Bob", "Sue", True)
    assert names_of(reading, [group.organisation_id]) == {group.organisation_id: "Station Road Lunch Club"}


def test_the_form_shows_what_stands_now(app) -> None:
    know_postcodes()
    make_scheme()
    group = make_group("Our club", postcode=WEST)
    page = browser(app, group.lead).get(f"/groups/{group.reference}/edit").get_data(as_text=True)
    assert 'value="Our club"' in page
    assert f'value="{WEST}"' in page


def test_a_stale_change_is_refused(app) -> None:
    group = make_group()
    seen = entry_of(group.reference).version
    actions.edit_group(group.lead, group.reference, profile(version=seen))
    with pytest.raises(WrongState, match="Somebody changed this"):
        actions.edit_group(group.lead, group.reference, profile(version=seen))
    answer = send(browser(app, group.lead), f"/groups/{group.reference}/edit", **fields(version=seen))
    assert answer.status_code == 409


def test_a_bad_change_is_the_form_again_and_nothing_is_kept(app, reading) -> None:
    know_postcodes()
    make_scheme()
    group = make_group(postcode=WEST)
    seen = entry_of(group.reference).version
    answer = send(browser(app, group.lead), f"/groups/{group.reference}/edit", **fields(version=seen, postcode=UNKNOWN))
    assert answer.status_code == 422
    assert "We do not know this postcode" in answer.get_data(as_text=True)
    assert entry_of(group.reference).can_offer == ""
    with pytest.raises(Refused):
        actions.edit_group(group.lead, group.reference, profile(version=seen, postcode=UNKNOWN))
    assert places.place(reading, entry_of(group.reference).place_id).postcode == WEST


def test_a_place_made_secret_is_never_public(app, reading) -> None:
    know_postcodes()
    make_scheme()
    group = make_group(postcode=WEST)
    seen = entry_of(group.reference).version
    actions.edit_group(
        group.lead, group.reference, profile(version=seen, postcode=WEST, confidential=True, place_public=True)
    )
    assert not entry_of(group.reference).place_public
    assert places.place(reading, entry_of(group.reference).place_id).postcode is None


def test_a_group_pauses_and_comes_back(app, client) -> None:
    group = make_group("Paused for now")
    page = browser(app, group.lead)
    address = f"/groups/{group.reference}"
    assert send(page, address + "/pause", page=address, version=entry_of(group.reference).version).status_code == 303
    assert "Paused for now" not in client.get("/groups").get_data(as_text=True)
    assert "paused its entry" in client.get(address).get_data(as_text=True)
    assert send(page, address + "/resume", page=address, version=entry_of(group.reference).version).status_code == 303
    assert "Paused for now" in client.get("/groups").get_data(as_text=True)


def test_a_lead_closes_the_group_for_good_and_the_rest_of_the_site_is_told(app, reading) -> None:
    group = make_group()
    answer = send(
        browser(app, group.lead),
        f"/groups/{group.reference}/close",
        reason="We have all moved away",
        version=entry_of(group.reference).version,
    )
    assert answer.status_code == 303
    told = reading.execute(select(OutboxEvent.payload).where(OutboxEvent.name == "GroupClosed")).scalar_one()
    assert told["organisation_id"] == group.organisation_id
    assert told["reference"] == group.reference
    with pytest.raises(WrongState, match="Nothing more can be done"):
        actions.resume_group(group.lead, group.reference)


ACTS = {
    "edit": lambda actor, reference: actions.edit_group(actor, reference, profile()),
    "pause": actions.pause_group,
    "resume": actions.resume_group,
    "close": lambda actor, reference: actions.close_group(actor, reference, "why"),
    "confirm": actions.confirm_still_right,
}


@pytest.mark.parametrize("state", [s for s in GroupState if s not in {GroupState.DECLINED, GroupState.ASKED_FOR}])
def test_a_lead_acts_from_the_states_of_the_table_only(app, state) -> None:
    group = make_group()
    for act, do in ACTS.items():
        put_into(group.reference, state)
        if ENTRY.allows(act, state):
            do(group.lead, group.reference)
            assert GroupState(entry_of(group.reference).state) in (ENTRY.moves[act].targets or {state})
        else:
            with pytest.raises(WrongState):
                do(group.lead, group.reference)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.GROUP_LEAD])
def test_nobody_but_a_lead_changes_an_entry(app, role) -> None:
    group = make_group()
    actor = actor_for(make_organisation(is_council=True), role)
    for do in ACTS.values():
        with pytest.raises(NotAllowed):
            do(actor, group.reference)
    assert browser(app, actor).get(f"/groups/{group.reference}/edit").status_code == 403


def test_nor_the_lead_of_another_group(app) -> None:
    group, other = make_group(), make_group()
    for do in ACTS.values():
        with pytest.raises(NotAllowed, match="Only the group's own leads"):
            do(other.lead, group.reference)
    assert browser(app, other.lead).get(f"/groups/{group.reference}/edit").status_code == 403
    assert browser(app, other.lead).get(f"/groups/{group.reference}/close").status_code == 403
    put_into(group.reference, GroupState.SUSPENDED)
    for do in ACTS.values():
        with pytest.raises(NotThere):
            do(other.lead, group.reference)
    assert browser(app, other.lead).get(f"/groups/{group.reference}/edit").status_code == 404


def test_signed_out_the_pages_of_leads_send_you_to_sign_in(client) -> None:
    group = make_group()
    for page in ("edit", "close"):
        answer = client.get(f"/groups/{group.reference}/{page}")
        assert answer.headers["Location"].startswith("/sign-in")


# --- freshness ----------------------------------------------------------------------------------


def run_clock_after(days: int) -> int:
    with held_at(today() + timedelta(days=days)):
        done = actions.ask_freshness(system("clock"))
        mail_to("nobody@test.example")  # the worker does its part at the same time
        return done


def test_after_180_days_the_group_is_asked_once_and_60_days_later_it_is_out_of_date(app, client) -> None:
    group = make_group("Old club")
    assert run_clock_after(179) == 0
    assert run_clock_after(180) == 1
    assert run_clock_after(181) == 0
    asked = mail_to(group.lead.email)[-1]
    assert "still right?" in asked["Subject"]
    assert not entry_of(group.reference).out_of_date
    assert run_clock_after(240) == 1
    assert entry_of(group.reference).out_of_date
    assert run_clock_after(241) == 0
    make_group("Zoo club", contact_email="zoo@club.example")
    page = client.get("/groups").get_data(as_text=True)
    assert page.index("Zoo club") < page.index("Old club")
    assert "May be out of date" in page


def test_a_member_finds_the_entry_on_the_desk_and_only_a_lead_is_asked_whether_it_is_right(app, reading) -> None:
    group = make_group()
    member = actor_for(reading.get_one(Organisation, group.organisation_id), Role.GROUP_MEMBER)
    entry = f'href="/groups/{group.reference}"'
    assert entry in browser(app, member).get("/desk").get_data(as_text=True)
    with held_at(today() + timedelta(days=181)):
        assert "Is your entry still right?" in browser(app, group.lead).get("/desk").get_data(as_text=True)
        desk = browser(app, member).get("/desk").get_data(as_text=True)
    assert entry in desk
    assert "Is your entry still right?" not in desk


def link_of(address: str) -> str:
    """The path of the link in the last letter to an address."""
    text = mail_to(address)[-1].get_content()
    return re.search(r"/groups/still-right/\S+", text)[0]  # type: ignore[index]


def test_one_tap_in_the_letter_confirms_it_and_opening_changes_nothing(app, client) -> None:
    group = make_group()
    run_clock_after(180)
    contact = entry_of(group.reference).contact_email
    for_contact, for_lead = link_of(contact), link_of(group.lead.email)
    with held_at(today() + timedelta(days=190)):
        page = client.get(for_contact).get_data(as_text=True)
        assert "Yes, it is still right" in page
        assert entry_of(group.reference).asked_still_right_on is not None
        assert send(client, for_contact).status_code == 303
        row = entry_of(group.reference)
        assert (row.last_confirmed_on, row.asked_still_right_on) == (today(), None)
        assert client.get(for_lead).status_code in {404, 409}


def test_the_lead_confirms_it_on_the_page(app) -> None:
    group = make_group()
    run_clock_after(180)
    run_clock_after(240)
    address = f"/groups/{group.reference}"
    assert send(browser(app, group.lead), address + "/still-right", page=address).status_code == 303
    assert not entry_of(group.reference).out_of_date


def test_a_change_confirms_it_too(app) -> None:
    group = make_group()
    run_clock_after(180)
    with held_at(today() + timedelta(days=200)):
        actions.edit_group(group.lead, group.reference, profile())
        assert entry_of(group.reference).last_confirmed_on == today()
    assert run_clock_after(241) == 0


def test_closed_and_suspended_entries_are_asked_nothing(app) -> None:
    make_group(state=GroupState.CLOSED)
    make_group(state=GroupState.SUSPENDED)
    assert run_clock_after(400) == 0


def test_a_link_of_a_closed_group_opens_nothing(app, client) -> None:
    group = make_group()
    run_clock_after(180)
    link = link_of(group.lead.email)
    actions.close_group(group.lead, group.reference, "why")
    assert client.get(link).status_code in {404, 409}


def test_a_link_for_one_group_confirms_no_other(app) -> None:
    group, other = make_group(), make_group()
    holder = replace(anybody(), kind="link", link_act="still_right", link_subject=f"group:{group.reference}")
    with pytest.raises(NotAllowed):
        actions.confirm_still_right(holder, other.reference)


def test_officers_are_told_when_a_group_closes(app) -> None:
    officer = make_officer()
    group = make_group("Closing club")
    actions.close_group(group.lead, group.reference, "We stop")
    assert "The entry of Closing club is closed" in [mail["Subject"] for mail in mail_to(officer.email)]
