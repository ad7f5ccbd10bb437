"""The way to the host, judged: its name, its port, its certificate, and what answers there. Nothing is secret yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from hvtree.app.doctor.judging import bad, duration, fine, foreign, from_error, not_needed
from hvtree.app.doctor.ports import Patient
from hvtree.app.doctor.steps import Outcome, Step, StepId
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.findings import Addresses, Knock, Service, TlsFinding

CERTIFICATE_STEPS = (StepId.ISSUER, StepId.CERTIFICATE_NAME, StepId.VALIDITY, StepId.PIN)
WAY = (StepId.NAME, StepId.PORT, *CERTIFICATE_STEPS, StepId.SERVICE, StepId.LOGIN, StepId.SHELL)
"""Everything before PowerShell."""
EXPIRES_SOON = timedelta(days=14)
SELF_SIGNED = 18
"""OpenSSL's number for a certificate that nobody else vouches for [openssl/x509_vfy.h]."""
_SHOWN_NAMES = 8


def no_way() -> tuple[Step, ...]:
    """Return the steps of the way for this computer."""
    words = "It is this computer: there is no network and no login between, and HVTree has your own rights."
    return tuple(not_needed(step_id, words) for step_id in WAY)


def trying_name(patient: Patient) -> str:
    """Return what is tried first."""
    return f"Looked up ‘{patient.host}’."


def name_found(patient: Patient, found: Addresses) -> Step:
    """Judge a name that is known."""
    if found.is_literal:
        words = f"{patient.host} is an address; there is nothing to look up."
        return fine(StepId.NAME, trying_name(patient), words)
    return fine(StepId.NAME, trying_name(patient), f"It stands for {', '.join(found.addresses)}.")


def name_unknown(patient: Patient, error: HVTreeError) -> Step:
    """Judge a name that nobody knows."""
    return from_error(StepId.NAME, trying_name(patient), error, patient=patient)


def trying_port(patient: Patient) -> str:
    """Return what is tried."""
    return f"Connected to TCP port {patient.port} of {patient.host}."


def port_open(patient: Patient, found: Knock) -> Step:
    """Judge a port that is open."""
    return fine(
        StepId.PORT, trying_port(patient), f"{found.address} answered after {duration(found.took_s)}."
    )


def port_closed(patient: Patient, error: HVTreeError, neighbour: int | None) -> Step:
    """Judge a port that is closed, or silent; `neighbour` is WinRM's other port if that one is open."""
    tried = trying_port(patient)
    if neighbour is None:
        code = "https-closed" if patient.is_tls and error.code == "port-closed" else error.code
        return from_error(StepId.PORT, tried, error, patient=patient, code=code)
    scheme = "http" if patient.is_tls else "https"
    host = f"[{patient.host}]" if ":" in patient.host else patient.host
    other = f"{scheme}://{host}:{neighbour}/wsman"
    return bad(
        StepId.PORT,
        tried,
        error.what,
        f"WinRM's other port, {neighbour}, is open: the host listens for {scheme} only.",
        patient=patient,
        code="other-port",
        details=error.details,
        other_url=other,
    )


def no_certificate() -> tuple[Step, ...]:
    """Return the steps of TLS for a connection without it."""
    words = "The connection is plain http; the login encrypts each message instead."
    return tuple(not_needed(step_id, words) for step_id in CERTIFICATE_STEPS)


def tls_failed(patient: Patient, error: HVTreeError) -> tuple[Step, ...]:
    """Judge a port that does not speak TLS."""
    first = from_error(StepId.ISSUER, trying_tls(patient), error, patient=patient)
    return (first, *(Step(step_id, Outcome.NOT_REACHED) for step_id in CERTIFICATE_STEPS[1:]))


def trying_tls(patient: Patient) -> str:
    """Return what is tried."""
    return f"Began TLS with {patient.host}:{patient.port} and looked at its certificate."


def certificate_seen(patient: Patient, found: TlsFinding, now: datetime) -> tuple[Step, ...]:
    """Judge a certificate: who issued it, its name, its dates, its pin."""
    return (
        _issuer(patient, found),
        _certificate_name(patient, found),
        _validity(patient, found, now),
        _pin(patient, found),
    )


def _issuer(patient: Patient, found: TlsFinding) -> Step:
    shown = found.certificate
    issuer = foreign(shown.issuer)
    came_back = f"{found.protocol}; issued by ‘{issuer}’ to ‘{foreign(shown.subject)}’."
    if found.is_pinned:
        return fine(
            StepId.ISSUER, trying_tls(patient), came_back, "It is pinned: nobody else has to vouch for it."
        )
    if found.is_pinned is False:
        words = "A certificate is pinned for this host: that one counts, whoever issued this one."
        return Step(StepId.ISSUER, Outcome.NOT_NEEDED, trying_tls(patient), came_back, words)
    if not found.chain_problem:
        return fine(StepId.ISSUER, trying_tls(patient), came_back, "This computer trusts who issued it.")
    who = (
        "It is self-signed: nobody but the host vouches for it."
        if found.chain_problem == SELF_SIGNED
        else f"This computer does not know ‘{issuer}’ as an authority."
    )
    what_now = "Compare the fingerprint with the host's own and pin it, or name the authority's certificate with --ca-file."
    return bad(
        StepId.ISSUER,
        trying_tls(patient),
        came_back,
        f"{who} {what_now}",
        patient=patient,
        code="issuer",
        details=_described(found),
        thumbprint=found.sha1,
        fingerprint=found.certificate.fingerprint,
    )


