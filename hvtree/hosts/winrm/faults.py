"""Errors of pywinrm and below, sorted by what to do about them, and translated into HVTree's own. Only here.

Four unrelated families come out of pywinrm: its own errors, its transport error, its timeout error, and those of requests
as they are; beside them whatever a damaged answer makes its parsers raise.
"""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from enum import Enum, auto

import requests
from spnego.exceptions import SpnegoError
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, HVTreeError
from hvtree.domain.explanations import Explanation
from hvtree.hosts.profile import HostProfile
from hvtree.hosts.winrm.fault_texts import (
    ABORTED,
    AGAIN,
    BUSY,
    FAULTS,
    NOT_FOUND,
    OTHER_FAULT,
    PIPE_ENDED,
    status_explained,
)
from hvtree.hosts.winrm.fault_texts import ACCESS_DENIED as ACCESS_DENIED  # noqa: PLC0414 - taken from here
from hvtree.hosts.winrm.fault_texts import QUOTA as QUOTA  # noqa: PLC0414 - taken from here
from hvtree.hosts.winrm.tls import certificate_refused


class LoginFailed(Exception):
    """A way to log in that failed with an error of a kind of its own, such as CredSSP's."""


PARSING = (
    AssertionError,
    StopIteration,
    KeyError,
    IndexError,
    ValueError,
    ET.ParseError,
    struct.error,
    SpnegoError,
)
"""What a damaged or foreign answer makes pywinrm and its parsers raise."""
FOREIGN = (
    LoginFailed,
    WinRMError,
    WinRMTransportError,
    WinRMOperationTimeoutError,
    requests.RequestException,
    OSError,
    *PARSING,
)
"""All errors that may come out of a call to pywinrm."""


class FaultKind(Enum):
    """A kind of error, by what to do about it."""

    QUIET = auto()
    """Nothing came within the operation's time, or a Send took longer: go on, never repeat a Send."""
    FORGOTTEN = auto()
    """The host has forgotten the login and did not look at the message: log in again, repeat once."""
    CUT = auto()
    """The connection broke; the message may or may not have been handled: connect to the same shell, repeat."""
    BUSY = auto()
    """The pipe still writes what was sent before: wait, repeat."""
    GONE = auto()
    """The shell or its process is no more."""
    REFUSED = auto()
    """The credentials are not accepted: stop and never repeat, or the account may be locked out."""
    OTHER = auto()
    """Something that repeating doesn't help."""


_FAULTS = {
    BUSY: FaultKind.BUSY,
    ABORTED: FaultKind.GONE,
    PIPE_ENDED: FaultKind.GONE,
    NOT_FOUND: FaultKind.GONE,
}


def fault_kind(error: BaseException) -> FaultKind:
    """Return the kind of one of the `FOREIGN` errors."""
    match error:
        case WinRMOperationTimeoutError():
            kind = FaultKind.QUIET
        case InvalidCredentialsError() | LoginFailed():
            kind = FaultKind.REFUSED
        case requests.RequestException() if _is_kerberos(error):
            kind = FaultKind.REFUSED
        case WinRMTransportError():
            kind = FaultKind.FORGOTTEN if error.code == 400 else FaultKind.OTHER
        case WSManFaultError(wsman_fault_code=code):
            kind = _FAULTS.get(code or 0, FaultKind.OTHER)
        case requests.RequestException() if _is_alert(error) or _is_untrusted(error):
            kind = FaultKind.OTHER
        case requests.exceptions.InvalidURL() | UnicodeEncodeError() | WinRMError():
            kind = FaultKind.OTHER
        case _:
            kind = FaultKind.CUT
    return kind


def translated(error: BaseException, profile: HostProfile) -> HVTreeError:
    """Return one of the `FOREIGN` errors as an error of HVTree's, with a sentence about the host."""
    details = f"{type(error).__name__}: {error}"
    match error:
        case InvalidCredentialsError():
            return _bad_credentials(profile, details)
        case LoginFailed():
            return AuthenticationFailure(
                f"The login to the host ‘{profile.name}’ failed.",
                why=f"{str(error).rstrip('.')}.",
                now="Check the user name and the password, and whether the host takes this way to log in.",
                details=details,
                code="login-failed",
            )
        case requests.RequestException() if _is_kerberos(error):
            return _no_ticket(error, profile, details)
        case WSManFaultError():
            return _fault(error, profile, details)
        case UnicodeEncodeError():
            return BadInput(
                "The user name or the password has characters that this way to log in cannot carry."
            )
    told = _explained(error).filled(host=profile.name)
    return ConnectionFailure(told.what, why=told.why, now=told.now, details=details, code=told.code)


