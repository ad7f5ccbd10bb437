"""Which remedies are for which failure, and how their values are filled in.

Each remedy is an exact command from documentation; the comment above it, in `remedies_road`, `remedies_login` and
`remedies_host`, names the document: pages of Microsoft's PowerShell-Docs and windows-powershell-docs by the name of the page,
"winrm-config" and "winrm-quotas" for the pages on these matters in Microsoft's win32 documentation, manual pages as
`name(1)`. Groups go by their SIDs, because their names are localised.
"""

from __future__ import annotations

import platform
import shlex
from collections.abc import Mapping
from types import MappingProxyType

from hvtree.app.doctor import remedies_connection as way
from hvtree.app.doctor import remedies_host as on_host
from hvtree.app.doctor import remedies_login as login
from hvtree.app.doctor.patterns import WINDOWS, Pattern
from hvtree.app.doctor.stage_report import Place, Remedy
from hvtree.hosts.profile import HostProfile
from hvtree.operations.powershell import quote

_CLOCKS = (on_host.RESYNC_HOST, on_host.RESYNC_CLIENT, on_host.RESYNC_LINUX)
_MANAGE = (on_host.HYPERV_ADMINISTRATORS,)

REMEDIES: Mapping[str, tuple[Pattern, ...]] = MappingProxyType(
    {
        "name-unknown": (way.LOOK_UP_WINDOWS, way.LOOK_UP_LINUX, way.LOOK_UP_MAC, way.ADDRESSES),
        "port-closed": (way.ENABLE_REMOTING, way.LISTENERS, way.TEST_PORT),
        "port-silent": (way.ENABLE_REMOTING, way.OPEN_PUBLIC, way.TEST_PORT),
        "no-route": (way.TEST_PORT, way.ADDRESSES),
        "https-closed": (way.HTTPS_LISTENER, way.LISTENERS, way.TEST_PORT),
        "other-port": (way.OTHER_PORT,),
        "no-tls": (way.LISTENERS, way.HTTPS_LISTENER),
        "tls-cut": (way.LISTENERS,),
        "issuer": (way.COMPARE, way.PIN, way.EXPORT_CERTIFICATE),
        "certificate-name": (way.OTHER_NAME, way.RENEW),
        "certificate-expired": (way.RENEW,),
        "certificate-early": _CLOCKS,
        "pin": (way.COMPARE, way.PIN),
        "not-http": (way.LISTENERS,),
        "http-404": (way.LISTENERS,),
        "http-503": (way.RESTART_WINRM,),
        "service-silent": (way.RESTART_WINRM,),
        "not-winrm": (way.LISTENERS, way.START_WINRM),
        "credentials": (login.DOMAIN_USER, login.LOOK_AT_USER, login.SET_PASSWORD),
        "login-failed": (login.LOOK_AT_USER, *_CLOCKS),
        "clock": _CLOCKS,
        "not-offered-ntlm": (login.ALLOW_NEGOTIATE,),
        "not-offered-kerberos": (login.ALLOW_KERBEROS, login.ALLOW_NEGOTIATE),
        "not-offered-credssp": (login.ALLOW_CREDSSP,),
        "not-offered-basic": (login.BY_NTLM, login.ALLOW_BASIC),
        "not-offered-certificate": (login.ALLOW_CERTIFICATE,),
        "no-tls-for-password": (login.BY_NTLM, way.HTTPS_LISTENER),
        "no-library": (login.LIBRARY, login.BY_NTLM),
        "unencrypted-refused": (login.BY_NTLM,),
        "winrm-denied": (login.REMOTE_USERS, login.NO_TOKEN_FILTER),
        "quota": (on_host.LIST_SHELLS, on_host.MORE_SHELLS),
        "old-powershell": (on_host.INSTALL_WMF,),
        "constrained-language": (on_host.LANGUAGE_MODE, on_host.APPLOCKER),
        "agent-failed": (on_host.DETECTIONS,),
        "no-executable": (on_host.WHERE_POWERSHELL,),
        "no-module": (on_host.INSTALL_MODULE, on_host.ENABLE_MODULE),
        "no-rights": _MANAGE,
        "access-denied": _MANAGE,
        "filtered": (on_host.HYPERV_ADMINISTRATORS, login.NO_TOKEN_FILTER),
        "gone": (on_host.LOOK_AT_VMMS,),
        "second-hop": (on_host.DELEGATE, login.ALLOW_CREDSSP),
        "small-envelope": (on_host.LARGE_ENVELOPE,),
    }
)
"""The remedies for each kind of failure, the first to try first."""


def remedies(code: str, profile: HostProfile, *, system: str = "", **values: str) -> tuple[Remedy, ...]:
    """Return the remedies for a kind of failure with all values filled in; none for one that has none.

    `system` is what `platform.system()` says of this computer, unless another one is given.
    """
    here = system or platform.system()
    known = {**_values_of(profile), **{name.replace("_", " "): value for name, value in values.items()}}
    patterns = (pattern for pattern in REMEDIES.get(code, ()) if pattern.system in ("", here))
    return tuple(
        Remedy(
            _filled(pattern.what, known, plainly=True),
            pattern.place,
            _filled(pattern.command, known, plainly=False, for_shell=_is_for_shell(pattern)),
            pattern.exposes,
        )
        for pattern in patterns
    )


def _values_of(profile: HostProfile) -> dict[str, str]:
    short = profile.user.rpartition("\\")[2].partition("@")[0]
    return {
        "host": profile.host,
        "short host": profile.host.partition(".")[0],
        "port": str(profile.port),
        "url": profile.endpoint,
        "user": profile.user,
        "short user": short,
        "local user": f".\\{short}",
    }


_BARE = frozenset({"port", "thumbprint", "fingerprint", "certificate name", "extra"})
"""Values that stand inside other words: they are checked to be harmless instead of being quoted."""


def _filled(text: str, values: Mapping[str, str], *, plainly: bool, for_shell: bool = False) -> str:
    for name, value in values.items():
        if plainly:
            shown = value
        elif name in _BARE:
            shown = "".join(each for each in value if each.isalnum() or each in ".-:[]*")
        else:
            shown = shlex.quote(value) if for_shell else quote(value)
        text = text.replace(f"‹{name}›", shown)
    return text


def _is_for_shell(pattern: Pattern) -> bool:
    """Return whether a command is for the shell of this computer: single quotes mean the same in all of them but cmd."""
    return pattern.place is Place.CLIENT and pattern.system != WINDOWS
