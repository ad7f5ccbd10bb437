"""The way to the host, judged: its name, its port, its certificate, and what answers there. Nothing is secret yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from hvtree.app.doctor.explaining import bad, duration, fine, foreign, from_error, not_needed
from hvtree.app.doctor.stage_report import StageId, StageReport, StageStatus
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.profile import HostProfile
from hvtree.hosts.stage_results import Addresses, Reached, Service, TlsFinding

CERTIFICATE_STAGES = (StageId.ISSUER, StageId.CERTIFICATE_NAME, StageId.VALIDITY, StageId.PIN)
CONNECTION_STAGES = (
    StageId.NAME,
    StageId.PORT,
    *CERTIFICATE_STAGES,
    StageId.SERVICE,
    StageId.LOGIN,
    StageId.SHELL,
)
"""Everything before PowerShell."""
EXPIRES_SOON = timedelta(days=14)
SELF_SIGNED = 18
"""OpenSSL's number for a certificate that nobody else vouches for [openssl/x509_vfy.h]."""
_SHOWN_NAMES = 8


def this_computer() -> tuple[StageReport, ...]:
    """Return the stages of the way for this computer."""
    words = "It is this computer: there is no network and no login between, and HVTree has your own rights."
    return tuple(not_needed(stage_id, words) for stage_id in CONNECTION_STAGES)


def trying_name(profile: HostProfile) -> str:
    """Return what is tried first."""
    return f"Looked up ‘{profile.host}’."


def name_found(profile: HostProfile, found: Addresses) -> StageReport:
    """Judge a name that is known."""
    if found.is_literal:
        words = f"{profile.host} is an address; there is nothing to look up."
        return fine(StageId.NAME, trying_name(profile), words)
    return fine(StageId.NAME, trying_name(profile), f"It stands for {', '.join(found.addresses)}.")


