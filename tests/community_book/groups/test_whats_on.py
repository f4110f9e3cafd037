"""What groups run regularly: found by whoever looks, and above all without a place that is not shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from community_book.base import work
from community_book.base.actor import Role, anybody
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.groups import actions, queries
from community_book.groups.rules import GroupState, NewActivity, Profile, Space
from community_book.groups.views import WhatsOn
from tests.makers import client_of
from tests.makers_groups import entry_of, make_group, put_into
from tests.makers_places import EAST, WEST, know_postcodes, make_scheme

LUNCH = NewActivity(title="Hot lunch", days=("2", "4"), starts=720, ends=840, cost="Free", where_words="Chapel hall")


@pytest.fixture
def zones(app) -> dict[str, int]:
    know_postcodes()
    return make_scheme()


def on(**asked: object):
    with work.reading() as reading:
        return queries.whats_on(reading, WhatsOn(**asked))[1]  # type: ignore[arg-type]


def profile_of(reference: str, **changes: object) -> Profile:
    row = entry_of(reference)
    given = Profile(
        name=row.asked_name,
        what_we_do=row.what_we_do,
        who_for=row.who_for,
        can_offer=row.can_offer,
        size_band=row.size_band,
        contact_name="Sue",
        contact_email="sue@group.example",
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def test_an_activity_is_found_by_day_and_zone_and_only_while_its_group_is_listed(app, zones) -> None:
    group = make_group("Lunch club", postcode=WEST)
    actions.put_on(group.lead, group.reference, LUNCH)
    zone_of_west = next(iter(on())).zones[0].id
    assert [one.title for one in on(day=2)] == ["Hot lunch"]
    assert on(day=0) == []
    assert len(on(zone_id=zone_of_west)) == 1
    assert on(zone_id=next(id_ for id_ in zones.values() if id_ != zone_of_west)) == []
    put_into(group.reference, GroupState.PAUSED)
    assert on() == []


def test_a_place_that_is_not_shown_stands_nowhere(app, zones, client) -> None:
    group = make_group("Quiet club", postcode=WEST)
    actions.put_on(group.lead, group.reference, replace(LUNCH, where_words="Behind the mill"))
    for address in ("/whats-on?", "/whats-on?print=1", "/whats-on.csv?", f"/groups/{group.reference}?", "/groups.csv?"):
        for near in ("", f"&postcode={EAST}"):
            text = client.get(address + near).get_data(as_text=True)
            assert [secret for secret in (WEST, "Behind the mill") if secret in text] == [], address
    shown = replace(LUNCH, title="Open lunch", place_public=True)
    actions.put_on(group.lead, group.reference, shown)
    text = client.get("/whats-on?print=1").get_data(as_text=True)
    assert WEST in text
    assert "Chapel hall" in text


def test_a_private_place_is_as_far_as_its_zone_and_not_a_metre_more_exact(app, zones) -> None:
    near_by, other = make_group(postcode=WEST), make_group(postcode=WEST)
    actions.put_on(near_by.lead, near_by.reference, LUNCH)
    actions.put_on(other.lead, other.reference, replace(LUNCH, zone=(), postcode=""))
    with work.reading() as reading:
        asked = queries.near(reading, EAST)
        assert asked is not None
        distances = {one.distance_m for one in queries.whats_on(reading, WhatsOn(near=asked))[1]}
    assert distances <= {None, *asked.zone_distances_m.values()}


def test_a_place_that_becomes_secret_is_shown_by_nothing_that_is_on_there(app, zones, client) -> None:
    group = make_group("Refuge", postcode=WEST)
    actions.put_on(group.lead, group.reference, replace(LUNCH, place_public=True))
    picked = (next(iter(zones.values())),)
    secret = profile_of(group.reference, name="Refuge", confidential=True, zone=picked)
    actions.edit_group(group.lead, group.reference, secret)
    text = client.get("/whats-on").get_data(as_text=True)
    assert WEST not in text
    assert "Chapel hall" not in text
    with pytest.raises(Refused) as refused:
        actions.put_on(group.lead, group.reference, replace(LUNCH, place_public=True))
    assert [problem.field for problem in refused.value.problems] == ["place_public"]


def test_one_tap_says_full_and_a_stale_tap_is_refused(app, zones) -> None:
    group = make_group(postcode=WEST)
    actions.put_on(group.lead, group.reference, LUNCH)
    (activity,) = on()
    actions.say_space(group.lead, activity.reference, Space.FULL, activity.version)
    assert on()[0].space is Space.FULL
    with pytest.raises(WrongState):
        actions.say_space(group.lead, activity.reference, Space.COME_ALONG, activity.version)
    with pytest.raises(NotAllowed):
        actions.take_off(make_group(postcode=WEST).lead, activity.reference)
    actions.take_off(group.lead, activity.reference)
    assert on() == []


def test_its_own_people_put_something_on_through_the_form_and_others_may_not(app, zones) -> None:
    group = make_group("Lunch club", postcode=WEST)
    own = client_of(app, group.lead.person_id, group.organisation_id)
    page = own.get(f"/groups/{group.reference}/put-on").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(_token|_key)" value="([^"]+)"', page))
    sent = {**hidden, "title": "Choir", "days": ["0"], "starts": "19:00", "ends": "18:00", "space": "come_along"}
    assert own.post(f"/groups/{group.reference}/put-on", data=sent).status_code == 422
    assert own.post(f"/groups/{group.reference}/put-on", data={**sent, "ends": "21:00"}).status_code == 303
    assert [one.title for one in on()] == ["Choir"]
    activity = on()[0].reference
    assert own.get(f"/activities/{activity}").status_code == 200
    stranger = make_group(postcode=WEST)
    other = client_of(app, stranger.lead.person_id, stranger.organisation_id)
    assert other.get(f"/activities/{activity}").status_code == 403
    assert other.get(f"/groups/{group.reference}/put-on").status_code == 403


@pytest.mark.parametrize(
    "junk", ["postcode=%2A&day=9", "zone=1:x&print=1", "page=-1", "day=⁵", "postcode=xxxxxxxxxxxxxxxxx"]
)
def test_junk_in_the_address_is_an_empty_or_a_whole_list(app, client, junk) -> None:
    assert client.get(f"/whats-on?{junk}").status_code == 200
    assert client.get(f"/groups?{junk}&sort=nearest&tag=%00'".replace("%00", "x")).status_code == 200


def test_tags_and_the_three_answers_stand_on_page_card_and_download(app, zones, client) -> None:
    group = make_group("Growers", postcode=WEST)
    told = {"sells": "Seedlings", "has_room_for": "Two diggers", "tags": ("growing", "food"), "postcode": WEST}
    actions.edit_group(group.lead, group.reference, profile_of(group.reference, name="Growers", **told))
    for address in ("/groups?tag=growing", f"/groups/{group.reference}", "/groups.csv"):
        text = client.get(address).get_data(as_text=True)
        assert [said for said in ("Seedlings", "Two diggers") if said not in text] == [], address
    assert "Growers" not in client.get("/groups?tag=music").get_data(as_text=True)
    with pytest.raises(Refused):
        actions.edit_group(group.lead, group.reference, profile_of(group.reference, postcode=WEST, tags=("nothing",)))


def test_the_entry_for_programs_holds_public_fields_only_and_cannot_end_its_script(app, zones, client) -> None:
    group = make_group("</script><b>Club", postcode=WEST, contact_telephone="01632 960188")
    text = client.get(f"/groups/{group.reference}").get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["@type"] == "NGO"
    assert data["name"] == "</script><b>Club"
    assert "address" not in data
    assert "telephone" not in data
    assert "email" not in data


def test_the_next_lead_follows_when_they_accept_and_not_before(app) -> None:
    group = make_group("Handed on")
    actions.hand_on(group.lead, group.reference, "Nora Next", "nora@next.example")
    assert group.lead.person_id is not None
    with work.reading() as reading:
        from community_book.people.queries import people_of

        assert [person.id for person in people_of(reading, group.organisation_id)] == [group.lead.person_id]
    with pytest.raises(Refused):
        actions.hand_on(group.lead, group.reference, "Me", group.lead.email)
    with pytest.raises(NotAllowed):
        actions.hand_on(anybody(), group.reference, "Me", "me@me.example")


def test_who_accepts_leads_and_who_invited_steps_down_once(app) -> None:
    from sqlalchemy import select

    from community_book.base.actor import system
    from community_book.base.outbox import Event
    from community_book.groups.tables import Succession
    from community_book.people.queries import people_of
    from tests.makers import join, make_person
    from tests.makers_groups import Organisation

    group = make_group("Handed on")
    actions.hand_on(group.lead, group.reference, "Nora Next", "nora@next.example")
    nora = make_person("Nora Next", email="nora@next.example")
    with work.reading() as reading:
        organisation = reading.get_one(Organisation, group.organisation_id)
        invitation_id = reading.execute(select(Succession.invitation_id)).scalar_one()
    join(nora, organisation, Role.GROUP_LEAD)
    event = Event("InvitationAccepted", {"invitation_id": invitation_id, "person_id": nora.id})
    for _ in range(2):
        with work.bookkeeping(system("test")) as session:
            actions.step_down(session, event)
    with work.reading() as reading:
        assert [person.id for person in people_of(reading, group.organisation_id)] == [nora.id]
