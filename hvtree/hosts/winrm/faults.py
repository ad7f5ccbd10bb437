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

from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import LOGIN_NAMES, HostProfile
from hvtree.hosts.failures import code_of_fault, code_of_status, failure
from hvtree.hosts.http_answers import UnusableAnswer

ACCESS_DENIED = 5
PIPE_ENDED = 109
BUSY = 170
ABORTED = 995
NOT_FOUND = 2150858843
QUOTA = 2150859174
NO_SHELLS = 2150859180
"""Numbers of faults on which HVTree acts; what all the others mean is in `resources/errors/connection.toml`."""


DETAILS_KEPT = 4_000
REASON_KEPT = 1_000
"""Characters that are kept of what a library, and with it perhaps the host, says of an error."""
_TICKETS = {"certificate": "certificate-refused", "kerberos": "kerberos"}
"""What a refused login means where no password is sent."""


class LoginFailed(Exception):
    """A way to log in that failed with an error of a kind of its own, such as CredSSP's."""


class LoginUnfinished(Exception):
    """A login that came to nothing before the host said anything of the password."""


class LoginForgotten(Exception):
    """A host that wants a new login before it takes a message; it has not looked at this one."""


class NotOffered(Exception):
    """A host that does not offer the way to log in; its text is what it offers. Nothing secret was sent."""


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
    LoginUnfinished,
    LoginForgotten,
    NotOffered,
    UnusableAnswer,
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
        case LoginForgotten():
            kind = FaultKind.FORGOTTEN
        case WinRMTransportError():
            kind = FaultKind.FORGOTTEN if error.code == 400 else FaultKind.OTHER
        case WSManFaultError(wsman_fault_code=code):
            kind = _FAULTS.get(code or 0, FaultKind.OTHER)
        case requests.RequestException() if _is_alert(error) or _is_untrusted(error):
            kind = FaultKind.OTHER
        case NotOffered() | UnusableAnswer() | UnicodeEncodeError():
            kind = FaultKind.OTHER
        case requests.exceptions.InvalidURL() | WinRMError():
            kind = FaultKind.OTHER
        case _:
            kind = FaultKind.CUT
    return kind


def translated(error: BaseException, profile: HostProfile) -> HVTreeError:
    """Return one of the `FOREIGN` errors as an error of HVTree's, with a sentence about the host."""
    code, values = _case(error)
    if code == "credentials" and profile.transport in _TICKETS:
        code = _TICKETS[profile.transport]
        values = {"reason": "The host does not accept the ticket"}
    values = {"login": LOGIN_NAMES.get(profile.transport, profile.transport), **values}
    return failure(code, profile, f"{type(error).__name__}: {error}"[:DETAILS_KEPT], **values)


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


def _case(error: BaseException) -> tuple[str, dict[str, str]]:
    """Return the code of what has happened, and the values that its sentences name."""
    words = {"reason": str(error)[:REASON_KEPT].rstrip(".")}
    case: tuple[str, dict[str, str]]
    match error:
        case LoginFailed() | LoginUnfinished() | NotOffered() | InvalidCredentialsError():
            case = _login_case(error)
        case UnusableAnswer():
            case = error.code, error.values
        case requests.RequestException() if _is_kerberos(error):
            case = "kerberos", words
        case WSManFaultError():
            number = error.wsman_fault_code or error.wmierror_code or 0
            case = code_of_fault(number), {"reason": f"{error.reason or ''}"[:REASON_KEPT].strip()}
        case WinRMTransportError():
            case = code_of_status(error.code), {"status": str(error.code)}
        case requests.RequestException() if _is_alert(error):
            case = "tls-refused", {}
        case requests.exceptions.SSLError() if _is_untrusted(error):
            case = "untrusted", {}
        case WinRMOperationTimeoutError() | requests.exceptions.Timeout():
            case = "timeout", {"reason": ""}
        case requests.RequestException() | OSError() | LoginForgotten():
            case = "cut", {}
        case WinRMError():
            case = "not-set-up", words
        case UnicodeEncodeError():
            case = "characters", {}
        case _:
            case = "not-winrm", {}
    return case


def _login_case(error: Exception) -> tuple[str, dict[str, str]]:
    text = str(error)[:REASON_KEPT]
    match error:
        case LoginFailed():
            return "login-failed", {"reason": text.rstrip(".")}
        case LoginUnfinished():
            return "login-unfinished", {"reason": text}
        case NotOffered():
            return "not-offered", {"offers": text or "none"}
        case _:
            return "credentials", {}


def _is_untrusted(error: BaseException) -> bool:
    """Return whether it is about the certificate; urllib3 says so of a name or a pin in words alone, always English."""
    return any(word in str(error).lower() for word in ("certificate", "hostname", "fingerprint"))


def _is_alert(error: BaseException) -> bool:
    """Return whether the other end has broken off TLS: OpenSSL names such errors TLSV13_ALERT_… and SSLV3_ALERT_…, and requests keeps only that text."""
    return "_alert_" in str(error).lower() or " alert " in str(error).lower()


def _is_kerberos(error: BaseException) -> bool:
    """Recognise an error of pywinrm's Kerberos login by its class, which only exists where the library for it does."""
    return type(error).__name__ in ("KerberosExchangeError", "MutualAuthenticationError")