def name_unknown(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a name that nobody knows."""
    return from_error(StageId.NAME, trying_name(profile), error, profile=profile)


def trying_port(profile: HostProfile) -> str:
    """Return what is tried."""
    return f"Connected to TCP port {profile.port} of {profile.host}."


def port_open(profile: HostProfile, found: Reached) -> StageReport:
    """Judge a port that is open."""
    return fine(
        StageId.PORT, trying_port(profile), f"{found.address} answered after {duration(found.took_s)}."
    )


def port_closed(profile: HostProfile, error: HVTreeError, other_port: int | None) -> StageReport:
    """Judge a port that is closed, or silent; `other_port` is WinRM's other port if that one is open."""
    tried = trying_port(profile)
    if other_port is None:
        code = "https-closed" if profile.is_tls and error.code == "port-closed" else error.code
        return from_error(StageId.PORT, tried, error, profile=profile, code=code)
    scheme = "http" if profile.is_tls else "https"
    host = f"[{profile.host}]" if ":" in profile.host else profile.host
    other = f"{scheme}://{host}:{other_port}/wsman"
    return bad(
        StageId.PORT,
        tried,
        error.what,
        f"WinRM's other port, {other_port}, is open: the host listens for {scheme} only.",
        profile=profile,
        code="other-port",
        details=error.details,
        other_url=other,
    )


def no_certificate() -> tuple[StageReport, ...]:
    """Return the stages of TLS for a connection without it."""
    words = "The connection is plain http; the login encrypts each message instead."
    return tuple(not_needed(stage_id, words) for stage_id in CERTIFICATE_STAGES)


def tls_failed(profile: HostProfile, error: HVTreeError) -> tuple[StageReport, ...]:
    """Judge a port that does not speak TLS."""
    first = from_error(StageId.ISSUER, trying_tls(profile), error, profile=profile)
    return (first, *(StageReport(stage_id, StageStatus.NOT_REACHED) for stage_id in CERTIFICATE_STAGES[1:]))


def trying_tls(profile: HostProfile) -> str:
    """Return what is tried."""
    return f"Began TLS with {profile.host}:{profile.port} and looked at its certificate."


def certificate_seen(profile: HostProfile, found: TlsFinding, now: datetime) -> tuple[StageReport, ...]:
    """Judge a certificate: who issued it, its name, its dates, its pin."""
    return (
        _issuer(profile, found),
        _certificate_name(profile, found),
        _validity(profile, found, now),
        _pin(profile, found),
    )


def _issuer(profile: HostProfile, found: TlsFinding) -> StageReport:
    shown = found.certificate
    issuer = foreign(shown.issuer)
    came_back = f"{found.protocol}; issued by ‘{issuer}’ to ‘{foreign(shown.subject)}’."
    if found.is_pinned:
        return fine(
            StageId.ISSUER, trying_tls(profile), came_back, "It is pinned: nobody else has to vouch for it."
        )
    if found.is_pinned is False:
        words = "A certificate is pinned for this host: that one counts, whoever issued this one."
        return StageReport(StageId.ISSUER, StageStatus.NOT_NEEDED, trying_tls(profile), came_back, words)
    if not found.chain_problem:
        return fine(StageId.ISSUER, trying_tls(profile), came_back, "This computer trusts who issued it.")
    who = (
        "It is self-signed: nobody but the host vouches for it."
        if found.chain_problem == SELF_SIGNED
        else f"This computer does not know ‘{issuer}’ as an authority."
    )
    what_now = "Compare the fingerprint with the host's own and pin it, or name the authority's certificate with --ca-file."
    return bad(
        StageId.ISSUER,
        trying_tls(profile),
        came_back,
        f"{who} {what_now}",
        profile=profile,
        code="issuer",
        details=_described(found),
        thumbprint=found.sha1,
        fingerprint=found.certificate.fingerprint,
    )


def _certificate_name(profile: HostProfile, found: TlsFinding) -> StageReport:
    tried = f"Compared the names in the certificate with ‘{profile.host}’."
    names = tuple(map(foreign, found.certificate.names))
    came_back = f"It is for {', '.join(names[:_SHOWN_NAMES])}." if names else "It names no host."
    if found.fits_name:
        return fine(StageId.CERTIFICATE_NAME, tried, came_back)
    if found.is_pinned:
        return fine(StageId.CERTIFICATE_NAME, tried, came_back, "It is pinned: its name does not matter.")
    usable = next((name for name in names if not name.startswith("*")), profile.host)
    return bad(
        StageId.CERTIFICATE_NAME,
        tried,
        came_back,
        f"It is not for ‘{profile.host}’: it may be another host that answers.",
        profile=profile,
        code="certificate-name",
        certificate_name=f"[{usable}]" if ":" in usable else usable,
    )


def _validity(profile: HostProfile, found: TlsFinding, now: datetime) -> StageReport:
    shown = found.certificate
    tried = "Compared its dates with this computer's clock."
    came_back = f"It is valid from {shown.not_before_utc:%Y-%m-%d} to {shown.not_after_utc:%Y-%m-%d}."
    if shown.not_before_utc <= now <= shown.not_after_utc:
        left = shown.not_after_utc - now
        if left > EXPIRES_SOON:
            return fine(StageId.VALIDITY, tried, came_back)
        means = f"It expires in {left.days} days." if left.days else "It expires today."
        status, code = StageStatus.WARNING, "certificate-expired"
    elif now > shown.not_after_utc:
        means, code = f"It expired on {shown.not_after_utc:%Y-%m-%d}.", "certificate-expired"
        status = StageStatus.FAILED
    else:
        means, code = "It is not valid yet, or this computer's clock is wrong.", "certificate-early"
        status = StageStatus.FAILED
    if found.is_pinned and status is StageStatus.FAILED:
        means, status = f"{means} It is pinned, so HVTree connects all the same.", StageStatus.WARNING
    return bad(StageId.VALIDITY, tried, came_back, means, profile=profile, code=code, status=status)


def _pin(profile: HostProfile, found: TlsFinding) -> StageReport:
    fingerprint = found.certificate.fingerprint
    came_back = f"Its SHA-256 fingerprint is {fingerprint}; Windows shows the thumbprint {found.sha1}."
    tried = "Compared its fingerprint with the one that is trusted."
    if found.is_pinned is None:
        return StageReport(
            StageId.PIN, StageStatus.NOT_NEEDED, "", came_back, "No certificate is pinned for this host."
        )
    if found.is_pinned:
        return fine(StageId.PIN, tried, came_back, "It is the pinned one.")
    return bad(
        StageId.PIN,
        tried,
        came_back,
        "It is another certificate than the pinned one: the host has got a new one, or something between here and there "
        "pretends to be the host. Trust the new one only if it is on the host itself.",
        profile=profile,
        code="pin",
        thumbprint=found.sha1,
        fingerprint=found.certificate.fingerprint,
    )


def trying_service(profile: HostProfile) -> str:
    """Return what is tried."""
    return f"Asked {profile.endpoint} who it is, without logging in."


def service_seen(profile: HostProfile, found: Service) -> StageReport:
    """Judge what answers."""
    tried = trying_service(profile)
    mechanisms = ", ".join(map(foreign, found.mechanisms[:_SHOWN_NAMES]))
    offers = f"It offers {mechanisms} for logging in." if mechanisms else ""
    if found.is_winrm:
        server = foreign(found.server.strip() or "nameless")
        who = foreign(found.product) if found.product else f"A service that wants a login ({server})"
        return fine(
            StageId.SERVICE, tried, f"{who} answered after {duration(found.took_s)}. {offers}".strip()
        )
    came_back = f"It answered with HTTP status {found.status}, and not as a WinRM service."
    code = {404: "http-404", 503: "http-503"}.get(found.status, "not-winrm")
    means = {
        404: "A web server is there, but no WinRM service at this path.",
        503: "The address belongs to WinRM, but its service is stopped or overloaded.",
    }.get(found.status, "Something else listens there, or a proxy stands in between.")
    return bad(
        StageId.SERVICE, tried, came_back, means, profile=profile, code=code, details=found.server[:500]
    )


def service_failed(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge an answer that is none of HTTP's."""
    return from_error(StageId.SERVICE, trying_service(profile), error, profile=profile)


def _described(found: TlsFinding) -> str:
    shown = found.certificate
    return "\n".join(
        [
            f"OpenSSL: {found.chain_words} ({found.chain_problem})",
            f"Subject: {shown.subject}",
            f"Issuer: {shown.issuer}",
            f"SHA-256: {shown.fingerprint}",
            f"SHA-1: {found.sha1}",
        ]
    )
