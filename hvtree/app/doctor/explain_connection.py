"""What the stages of a connection found, up to a shell: which finding it is, and with which values."""

from __future__ import annotations

from datetime import datetime

from hvtree.app.doctor.stage_report import StageId, StageReport
from hvtree.app.doctor.texts import Explainer, duration, harmless
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.domain.host_profile import endpoint_for, in_url
from hvtree.domain.thresholds import EXPIRES_SOON, KERBEROS_SKEW_S
from hvtree.hosts.identify import MECHANISMS, is_offered, system_of
from hvtree.hosts.stage_results import Addresses, LoginResult, Reached, Service, ShellResult, TlsFinding
from hvtree.values import replace

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
SELF_SIGNED = 18
"""OpenSSL's number for a certificate that nobody else vouches for [openssl/x509_vfy.h]."""
NOTHING_SENT = "Nothing was sent."
_SHOWN = 8
"""How many names, or ways to log in, are shown of what a host says."""


def this_computer(explain: Explainer) -> tuple[StageReport, ...]:
    """Return the stages of a connection for this computer, which needs none."""
    return tuple(explain.report(stage_id, "this-computer") for stage_id in CONNECTION_STAGES)


def name_found(explain: Explainer, found: Addresses) -> StageReport:
    """Explain a name that is known."""
    code = "name-literal" if found.is_literal else "name-found"
    return explain.report(StageId.NAME, code, addresses=", ".join(found.addresses))


def port_open(explain: Explainer, found: Reached) -> StageReport:
    """Explain a port that is open."""
    return explain.report(StageId.PORT, "port-open", address=found.address, took=duration(found.took_s))


def port_closed(explain: Explainer, error: HVTreeError, other_port: int | None) -> StageReport:
    """Explain a port that is closed, or silent; `other_port` is WinRM's other port if that one is open."""
    is_tls = explain.profile.is_tls
    if other_port is None:
        code = "https-closed" if is_tls and error.code == "port-closed" else error.code
        return explain.failure(StageId.PORT, error, code=code)
    scheme = "http" if is_tls else "https"
    url = endpoint_for(explain.profile.host, is_tls=not is_tls, port=other_port)
    return explain.report(
        StageId.PORT,
        "other-port",
        details=error.details,
        scheme=scheme,
        other_port=str(other_port),
        other_url=url,
    )


def no_certificate(explain: Explainer) -> tuple[StageReport, ...]:
    """Return the stages of TLS for a connection without it."""
    return tuple(explain.report(stage_id, "no-certificate") for stage_id in CERTIFICATE_STAGES)


def certificate_seen(explain: Explainer, found: TlsFinding, now: datetime) -> tuple[StageReport, ...]:
    """Explain a certificate: who issued it, its name, its dates, its pin."""
    return (
        _issuer(explain, found),
        _certificate_name(explain, found),
        _validity(explain, found, now),
        _pin(explain, found),
    )


def _issuer(explain: Explainer, found: TlsFinding) -> StageReport:
    shown = found.certificate
    if found.is_pinned:
        code = "issuer-pinned"
    elif found.is_pinned is False:
        code = "issuer-of-another"
    elif not found.chain_problem:
        code = "issuer-trusted"
    else:
        code = "self-signed" if found.chain_problem == SELF_SIGNED else "issuer"
    return explain.report(
        StageId.ISSUER,
        code,
        details=_described(found) if code in ("self-signed", "issuer") else "",
        protocol=found.protocol,
        issuer=harmless(shown.issuer),
        subject=harmless(shown.subject),
        thumbprint=found.sha1,
        fingerprint=shown.fingerprint,
    )


def _certificate_name(explain: Explainer, found: TlsFinding) -> StageReport:
    names = tuple(map(harmless, found.certificate.names))
    pinned = "certificate-name-pinned" if found.is_pinned else "certificate-name"
    usable = next((name for name in names if not name.startswith("*")), explain.profile.host)
    return explain.report(
        StageId.CERTIFICATE_NAME,
        "certificate-name-fits" if found.fits_name else pinned,
        names=", ".join(names[:_SHOWN]) or "no host",
        certificate_name=in_url(usable),
    )


