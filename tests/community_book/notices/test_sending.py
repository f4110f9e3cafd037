"""Mail leaves in the worker: into a folder, or by SMTP; a failure is tried again, and never holds anybody up."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from flask import Flask

from community_book.base import clock, dispatcher, work
from community_book.base import settings as chosen
from community_book.base.actor import system
from community_book.base.settings import settings
from community_book.notices.actions import send_waiting_mail, tidy_up
from community_book.notices.post import NoSuchAddress, SmtpPost, message_of, post
from community_book.notices.tables import OutgoingMail
from community_book.notices.views import MailView

MAILER = system("mail")


def written(to: str = "asha@test.example", *, subject: str = "Hello", text: str = "A text.\n", key: str = "") -> int:
    with work.bookkeeping(system("test")) as session:
        row = OutgoingMail(
            key=key or f"test-{to.partition('@')[0]}",
            event_id=1,
            to_email=to,
            subject=subject,
            text=text,
            written_at_utc=clock.now_utc(),
            next_try_at_utc=clock.now_utc(),
        )
        session.add(row)
        session.flush()
        return row.id


def stored(mail_id: int) -> OutgoingMail:
    with work.reading() as reading:
        return reading.get_one(OutgoingMail, mail_id)


class Way:
    """A way for mail that fails as often as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.sent = list(failures), list[MailView]()

    def send(self, mail: MailView) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(mail)


def test_a_mail_becomes_a_file_and_its_text_is_forgotten(app: Flask) -> None:
    mail_id = written(text="Open http://localhost/link/secret £5 “now”\n")
    assert dispatcher.run_errands() == 1
    row = stored(mail_id)
    assert row.sent_at_utc is not None
    assert row.text == ""
    file = settings().mail_dir / "test-asha.eml"
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail.get_content().strip() == "Open http://localhost/link/secret £5 “now”"
    assert mail["Message-ID"] == "<test-asha@borough.example>"
    assert dispatcher.run_errands() == 0


def test_a_second_try_writes_over_the_first(app: Flask) -> None:
    mail_id = written("again@test.example")
    dispatcher.run_errands()
    with work.bookkeeping(system("test")) as session:
        row = session.get_one(OutgoingMail, mail_id)
        row.next_try_at_utc, row.text = clock.now_utc(), "The second.\n"
    dispatcher.run_errands()
    [file] = settings().mail_dir.glob("test-again*")
    assert "The second." in file.read_text()


def test_a_failure_is_tried_again_after_a_while_and_noted_without_the_text(app: Flask) -> None:
    mail_id, way = written("later@test.example"), Way(OSError("no route"), OSError("no route"))
    assert send_waiting_mail(MAILER, way) == 0
    row = stored(mail_id)
    assert (row.tries, row.sent_at_utc, row.last_error) == (1, None, "OSError: no route")
    assert send_waiting_mail(MAILER, way) == 0, "its time has not come"
    assert stored(mail_id).tries == 1
    moment = clock.now_utc()
    for minutes, tries, sent in ((2, 2, 0), (5, 3, 1), (10, 3, 0)):
        with clock.held_at(moment + timedelta(minutes=minutes)):
            assert send_waiting_mail(MAILER, way) == sent
            assert stored(mail_id).tries == tries
    assert len(way.sent) == 1


def test_one_that_cannot_be_sent_holds_up_no_other(app: Flask) -> None:
    bad, good = written("bad@test.example"), written("good@test.example")
    assert send_waiting_mail(MAILER, Way(OSError("refused"))) == 1
    assert [stored(one).sent_at_utc is not None for one in (bad, good)] == [False, True]


def test_what_can_never_arrive_is_given_up_and_its_text_forgotten(app: Flask) -> None:
    mail_id = written("gone@test.example")
    send_waiting_mail(MAILER, Way(NoSuchAddress("550 no such user")))
    row = stored(mail_id)
    assert (row.next_try_at_utc, row.text, row.sent_at_utc) == (None, "", None)
    assert "550" in (row.last_error or "")
    tried = written("many@test.example")
    with work.bookkeeping(system("test")) as session:
        session.get_one(OutgoingMail, tried).tries = 79
    send_waiting_mail(MAILER, Way(OSError("still not")))
    assert stored(tried).next_try_at_utc is None


def test_two_senders_never_send_the_same_mail(app: Flask) -> None:
    mail_id, inner = written("once@test.example"), Way()

    class Nosy(Way):
        """Another sender looks at the same mail while it is on its way."""

        def send(self, mail: MailView) -> None:
            assert send_waiting_mail(MAILER, inner) == 0
            super().send(mail)

    outer = Nosy()
    assert send_waiting_mail(MAILER, outer) == 1
    assert (len(outer.sent), len(inner.sent)) == (1, 0)
    assert stored(mail_id).tries == 1


