"""The front page before any data, the desk, and the pages every site must have."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app import create_app
from community_book.base import registers, work
from community_book.base import settings as chosen
from community_book.base.actor import Role
from community_book.base.messages import Message
from community_book.base.registered import DeskItem
from community_book.web.database import db
from tests.conftest import use_app
from tests.makers import actor_for, client_of, make_organisation, make_person

PAGES = ("/help", "/accessibility", "/privacy", "/contact")


def test_the_front_page_works_before_there_is_any_data(client) -> None:
    answer = client.get("/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for words in ("List your group", "Find a group", "For providers", "A group says what it needs"):
        assert words in page


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_heading_and_the_footer_leads_to_it(client, address) -> None:
    answer = client.get(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert f'href="{address}"' in client.get("/").get_data(as_text=True)
    assert " style=" not in page


def test_the_accessibility_statement_is_honest(client) -> None:
    assert "not yet been tested with disabled users" in client.get("/accessibility").get_data(as_text=True)


def test_every_page_offers_to_say_that_something_is_wrong(client) -> None:
    for address in ("/", *PAGES, "/groups", "/zones", "/nowhere"):
        assert 'href="/concern"' in client.get(address).get_data(as_text=True)


def test_a_desk_lays_items_out_by_how_urgent_they_are(app) -> None:
    actor = actor_for(make_organisation(), Role.GROUP_MEMBER)
    source = lambda _reading, _actor: [  # noqa: E731
        DeskItem(Message("Only to know"), "/a", urgency=9),
        DeskItem(Message("Answer this"), "/b", count=3, urgency=0, detail=Message("Until Friday")),
        DeskItem(Message("Comes soon"), "/c", urgency=6),
    ]
    before = registers.held()
    registers.hold(registers.Registers(**{**vars(before), "desks": [source]}))
    try:
        page = client_of(app, actor.person_id).get("/desk").get_data(as_text=True)
    finally:
        registers.hold(before)
    places = [page.index(words) for words in ("Waiting for you", "Answer this", "Soon<", "Comes soon", "Only to know")]
    assert places == sorted(places)
    assert "Until Friday" in page


def test_an_empty_desk_says_so(app) -> None:
    actor = actor_for(make_organisation(), Role.OUTSIDE_DECIDER)
    assert "Nothing waits for you" in client_of(app, actor.person_id).get("/desk").get_data(as_text=True)


def test_a_desk_is_for_those_who_are_signed_in(client) -> None:
    assert client.get("/desk").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_desk(app, role) -> None:
    actor = actor_for(make_organisation(is_council=True), role)
    assert client_of(app, actor.person_id).get("/desk").status_code == 200


def test_what_is_seldom_needed_stands_at_the_foot_of_the_desk_and_not_on_every_page(app) -> None:
    place = make_organisation("Example Council", is_council=True)
    browser = client_of(app, make_person(belongs_to=place, role=Role.OFFICER).id, place.id)
    desk, notices = (browser.get(address).get_data(as_text=True) for address in ("/desk", "/notices"))
    assert desk.index("Now and then") < desk.index(">Record for</a>")
    assert ">Record for</a>" not in notices


def test_the_front_page_asks_few_questions(app, client) -> None:
    counted: list[str] = []
    event.listen(work.engine(), "before_cursor_execute", lambda *given: counted.append(given[2]))
    client.get("/")
    assert len([statement for statement in counted if statement.startswith("SELECT")]) <= 15


def test_the_lower_house_alone_opens_and_answers_these_pages(app) -> None:
    own, engine = registers.held(), work.engine()
    lower = create_app(chosen.settings(), cwb=False)
    try:
        lower.testing = True
        client = lower.test_client()
        for address in ("/", *PAGES, "/groups", "/zones", "/concern", "/groups/ask"):
            assert client.get(address).status_code == 200
    finally:
        with lower.app_context():
            db.engine.dispose()
        work.use_engine(engine)
        registers.hold(own)
        use_app(app)
