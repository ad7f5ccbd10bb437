"""The login, the shell and PowerShell, judged."""

from __future__ import annotations

from datetime import datetime

from hvtree.app.doctor.judging import bad, duration, fine, foreign, from_error
from hvtree.app.doctor.ports import Patient
from hvtree.app.doctor.steps import Step, StepId
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.hosts.findings import Login, OpenShell, PowerShellFacts, Service

MECHANISMS = {
    "ntlm": ("negotiate", "ntlm"),
    "kerberos": ("kerberos", "negotiate"),
    "credssp": ("credssp",),
    "basic": ("basic",),
}
"""What a host must offer for each way to log in; a certificate is shown before any offer."""
NAMES = {
    "ntlm": "NTLM",
    "kerberos": "Kerberos",
    "credssp": "CredSSP",
    "basic": "Basic",
    "certificate": "a certificate",
}
KERBEROS_SKEW_S = 300.0
"""How far two clocks may be apart for Kerberos unless somebody has changed it [MS-KILE: MaxClockSkew]."""
OLDEST = (5, 1)
FULL = "FullLanguage"


def trying_login(patient: Patient) -> str:
    """Return what is tried. It never names the password."""
    return f"Logged in as ‘{patient.user}’ by {NAMES.get(patient.transport, patient.transport)}, once."


def not_offered(patient: Patient, service: Service) -> Step | None:
    """Judge a login that the host does not even offer, so that the password is not sent for nothing; else None."""
    wanted = MECHANISMS.get(patient.transport)
    offered = {mechanism.lower() for mechanism in service.mechanisms}
    if wanted is None or not offered or offered & set(wanted):
        return None
    name = NAMES[patient.transport]
    return bad(
        StepId.LOGIN,
        f"Compared what the host offers with {name}; nothing was sent.",
        f"The host offers {', '.join(map(foreign, service.mechanisms[:8]))}.",
        f"It does not accept {name}.",
        patient=patient,
        code=f"not-offered-{patient.transport}",
    )


def withheld(patient: Patient, error: HVTreeError) -> Step:
    """Judge a login that must not be tried: its password has been refused before, or there is none."""
    return from_error(StepId.LOGIN, "Nothing was sent.", error, patient=patient)


def logged_in(patient: Patient, found: Login) -> Step:
    """Judge a login that was accepted."""
    name = NAMES.get(found.mechanism, found.mechanism)
    how = {
        (True, True): "TLS carries it, and the messages are encrypted once more",
        (True, False): "TLS carries it",
        (False, True): "each message is encrypted",
        (False, False): "nothing is encrypted",
    }[found.is_tls, found.is_sealed]
    system = f" The host runs Windows {foreign(found.system)}." if found.system else ""
    means = "" if found.is_tls or found.is_sealed else "Anybody on the way can read along: use https."
    return fine(StepId.LOGIN, trying_login(patient), f"{name} was accepted; {how}.{system}", means)


def login_failed(patient: Patient, error: HVTreeError, service: Service, now: datetime) -> Step:
    """Judge a login that failed; a clock that is far off is named as a possible reason."""
    if isinstance(error, BadInput):
        return _refused_by_us(patient, error)
    step = from_error(StepId.LOGIN, trying_login(patient), error, patient=patient)
    skew_s = abs((service.date_utc - now).total_seconds()) if service.date_utc is not None else 0.0
    if skew_s <= KERBEROS_SKEW_S:
        return step
    words = f"{step.means} The clocks are {duration(skew_s)} apart; Kerberos allows 5 minutes."
    return bad(
        StepId.LOGIN,
        step.tried,
        step.came_back,
        words,
        patient=patient,
        code="login-failed",
        details=step.details,
    )


def _refused_by_us(patient: Patient, error: HVTreeError) -> Step:
    """Judge a login that HVTree itself does not send: without TLS, or without a library."""
    is_open = not patient.is_tls and patient.transport in ("basic", "certificate")
    return from_error(
        StepId.LOGIN,
        "Nothing was sent.",
        error,
        patient=patient,
        code="no-tls-for-password" if is_open else "no-library",
        extra=patient.transport,
    )


TRYING_SHELL = "Opened a remote shell."


def shell_opened(found: OpenShell) -> Step:
    """Judge a shell that was opened."""
    return fine(StepId.SHELL, TRYING_SHELL, f"It was open after {duration(found.took_s)}.")


def shell_refused(patient: Patient, error: HVTreeError) -> Step:
    """Judge a shell that could not be opened."""
    return from_error(StepId.SHELL, TRYING_SHELL, error, patient=patient)


TRYING_POWERSHELL = "Started powershell.exe and asked for its version and language mode."


def powershell_seen(patient: Patient, found: PowerShellFacts) -> Step:
    """Judge what PowerShell says of itself."""
    if not found.has_answered:
        return bad(
            StepId.POWERSHELL,
            TRYING_POWERSHELL,
            f"It ended with code {found.exit_code} and without an answer.",
            "PowerShell may not run scripts for this user (RestrictedLanguage, NoLanguage, as in a JEA session), or a "
            "policy stops powershell.exe. HVTree needs a full one.",
            patient=patient,
            code="constrained-language",
            details=found.output,
        )
    language, culture = foreign(found.language or "unknown mode"), foreign(found.culture or "unknown")
    came_back = (
        f"PowerShell {foreign(found.version)}, {language}, culture {culture}, after {duration(found.took_s)}."
    )
    if _version(found.version) < OLDEST:
        return bad(
            StepId.POWERSHELL,
            TRYING_POWERSHELL,
            came_back,
            "HVTree needs Windows PowerShell 5.1; Server 2012 R2 comes with 4.0.",
            patient=patient,
            code="old-powershell",
        )
    if found.language != FULL:
        return bad(
            StepId.POWERSHELL,
            TRYING_POWERSHELL,
            came_back,
            f"{language} does not let HVTree's agent run: a policy (AppLocker, App Control) or a restricted endpoint "
            "(JEA) is in force for this user.",
            patient=patient,
            code="constrained-language",
        )
    return fine(StepId.POWERSHELL, TRYING_POWERSHELL, came_back)


def powershell_failed(patient: Patient, error: HVTreeError) -> Step:
    """Judge a PowerShell that did not even start."""
    return from_error(StepId.POWERSHELL, TRYING_POWERSHELL, error, patient=patient)


def _version(text: str) -> tuple[int, ...]:
    parts = text.split("-", maxsplit=1)[0].split(".")[:2]
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit())
