"""One pywinrm `Protocol` with its own connection: large envelopes, and a login that is complete or none.

An NTLM, Kerberos or CredSSP login belongs to one TCP connection, so a connection must only be used by one thread at a time
[measured: two threads on one encrypted `Protocol`: 0 of 40 requests answered].
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from xml.parsers import expat

import requests
from winrm.exceptions import InvalidCredentialsError, WinRMError
from winrm.protocol import Protocol
from winrm.transport import Transport

from hvtree.hosts.http_answers import AnswerLimits, UnusableAnswer
from hvtree.hosts.winrm.faults import FOREIGN, PARSING, LoginFailed
from hvtree.hosts.winrm.http_adapter import Adapter, Sockets
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.login_trace import LoginTrace, SharedLogin
from hvtree.hosts.winrm.tls import Trust

LARGE_ENVELOPE = 512_000
"""What hosts since 2012 allow: a third of the exchanges for large answers (fact 210)."""
SMALL_ENVELOPE = 153_600
_OF_WINRM = (HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR)
"""The statuses of answers in which WinRM says something: the others are the HTTP server's."""
_MAKING_SESSION = threading.Lock()
"""While a session is made, requests puts `no_proxy` into the environment and takes it out again: two threads that do so at
the same time end with a KeyError, or leave it there."""


class Unshown(str):
    """A text that does not show in `repr`, and so in no dump of what surrounds it; for a password on its way."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"


class WsmanConnection(Protocol):
    """A `Protocol` that asks for envelopes of `envelope_bytes`; an operation may take `operation_s` on the host.

    `shared` is what the connections to one host know together about its login; `is_watched` as in `Adapter`.
    """

    def __init__(
        self,
        login: WinRmLogin,
        sockets: Sockets,
        operation_s: int,
        trust: Trust | None = None,
        *,
        shared: SharedLogin | None = None,
        limits: AnswerLimits | None = None,
        is_watched: bool = False,
    ) -> None:
        options = _options(login, operation_s + 10)
        super().__init__(operation_timeout_sec=operation_s, **options)
        self.envelope_bytes = LARGE_ENVELOPE
        options["auth_method"] = options.pop("transport")
        trace = LoginTrace(shared or SharedLogin(), must_seal=not login.profile.is_tls)
        adapter = Adapter(sockets, trust, trace, limits or AnswerLimits(), is_watched=is_watched)
        self.transport = _Transport(adapter, **options)

    def build_wsman_header(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the header of a message with our size of envelope; pywinrm's is fixed."""
        header: dict[str, Any] = super().build_wsman_header(*args, **options)
        header["env:Header"]["w:MaxEnvelopeSize"]["#text"] = str(self.envelope_bytes)
        return header

    def log_in(self) -> None:
        """Log in, unless that is done already. Over TLS the login travels with the first message instead."""
        self.transport.build_session()

    def disconnect(self) -> None:
        """Close the connection; the next message logs in again."""
        self.transport.close_session()


class _Transport(Transport):
    def __init__(self, adapter: Adapter, **options: Any) -> None:
        super().__init__(**options)
        self._adapter = adapter
        self._has_login = False

    def build_session(self) -> requests.Session:
        """Return the session, with a login that is complete: a half-made one would send its messages unencrypted."""
        if self.session is not None:
            return self.session
        self._has_login = False
        try:
            with self._login_errors():
                with _MAKING_SESSION:
                    session: requests.Session = super().build_session()
                self._equip(session)
                if self._has_login:
                    self._log_in(session)
        except BaseException:
            self.close_session()
            self.encryption = None
            raise
        return session

    def send_message(self, message: str | bytes) -> bytes:
        """Send a message and return the answer."""
        with self._login_errors():
            return bytes(super().send_message(message))

    def setup_encryption(self, _session: requests.Session) -> None:
        """Note that there is a login: it takes its time, and other threads make their sessions meanwhile."""
        self._has_login = True

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        """Return the message of an answer. In a connection that encrypts, one that is not encrypted is never data.

        pywinrm takes any answer as it is that does not call itself encrypted, and an empty one that does.
        """
        encryption = self.encryption
        if encryption is None:
            return _without_entities(response.content, response.status_code)
        if encryption.protocol_string.decode() in response.headers.get("Content-Type", ""):
            try:
                message = bytes(encryption.parse_encrypted_response(response))
            except (WinRMError, *PARSING) as error:
                raise UnusableAnswer("answer-tampered") from error
            if message:
                return _without_entities(message, response.status_code)
        elif response.status_code not in _OF_WINRM:
            return b""  # the HTTP server itself speaks, and its page says no more than the status
        raise UnusableAnswer("answer-unencrypted")

    def _log_in(self, session: requests.Session) -> None:
        trace = self._adapter.trace
        self._adapter.turn.leave()
        with trace.shared.turn():
            trace.shared.check()
            super().setup_encryption(session)
        if getattr(session.auth, "session_security", self) is None:
            raise ValueError("The server let us in without a login, so there is nothing to encrypt with")
        trace.is_sealing = True

    def close_session(self) -> None:
        """Close the connection, and forget the login that belongs to it."""
        self._adapter.trace.is_sealing = False
        super().close_session()

    def _equip(self, session: requests.Session) -> None:
        session.trust_env = False  # no proxies and no credentials of the environment
        session.adapters.clear()
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._adapter)

    @contextmanager
    def _login_errors(self) -> Iterator[None]:
        """Tell logins that were refused from those that came to nothing.

        Errors of a login's own kind become `LoginFailed`: CredSSP's derive from nothing that we know.
        """
        try:
            yield
        except InvalidCredentialsError as error:
            why = self._adapter.trace.why(self.auth_method)
            raise why or error from (error if why else None)
        except Exception as error:
            if isinstance(error, FOREIGN) or type(error).__module__ == "builtins":
                raise
            raise self._adapter.trace.not_offered(self.auth_method) or LoginFailed(str(error)) from error


class _HasBegun(Exception):
    """The root element has begun: no document type can follow."""


def _without_entities(message: bytes, status: int) -> bytes:
    """Return a message; raise `UnusableAnswer` for one with a document type, whose entities could swell without limit.

    The parser itself looks for it, whatever the encoding of the message. No WinRM host sends one; the page of a web server has
    one, and says no more than its status.
    """

    def refuse(*_: object) -> None:
        raise UnusableAnswer("not-winrm")

    def stop(*_: object) -> None:
        raise _HasBegun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        parser.Parse(message, True)
    except UnusableAnswer:
        if status in _OF_WINRM:
            raise
        return b""
    except (_HasBegun, expat.ExpatError):  # what is no XML at all is found out by whoever reads it
        return message
    return message


def _options(login: WinRmLogin, read_s: int) -> dict[str, Any]:
    profile = login.profile
    return {
        "endpoint": profile.endpoint,
        "transport": profile.transport,
        "username": profile.user or None,  # Kerberos then takes the ticket that is there
        "password": Unshown(login.password),
        "read_timeout_sec": read_s,
        "ca_trust_path": None,  # keeps the environment's variables out; our own context knows whom to trust
        "cert_pem": profile.certificate_file,
        "cert_key_pem": profile.key_file,
        "message_encryption": "auto" if profile.is_tls else "always",
        "proxy": None,
    }
