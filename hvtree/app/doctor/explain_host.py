"""What the stages on the host found, from PowerShell on: which finding it is, and with which values."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.app.doctor.stage_report import StageId, StageReport
from hvtree.app.doctor.texts import Explainer, duration, harmless
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.thresholds import CLOCK_WARNS_S, KERBEROS_SKEW_S, LATENCY_WARNS_S
from hvtree.hosts.messages import HostFacts, Rights
from hvtree.hosts.stage_results import AgentStart, PowerShellFacts, Pulse
from hvtree.values import replace

OLDEST = (5, 1)
FULL = "FullLanguage"
ENVELOPE_KB = 500
"""What Windows has allowed since Server 2012; 150 before."""


def powershell_seen(explain: Explainer, found: PowerShellFacts) -> StageReport:
    """Explain what PowerShell says of itself."""
    code, details = "powershell", ""
    if not found.has_answered:
        code, details = "no-answer", found.output
    elif _version(found.version) < OLDEST:
        code = "old-powershell"
    elif found.language != FULL:
        code = "constrained-language"
    return explain.report(
        StageId.POWERSHELL,
        code,
        details=details,
        version=harmless(found.version),
        language=harmless(found.language or "unknown mode"),
        culture=harmless(found.culture or "unknown"),
        exit_code=str(found.exit_code),
        took=duration(found.took_s),
    )


def agent_started(explain: Explainer, found: AgentStart) -> StageReport:
    """Explain an agent that works."""
    which = harmless(found.agent) + (
        f" in PowerShell {harmless(found.powershell)}" if found.powershell else ""
    )
    return explain.report(
        StageId.AGENT,
        "agent-slow" if found.failures else "agent",
        details="\n".join(found.failures),
        agent=which,
        mode=found.mode,
        took=duration(found.took_s),
    )


def module_seen(explain: Explainer, facts: HostFacts, took_s: float) -> StageReport:
    """Explain the Hyper-V module."""
    system = facts.os or (facts.host if facts.has_module else "unknown system")
    return explain.report(
        StageId.MODULE,
        "module" if facts.has_module else "no-module",
        module=harmless(facts.module),
        computer=harmless(facts.host),
        system=harmless(system),
        took=duration(took_s),
    )


def rights_seen(explain: Explainer, facts: HostFacts) -> StageReport:
    """Explain what the user may do, by groups that count and groups that only deny."""
    rights = facts.rights or Rights(administrator=facts.is_administrator)
    if rights.administrator:
        code = "administrator"
    elif rights.hyperv_administrator:
        code = "hyperv-administrator"
    else:
        code = "filtered" if rights.filtered else "no-rights"
    report = explain.report(StageId.RIGHTS, code)
    if not facts.authentication:
        return report
    counts_as = explain.words("counts-as", authentication=harmless(facts.authentication))
    return replace(report, came_back=f"{report.came_back} {counts_as}")


def vms_seen(explain: Explainer, state: HostState, took_s: float, facts: HostFacts) -> StageReport:
    """Explain the list of VMs; an empty one is only believed of a user who may see them."""
    checkpoints = sum(len(vm.checkpoints) for vm in state.vms.values())
    if state.vms:
        code = "vms"
    elif facts.is_administrator:
        code = "no-vms"
    else:
        code = "filtered-vms" if facts.rights is not None and facts.rights.filtered else "hidden-vms"
    return explain.report(
        StageId.VMS,
        code,
        vms=f"{len(state.vms):,}",
        checkpoints=f"{checkpoints:,}",
        took=duration(took_s),
    )


def second_hop(explain: Explainer, state: HostState) -> StageReport:
    """Explain whether files on other servers can be read: only they need the user's login to travel on."""
    far = {path for vm in state.vms.values() for path in _drives(vm) if path.startswith("\\\\")}
    if not far:
        return explain.report(StageId.SECOND_HOP, "no-second-hop")
    seen = {file.path.casefold() for vm in state.vms.values() for file in vm.files}
    hidden = sorted(path for path in far if path.casefold() not in seen)
    count = str(len(far))
    if not hidden:
        return explain.report(StageId.SECOND_HOP, "second-hop-works", count=count)
    server = hidden[0].removeprefix("\\\\").partition("\\")[0]
    return explain.report(
        StageId.SECOND_HOP,
        "second-hop",
        details="\n".join(hidden[:50]),
        count=count,
        number=str(len(hidden)),
        file=harmless(hidden[0]),
        server=harmless(server),
        file_server=server,
    )


def clock_seen(explain: Explainer, pulse: Pulse) -> StageReport:
    """Explain the difference of the two clocks."""
    apart_s = abs(pulse.ahead_s)
    code = "clock" if apart_s > KERBEROS_SKEW_S else "clock-off" if apart_s > CLOCK_WARNS_S else "clock-right"
    return explain.report(
        StageId.CLOCK,
        code,
        apart=duration(apart_s),
        side="ahead of" if pulse.ahead_s > 0 else "behind",
        error=duration(pulse.skew_error_s),
    )


def latency_seen(explain: Explainer, pulse: Pulse) -> StageReport:
    """Explain how long a request takes."""
    return explain.report(
        StageId.LATENCY,
        "quick" if pulse.median_s <= LATENCY_WARNS_S else "slow",
        median=duration(pulse.median_s),
        trips=", ".join(map(duration, pulse.trips_s)),
    )


def envelope_seen(explain: Explainer, facts: HostFacts, accepted_bytes: int) -> StageReport:
    """Explain how large a message may be: small ones make long lists take more trips."""
    if facts.envelope_kb is None:
        code = "envelope-untold"
    else:
        code = "large-envelope" if facts.envelope_kb >= ENVELOPE_KB else "small-envelope"
    return explain.report(
        StageId.ENVELOPE,
        code,
        size=str(facts.envelope_kb),
        accepted=f"{accepted_bytes:,}",
        enough=str(ENVELOPE_KB),
    )


def _drives(vm: VirtualMachine) -> Iterator[str]:
    yield from vm.drives
    for checkpoint in vm.checkpoints:
        yield from checkpoint.drives


def _version(text: str) -> tuple[int, ...]:
    parts = text.split("-", maxsplit=1)[0].split(".")[:2]
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit())
