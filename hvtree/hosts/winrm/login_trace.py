"""What is known of a login while it goes on: whether the password was put to the proof, and what the host said to it.

A login is refused only if a proof of the password (or a ticket) was sent and answered with HTTP status 401. Anything else is
a login that came to nothing: nobody has said that the password is wrong, and no account has come nearer to being locked.
"""

from __future__ import annotations

import base64
import binascii
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from msgspec import Struct
from winrm.exceptions import InvalidCredentialsError

from hvtree.hosts.http_answers import UnusableAnswer
from hvtree.hosts.identify import is_offered, mechanisms_of
from hvtree.hosts.winrm.faults import LoginForgotten, LoginUnfinished, NotOffered

_NTLM = b"NTLMSSP\0"
_NTLM_NEGOTIATE, _NTLM_CHALLENGE, _NTLM_PROOF = 1, 2, 3
"""Types of NTLM messages (MS-NLMP 2.2.1): the first opens, the host's asks, the third proves."""
_NTLM_STRONG = 0x2008_0030
"""What an NTLM challenge must grant where messages are encrypted by it: SEAL, SIGN, EXTENDED_SESSIONSECURITY and 128 bits (MS-NLMP
2.2.2.5). pyspnego does whatever the challenge says, and it can be changed on the way: without SIGN it takes any signature."""
_NTLM_FLAGS = struct.Struct("<20xI")
"""Where they stand in a challenge (MS-NLMP 2.2.1.2)."""
_TLS_DATA = 0x17
"""The first byte of a TLS record with data (RFC 8446, 5.1): in CredSSP the password travels in such, and in no other."""


class SharedLogin:
    """What the connections to one host know together about its login. Safe between threads."""

    def __init__(self) -> None:
        self.is_refused = False
        """The host has refused it: no connection sends it again."""
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one connection log in at a time, so that the others learn from it if it is refused."""
        with self._one_at_a_time:
            yield

    def check(self) -> None:
        """Raise `InvalidCredentialsError` if the login has been refused, on whichever connection."""
        if self.is_refused:
            raise InvalidCredentialsError("they were rejected on another connection, and not sent again")


class LoginTrace(Struct):
    """The login of one connection, as its requests and answers go by."""

    shared: SharedLogin
    must_seal: bool = False
    """The messages will be encrypted by what the login agrees, and by nothing else."""
    is_sealing: bool = False
    """Messages are encrypted from now on, by what this login has agreed with this TCP connection."""
    is_proving: bool = False
    """A proof is on its way that answers a challenge of this TCP connection."""
    offers: tuple[str, ...] | None = None
    """What the host offered at the last 401; None before the first."""

    @contextmanager
    def sending(self, authorization: str) -> Iterator[None]:
        """Watch over one request with this `Authorization` header, empty if it has none."""
        if is_proof(authorization):
            self.shared.check()
        self.is_proving = ntlm_type(authorization) == _NTLM_PROOF
        try:
            yield
        finally:
            self.is_proving = False

    def connecting(self) -> None:
        """Raise `LoginUnfinished` or `LoginForgotten` if a TCP connection is to be opened for what belongs to an earlier one.

        A host that closes connections would else get proofs and messages that it can make nothing of, and count them.
        """
        if self.is_proving:
            raise LoginUnfinished("the connection was cut in between")
        if self.is_sealing:
            raise LoginForgotten("The connection was cut since the last message")

    def answered(self, authorization: str, status: int, challenges: str) -> None:
        """Look at an answer; `challenges` are its `WWW-Authenticate` headers.

        Raise `LoginUnfinished` if the host did not go on with a login, `LoginForgotten` if it wants a new one, `UnusableAnswer`
        if it does not want to encrypt as it must.
        """
        if status == HTTPStatus.UNAUTHORIZED and self.is_sealing:
            raise LoginForgotten("HTTP status 401 for an encrypted message")
        if status == HTTPStatus.UNAUTHORIZED:
            self.offers = mechanisms_of([challenges])
            if is_proof(authorization) and not _goes_on(authorization, challenges):
                self.shared.is_refused = True
        if ntlm_type(authorization) == _NTLM_NEGOTIATE and not _has_token(challenges):
            raise LoginUnfinished(f"HTTP status {status}, without a challenge")
        if self.must_seal and any(_is_weak(each) for each in challenges.split(",")):
            raise UnusableAnswer("login-weak")

    def why(self, transport: str) -> Exception | None:
        """Return what a 401 means if it is no refusal; None if it is one."""
        if self.shared.is_refused or transport == "certificate":
            return None
        unfinished = LoginUnfinished("HTTP status 401, before the password was put to the proof")
        return self.not_offered(transport) or unfinished

    def not_offered(self, transport: str) -> NotOffered | None:
        """Return the error for a host that has told what it takes, and this way to log in is not among it."""
        if self.offers is None or is_offered(transport, self.offers):
            return None
        return NotOffered(", ".join(self.offers))


def is_proof(authorization: str) -> bool:
    """Return whether an `Authorization` header puts a password or a ticket to the proof."""
    scheme, _, token = authorization.partition(" ")
    match scheme.lower():
        case "basic":
            return True
        case "ntlm" | "negotiate":
            return ntlm_type(authorization) in (None, _NTLM_PROOF)
        case "credssp":
            return _decoded(token)[:1] == bytes([_TLS_DATA])
        case _:
            return False


def ntlm_type(authorization: str) -> int | None:
    """Return the type of the NTLM message in a header; None if there is none."""
    scheme, _, token = authorization.partition(" ")
    data = _decoded(token) if scheme.lower() in ("ntlm", "negotiate") else b""
    return data[len(_NTLM)] if data.startswith(_NTLM) and len(data) > len(_NTLM) else None


def _is_weak(challenge: str) -> bool:
    """Return whether this is an NTLM challenge that grants less than it must."""
    if ntlm_type(challenge.strip()) != _NTLM_CHALLENGE:
        return False
    data = _decoded(challenge.strip().partition(" ")[2])
    flags = _NTLM_FLAGS.unpack_from(data)[0] if len(data) >= _NTLM_FLAGS.size else 0
    return flags & _NTLM_STRONG != _NTLM_STRONG


def _goes_on(authorization: str, challenges: str) -> bool:
    """Return whether a 401 is one more step of a login that takes several, as Kerberos and CredSSP do."""
    return ntlm_type(authorization) is None and _has_token(challenges)


def _has_token(challenges: str) -> bool:
    """Return whether a challenge carries a token, and not only the name of a way to log in."""
    words = (challenge.split() for challenge in challenges.split(","))
    return any(
        len(each) > 1 and each[0].lower() in ("negotiate", "ntlm", "kerberos", "credssp") for each in words
    )


def _decoded(token: str) -> bytes:
    try:
        return base64.b64decode(token.strip())
    except (binascii.Error, ValueError):
        return b""
