"""How a stage is put into words: what it has in common whatever it is about."""

from __future__ import annotations

from hvtree.app.doctor.remedies import remedies
from hvtree.app.doctor.stage_report import StageId, StageReport, StageStatus
from hvtree.domain.errors import HVTreeError
from hvtree.domain.names import isolated
from hvtree.hosts.profile import HostProfile


def fine(stage_id: StageId, tried: str, came_back: str, means: str = "") -> StageReport:
    """Return a stage that succeeded."""
    return StageReport(stage_id, StageStatus.FINE, tried, came_back, means)


def not_needed(stage_id: StageId, means: str) -> StageReport:
    """Return a stage that this connection does not have."""
    return StageReport(stage_id, StageStatus.NOT_NEEDED, means=means)


def bad(
    stage_id: StageId,
    tried: str,
    came_back: str,
    means: str,
    *,
    profile: HostProfile,
    code: str,
    status: StageStatus = StageStatus.FAILED,
    details: str = "",
    **values: str,
) -> StageReport:
    """Return a stage that failed, or warns, with the remedies for its `code`; `values` fill them in."""
    found = remedies(code, profile, **values)
    return StageReport(stage_id, status, tried, came_back, means, found, details)


def from_error(
    stage_id: StageId, tried: str, error: HVTreeError, *, profile: HostProfile, code: str = "", **values: str
) -> StageReport:
    """Return a stage that failed with an error, in the error's own words; the remedies go by its code."""
    means = " ".join(part for part in (error.why, error.now) if part)
    return bad(
        stage_id,
        tried,
        error.what,
        means,
        profile=profile,
        code=code or error.code,
        status=StageStatus.FAILED,
        details=error.details,
        **values,
    )


def foreign(text: str, most: int = 120) -> str:
    """Return words that a host, or whoever pretends to be one, has said: on one line, harmless, and not too long."""
    return isolated(text if len(text) <= most else text[: most - 1] + "…")


def duration(seconds: float) -> str:
    """Return a duration in words: `less than 1 ms`, `3 ms`, `1.2 s`, `4 min`, `2 h`."""
    if seconds < 0.001:
        return "less than 1 ms"
    for limit, unit, divisor in (
        (1.0, "ms", 0.001),
        (120.0, "s", 1.0),
        (7200.0, "min", 60.0),
        (172_800.0, "h", 3600.0),
    ):
        if seconds < limit:
            value = seconds / divisor
            return f"{value:.0f} {unit}" if unit != "s" or value >= 10 else f"{value:.1f} {unit}"
    return f"{seconds / 86400:.0f} days"