def scrubbed(error: BaseException) -> BaseException:
    """Return an error, and with it all those behind it, without frames and requests; their texts stay as they are.

    Tools that print the variables of a traceback would else show the header of a Basic login, which is a password in
    base64.
    """
    ahead: list[BaseException | None] = [error]
    seen: set[int] = set()
    while ahead:
        each = ahead.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        ahead += [each.__cause__, each.__context__]
        each.__traceback__ = None
        for name in ("request", "response"):
            if hasattr(each, name):
                setattr(each, name, None)
    return error


def _explained(error: BaseException) -> Explanation:
    """Return what a failed connection means, with `{host}` to be filled in."""
    match error:
        case WinRMTransportError():
            told = status_explained(error.code)
        case requests.RequestException() if _is_alert(error):
            told = Explanation(
                "tls-refused", "The host ‘{host}’ broke off TLS.", "It refused what was offered.", AGAIN
            )
        case requests.exceptions.SSLError() if _is_untrusted(error):
            told = Explanation(
                "untrusted",
                "The certificate of the host ‘{host}’ is not trusted.",
                now="Name a file with the certificate authority to trust, or use the name that the certificate is for.",
            )
        case WinRMOperationTimeoutError() | requests.exceptions.Timeout():
            told = Explanation("timeout", "The host ‘{host}’ does not answer in time.", now=AGAIN)
        case requests.RequestException() | OSError():
            told = Explanation("cut", "The connection to the host ‘{host}’ broke.", now=AGAIN)
        case WinRMError():
            reason = str(error).rstrip(".").replace("{", "{{").replace("}", "}}")
            told = Explanation(
                "not-set-up", "The connection to the host ‘{host}’ cannot be set up.", f"{reason}."
            )
        case _:
            told = Explanation(
                "not-winrm",
                "The host ‘{host}’ answered in a way that is not WinRM's.",
                "Something else listens at this address, or a proxy changes the messages on the way.",
                "Check the address.",
            )
    return told


def _bad_credentials(profile: HostProfile, details: str) -> AuthenticationFailure:
    if profile.transport == "certificate":
        return certificate_refused(profile.name, details)
    return AuthenticationFailure(
        f"The host ‘{profile.name}’ does not accept the user ‘{profile.user}’ with this password.",
        why="HVTree tried once and does not try again by itself, so that the account is not locked out.",
        now="Check the user name (DOMAIN\\user, or .\\user for a local account) and the password.",
        details=details,
        code="credentials",
    )


def _no_ticket(error: BaseException, profile: HostProfile, details: str) -> AuthenticationFailure:
    return AuthenticationFailure(
        f"The Kerberos login to the host ‘{profile.name}’ failed.",
        why=f"{str(error).rstrip('.')}.",
        now="Get a ticket with kinit, use the host's full name, and check that both clocks agree.",
        details=details,
        code="kerberos",
    )


def _fault(error: WSManFaultError, profile: HostProfile, details: str) -> HVTreeError:
    """Return a fault by its number; the text of it is the host's and is only shown."""
    case = FAULTS.get(error.wsman_fault_code or error.wmierror_code or 0, OTHER_FAULT)
    told = case.explanation.filled(host=profile.name, user=profile.user)
    reason = f"{error.reason or ''}".strip()
    return case.family(told.what, why=told.why or reason, now=told.now, details=details, code=told.code)


def _is_untrusted(error: BaseException) -> bool:
    return any(word in str(error).lower() for word in ("certificate", "hostname", "fingerprint"))


def _is_alert(error: BaseException) -> bool:
    """Return whether the other end has broken off TLS: OpenSSL names such errors TLSV13_ALERT_… and SSLV3_ALERT_…."""
    return "_alert_" in str(error).lower() or " alert " in str(error).lower()


def _is_kerberos(error: BaseException) -> bool:
    """Recognise an error of pywinrm's Kerberos login by its class, which only exists where the library for it does."""
    return type(error).__name__ in ("KerberosExchangeError", "MutualAuthenticationError")