@pytest.mark.parametrize("to", ["a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "", "nonsense"])
def test_what_is_not_one_address_gets_nothing(app: Flask, to: str) -> None:
    mail = MailView(1, "k", to, "", "S", "T", clock.now_utc(), 0)
    with pytest.raises(NoSuchAddress):
        message_of(mail, settings())


def test_a_mail_of_very_long_lines_is_still_a_mail(app: Flask) -> None:
    text = "é" * 5000 + "\n"
    mail = MailView(1, "k", "a@b.example", "", "é" * 150, text, clock.now_utc(), 0)
    raw = message_of(mail, settings()).as_bytes()
    assert max(len(line) for line in raw.splitlines()) <= 998
    read = message_from_bytes(raw, policy=default)
    assert read.get_content().strip() == text.strip()
    assert read["Subject"] == "é" * 150


def test_old_mail_and_read_notices_are_thrown_away(app: Flask) -> None:
    sent, waiting = written("old@test.example"), written("waits@test.example", key="test-waits")
    send_waiting_mail(MAILER, Way())
    with work.bookkeeping(system("test")) as session:
        session.get_one(OutgoingMail, waiting).next_try_at_utc = clock.now_utc()
    with clock.held_at(clock.now_utc() + timedelta(days=91)):
        assert tidy_up(system("test")) == 1
    with work.reading() as reading:
        assert [row.id for row in reading.query(OutgoingMail)] == [waiting]
    assert sent != waiting


class Listening(socketserver.ThreadingTCPServer):
    """A server that keeps what was said to it."""

    said: list[str]
    mail: bytes
    to_recipient: bytes


class Smtp(socketserver.StreamRequestHandler):
    """As much of an SMTP server as one mail needs; what it got is kept on the server."""

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            server.said.append(line)
            if word == "EHLO":
                self.wfile.write(b"250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n")
            elif word == "AUTH":
                self.wfile.write(b"235 welcome\r\n")
            elif word == "RCPT":
                self.wfile.write(server.to_recipient)
            elif word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                server.mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.wfile.write(b"250 kept\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 yes\r\n")


@contextmanager
def smtp(to_recipient: bytes = b"250 yes\r\n") -> Iterator[Any]:
    with Listening(("127.0.0.1", 0), Smtp) as server:
        server.said, server.mail, server.to_recipient = [], b"", to_recipient
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_with_an_smtp_server_in_the_settings_mail_goes_there(app: Flask) -> None:
    mail_id = written("by.smtp@test.example", subject="Grüße", text="Ein “Text”.\n")
    with smtp() as server:
        before = settings()
        chosen.use(replace(before, smtp_url=f"smtp://user:p%40ss@127.0.0.1:{server.server_address[1]}"))
        try:
            assert dispatcher.run_errands() == 1
        finally:
            chosen.use(before)
    assert stored(mail_id).sent_at_utc is not None
    mail = message_from_bytes(server.mail, policy=default)
    assert (mail["To"], mail["Subject"]) == ("by.smtp@test.example", "Grüße")
    assert mail.get_content().strip() == "Ein “Text”."
    assert any(line.startswith("AUTH PLAIN AHVzZXIAcEBzcw==") for line in server.said)
    assert not list(settings().mail_dir.glob("test-by.smtp*"))


@pytest.mark.parametrize(("answer", "is_given_up"), [(b"550 nobody\r\n", True), (b"451 later\r\n", False)])
def test_a_refusal_for_good_is_given_up_and_one_for_now_is_not(app: Flask, answer: bytes, is_given_up: bool) -> None:
    mail_id = written("refused@test.example")
    with smtp(answer) as server:
        assert send_waiting_mail(MAILER, SmtpPost(f"smtp://127.0.0.1:{server.server_address[1]}")) == 0
    assert (stored(mail_id).next_try_at_utc is None) is is_given_up


def test_a_server_that_is_away_is_asked_again_later(app: Flask) -> None:
    mail_id = written("away@test.example")
    with socketserver.TCPServer(("127.0.0.1", 0), Smtp) as closed:
        port = closed.server_address[1]
    assert send_waiting_mail(MAILER, SmtpPost(f"smtp://127.0.0.1:{port}")) == 0
    row = stored(mail_id)
    assert "ConnectionRefusedError" in (row.last_error or "")
    assert row.next_try_at_utc is not None


def test_a_password_goes_to_no_other_machine_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp() as server:
        way = SmtpPost(f"smtp://user:secret@127.0.0.1:{server.server_address[1]}")
        monkeypatch.setattr("socket.getfqdn", lambda *_: "here")
        monkeypatch.setattr(way, "host", "0.0.0.0")
        with pytest.raises(OSError, match="no TLS"):
            way.send(MailView(1, "k", "a@b.example", "", "S", "T", clock.now_utc(), 0))
    assert not any(line.startswith("AUTH") for line in server.said)


def test_without_one_mail_goes_into_a_folder(app: Flask) -> None:
    assert type(post()).__name__ == "FolderPost"
