"""Problems by name: what may be wrong with a host or the connection to it, to try out how a client copes with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.winrm.certificate import ServerCertificate, issued, self_signed
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.wsman import EndpointConfig
from hvtree.values import replace

SOMEWHERE_ELSE = ("hv99.example.org",)
"""The host in a certificate that does not fit."""
CLOCK_AHEAD_S = 1200.0
SLOW_S = 0.2
SLOW_DISK_S = 0.05
"""How long Get-VHD takes for a file on slow storage."""


def _nothing(_: object) -> None:
    """Change nothing."""


class Problem(Struct, frozen=True):
    """One thing that is wrong."""

    purpose: str
    host: Callable[[HyperV], None] = _nothing
    connection: Callable[[ConnectionFaults], None] = _nothing
    certificate: Callable[[], ServerCertificate] | None = None
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


def _connection_faults(**changes: Any) -> Callable[[ConnectionFaults], None]:
    return lambda connection_faults: _set(connection_faults, changes)


def _set(thing: object, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(thing, name, value)


PROBLEMS: Mapping[str, Problem] = MappingProxyType(
    {
        "expired-certificate": Problem(
            "TLS with a certificate that expired", certificate=lambda: self_signed(-0.5)
        ),
        "wrong-name": Problem(
            "TLS with a certificate for another host", certificate=lambda: self_signed(names=SOMEWHERE_ELSE)
        ),
        "unknown-authority": Problem(
            "TLS with a certificate of an authority that nobody knows", certificate=lambda: issued()[0]
        ),
        "unencrypted-refused": Problem(
            "every message is answered with a bare HTTP 500", connection=_connection_faults(bare_status=500)
        ),
        "service-stopped": Problem(
            "every request is answered with HTTP 503", connection=_connection_faults(status_for_all=503)
        ),
        "quota": Problem("no more shells for this user", connection=_connection_faults(most_shells=0)),
        "denied": Problem(
            "the user is no administrator, so WinRM's shell is closed",
            connection=_connection_faults(denied=frozenset({"Create"})),
        ),
        "no-remote-shells": Problem(
            "a policy forbids remote shells", connection=_connection_faults(allows_shells=False)
        ),
        "old-powershell": Problem("PowerShell 4.0", _session(powershell="4.0")),
        "constrained-language": Problem(
            "PowerShell in ConstrainedLanguage", _session(language="ConstrainedLanguage")
        ),
        "no-language": Problem("PowerShell runs no scripts", _session(language="NoLanguage")),
        "silent": Problem("commands start and say nothing", connection=_connection_faults(is_silent=True)),
        "blocked-agent": Problem("a virus scanner stops the agent", _session(is_agent_blocked=True)),
        "no-module": Problem("the Hyper-V module is missing", _session(has_module=False)),
        "no-rights": Problem("the user may not manage VMs", _faults(is_access_denied=True)),
        "filtered": Problem("UAC takes the rights away: an empty list", _faults(is_listing_empty=True)),
        "no-second-hop": Problem("files on other servers cannot be read", _session(reads_shares=False)),
        "clock": Problem("the host's clock is 20 minutes ahead", ahead_s=CLOCK_AHEAD_S),
        "slow-line": Problem("0.2 s each way", connection=_connection_faults(delay_s=SLOW_S)),
        "slow-disks": Problem("Get-VHD takes 0.05 s for each file", _faults(vhd_delay_s=SLOW_DISK_S)),
        "small-envelope": Problem("messages of 150 KB at most", envelope_kb=150),
    }
)
"""Every problem that `hvtree emulate --problem` knows."""


def chosen(names: Iterable[str]) -> tuple[Problem, ...]:
    """Return problems by their names; raise `KeyError` for an unknown one."""
    return tuple(PROBLEMS[name] for name in names)
