"""What a login to one host takes: its profile and the password, which never shows in a text."""

from __future__ import annotations

from msgspec import Struct
from winrm import transport as pywinrm

from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import LOGIN_NAMES, HostProfile, checked_profile


class WinRmLogin(Struct, frozen=True):
    """A profile with its password; for the transport certificate the password opens the key if that is locked."""

    profile: HostProfile
    password: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.profile!r})"

    @property
    def name(self) -> str:
        """What people call the host, for sentences."""
        return self.profile.name

    @property
    def asks_others(self) -> bool:
        """To log in may take as long as a domain controller takes to answer (CredSSP may use Kerberos inside)."""
        return self.profile.transport in ("kerberos", "credssp")

    @property
    def words(self) -> str:
        """How one logs in, in words: "NTLM, encrypted"."""
        profile = self.profile
        name = (
            "Certificate"
            if profile.transport == "certificate"
            else LOGIN_NAMES.get(profile.transport, profile.transport)
        )
        tls = "TLS with a pinned certificate" if profile.fingerprint else "TLS"
        return f"{name}, {tls if profile.is_tls else 'encrypted'}"


def check_login(login: WinRmLogin) -> None:
    """Raise `BadInput` for a login that cannot work, or that would send a password or commands in the clear."""
    checked_profile(login.profile)
    _check_library(login)
    _check_basic(login)


def _check_library(login: WinRmLogin) -> None:
    """Raise `BadInput` when pywinrm lacks the library for a way to log in; it comes with an extra of ours."""
    transport = login.profile.transport
    is_missing = {"kerberos": not pywinrm.HAVE_KERBEROS, "credssp": not pywinrm.HAVE_CREDSSP}
    if is_missing.get(transport):
        raise BadInput(
            f"HVTree cannot log in to the host ‘{login.name}’ by {LOGIN_NAMES[transport]}: "
            "a library for it is not installed.",
            now=f"Install it with: pip install 'hvtree[{transport}]', or log in by NTLM.",
        )


def _check_basic(login: WinRmLogin) -> None:
    """Raise `BadInput` for a login that Basic cannot carry, before anything could hold the password in an error."""
    try:
        f"{login.profile.user}:{login.password}".encode("latin-1")
    except UnicodeEncodeError:
        is_carried = False
    else:
        is_carried = True
    if login.profile.transport == "basic" and not is_carried:
        raise BadInput(
            "The user name or the password has characters that Basic cannot carry.",
            now="Log in by NTLM, which can.",
        )
