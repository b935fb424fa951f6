"""The way out to a mail server."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import unquote, urlsplit

from accounts.letters.delivery import Outcome
from accounts.letters.writing import LetterText
from kernel.errors import Unavailable

SENDER_NAME = "Saring"

TIMEOUT_SECONDS = 20.0
"""For each answer of the mail server; ten of them fit into the time that a hand-over may take."""

RETRY_SECONDS = 900
"""Until a busy mail server is asked again: greylisting wants 5 to 60 minutes, and 8 attempts last two hours."""

NO_SUCH_READER = frozenset({550, 551, 553})
"""What a mail server answers for good (RFC 5321, 4.2.2). Other refusals are about us or about now."""

_LINE_OF_A_DOT = re.compile(rb"^\.", re.MULTILINE)


class MailUnavailable(Unavailable):
    """The mail server does not answer, does not know us, or takes nothing now; `reason` is what it said."""

    code = "mail_unavailable"


class Mailer(Protocol):
    """Sends one letter. Tests use the real one with a mail server of their own."""

    def send(self, letter: LetterText, *, key: str, now: datetime, hand_over: Callable[[], None]) -> Outcome:
        """Send and say how it ended. Raises MailUnavailable while nothing has left the house.

        `hand_over` is called right before the text leaves; from then on an end without an answer is uncertain.
        """


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Talks SMTP to the house's own mail server, encrypted wherever the server offers it.

    `url` is smtp://user:password@host:port or smtps://…; `sender` a bare address. A password is never sent in the
    clear, except on this machine.
    """

    url: str
    sender: str

    def send(self, letter: LetterText, *, key: str, now: datetime, hand_over: Callable[[], None]) -> Outcome:
        content = message_of(letter, sender=self.sender, key=key, now=now).as_bytes()
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise _unavailable(error) from error
        try:
            outcome = Outcome.REFUSED
            if self._announce(server, letter.address):
                hand_over()
                outcome = _deliver(server, content)
            if outcome is not Outcome.UNCERTAIN:
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
            return outcome
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        # Left to itself the library greets with this machine's name, which it asks the name server for.
        name = self.sender.rpartition("@")[2]
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, name, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, name, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if parts.username:
                _log_in(server, unquote(parts.username), unquote(parts.password or ""))
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _announce(self, server: smtplib.SMTP, address: str) -> bool:
        """Name sender and reader and ask for the floor; False when there is no such reader."""
        try:
            _demand(server.mail(self.sender), 250)
            code, words = server.rcpt(address)
            if code in NO_SUCH_READER:
                return False
            _demand((code, words), 250, 251)
            _demand(server.docmd("DATA"), 354)
        except (OSError, smtplib.SMTPException) as error:
            raise _unavailable(error) from error
        return True


def message_of(letter: LetterText, *, sender: str, key: str, now: datetime) -> EmailMessage:
    """Return the letter as RFC 5322 has it.

    The same letter always has the same Message-ID, by which a mail program knows a second copy.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    digest = hashlib.sha256("\n".join((sender, key, letter.subject, letter.text)).encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    if server.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is gone")
    peer = ip_address(server.sock.getpeername()[0])
    if not isinstance(server.sock, ssl.SSLSocket) and not peer.is_loopback:
        raise smtplib.SMTPException("it offers no encryption, so it gets no password")
    server.login(user, password)


def _deliver(server: smtplib.SMTP, content: bytes) -> Outcome:
    """Send the text and its end, and read what the server says to it."""
    try:
        server.send(_LINE_OF_A_DOT.sub(b"..", content) + b".\r\n")
        code = server.getreply()[0]
    except (OSError, smtplib.SMTPException):
        return Outcome.UNCERTAIN
    return {2: Outcome.SENT, 4: Outcome.LATER, 5: Outcome.REFUSED}.get(code // 100, Outcome.UNCERTAIN)


def _demand(answer: tuple[int, bytes], *wanted: int) -> None:
    if answer[0] not in wanted:
        raise smtplib.SMTPResponseException(*answer)


def _unavailable(error: Exception) -> MailUnavailable:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        said = words.decode(errors="replace") if isinstance(words, bytes) else words
        return MailUnavailable(retry_after_seconds=RETRY_SECONDS, reason=f"{error.smtp_code} {said}"[:200])
    return MailUnavailable(retry_after_seconds=RETRY_SECONDS, reason=str(error)[:200])
