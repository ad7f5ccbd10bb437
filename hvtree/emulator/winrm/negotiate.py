"""Logging in over Negotiate (NTLM, bare or in SPNEGO) and Basic, and the encryption of messages that comes with NTLM.

One `Login` belongs to one TCP connection, as on Windows, so that client libraries that mix them up are caught.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import spnego
from msgspec import Struct
from spnego.exceptions import SpnegoError

BOUNDARY = b"--Encrypted Boundary"
SEALED_TYPE = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
)
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"
_LENGTH = re.compile(rb"Length=(\d{1,18})(?!\d)")
_END = re.compile(rb"--\s?Encrypted Boundary--\s*$")

# pyspnego's acceptor finds its users through an environment variable of the whole process: only one thread at a time may set
# it. This lock is as process-wide as the variable that it guards.
_ENVIRONMENT = threading.Lock()
_USER_FILE = "NTLM_USER_FILE"


class UnsealError(Exception):
    """A sealed message that cannot be decrypted: it was meant for another connection, or is damaged."""


class Account(Struct, frozen=True):
    """The one user of an endpoint."""

    user: str
    password: str
    domains: tuple[str, ...] = ()
    """Names under which the account may be addressed, besides none, a dot and this machine's name."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for what a user file cannot hold."""
        for name, text in (("user name", self.user), ("password", self.password)):
            if not text or ":" in text or not text.isprintable():
                raise ValueError(
                    f"The {name} must not be empty, and must not hold a colon or a control character."
                )

    def __repr__(self) -> str:
        return f"Account({self.user!r})"

    def user_file(self) -> str:
        """Return the lines that pyspnego's acceptor looks the user up in: each spelling of the domain is a line."""
        machine = socket.gethostname()
        domains = dict.fromkeys(("", ".", machine, machine.partition(".")[0], "WORKSTATION", *self.domains))
        lines = [f"{domain}:{self.user}:{self.password}\n" for domain in domains]
        lines += [f":{self.user}@{domain}:{self.password}\n" for domain in domains if domain not in ("", ".")]
        return "".join(lines)

    def is_basic(self, token: bytes) -> bool:
        """Return whether the token of an `Authorization: Basic` header is this account's."""
        try:
            user, _, password = (
                base64.b64decode(token, validate=True).decode("utf-8", "replace").partition(":")
            )
        except binascii.Error:
            return False
        user = user.rpartition("\\")[2]
        return user.casefold() == self.user.casefold() and hmac.compare_digest(
            password.encode(), self.password.encode()
        )


class LoginStep(Struct, frozen=True):
    """The state of a login after a request: whether the request may be served, and what to tell the client."""

    is_in: bool
    token: bytes | None = None
    """For the `WWW-Authenticate` header of the answer."""


