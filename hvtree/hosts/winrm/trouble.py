"""What can go wrong on the way, sorted by what to do about it, and translated into HVTree's errors. Only here.

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
from hvtree.hosts.winrm.settings import WinRmSettings


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

ACCESS_DENIED = 5
PIPE_ENDED = 109
BUSY = 170
ABORTED = 995
NOT_FOUND = 2150858843
QUOTA = 2150859174


class Trouble(Enum):
    """What to do about an error."""

    QUIET = auto()
    """Nothing came within the operation's time, or a Send took longer: go on, never repeat a Send."""
    FORGOTTEN = auto()
    """The host has forgotten the login and did not look at the message: log in anew, repeat once."""
    CUT = auto()
    """The connection broke; the message may or may not have been handled: connect to the same shell, repeat."""
    BUSY = auto()
    """The pipe still writes what was sent before: wait, repeat."""
    GONE = auto()
    """The shell or its process is no more."""
    REFUSED = auto()
    """The credentials are not accepted: stop, never repeat, lest the account be locked out."""
    OTHER = auto()
    """Something that repeating doesn't help."""


_FAULTS = {
    BUSY: Trouble.BUSY,
    ABORTED: Trouble.GONE,
    PIPE_ENDED: Trouble.GONE,
    NOT_FOUND: Trouble.GONE,
}


def trouble(error: BaseException) -> Trouble:
    """Give what to do about one of the `FOREIGN` errors."""
    match error:
        case WinRMOperationTimeoutError():
            kind = Trouble.QUIET
        case InvalidCredentialsError() | LoginFailed():
            kind = Trouble.REFUSED
        case WinRMTransportError():
            kind = Trouble.FORGOTTEN if error.code == 400 else Trouble.OTHER
        case WSManFaultError(wsman_fault_code=code):
            kind = _FAULTS.get(code or 0, Trouble.OTHER)
        case requests.exceptions.SSLError() if _is_untrusted(error):
            kind = Trouble.OTHER
        case requests.exceptions.InvalidURL() | UnicodeEncodeError() | WinRMError():
            kind = Trouble.OTHER
        case _:
            kind = Trouble.CUT
    return kind


def translated(error: BaseException, settings: WinRmSettings) -> HVTreeError:
    """Give one of the `FOREIGN` errors as an error of HVTree's, with a sentence about the host."""
    details = f"{type(error).__name__}: {error}"
    match error:
        case InvalidCredentialsError():
            return _bad_credentials(settings, details)
        case LoginFailed():
            return AuthenticationFailure(
                f"The login to the host ‘{settings.name}’ failed.",
                why=f"{str(error).rstrip('.')}.",
                now="Check the user name and the password, and whether the host takes this way to log in.",
                details=details,
            )
        case WSManFaultError():
            return _fault(error, settings, details)
        case UnicodeEncodeError():
            return BadInput(
                "The user name or the password has characters that this way to log in cannot carry."
            )
    what, why, now = _words(error, settings.name)
    return ConnectionFailure(what, why=why, now=now, details=details)


def _words(error: BaseException, name: str) -> tuple[str, str, str]:
    """Give what, why and what now for a connection that failed."""
    match error:
        case WinRMTransportError():
            what = f"The host ‘{name}’ answered with HTTP status {error.code} instead of a WinRM message."
            why, now = _HTTP.get(error.code, ""), "Check the address and the WinRM service there."
        case requests.exceptions.SSLError() if _is_untrusted(error):
            what, why = f"The certificate of the host ‘{name}’ is not trusted.", ""
            now = "Name a file with the certificate authority to trust, or use the name that the certificate is for."
        case WinRMOperationTimeoutError() | requests.exceptions.Timeout():
            what, why, now = f"The host ‘{name}’ does not answer in time.", "", _AGAIN
        case requests.RequestException() | OSError():
            what, why, now = f"The connection to the host ‘{name}’ broke.", "", _AGAIN
        case WinRMError():
            what, why, now = f"The connection to the host ‘{name}’ cannot be set up.", f"{error}.", ""
        case _:
            what = f"The host ‘{name}’ answered in a way that is not WinRM's."
            why = "Something else listens at this address, or a proxy changes the messages on the way."
            now = "Check the address."
    return what, why, now


def _bad_credentials(settings: WinRmSettings, details: str) -> AuthenticationFailure:
    return AuthenticationFailure(
        f"The host ‘{settings.name}’ does not accept the user ‘{settings.user}’ with this password.",
        why="HVTree tried once and does not try again by itself, so that the account is not locked out.",
        now="Check the user name (DOMAIN\\user, or .\\user for a local account) and the password.",
        details=details,
    )


_AGAIN = "Check the host and the network, and connect again."
_HTTP = {
    400: "It forgot the login again and again.",
    404: "No WinRM service answers at this address.",
    500: "It may refuse messages that are not encrypted.",
    503: "Its WinRM service is not available.",
}


def _fault(error: WSManFaultError, settings: WinRmSettings, details: str) -> HVTreeError:
    name = settings.name
    reason = f"{error.reason or ''}".strip()
    match error.wsman_fault_code or error.wmierror_code:
        case code if code == ACCESS_DENIED:
            return AuthenticationFailure(
                f"The user ‘{settings.user}’ may not use WinRM on the host ‘{name}’.",
                why=reason,
                now="Let an administrator add the user to the group Remote Management Users or Administrators.",
                details=details,
            )
        case code if code == QUOTA:
            return ConnectionFailure(
                f"The host ‘{name}’ has too many remote shells open.",
                why=reason,
                now="Close other remote sessions, or raise MaxShellsPerUser there.",
                details=details,
            )
        case code if code in _FAULTS:
            return ConnectionFailure(
                f"HVTree's agent on the host ‘{name}’ is gone.", why=reason, now=_AGAIN, details=details
            )
        case _:
            return ConnectionFailure(
                f"The WinRM service of the host ‘{name}’ reported a fault.",
                why=reason,
                now=_AGAIN,
                details=details,
            )


def _is_untrusted(error: BaseException) -> bool:
    return any(word in str(error).lower() for word in ("certificate", "hostname", "fingerprint"))
