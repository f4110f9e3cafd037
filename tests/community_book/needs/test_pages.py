"""The pages of needs, as people meet them: signed out, in the wrong role, with bad input, twice, too late."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.needs import actions, queries
from community_book.needs.rules import KINDS_ASKED, STILL_NEEDED_LINK, NeedState
from community_book.people.actions import make_link
from community_book.web.paging import page_url
from tests.makers import actor_for, make_organisation, send
from tests.makers_needs import ListedGroup, judge_needs_alone, make_listed_group, make_need, make_zones, new_need

Browse = Callable[[Actor], FlaskClient]


@pytest.fixture
def browse(app: Any, signed_in: Callable[..., FlaskClient]) -> Browse:
    judge_needs_alone()
    return lambda actor: signed_in(actor.person_id, actor.organisation_id)


@pytest.fixture
def group(app: Any) -> ListedGroup:
    return make_listed_group("The lunch club", trusted=False)


@pytest.fixture
def growers(app: Any) -> ListedGroup:
    return make_listed_group("The growers")


@pytest.fixture
def officer(app: Any) -> Actor:
    return actor_for(make_organisation("The council", is_council=True), Role.OFFICER)


def day_fields(name: str, day: Any) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def filled(**more: Any) -> dict[str, Any]:
    """A form for helping hands, filled in."""
    return {
        "title": "People to paint our hall",
        "story": "The hall is used by three clubs.",
        "amount": "about 12 h",
        "how": "any",
        "where": "ours",
        "dbs": "none",
        "none_of_these": "yes",
        "_act": "post",
        **day_fields("first_day", today()),
        **day_fields("last_day", today() + timedelta(days=60)),
        **more,
    }


def state_of(actor: Actor, reference: str) -> NeedState:
    with work.reading() as reading:
        return queries.need(reading, actor, reference).state


def newest(actor: Actor) -> str:
    with work.reading() as reading:
        return queries.needs_of_group(reading, actor)[1][0].reference


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


# --- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS_ASKED)
def test_every_kind_has_its_form(browse: Browse, group: ListedGroup, kind: Kind) -> None:
    client = browse(group.lead)
    assert f"/needs/new/{kind}" in text_of(client.get("/needs/new"))
    answer = client.get(f"/needs/new/{kind}")
    assert answer.status_code == 200
    questions = re.findall(r"<(?:h2|legend|label)[^>]*--m[^>]*>", text_of(answer))
    assert len(questions) <= 8


def test_a_kind_that_is_none_is_not_there(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    for kind in ("conduct", "", "%00", "hands/x"):
        assert client.get(f"/needs/new/{kind}").status_code == 404


def test_a_need_is_posted_without_scripts(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    answer = send(client, "/needs/new/hands", **filled())
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    for said in ("People to paint our hall", "about 12 h", "waiting for the council", "within 5 working days"):
        assert said in page


def test_one_date_is_said_once(browse: Browse, growers: ListedGroup) -> None:
    browser = browse(growers.lead)
    day = today() + timedelta(days=30)
    once = {"amount": "", "how": "dates", "single_days": f"{day:%d/%m/%Y}", "starts": "9:00", "ends": "12:00"}
    answer = send(browser, "/needs/new/hands", **filled(**once))
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "9:00 to 12:00" in page
    assert "All dates to come" not in page


def test_a_weekly_need_is_posted_without_scripts(browse: Browse, growers: ListedGroup) -> None:
    fields = filled(how="weekly", weekdays=["1", "3"], every_weeks="2", starts="10", ends="2pm", at_once="1")
    for name in ("amount", "dbs"):
        fields.pop(name)
    client = browse(growers.lead)
    answer = send(client, "/needs/new/vehicle", **fields, feature_seats="12", feature_driver="yes")
    assert answer.status_code == 303, text_of(answer)
    page = text_of(client.get(answer.location))
    assert "Tuesdays and Thursdays, every 2 weeks, 10:00 to 14:00" in page
    assert "Seats: at least 12" in page
    assert "All dates to come" in page


def test_everything_typed_is_kept_when_something_is_wrong(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    answer = send(client, "/needs/new/hands", **filled(amount="quite a lot", weekdays=["1"], terms="No dogs <b>"))
    page = text_of(answer)
    assert answer.status_code == 422
    for kept in ('value="quite a lot"', "No dogs &lt;b&gt;", "The hall is used by three clubs.", "There is a problem"):
        assert kept in page
    assert re.search(r'name="weekdays"[^>]*value="1"[^>]*checked', page)
    with work.reading() as reading:
        assert queries.needs_of_group(reading, group.lead)[0] == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": ""}, "Say in a few words what you need"),
        ({"amount": ""}, "Say how much, or tick that you are not sure"),
        ({"amount": "-3"}, "cannot be less than 0"),
        ({"smallest_useful": "99"}, "cannot be more than all of it"),
        ({"last_day-year": "1999"}, "The year must be between"),
        ({"last_day-month": "13"}, "The month must be a number"),
        ({"none_of_these": ""}, "Read the list and tick"),
        ({"where": "online"}, "Choose one of the answers shown"),
        ({"where": "other"}, "Enter a postcode"),
        ({"where": "other", "postcode": "nonsense"}, "not written like a postcode"),
        ({"how": "weekly"}, "Enter a time"),
        ({"starts": "25:00", "how": "weekly"}, "25:00"),
        ({"title": "x" * 101}, "100 characters or fewer"),
        ({"story": "a\x00b"}, "characters that cannot be shown"),
        ({"team_smallest": "5", "team_largest": "2"}, "cannot be smaller than the smallest"),
        ({"item_type": "laptops"}, "is not asked for here"),
        ({"zone": "1:1"}, "Choose from the answers shown"),
        ({"dbs": "magic"}, "Choose one of the answers shown"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    browse: Browse, group: ListedGroup, more: dict[str, Any], said: str
) -> None:
    answer = send(browse(group.lead), "/needs/new/hands", **filled(**more))
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_preview_saves_nothing(browse: Browse, group: ListedGroup) -> None:
    answer = send(browse(group.lead), "/needs/new/hands", **filled(_act="preview", none_of_these=""))
    assert answer.status_code == 200
    assert "Nothing is saved yet" in text_of(answer)
    with work.reading() as reading:
        assert queries.needs_of_group(reading, group.lead)[0] == 0


def test_a_draft_is_saved_with_gaps_and_posted_later(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    answer = send(client, "/needs/new/hands", _act="draft", title="Painting", how="any", where="ours")
    assert answer.status_code == 303
    reference = newest(group.lead)
    assert client.get(f"/needs/{reference}/edit").status_code == 200
    assert send(client, f"/needs/{reference}/edit", **filled(version="1", _act="draft")).status_code == 303
    assert send(client, f"/needs/{reference}/edit", **filled(version="1")).status_code == 409
    assert send(client, f"/needs/{reference}/edit", **filled(version="2")).status_code == 303
    assert state_of(group.lead, reference) is NeedState.WAITING


def test_a_form_sent_twice_makes_one_need(browse: Browse, group: ListedGroup) -> None:
    client = browse(group.lead)
    shown = text_of(client.get("/needs/new/hands"))
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("_token", "_key")}  # type: ignore[index]
    first = client.post("/needs/new/hands", data={**hidden, **filled()})
    second = client.post("/needs/new/hands", data={**hidden, **filled()})
    assert first.location == second.location
    with work.reading() as reading:
        assert queries.needs_of_group(reading, group.lead)[0] == 1


def test_the_fourth_need_is_refused_with_the_names_of_the_three(browse: Browse, growers: ListedGroup) -> None:
    for number in ("one", "two", "three"):
        make_need(growers.lead, title=f"Need number {number}")
    answer = send(browse(growers.lead), "/needs/new/hands", **filled())
    assert answer.status_code == 422
    for number in ("one", "two", "three"):
        assert f"Need number {number}" in text_of(answer)


def test_a_posted_need_is_changed_by_its_form(browse: Browse, growers: ListedGroup) -> None:
    made = make_need(growers.lead, amount=600, title="Six of one")
    client = browse(growers.lead)
    page = text_of(client.get(f"/needs/{made.reference}/edit"))
    assert 'value="Six of one"' in page
    assert 'value="10 h"' in page
    assert "Save as a draft" not in page
    with work.reading() as reading:
        version = str(queries.need(reading, growers.lead, made.reference).version)
    fields = filled(amount="8", version=version, _act="change")
    assert send(client, f"/needs/{made.reference}/edit", **fields).status_code == 303
    assert send(client, f"/needs/{made.reference}/edit", **fields).status_code == 409
    assert "8 h" in text_of(client.get(f"/needs/{made.reference}"))


# --- one need -----------------------------------------------------------------------------------


def test_everybody_reads_an_open_need_and_nobody_a_draft(client: FlaskClient, growers: ListedGroup) -> None:
    made = make_need(growers.lead, title="<script>alert(1)</script> & more", story="Two lines\n\nhere")
    page = client.get(f"/needs/{made.reference.lower()}")
    assert page.status_code == 200
    assert "<script>alert" not in text_of(page)
    assert f"/concern?about=need:{made.reference}" in text_of(page)
    assert "What was done so far" not in text_of(page)
    assert client.get(f"/needs/{made.reference}/print").status_code == 200
    draft = actions.save_need(growers.lead, new_need())
    for address in (f"/needs/{draft}", f"/needs/{draft}/print", "/needs/N-222222", "/needs/nonsense", "/needs/%00"):
        assert client.get(address).status_code == 404
    judge_needs_alone()


def test_the_group_sees_its_buttons_and_the_history(browse: Browse, growers: ListedGroup) -> None:
    made = make_need(growers.lead)
    client = browse(growers.lead)
    page = text_of(client.get(f"/needs/{made.reference}"))
    for said in ("What was done so far", "Pause", "Copy", "Take back", "Change"):
        assert said in page
    here = f"/needs/{made.reference}"
    assert send(client, f"{here}/pause", page=here, version="9").status_code == 409
    assert send(client, f"{here}/pause", page=here, version="1").status_code == 303
    assert state_of(growers.lead, made.reference) is NeedState.PAUSED
    assert send(client, f"/needs/{made.reference}/resume", page=f"/needs/{made.reference}").status_code == 303
    answer = send(client, f"/needs/{made.reference}/copy", page=f"/needs/{made.reference}")
    assert answer.location.endswith("/edit")
    assert client.get(f"/needs/{made.reference}/take-back").status_code == 200
    answer = send(client, f"/needs/{made.reference}/take-back", reason="Found elsewhere.")
    assert answer.status_code == 303
    assert state_of(growers.lead, made.reference) is NeedState.WITHDRAWN
    assert client.get(f"/needs/{made.reference}/take-back").status_code == 409


POSTS = ("pause", "resume", "copy", "keep-one", "take-back", "edit")
OFFICERS = ("decide", "answer")


def test_buttons_of_others_are_refused(
    browse: Browse, client: FlaskClient, growers: ListedGroup, officer: Actor
) -> None:
    made = make_need(growers.lead)
    other = browse(make_listed_group().lead)
    council = browse(officer)
    address = f"/needs/{made.reference}"
    for act in (*POSTS, *OFFICERS, "hold"):
        token = {"_token": re.search(r'name="_token" value="([^"]+)"', text_of(client.get("/sign-in")))[1]}  # type: ignore[index]
        assert client.post(f"{address}/{act}", data=token).location.startswith("/sign-in")
    for act in POSTS:
        assert send(other, f"{address}/{act}", page=address, title="x").status_code == 403
        assert send(council, f"{address}/{act}", page=address).status_code == 403
    for act in (*OFFICERS, "hold"):
        assert send(other, f"{address}/{act}", page="/our-needs").status_code == 403
    assert send(browse(growers.lead), f"{address}/pause", page=address, version="1x").status_code == 404
    assert send(browse(growers.lead), f"{address}/keep-one", page=address, part="x").status_code == 404
    draft = actions.save_need(growers.lead, new_need())
    for act in POSTS:
        assert send(other, f"/needs/{draft}/{act}", page="/our-needs").status_code == 404


# --- officers -----------------------------------------------------------------------------------


def test_an_officer_decides_in_one_form(browse: Browse, group: ListedGroup, officer: Actor) -> None:
    reference = actions.post_need(group.lead, new_need(title="A hall to paint", story="And personal care."))
    client = browse(officer)
    queue = text_of(client.get("/needs/waiting"))
    assert "A hall to paint" in queue
    page = text_of(client.get(f"/needs/{reference}/decide"))
    assert "could this be about something nobody can offer here" in page
    assert send(client, f"/needs/{reference}/decide").status_code == 422
    assert send(client, f"/needs/{reference}/decide", decision="return").status_code == 422
    assert send(client, f"/needs/{reference}/decide", decision="merge", reason="Same", into="N-").status_code == 422
    with work.reading() as reading:
        version = queries.need(reading, officer, reference).version
    fields = {"decision": "return", "reason": "Without the care, please.", "version": str(version)}
    assert send(client, f"/needs/{reference}/decide", **fields).status_code == 303
    assert client.get(f"/needs/{reference}/decide").status_code == 409
    assert "Without the care, please." in text_of(browse(group.lead).get(f"/needs/{reference}"))


def test_an_officer_closes_with_an_answer(browse: Browse, growers: ListedGroup, officer: Actor) -> None:
    made = make_need(growers.lead)
    client = browse(officer)
    assert send(client, f"/needs/{made.reference}/answer", answer="").status_code == 422
    answer = send(client, f"/needs/{made.reference}/answer", answer="Ask the grants team.")
    assert answer.status_code == 303
    assert "Ask the grants team." in text_of(browse(growers.lead).get(f"/needs/{made.reference}"))


def test_a_safeguarding_officer_hides_a_need(browse: Browse, client: FlaskClient, growers: ListedGroup) -> None:
    made = make_need(growers.lead)
    safe = browse(actor_for(make_organisation(is_council=True), Role.SAFEGUARDING))
    assert send(safe, f"/needs/{made.reference}/hold", reason="A worry was raised.").status_code == 303
    assert client.get(f"/needs/{made.reference}").status_code == 404
    own = text_of(browse(growers.lead).get(f"/needs/{made.reference}"))
    assert "on hold" in own
    assert "A worry was raised" not in own
    assert send(safe, f"/needs/{made.reference}/hold", reason="All is well.").status_code == 303
    assert client.get(f"/needs/{made.reference}").status_code == 200


def test_the_queue_is_for_the_council(browse: Browse, client: FlaskClient, group: ListedGroup, officer: Actor) -> None:
    assert client.get("/needs/waiting").location.startswith("/sign-in")
    assert browse(group.lead).get("/needs/waiting").status_code == 403
    for show in ("waiting", "unanswered", "owed", "nonsense"):
        assert browse(officer).get(f"/needs/waiting?show={show}").status_code == 200
    assert client.get("/our-needs").location.startswith("/sign-in")
    assert browse(officer).get("/our-needs").status_code == 403
    assert browse(officer).get("/needs/new").status_code == 403


# --- the reminder's link ------------------------------------------------------------------------


def test_the_reminders_link_changes_nothing_until_its_button_is_pressed(
    client: FlaskClient, growers: ListedGroup
) -> None:
    judge_needs_alone()
    made = make_need(growers.lead)
    with work.bookkeeping(system("test")) as session:
        token = make_link(session, STILL_NEEDED_LINK, f"need:{made.reference}", organisation_id=growers.organisation.id)
    address = f"/needs/still-needed/{token}"
    for _ in range(2):
        assert "Is this still needed?" in text_of(client.get(address))
    assert state_of(growers.lead, made.reference) is NeedState.OPEN
    answer = send(client, address, answer="no")
    assert answer.status_code == 200
    assert state_of(growers.lead, made.reference) is NeedState.WITHDRAWN
    assert client.get(address).status_code == 409
    assert client.get("/needs/still-needed/nonsense").status_code == 404


# --- lists --------------------------------------------------------------------------------------


def listed(client: FlaskClient, **filters: str) -> list[str]:
    page = text_of(client.get("/needs", query_string=filters))
    return re.findall(r'cb-card__title"><a[^>]*>([^<]+)</a>', page)


def test_the_list_finds_by_words_kind_place_and_time(client: FlaskClient, app: Any) -> None:
    zones = make_zones("Riverside", "Castle Hill")
    here = make_listed_group("Here", zones=[zones["Riverside"]])
    there = make_listed_group("There", zones=[zones["Castle Hill"]])
    later = today() + timedelta(days=30)
    make_need(here.lead, title="Painting 100% of the hall", story="with_underscore")
    make_need(here.lead, title="Money for paint", kind=Kind.MONEY, last_day=today() + timedelta(days=5))
    make_need(there.lead, title="Accounts online", kind=Kind.ADVICE, where="online")
    make_need(there.lead, title="Digging in spring", first_day=later)
    make_need(there.lead, title="Hidden away", kind=Kind.MONEY)
    actions.save_need(here.lead, new_need(title="Only a draft"))
    safe = actor_for(make_organisation(is_council=True), Role.SAFEGUARDING)
    with work.reading() as reading:
        hidden = queries.open_needs(reading, queries_asked(words="hidden"))[1][0]
    actions.hide(safe, hidden.reference, "why")
    every = ["Digging in spring", "Accounts online", "Money for paint", "Painting 100% of the hall"]
    assert listed(client) == every
    assert listed(client, words="100%") == ["Painting 100% of the hall"]
    assert listed(client, words="h_underscore") == ["Painting 100% of the hall"]
    assert listed(client, words="a%b") == []
    assert listed(client, words="PAINT hall") == ["Painting 100% of the hall"]
    assert listed(client, kind="money") == ["Money for paint"]
    assert listed(client, online="yes") == ["Accounts online"]
    assert "Digging in spring" not in listed(client, soon="yes")
    with work.reading() as reading:
        from community_book.places.queries import zone_choices

        choice = {choice[1]: choice[0] for choice in zone_choices(reading)}
        castle = next(value for name, value in choice.items() if "Castle Hill" in str(name))
    assert listed(client, zone=castle) == ["Digging in spring", "Accounts online"]
    assert listed(client, sort="ending")[0] == "Money for paint"
    for nonsense in (
        {"zone": "x"},
        {"zone": "9" * 30 + ":1"},
        {"kind": "x"},
        {"page": "99999999"},
        {"endpoint": "x", "_scheme": "x"},
    ):
        assert client.get("/needs", query_string=nonsense).status_code == 200
    assert client.get("/needs", query_string={"words": "'\"; DROP TABLE needs --"}).status_code == 200
    judge_needs_alone()


def queries_asked(**more: Any) -> Any:
    from community_book.needs.views import NeedsAsked

    return NeedsAsked(**more)


def test_the_list_is_a_spreadsheet_too(client: FlaskClient, growers: ListedGroup) -> None:
    judge_needs_alone()
    make_need(growers.lead, title="=cmd|' /C calc'!A0", amount=720, is_about=True)
    answer = client.get("/needs.csv?kind=hands")
    lines = text_of(answer).splitlines()
    assert answer.content_type.startswith("text/csv")
    assert len(lines) == 2
    assert "'=cmd" in lines[1]
    assert "about 12 h" in lines[1]


def test_an_empty_list_says_what_to_do(client: FlaskClient, browse: Browse, group: ListedGroup) -> None:
    assert "No group asks for anything just now" in text_of(client.get("/needs"))
    assert "No open need fits" in text_of(client.get("/needs?words=zebra"))
    assert "You have not asked for anything yet" in text_of(browse(group.lead).get("/our-needs"))
    assert "None of your needs is in that state" in text_of(browse(group.lead).get("/our-needs?state=open"))


def test_the_front_page_and_the_groups_page_show_open_needs(client: FlaskClient, growers: ListedGroup) -> None:
    judge_needs_alone()
    assert "What groups need now" not in text_of(client.get("/"))
    make_need(growers.lead, title="A shed for our tools")
    actions.save_need(growers.lead, new_need(title="Only a draft"))
    for address in ("/", f"/groups/{growers.entry_reference}"):
        page = text_of(client.get(address))
        assert "A shed for our tools" in page
        assert "Only a draft" not in page


def test_a_notice_board_shows_the_place_only_where_it_is_public(browse: Browse) -> None:
    for place_public in (False, True):
        group = make_listed_group(postcode="WN1 1AA", place_public=place_public)
        made = make_need(group.lead)
        client = browse(group.lead)
        assert "WN1 1AA" in text_of(client.get(f"/needs/{made.reference}"))
        assert ("WN1 1AA" in text_of(client.get(f"/needs/{made.reference}/print"))) is place_public


def test_the_links_of_a_list_keep_its_filters_and_nothing_else_of_the_address(app: Any) -> None:
    address = "/needs?kind=hands&endpoint=x&_external=1&_scheme=javascript&_anchor=x"
    with app.test_request_context(address):
        app.preprocess_request()
        assert page_url(2) == "/needs?kind=hands&page=2"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []
    bind = work.engine()
    engine = getattr(bind, "engine", bind)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_no_page_asks_the_database_more_than_15_times(browse: Browse, client: FlaskClient, officer: Actor) -> None:
    groups = [make_listed_group(trusted=number % 2 == 0) for number in range(10)]
    weekly: dict[str, Any] = {
        "how": "weekly",
        "weekdays": frozenset({1, 2, 3}),
        "starts": 600,
        "ends": 660,
        "amount": None,
    }
    references = [
        actions.post_need(group.lead, new_need(title=f"Need {n} of a group", **weekly))
        for group in groups
        for n in (1, 2)
    ]
    lead, council = browse(groups[0].lead), browse(officer)
    for who, address in (
        (client, "/"),
        (client, "/needs"),
        (client, f"/needs/{references[0]}"),
        (client, "/needs.csv"),
        (lead, "/needs?words=need&soon=yes"),
        (lead, f"/needs/{references[0]}"),
        (lead, f"/needs/{references[0]}/edit"),
        (lead, "/our-needs"),
        (lead, "/needs/new"),
        (lead, "/needs/new/vehicle"),
        (council, "/needs/waiting"),
        (council, f"/needs/{references[2]}"),
        (council, f"/needs/{references[2]}/decide"),
    ):
        with counted() as sent:
            assert who.get(address).status_code == 200
        assert len(sent) <= 15, (address, len(sent), sent)
