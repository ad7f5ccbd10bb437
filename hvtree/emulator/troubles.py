"""Troubles by name: what may be wrong with a host or the way to it, to try out how a client copes with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.winrm.certificate import Certificate, issued, self_signed
from hvtree.emulator.winrm.mischief import Mischief
from hvtree.emulator.winrm.wsman import EndpointConfig

SOMEWHERE_ELSE = ("hv99.example.org",)
"""What a certificate is for that does not fit."""
CLOCK_AHEAD_S = 1200.0
SLOW_S = 0.2


def _nothing(_: object) -> None:
    """Leave it as it is."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong."""

    purpose: str
    host: Callable[[HyperV], None] = _nothing
    line: Callable[[Mischief], None] = _nothing
    certificate: Callable[[], Certificate] | None = None
    """Speak TLS with such a certificate."""
    envelope_kb: int | None = None
    ahead_s: float = 0.0
    """How much the host's clock is ahead."""

    def applied_to(self, config: EndpointConfig) -> EndpointConfig:
        """Return the settings of an endpoint that has it."""
        if self.certificate is not None:
            config = replace(config, certificate=self.certificate())
        if self.envelope_kb is not None:
            config = replace(config, envelope_kb=self.envelope_kb)
        return config


def _session(**changes: Any) -> Callable[[HyperV], None]:
    def change(hyperv: HyperV) -> None:
        _set(hyperv.faults.session, changes)

    return change


def _faults(**changes: Any) -> Callable[[HyperV], None]:
    return lambda hyperv: _set(hyperv.faults, changes)


def _mischief(**changes: Any) -> Callable[[Mischief], None]:
    return lambda mischief: _set(mischief, changes)


def _set(thing: object, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(thing, name, value)


TROUBLES: Mapping[str, Trouble] = MappingProxyType(
    {
        "expired-certificate": Trouble(
            "TLS with a certificate that expired", certificate=lambda: self_signed(-0.5)
        ),
        "wrong-name": Trouble(
            "TLS with a certificate for another host", certificate=lambda: self_signed(names=SOMEWHERE_ELSE)
        ),
        "unknown-authority": Trouble(
            "TLS with a certificate of an authority that nobody knows", certificate=lambda: issued()[0]
        ),
        "unencrypted-refused": Trouble(
            "every message is answered with a bare HTTP 500", line=_mischief(bare_status=500)
        ),
        "service-stopped": Trouble(
            "every request is answered with HTTP 503", line=_mischief(status_for_all=503)
        ),
        "quota": Trouble("no more shells for this user", line=_mischief(most_shells=0)),
        "denied": Trouble("the user may not use WinRM", line=_mischief(denied=frozenset({"Create"}))),
        "old-powershell": Trouble("PowerShell 4.0", _session(powershell="4.0")),
        "constrained-language": Trouble(
            "PowerShell in ConstrainedLanguage", _session(language="ConstrainedLanguage")
        ),
        "no-language": Trouble("PowerShell runs no scripts", _session(language="NoLanguage")),
        "silent": Trouble("commands start and say nothing", line=_mischief(is_silent=True)),
        "blocked-agent": Trouble("a virus scanner stops the agent", _session(is_agent_blocked=True)),
        "no-module": Trouble("the Hyper-V module is missing", _session(has_module=False)),
        "no-rights": Trouble("the user may not manage VMs", _faults(is_access_denied=True)),
        "filtered": Trouble("UAC takes the rights away: an empty list", _faults(is_listing_empty=True)),
        "no-second-hop": Trouble("files on other servers cannot be read", _session(reads_shares=False)),
        "clock": Trouble("the host's clock is 20 minutes ahead", ahead_s=CLOCK_AHEAD_S),
        "slow-line": Trouble("0.2 s each way", line=_mischief(delay_s=SLOW_S)),
        "small-envelope": Trouble("messages of 150 KB at most", envelope_kb=150),
    }
)
"""Every trouble that `hvtree emulate --trouble` knows."""


def chosen(names: Iterable[str]) -> tuple[Trouble, ...]:
    """Return troubles by their names; raise `KeyError` for an unknown one."""
    return tuple(TROUBLES[name] for name in names)