def _validity(explain: Explainer, found: TlsFinding, now: datetime) -> StageReport:
    shown = found.certificate
    left = shown.not_after_utc - now
    pinned = "-pinned" if found.is_pinned else ""
    if now > shown.not_after_utc:
        code = f"certificate-expired{pinned}"
    elif now < shown.not_before_utc:
        code = f"certificate-early{pinned}"
    elif left > EXPIRES_SOON:
        code = "certificate-valid"
    else:
        code = "certificate-expires" if left.days else "certificate-expires-today"
    return explain.report(
        StageId.VALIDITY,
        code,
        days=str(left.days),
        **{"from": f"{shown.not_before_utc:%Y-%m-%d}", "to": f"{shown.not_after_utc:%Y-%m-%d}"},
    )


def _pin(explain: Explainer, found: TlsFinding) -> StageReport:
    code = {None: "no-pin", True: "pinned", False: "pin"}[found.is_pinned]
    fingerprint = found.certificate.fingerprint
    return explain.report(StageId.PIN, code, fingerprint=fingerprint, thumbprint=found.sha1)


def service_seen(explain: Explainer, found: Service) -> StageReport:
    """Explain what answers."""
    if not found.is_winrm:
        code = {404: "no-wsman", 503: "service-stopped"}.get(found.status, "not-winrm")
        status, server = str(found.status), found.server[:500]
        return explain.report(StageId.SERVICE, code, details=server, status=status)
    return explain.report(
        StageId.SERVICE,
        f"service{'' if found.product else '-nameless'}{'-offers' if found.mechanisms else ''}",
        product=harmless(found.product),
        server=harmless(found.server.strip() or "nameless"),
        mechanisms=", ".join(map(harmless, found.mechanisms[:_SHOWN])),
        took=duration(found.took_s),
    )


def not_offered(explain: Explainer, service: Service) -> StageReport | None:
    """Explain a login that the host does not even offer, so that the password is not sent for nothing; else None."""
    transport = explain.profile.transport
    if transport not in MECHANISMS or not service.mechanisms or is_offered(transport, service.mechanisms):
        return None
    mechanisms = ", ".join(map(harmless, service.mechanisms[:_SHOWN]))
    return explain.report(StageId.LOGIN, f"not-offered-{transport}", mechanisms=mechanisms)


def logged_in(explain: Explainer, found: LoginResult) -> StageReport:
    """Explain a login that was accepted."""
    code = {
        (True, True): "logged-in-tls-sealed",
        (True, False): "logged-in-tls",
        (False, True): "logged-in",
        (False, False): "logged-in-open",
    }[found.is_tls, found.is_sealed]
    report = explain.report(StageId.LOGIN, code)
    version = system_of(found.product)
    if not version:
        return report
    return replace(
        report, came_back=f"{report.came_back} {explain.words('system', version=harmless(version))}"
    )


def login_failed(explain: Explainer, error: HVTreeError, service: Service, now: datetime) -> StageReport:
    """Explain a login that failed; a clock that is far off is named as a possible reason."""
    if isinstance(error, BadInput):
        return _refused_by_us(explain, error)
    report = explain.failure(StageId.LOGIN, error)
    skew_s = abs((service.date_utc - now).total_seconds()) if service.date_utc is not None else 0.0
    if skew_s <= KERBEROS_SKEW_S:
        return report
    skew = explain.report(StageId.LOGIN, "clocks-apart", skew=duration(skew_s))
    return replace(report, means=f"{report.means} {skew.means}", remedies=skew.remedies)


def _refused_by_us(explain: Explainer, error: HVTreeError) -> StageReport:
    """Explain a login that HVTree itself does not send: without TLS, or without a library."""
    profile = explain.profile
    is_open = not profile.is_tls and profile.transport in ("basic", "certificate")
    code = "no-tls-for-password" if is_open else "no-library"
    return explain.failure(StageId.LOGIN, error, code=code, extra=profile.transport)


def shell_opened(explain: Explainer, found: ShellResult) -> StageReport:
    """Explain a shell that was opened."""
    return explain.report(StageId.SHELL, "shell-open", took=duration(found.took_s))


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
