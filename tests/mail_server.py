"""A mail server on loopback: it keeps what it takes, and can be told to behave as mail servers do on bad days."""

from __future__ import annotations

import base64
import socketserver
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Self


class MailServer:
    """Speaks RFC 5321 as far as a sender needs it, and refuses what comes out of order.

    `replies` are given to the next letters instead of taking them; "hang up" takes one and says nothing. `unknown` are
    readers it does not have. With a `password` nobody sends without it.
    """

    def __init__(self, *, password: str = "") -> None:
        self.received: list[EmailMessage] = []
        self.readers: list[str] = []
        self.replies: list[str] = []
        self.unknown: set[str] = set()
        self.password = password
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Conversation,), {"house": self}))

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"smtp://{self.address}"

    def take(self, reader: str, content: bytes) -> str:
        """Return what is said to a letter; empty hangs up."""
        reply = self.replies.pop(0) if self.replies else "250 taken"
        if reply[:1] in "45":
            return reply
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.readers.append(reader)
        return "" if reply == "hang up" else reply

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    """Waits for its conversations when it is closed."""

    daemon_threads = False


class _Conversation(socketserver.StreamRequestHandler):
    house: MailServer
    timeout = 10

    def handle(self) -> None:
        self.known, self.sender, self.reader = not self.house.password, "", ""
        self.say("220 here")
        while line := self.rfile.readline():
            command, _space, rest = line.decode("ascii").strip().partition(" ")
            answer = getattr(self, f"on_{command.lower()}", lambda _rest: "502 what?")(rest)
            if not answer:
                return
            self.say(answer)
            if answer.startswith("221"):
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def on_ehlo(self, _rest: str) -> str:
        return "250-here\r\n250 AUTH PLAIN" if self.house.password else "250 here"

    def on_auth(self, rest: str) -> str:
        _mechanism, _space, word = rest.partition(" ")
        self.known = base64.b64decode(word).split(b"\0")[2] == self.house.password.encode()
        return "235 welcome" if self.known else "535 who?"

    def on_mail(self, rest: str) -> str:
        if not self.known:
            return "530 who are you?"
        self.sender = _bracketed(rest)
        return "250 OK"

    def on_rcpt(self, rest: str) -> str:
        self.reader = _bracketed(rest)
        if not self.sender:
            return "503 from whom?"
        return "550 no such mailbox" if self.reader in self.house.unknown else "250 OK"

    def on_data(self, _rest: str) -> str:
        if not self.reader:
            return "503 to whom?"
        self.say("354 go on")
        content = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            assert line.endswith(b"\r\n"), "a bare line end"
            content += line[1:] if line.startswith(b".") else line
        return self.house.take(self.reader, content) if line else ""

    def on_quit(self, _rest: str) -> str:
        return "221 bye"


def _bracketed(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