class Login:
    """The login of one connection. Not thread-safe: a connection has one thread."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._context: spnego.ContextProxy | None = None
        self._asked_by: spnego.ContextProxy | None = None
        self._is_in = False
        self._is_basic = False

    @property
    def is_in(self) -> bool:
        """Whether a user is logged in on this connection."""
        return self._is_in

    @property
    def is_basic(self) -> bool:
        """Whether the login came by Basic: messages cannot be sealed then."""
        return self._is_basic

    def forget(self) -> None:
        """Drop the login, from any thread. A request that is being worked on is still answered by the login that it came with."""
        self._context, self._is_in, self._is_basic = None, False, False

    def enter(self, is_in: bool) -> None:
        """Log in a user who has shown a certificate instead of a password, or refuse."""
        self._is_in = self._is_basic = is_in

    def authorize(self, header: str, *, allow_basic: bool) -> LoginStep:
        """Take one step with a request's `Authorization` header, empty if it has none."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() == "negotiate":
            return self._negotiate(token.strip())
        if scheme.lower() == "basic" and allow_basic:
            self._is_in = self._is_basic = self._account.is_basic(token.strip().encode())
        return LoginStep(self._is_in)

    def unseal(self, body: bytes) -> bytes:
        """Return the message of an encrypted body; raise `UnsealError`."""
        start, end, length = body.find(_OCTETS), _END.search(body), _LENGTH.search(body)
        context = self._context
        if context is None or start < 0 or end is None or length is None:
            raise UnsealError("This is no sealed message, or nobody is logged in.")
        sealed = body[start + len(_OCTETS) : end.start()]
        signature_size = struct.unpack("<i", sealed[:4].ljust(4, b"\0"))[0]
        signature, data = sealed[4 : 4 + signature_size], sealed[4 + signature_size :]
        try:
            message = context.unwrap_winrm(signature, data)
        except (SpnegoError, ValueError) as error:
            raise UnsealError(str(error)) from error
        if len(message) != int(length[1]):
            raise UnsealError("The message has another length than its header says.")
        self._asked_by = context
        return message

    def seal(self, message: bytes) -> bytes:
        """Return the encrypted body for the answer to the message that was unsealed last."""
        assert self._asked_by is not None
        wrapped = self._asked_by.wrap_winrm(message)
        size = len(message) + wrapped.padding_length
        return b"".join(
            [
                BOUNDARY + b"\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n",
                b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % size,
                BOUNDARY + b"\r\n" + _OCTETS,
                struct.pack("<i", len(wrapped.header)) + wrapped.header + wrapped.data,
                BOUNDARY + b"--\r\n",
            ]
        )

    def _negotiate(self, text: str) -> LoginStep:
        try:
            token = base64.b64decode(text, validate=True)
            with _users(self._account):
                if self._is_in or self._context is None or _opens(token):
                    self.forget()
                    self._context = _acceptor(token)
                answer = self._context.step(token)
        except (
            SpnegoError,
            ValueError,
            KeyError,
            IndexError,
            struct.error,
        ):  # a wrong password, or no token at all
            self.forget()
            return LoginStep(is_in=False)
        self._is_in = self._context.complete
        return LoginStep(self._is_in, answer)


def authentication(status: HTTPStatus, token: bytes | None, *, allow_basic: bool) -> list[tuple[str, str]]:
    """Return the `WWW-Authenticate` headers of an answer."""
    if token:
        return [("WWW-Authenticate", f"Negotiate {base64.b64encode(token).decode('ascii')}")]
    if status != HTTPStatus.UNAUTHORIZED:
        return []
    offers = [("WWW-Authenticate", "Negotiate")]
    return [*offers, ("WWW-Authenticate", 'Basic realm="WSMAN"')] if allow_basic else offers


def step_of(header: str) -> str:
    """Return which step of a login an `Authorization` header is: `Negotiate`, `Authenticate`, or empty for none of Negotiate's."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "negotiate":
        return ""
    try:
        return "Negotiate" if _opens(base64.b64decode(text.strip(), validate=True)) else "Authenticate"
    except ValueError:  # binascii.Error is one, and text beyond ASCII another
        return ""


def _opens(token: bytes) -> bool:
    """Return whether a token begins a login: an NTLM message of type 1, or the first one of SPNEGO."""
    return token.startswith((b"NTLMSSP\0\x01", b"\x60"))


def _acceptor(token: bytes) -> spnego.ContextProxy:
    """Return a context in pure Python on every system, so that Windows' own accounts are never asked."""
    if token.startswith(b"NTLMSSP\0"):
        return spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    return spnego.server(protocol="negotiate", options=spnego.NegotiateOptions.use_negotiate)


@contextmanager
def _users(account: Account) -> Iterator[None]:
    """Show pyspnego one account, and restore the environment. The file exists only meanwhile."""
    with _ENVIRONMENT, tempfile.TemporaryDirectory(prefix="hvtree-") as folder:
        file = Path(folder) / "users"
        file.write_text(account.user_file(), encoding="utf-8")
        before = os.environ.get(_USER_FILE)
        os.environ[_USER_FILE] = str(file)
        try:
            yield
        finally:
            if before is None:
                del os.environ[_USER_FILE]
            else:
                os.environ[_USER_FILE] = before
