"""The doctor's sentences and remedies: read from `resources/doctor`, with the values of one connection filled in."""

from __future__ import annotations

import platform
import re
import shlex
import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from hvtree.app.doctor.stage_report import Place, Remedy, StageId, StageReport, StageStatus
from hvtree.assets import resource
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import LOGIN_NAMES, HostProfile
from hvtree.domain.names import isolated
from hvtree.operations.powershell import quote
from hvtree.values import replace

WINDOWS = "Windows"
"""What `platform.system()` says."""
_BARE = frozenset({"port", "thumbprint", "fingerprint", "certificate name", "extra"})
"""Values that stand inside other words of a command: they are checked to be harmless instead of being quoted."""
_VALUE = re.compile("‹([^›]+)›")


class StageText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a stage, whatever comes of it."""

    tried: str


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a finding; None where an error's own words are taken. See the head of `findings.toml`."""

    status: StageStatus = StageStatus.FAILED
    tried: str | None = None
    came_back: str | None = None
    means: str | None = None
    remedies: tuple[str, ...] = ()


class RemedyText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A remedy before its values are filled in. See the head of `remedies.toml`."""

    source: str
    what: str
    place: str
    command: str
    exposes: str
    system: str = ""

    def for_shell(self) -> bool:
        """Return whether the command is for the shell of this computer: single quotes mean the same in all but cmd."""
        return self.place == "client" and self.system != WINDOWS


class Texts(msgspec.Struct, frozen=True):
    """All that the doctor may say."""

    stages: Mapping[StageId, StageText]
    findings: Mapping[str, Finding]
    remedies: Mapping[str, RemedyText]


@cache
def texts() -> Texts:
    """Return what is in `resources/doctor`."""
    said = tomllib.loads(resource("doctor/findings.toml").read_text(encoding="utf-8"))
    remedies = tomllib.loads(resource("doctor/remedies.toml").read_text(encoding="utf-8"))
    findings = {code: _whole(said["findings"], code) for code in said["findings"]}
    return msgspec.convert({"stages": said["stages"], "findings": findings, "remedies": remedies}, Texts)


def _whole(findings: Mapping[str, dict[str, Any]], code: str) -> dict[str, Any]:
    """Return a finding with what it takes from another one."""
    own = dict(findings[code])
    like = own.pop("like", None)
    return own if like is None else {**_whole(findings, like), **own}


class Explainer:
    """Puts what was found about one connection into words.

    `system` is what `platform.system()` says of this computer, unless another one is given.
    """

    def __init__(self, profile: HostProfile, *, system: str = "") -> None:
        self.profile = profile
        self._texts = texts()
        self._system = system or platform.system()
        self._values = _values_of(profile)

    def tried(self, stage_id: StageId, **values: str) -> str:
        """Return what is tried in a stage. It never names the password."""
        return _filled(self._texts.stages[stage_id].tried, self._all(values))

    def report(self, stage_id: StageId, code: str, *, details: str = "", **values: str) -> StageReport:
        """Return the report of a stage with a finding that has words of its own."""
        return self._report(stage_id, code, ("", "", details), values)

    def failure(
        self,
        stage_id: StageId,
        error: HVTreeError,
        *,
        code: str = "",
        tried: str | None = None,
        **values: str,
    ) -> StageReport:
        """Return the report of a stage that failed with an error: in its words unless the finding of its code has others.

        The code of an error that has none is the stage's with `-failed`.
        """
        known = code or error.code or f"{stage_id}-failed"
        means = " ".join(part for part in (error.why, error.now) if part)
        report = self._report(stage_id, known, (error.what, means, error.details), values)
        return report if tried is None else replace(report, tried=tried)

    def words(self, code: str, **values: str) -> str:
        """Return what a finding adds to what came back."""
        return _filled(self._texts.findings[code].came_back or "", self._all(values))

    def remedies(self, code: str, **values: str) -> tuple[Remedy, ...]:
        """Return the remedies for a finding; none for a code that has none."""
        finding = self._texts.findings.get(code, Finding())
        known = self._all(values)
        found = (self._texts.remedies[name] for name in finding.remedies)
        return tuple(_remedy(each, known) for each in found if each.system in ("", self._system))

    def _report(
        self, stage_id: StageId, code: str, error: tuple[str, str, str], values: Mapping[str, str]
    ) -> StageReport:
        finding, (what, why, details) = self._texts.findings.get(code, Finding()), error
        known = self._all(values)
        tried = self._texts.stages[stage_id].tried if finding.tried is None else finding.tried
        return StageReport(
            stage_id,
            finding.status,
            tried=_filled(tried, known),
            came_back=what if finding.came_back is None else _filled(finding.came_back, known),
            means=why if finding.means is None else _filled(finding.means, known),
            remedies=self.remedies(code, **values),
            details=details,
        )

    def _all(self, values: Mapping[str, str]) -> Mapping[str, str]:
        return {**self._values, **{name.replace("_", " "): value for name, value in values.items()}}


def harmless(text: str, most: int = 120) -> str:
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


def _values_of(profile: HostProfile) -> Mapping[str, str]:
    short = profile.user.rpartition("\\")[2].partition("@")[0]
    return MappingProxyType(
        {
            "host": profile.host,
            "short host": profile.host.partition(".")[0],
            "port": str(profile.port),
            "url": profile.endpoint,
            "user": profile.user,
            "short user": short,
            "local user": f".\\{short}",
            "login": LOGIN_NAMES.get(profile.transport, profile.transport),
        }
    )


def _remedy(text: RemedyText, values: Mapping[str, str]) -> Remedy:
    for_shell = text.for_shell()

    def in_command(match: re.Match[str]) -> str:
        value = values[match[1]]
        if match[1] in _BARE:
            return "".join(each for each in value if each.isalnum() or each in ".-:[]*")
        return shlex.quote(value) if for_shell else quote(value)

    command = _VALUE.sub(in_command, text.command)
    return Remedy(_filled(text.what, values), Place[text.place.upper()], command, text.exposes)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VALUE.sub(lambda match: values[match[1]], text)
