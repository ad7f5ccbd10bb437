"""The login, the shell and PowerShell, judged."""

from __future__ import annotations

from datetime import datetime

from hvtree.app.doctor.explaining import bad, duration, fine, foreign, from_error
from hvtree.app.doctor.stage_report import StageId, StageReport
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.hosts.identify import system_of
from hvtree.hosts.profile import LOGIN_NAMES, HostProfile
from hvtree.hosts.stage_results import LoginResult, PowerShellFacts, Service, ShellResult

MECHANISMS = {
    "ntlm": ("negotiate", "ntlm"),
    "kerberos": ("kerberos", "negotiate"),
    "credssp": ("credssp",),
    "basic": ("basic",),
}
"""What a host must offer for each way to log in; a certificate is shown before any offer."""
KERBEROS_SKEW_S = 300.0
"""How far two clocks may be apart for Kerberos unless somebody has changed it [MS-KILE: MaxClockSkew]."""
OLDEST = (5, 1)
FULL = "FullLanguage"


def trying_login(profile: HostProfile) -> str:
    """Return what is tried. It never names the password."""
    return f"Logged in as ‘{profile.user}’ by {LOGIN_NAMES[profile.transport]}, once."


def not_offered(profile: HostProfile, service: Service) -> StageReport | None:
    """Judge a login that the host does not even offer, so that the password is not sent for nothing; else None."""
    wanted = MECHANISMS.get(profile.transport)
    offered = {mechanism.lower() for mechanism in service.mechanisms}
    if wanted is None or not offered or offered & set(wanted):
        return None
    name = LOGIN_NAMES[profile.transport]
    return bad(
        StageId.LOGIN,
        f"Compared what the host offers with {name}; nothing was sent.",
        f"The host offers {', '.join(map(foreign, service.mechanisms[:8]))}.",
        f"It does not accept {name}.",
        profile=profile,
        code=f"not-offered-{profile.transport}",
    )


def withheld(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a login that must not be tried: its password has been refused before, or there is none."""
    return from_error(StageId.LOGIN, "Nothing was sent.", error, profile=profile)


def logged_in(profile: HostProfile, found: LoginResult) -> StageReport:
    """Judge a login that was accepted."""
    name = LOGIN_NAMES[profile.transport]
    how = {
        (True, True): "TLS carries it, and the messages are encrypted once more",
        (True, False): "TLS carries it",
        (False, True): "each message is encrypted",
        (False, False): "nothing is encrypted",
    }[found.is_tls, found.is_sealed]
    version = system_of(found.product)
    system = f" The host runs Windows {foreign(version)}." if version else ""
    means = "" if found.is_tls or found.is_sealed else "Anybody on the way can read along: use https."
    return fine(StageId.LOGIN, trying_login(profile), f"{name} was accepted; {how}.{system}", means)


def login_failed(profile: HostProfile, error: HVTreeError, service: Service, now: datetime) -> StageReport:
    """Judge a login that failed; a clock that is far off is named as a possible reason."""
    if isinstance(error, BadInput):
        return _refused_by_us(profile, error)
    stage = from_error(StageId.LOGIN, trying_login(profile), error, profile=profile)
    skew_s = abs((service.date_utc - now).total_seconds()) if service.date_utc is not None else 0.0
    if skew_s <= KERBEROS_SKEW_S:
        return stage
    words = f"{stage.means} The clocks are {duration(skew_s)} apart; Kerberos allows 5 minutes."
    return bad(
        StageId.LOGIN,
        stage.tried,
        stage.came_back,
        words,
        profile=profile,
        code="login-failed",
        details=stage.details,
    )


def _refused_by_us(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a login that HVTree itself does not send: without TLS, or without a library."""
    is_open = not profile.is_tls and profile.transport in ("basic", "certificate")
    return from_error(
        StageId.LOGIN,
        "Nothing was sent.",
        error,
        profile=profile,
        code="no-tls-for-password" if is_open else "no-library",
        extra=profile.transport,
    )


TRYING_SHELL = "Openable a remote shell."


def shell_opened(found: ShellResult) -> StageReport:
    """Judge a shell that was opened."""
    return fine(StageId.SHELL, TRYING_SHELL, f"It was open after {duration(found.took_s)}.")


def shell_refused(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a shell that could not be opened."""
    return from_error(StageId.SHELL, TRYING_SHELL, error, profile=profile)


TRYING_POWERSHELL = "Started powershell.exe and asked for its version and language mode."


def powershell_seen(profile: HostProfile, found: PowerShellFacts) -> StageReport:
    """Judge what PowerShell says of itself."""
    if not found.has_answered:
        return bad(
            StageId.POWERSHELL,
            TRYING_POWERSHELL,
            f"It ended with code {found.exit_code} and without an answer.",
            "PowerShell may not run scripts for this user (RestrictedLanguage, NoLanguage, as in a JEA session), or a "
            "policy stops powershell.exe. HVTree needs a full one.",
            profile=profile,
            code="constrained-language",
            details=found.output,
        )
    language, culture = foreign(found.language or "unknown mode"), foreign(found.culture or "unknown")
    came_back = (
        f"PowerShell {foreign(found.version)}, {language}, culture {culture}, after {duration(found.took_s)}."
    )
    if _version(found.version) < OLDEST:
        return bad(
            StageId.POWERSHELL,
            TRYING_POWERSHELL,
            came_back,
            "HVTree needs Windows PowerShell 5.1; Server 2012 R2 comes with 4.0.",
            profile=profile,
            code="old-powershell",
        )
    if found.language != FULL:
        return bad(
            StageId.POWERSHELL,
            TRYING_POWERSHELL,
            came_back,
            f"{language} does not let HVTree's agent run: a policy (AppLocker, App Control) or a restricted endpoint "
            "(JEA) is in force for this user.",
            profile=profile,
            code="constrained-language",
        )
    return fine(StageId.POWERSHELL, TRYING_POWERSHELL, came_back)


def powershell_failed(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a PowerShell that did not even start."""
    return from_error(StageId.POWERSHELL, TRYING_POWERSHELL, error, profile=profile)


def _version(text: str) -> tuple[int, ...]:
    parts = text.split("-", maxsplit=1)[0].split(".")[:2]
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit())
