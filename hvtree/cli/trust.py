"""A host's certificate, shown on the terminal before anything is sent to that host."""

from __future__ import annotations

import sys

from hvtree.app.loading import CONNECTIONS, load
from hvtree.cli.output import Console
from hvtree.cli.text import shown
from hvtree.domain.certificate import Certificate, CertificateFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.values import replace


def trusted(profile: HostProfile) -> HostProfile:
    """Return the profile, with its host's certificate pinned if that had to be asked for and the answer was yes.

    Raise `CertificateFailure` for a no, or where nobody can be asked, and `ConnectionFailure` for a host that is not there.
    """
    if not profile.endpoint.startswith("https:"):
        return profile
    load(CONNECTIONS, "HVTree cannot reach hosts")
    from hvtree.app.connections import check_host  # noqa: PLC0415  (loaded now)

    try:
        check_host(profile)
    except CertificateFailure as error:
        if not (sys.stdin and sys.stdin.isatty()):
            error.now += " Then give it with --fingerprint."
            raise
        if not _is_trusted_by_person(error):
            raise
        return replace(profile, fingerprint=error.certificate.fingerprint)
    return profile


def certificate_lines(certificate: Certificate) -> list[str]:
    """Return what a certificate says of itself, for people: a line each, whatever it says."""
    names = ", ".join(map(shown, certificate.names[:8])) or "no names"
    return [
        f"  For:         {shown(certificate.subject)} ({names})",
        f"  Issued by:   {shown(certificate.issuer)}",
        f"  Valid:       {certificate.not_before_utc:%Y-%m-%d} to {certificate.not_after_utc:%Y-%m-%d}",
        f"  SHA-256:     {certificate.fingerprint}",
    ]


def _is_trusted_by_person(error: CertificateFailure) -> bool:
    screen = Console(sys.stderr)
    screen.say("\n".join([error.what, error.why, *certificate_lines(error.certificate), error.now]))
    screen.say("Trust this certificate from now on? [y/N] ", end="")
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}