def _certificate_name(patient: Patient, found: TlsFinding) -> Step:
    tried = f"Compared the names in the certificate with ‘{patient.host}’."
    names = tuple(map(foreign, found.certificate.names))
    came_back = f"It is for {', '.join(names[:_SHOWN_NAMES])}." if names else "It names no host."
    if found.fits_name:
        return fine(StepId.CERTIFICATE_NAME, tried, came_back)
    if found.is_pinned:
        return fine(StepId.CERTIFICATE_NAME, tried, came_back, "It is pinned: its name does not matter.")
    usable = next((name for name in names if not name.startswith("*")), patient.host)
    return bad(
        StepId.CERTIFICATE_NAME,
        tried,
        came_back,
        f"It is not for ‘{patient.host}’: it may be another host that answers.",
        patient=patient,
        code="certificate-name",
        certificate_name=f"[{usable}]" if ":" in usable else usable,
    )


def _validity(patient: Patient, found: TlsFinding, now: datetime) -> Step:
    shown = found.certificate
    tried = "Compared its dates with this computer's clock."
    came_back = f"It is valid from {shown.not_before_utc:%Y-%m-%d} to {shown.not_after_utc:%Y-%m-%d}."
    if shown.not_before_utc <= now <= shown.not_after_utc:
        left = shown.not_after_utc - now
        if left > EXPIRES_SOON:
            return fine(StepId.VALIDITY, tried, came_back)
        means = f"It expires in {left.days} days." if left.days else "It expires today."
        outcome, code = Outcome.WARNING, "certificate-expired"
    elif now > shown.not_after_utc:
        means, code = f"It expired on {shown.not_after_utc:%Y-%m-%d}.", "certificate-expired"
        outcome = Outcome.FAILED
    else:
        means, code = "It is not valid yet, or this computer's clock is wrong.", "certificate-early"
        outcome = Outcome.FAILED
    if found.is_pinned and outcome is Outcome.FAILED:
        means, outcome = f"{means} It is pinned, so HVTree connects all the same.", Outcome.WARNING
    return bad(StepId.VALIDITY, tried, came_back, means, patient=patient, code=code, outcome=outcome)


def _pin(patient: Patient, found: TlsFinding) -> Step:
    fingerprint = found.certificate.fingerprint
    came_back = f"Its SHA-256 fingerprint is {fingerprint}; Windows shows the thumbprint {found.sha1}."
    tried = "Compared its fingerprint with the one that is trusted."
    if found.is_pinned is None:
        return Step(StepId.PIN, Outcome.NOT_NEEDED, "", came_back, "No certificate is pinned for this host.")
    if found.is_pinned:
        return fine(StepId.PIN, tried, came_back, "It is the pinned one.")
    return bad(
        StepId.PIN,
        tried,
        came_back,
        "It is another certificate than the pinned one: the host has got a new one, or something between here and there "
        "pretends to be the host. Trust the new one only if it is on the host itself.",
        patient=patient,
        code="pin",
        thumbprint=found.sha1,
        fingerprint=found.certificate.fingerprint,
    )


def trying_service(patient: Patient) -> str:
    """Return what is tried."""
    return f"Asked {patient.endpoint} who it is, without logging in."


def service_seen(patient: Patient, found: Service) -> Step:
    """Judge what answers."""
    tried = trying_service(patient)
    mechanisms = ", ".join(map(foreign, found.mechanisms[:_SHOWN_NAMES]))
    offers = f"It offers {mechanisms} for logging in." if mechanisms else ""
    if found.is_winrm:
        server = foreign(found.server.strip() or "nameless")
        who = foreign(found.product) if found.product else f"A service that wants a login ({server})"
        return fine(StepId.SERVICE, tried, f"{who} answered after {duration(found.took_s)}. {offers}".strip())
    came_back = f"It answered with HTTP status {found.status}, and not as a WinRM service."
    code = {404: "http-404", 503: "http-503"}.get(found.status, "not-winrm")
    means = {
        404: "A web server is there, but no WinRM service at this path.",
        503: "The address belongs to WinRM, but its service is stopped or overloaded.",
    }.get(found.status, "Something else listens there, or a proxy stands in between.")
    return bad(
        StepId.SERVICE, tried, came_back, means, patient=patient, code=code, details=found.server[:500]
    )


def service_failed(patient: Patient, error: HVTreeError) -> Step:
    """Judge an answer that is none of HTTP's."""
    return from_error(StepId.SERVICE, trying_service(patient), error, patient=patient)


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
