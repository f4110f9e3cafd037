"""An officer finds what was suspended and closed, undoes it with one button, and reads what came back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import dispatcher, work
from community_book.base.actor import Actor, Role
from community_book.notices.queries import notices
from cwb.commitments.rules import CommitmentState
from tests.makers import client_of, send
from tests.makers_commitments import make_commitment, make_minibus_pair, make_officer, make_pair, row_of
from tests.makers_continuity import close_group_of, reference_of, suspend_provider_of, undertaking_of
from tests.support.counted import statements


def browser(app: Flask, actor: Actor) -> FlaskClient:
    assert actor.person_id is not None
    return client_of(app, actor.person_id, actor.organisation_id)


def test_an_officer_finds_it_from_the_desk_and_the_organisation_and_undoes_it(app: Flask) -> None:
    pair = make_minibus_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    undertaking = suspend_provider_of(pair)
    client = browser(app, make_officer())
    assert "/undertakings?which=undoable" in client.get("/desk").get_data(as_text=True)
    provider = reference_of(pair.offering.organisation_id)
    assert f"/undertakings/{undertaking}" in client.get(f"/organisations/{provider}").get_data(as_text=True)
    with statements() as asked:
        listed = client.get("/undertakings?which=undoable").get_data(as_text=True)
    assert len(asked) <= 15, len(asked)
    with statements() as asked:
        client.get(f"/undertakings/{undertaking}")
    assert len(asked) <= 15, len(asked)
    with statements() as asked:
        client.get(f"/undertakings/{undertaking}/instead")
    assert len(asked) <= 15, len(asked)
    assert f"/undertakings/{undertaking}" in listed
    page = client.get(f"/undertakings/{undertaking}").get_data(as_text=True)
    assert f"/promises/{agreed}" in page
    assert "put on hold" in page
    done = send(client, f"/undertakings/{undertaking}/undo", page=f"/undertakings/{undertaking}")
    assert done.status_code == 303
    after = client.get(f"/undertakings/{undertaking}").get_data(as_text=True)
    assert "Everything is back as before" in after
    assert "Undo all of it" not in after
    assert row_of(agreed).state == CommitmentState.AGREED
    assert "/undertakings?which=undoable" not in client.get("/desk").get_data(as_text=True)


def test_what_could_not_be_put_back_stands_there_with_its_reason(app: Flask) -> None:
    pair = make_pair()
    make_commitment(pair, CommitmentState.OFFERED)
    undertaking = close_group_of(pair)
    suspend_provider_of(pair)
    client = browser(app, make_officer())
    send(client, f"/undertakings/{undertaking}/undo", page=f"/undertakings/{undertaking}")
    page = client.get(f"/undertakings/{undertaking}").get_data(as_text=True)
    assert "Not back: 1" in page
    assert "The provider has no place on the framework just now." in page


def test_a_second_undo_is_answered_with_what_it_is_now(app: Flask) -> None:
    undertaking = suspend_provider_of(make_pair())
    client = browser(app, make_officer())
    address = f"/undertakings/{undertaking}"
    assert send(client, f"{address}/undo", page=address).status_code == 303
    again = send(client, f"{address}/undo", page="/undertakings")
    assert again.status_code in {400, 409}
    assert undertaking_of(undertaking).state == "undone"


def test_an_auditor_reads_it_and_cannot_undo_it_and_a_provider_sees_nothing(app: Flask) -> None:
    pair = make_pair()
    undertaking = suspend_provider_of(pair)
    reader = browser(app, make_officer(Role.AUDITOR))
    page = reader.get(f"/undertakings/{undertaking}")
    assert page.status_code == 200
    assert "Undo all of it" not in page.get_data(as_text=True)
    assert send(reader, f"/undertakings/{undertaking}/undo", page="/account").status_code == 403
    own = browser(app, pair.offering)
    assert own.get(f"/undertakings/{undertaking}").status_code == 403
    assert own.get("/undertakings").status_code == 403
    assert undertaking_of(undertaking).state == "done"


def test_the_list_is_a_table_to_download_and_an_unknown_one_is_not_there(app: Flask) -> None:
    undertaking = suspend_provider_of(make_pair())
    client = browser(app, make_officer())
    table = client.get("/undertakings.csv").get_data(as_text=True)
    assert undertaking in table
    assert undertaking not in client.get("/undertakings.csv?which=close_group").get_data(as_text=True)
    assert client.get("/undertakings/U-ZZZZZZ").status_code == 404
    assert client.get("/undertakings?which=nonsense&page=99999999999").status_code == 200


def told(actor: Actor) -> list[str]:
    with work.reading() as reading:
        return [str(one.subject) for one in notices(reading, actor, per_page=50)[1]]


def test_everybody_concerned_is_written_to(app: Flask) -> None:
    pair = make_pair()
    make_commitment(pair, CommitmentState.AGREED)
    undertaking = suspend_provider_of(pair)
    dispatcher.dispatch_all()
    assert "Your place on the framework is suspended" in told(pair.offering)
    client = browser(app, make_officer())
    send(client, f"/undertakings/{undertaking}/undo", page=f"/undertakings/{undertaking}")
    dispatcher.dispatch_all()
    assert "Your suspension was undone" in told(pair.offering)
    closing = close_group_of(pair)
    dispatcher.dispatch_all()
    send(client, f"/undertakings/{closing}/undo", page=f"/undertakings/{closing}")
    dispatcher.dispatch_all()
    assert any(one.startswith("It stands again") for one in told(pair.offering))
    assert any(one.startswith("It stands again") for one in told(pair.asking))
    assert any("is back in the Book" in one for one in told(pair.asking))
    assert not any("visit was missed" in one for one in told(pair.offering))


@pytest.mark.parametrize("side", ["asking", "offering"])
def test_an_organisations_page_asks_an_officer_no_more_than_fifteen_queries(app: Flask, side: str) -> None:
    pair = make_pair()
    make_commitment(pair)
    suspend_provider_of(pair)
    page, client = f"/organisations/{reference_of(getattr(pair, side).organisation_id)}", browser(app, make_officer())
    with statements() as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= 15, len(asked)
