"""Writing to a group whose address is not shown: passed on once, to that group only, and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community_book.base.actor import anybody, system
from community_book.base.clock import held_at, today
from community_book.base.errors import NotThere, TooMany, WrongState
from community_book.base.tables import AuditText
from community_book.groups import actions
from community_book.groups.rules import GroupState, NewMessage
from community_book.groups.tables import GroupMessage
from tests.makers import send
from tests.makers_groups import entry_of, make_ask, make_group, make_officer
from tests.makers_people import mail_to

MESSAGE = {"name": "A. Neighbour", "email": "neighbour@test.example", "message": "May I come on Wednesday?"}


def kept(reading) -> int:
    return reading.execute(select(func.count()).select_from(GroupMessage)).scalar_one()


def test_a_message_goes_to_the_contact_with_the_writers_address_to_answer(client) -> None:
    group = make_group("Lunch club")
    answer = send(client, f"/groups/{group.reference}/write", **MESSAGE)
    assert answer.status_code == 303
    mail = mail_to(entry_of(group.reference).contact_email)[-1]
    assert (mail["Subject"], mail["Reply-To"]) == ("Somebody has written to Lunch club", MESSAGE["email"])
    text = mail.get_content()
    assert MESSAGE["message"] in text
    assert MESSAGE["email"] in text
    assert not list(mail.iter_attachments())
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert entry_of(group.reference).contact_email not in page


def test_the_writer_gets_no_mail_so_that_it_cannot_be_turned_on_others(client) -> None:
    group = make_group()
    send(client, f"/groups/{group.reference}/write", **{**MESSAGE, "email": "victim@elsewhere.example"})
    assert mail_to("victim@elsewhere.example") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"message": ""}, "Fill in “Your message”"),
        ({"message": "x" * 2001}, "Use 2000 characters or fewer"),
        ({"email": "a@b"}, "Enter an email address in the right form"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Enter an email address in the right form"),
        ({"to": "other@x.example"}, "is not asked for here"),
    ],
)
def test_bad_input_sends_nothing_and_keeps_what_was_typed(client, reading, changes, said) -> None:
    group = make_group()
    answer = send(client, f"/groups/{group.reference}/write", **{**MESSAGE, **changes})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert kept(reading) == 0


def test_a_name_cannot_bring_headers_of_its_own(client) -> None:
    group = make_group()
    send(client, f"/groups/{group.reference}/write", **{**MESSAGE, "name": "A\r\nBcc: c@d.example"})
    mail = mail_to(entry_of(group.reference).contact_email)[-1]
    assert mail["Bcc"] is None


def test_a_sixth_message_from_one_place_within_an_hour_waits(client, reading) -> None:
    group = make_group()
    for number in range(5):
        sent = {**MESSAGE, "email": f"n{number}@test.example"}
        assert send(client, f"/groups/{group.reference}/write", **sent).status_code == 303
    answer = send(client, f"/groups/{group.reference}/write", **MESSAGE)
    assert answer.status_code == 429
    assert kept(reading) == 5


def test_so_do_too_many_from_one_address_or_to_one_group(app) -> None:
    groups = [make_group() for _ in range(2)]
    for _ in range(10):
        actions.write_to_group(anybody(), groups[0].reference, NewMessage("A", "one@test.example", "Hello"))
    with pytest.raises(TooMany):
        actions.write_to_group(anybody(), groups[1].reference, NewMessage("A", "one@test.example", "Hello"))
    for number in range(20):
        actions.write_to_group(anybody(), groups[0].reference, NewMessage("A", f"w{number}@test.example", "Hello"))
    with pytest.raises(TooMany):
        actions.write_to_group(anybody(), groups[0].reference, NewMessage("A", "last@test.example", "Hello"))


def test_sending_twice_is_one_message(client, reading) -> None:
    group = make_group()
    address = f"/groups/{group.reference}/write"
    shown = client.get(address).get_data(as_text=True)
    token, key = (shown.split(f'name="{name}" value="')[1].split('"')[0] for name in ("_token", "_key"))
    for _ in range(2):
        answer = client.post(address, data={"_token": token, "_key": key, **MESSAGE})
        assert answer.headers["Location"] == f"/groups/{group.reference}"
    assert kept(reading) == 1


def test_nobody_writes_to_a_group_that_is_closed_suspended_or_only_asked_for(app, client) -> None:
    closed, suspended = make_group(state=GroupState.CLOSED), make_group(state=GroupState.SUSPENDED)
    new = NewMessage("A", "a@test.example", "Hello")
    with pytest.raises(WrongState):
        actions.write_to_group(anybody(), closed.reference, new)
    for reference in (suspended.reference, make_ask(), "G-222222"):
        with pytest.raises(NotThere):
            actions.write_to_group(anybody(), reference, new)
    assert "nobody can be written to" in client.get(f"/groups/{closed.reference}/write").get_data(as_text=True)


def test_the_audit_chain_keeps_no_word_and_the_message_is_forgotten_after_90_days(app, reading) -> None:
    group = make_group()
    actions.write_to_group(anybody(), group.reference, NewMessage("A", "a@test.example", "A private word"))
    texts = reading.execute(select(AuditText.text)).scalars().all()
    assert not any("A private word" in (text or "") for text in texts)
    with held_at(today() + timedelta(days=89)):
        actions.forget_old_words(system("housekeeping"))
    assert kept(reading) == 1
    with held_at(today() + timedelta(days=92)):
        assert actions.forget_old_words(system("housekeeping")) >= 1
    assert kept(reading) == 0


def test_who_asked_for_a_declined_group_is_forgotten_after_a_year(app) -> None:
    reference = make_ask()
    actions.decline_group(make_officer(), reference, "A shop")
    with held_at(today() + timedelta(days=367)):
        actions.forget_old_words(system("housekeeping"))
    row = entry_of(reference)
    assert (row.contact_name, row.contact_email, row.proof, row.asked_name != "") == ("", "", "", True)
