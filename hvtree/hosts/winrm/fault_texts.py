"""What WinRM reports: fault numbers and HTTP statuses, and what they mean.

The comment above each entry names its source, a fact of hvtree/emulator/FACTS.md. The texts of faults are in the host's language and
are only shown. `{host}` and `{user}` are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hvtree.domain.errors import AuthenticationFailure, ConnectionFailure
from hvtree.domain.explanations import Explanation

ACCESS_DENIED = 5
BAD_PARAMETER = 87
PIPE_ENDED = 109
BUSY = 170
ABORTED = 995
NO_EXECUTABLE = 2147942402
TIMED_OUT = 2150858793
SCHEMA = 2150858817
NOT_FOUND = 2150858843
QUOTA = 2150859174

AGAIN = "Check the host and the network, and connect again."


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which WinRM fails, and the family of errors that it becomes."""

    explanation: Explanation
    family: type[ConnectionFailure] = ConnectionFailure


_AGENT_GONE = Case(Explanation("agent-gone", "HVTree's agent on the host ‘{host}’ is gone.", now=AGAIN))

FAULTS: Mapping[int, Case] = MappingProxyType(
    {
        # Fact 213: the login is right, but WinRM does not let this user in.
        ACCESS_DENIED: Case(
            Explanation(
                "winrm-denied",
                "The user ‘{user}’ may not use WinRM on the host ‘{host}’.",
                "The login was accepted, but only administrators and members of Remote Management Users may go on.",
                "Let an administrator add the user to the group Remote Management Users or Administrators.",
            ),
            AuthenticationFailure,
        ),
        # Fact 208.
        BAD_PARAMETER: Case(
            Explanation(
                "winrm-parameter",
                "The WinRM service of the host ‘{host}’ does not accept the request.",
                now="Please report it with the details.",
            )
        ),
        # Facts 208, 214 and 215.
        PIPE_ENDED: _AGENT_GONE,
        ABORTED: _AGENT_GONE,
        NOT_FOUND: _AGENT_GONE,
        # Fact 208: what was sent before is still being written.
        BUSY: Case(
            Explanation(
                "winrm-busy",
                "The host ‘{host}’ is still busy with what it was sent before.",
                now="Wait a moment, then try again.",
            )
        ),
        # Facts 208 and 224.
        NO_EXECUTABLE: Case(
            Explanation(
                "no-executable",
                "The host ‘{host}’ has no powershell.exe where WinRM looks for programs.",
                now="Check that Windows PowerShell is installed there and in the PATH of the machine.",
            )
        ),
        # Fact 209: normal while polling, an error only elsewhere.
        TIMED_OUT: Case(Explanation("timeout", "The host ‘{host}’ does not answer in time.", now=AGAIN)),
        # Fact 225.
        SCHEMA: Case(
            Explanation(
                "winrm-schema",
                "The WinRM service of the host ‘{host}’ does not understand the request.",
                now="Please report it with the details.",
            )
        ),
        # Fact 212.
        QUOTA: Case(
            Explanation(
                "quota",
                "The host ‘{host}’ has too many remote shells open.",
                "WinRM allows each user a number of shells (MaxShellsPerUser), and others are counted too.",
                "Close other remote sessions, or raise MaxShellsPerUser there.",
            )
        ),
    }
)
"""By fault number."""

OTHER_FAULT = Case(
    Explanation("winrm-fault", "The WinRM service of the host ‘{host}’ reported a fault.", now=AGAIN)
)
"""For a number that is not in the table: the host's own words are its reason."""

_CHECK = "Check the address and the WinRM service there."

STATUSES: Mapping[int, Explanation] = MappingProxyType(
    {
        # Fact 204.
        400: Explanation("http-400", "", "It forgot the login again and again.", _CHECK),
        # HTTP: nothing is at /wsman.
        404: Explanation("http-404", "", "No WinRM service answers at this address.", _CHECK),
        # Fact 203: a bare 500, without a SOAP fault.
        500: Explanation(
            "unencrypted-refused",
            "",
            "It may refuse messages that are not encrypted.",
            "Log in by NTLM or Kerberos, which encrypt, or use an address that begins with https://.",
        ),
        # HTTP: HTTP.sys has the address, but the service behind it is stopped.
        503: Explanation("http-503", "", "Its WinRM service is not available.", _CHECK),
    }
)
"""By HTTP status."""


def status_explained(status: int) -> Explanation:
    """Return what an HTTP status means that came without a WinRM message; an unknown one is said as it is."""
    known = STATUSES.get(status, Explanation("http", "", "", _CHECK))
    what = f"The host ‘{{host}}’ answered with HTTP status {status} instead of a WinRM message."
    return Explanation(known.code, what, known.why, known.now)
