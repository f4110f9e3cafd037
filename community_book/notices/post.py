"""The way mail leaves: a folder of .eml files, or an SMTP server where the settings name one."""

from __future__ import annotations

import os
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from community_book.base.settings import Settings, settings
from community_book.base.site import site
from community_book.notices.rules import header_line, is_address
from community_book.notices.views import MailView

TIMEOUT_SECONDS = 20
LONGEST_LINE = 900
POLICY = SMTP.clone(max_line_length=998)


class NoSuchAddress(Exception):
    """The mail can never be delivered: trying again is of no use."""


class Post(Protocol):
    """How one mail is handed over. Raises NoSuchAddress for good, anything else for now."""

    def send(self, mail: MailView) -> None: ...


def message_of(mail: MailView, sender: Settings) -> EmailMessage:
    """The mail as it goes over the wire. Nothing a person typed can add a header or a recipient."""
    if not is_address(mail.to_email):
        raise NoSuchAddress(f"not one address: {mail.to_email!r}"[:200])
    message = EmailMessage(policy=POLICY)
    message["From"] = formataddr((header_line(site().site_name), sender.mail_from))
    message["To"] = mail.to_email
    if mail.reply_to and is_address(mail.reply_to):
        message["Reply-To"] = mail.reply_to
    message["Subject"] = header_line(mail.subject)
    message["Date"] = format_datetime(mail.written_at_utc)
    message["Message-ID"] = f"<{mail.key}@{sender.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    is_long = any(len(line.encode()) > LONGEST_LINE for line in mail.text.splitlines())
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable" if is_long else "8bit")
    return message


class FolderPost:
    """Each mail a file named after its key, so that a second try writes over the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: MailView) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{mail.key}.{os.getpid()}"
        with unfinished.open("wb") as out:
            out.write(message_of(mail, settings()).as_bytes())
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self.folder / f"{mail.key}.eml")


class SmtpPost:
    """An SMTP server: smtp://user:password@host:port, or smtps:// where it speaks TLS from the first byte.

    On smtp:// TLS is used where the server offers it; a password never goes to another machine without.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.is_tls = parts.scheme == "smtps"
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (465 if self.is_tls else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, mail: MailView) -> None:
        message = message_of(mail, settings())
        server = self._connected()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            if all(500 <= code < 600 for code, _ in refused.recipients.values()):
                raise NoSuchAddress(str(refused)[:200]) from refused
            raise
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        secure = ssl.create_default_context()
        if self.is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
                server.ehlo()
            elif self.user and self.host not in {"localhost", "127.0.0.1", "::1"}:
                server.close()
                raise smtplib.SMTPException("the server offers no TLS, so the password was not sent")
        if self.user:
            server.login(self.user, self.password)
        return server


def post() -> Post:
    """The way the settings name."""
    return SmtpPost(settings().smtp_url) if settings().smtp_url else FolderPost(settings().mail_dir)
