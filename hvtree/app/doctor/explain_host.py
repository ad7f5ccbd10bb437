"""What HVTree's agent finds on the host, judged: the module, the rights, the VMs, the clock and the line."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.app.doctor.explain_login import KERBEROS_SKEW_S
from hvtree.app.doctor.explaining import bad, duration, fine, foreign, from_error, not_needed
from hvtree.app.doctor.stage_report import StageId, StageReport, StageStatus
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.hosts.messages import HostFacts, Rights
from hvtree.hosts.profile import LOGIN_NAMES, HostProfile
from hvtree.hosts.stage_results import AgentStart, Pulse

TRYING_AGENT = "Started HVTree's agent, heard its greeting, and sent it text and 200 KB to send back."
TRYING_MODULE = "Asked the agent to load the Hyper-V module."
TRYING_RIGHTS = "Asked the agent which groups count in the user's token."
TRYING_VMS = "Read the VMs and their checkpoints."
TRYING_CLOCK = "Compared the host's clock with this computer's, over several pings."
TRYING_LATENCY = "Pinged the agent several times."
TRYING_ENVELOPE = "Asked the agent for WinRM's MaxEnvelopeSizekb."
CLOCK_WARNS_S = 30.0
LATENCY_WARNS_S = 0.3
"""A request takes one trip; from here on people feel each of them."""
ENVELOPE_KB = 500
"""What Windows has allowed since Server 2012 (fact 210); 150 before."""


def agent_started(found: AgentStart) -> StageReport:
    """Judge an agent that works."""
    which = foreign(found.agent) + (f" in PowerShell {foreign(found.powershell)}" if found.powershell else "")
    words = f"{which} greeted after {duration(found.took_s)}; everything came back unharmed. {found.mode}."
    if not found.failures:
        return fine(StageId.AGENT, TRYING_AGENT, words)
    return StageReport(
        StageId.AGENT,
        StageStatus.WARNING,
        TRYING_AGENT,
        words,
        "A quicker way to talk to an agent did not work on this host; HVTree uses this one.",
        details="\n".join(found.failures),
    )


def agent_failed(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge an agent that did not start, or a way that damages what is sent."""
    return from_error(StageId.AGENT, TRYING_AGENT, error, profile=profile, code=error.code or "agent-failed")


def module_seen(profile: HostProfile, facts: HostFacts, took_s: float) -> StageReport:
    """Judge the Hyper-V module."""
    if facts.has_module:
        words = (
            f"Version {foreign(facts.module)} on {foreign(facts.os or facts.host)}, after {duration(took_s)}."
        )
        return fine(StageId.MODULE, TRYING_MODULE, words)
    return bad(
        StageId.MODULE,
        TRYING_MODULE,
        f"{foreign(facts.host)} ({foreign(facts.os or 'unknown system')}) has no Hyper-V module for PowerShell.",
        "It may be no Hyper-V host, or only the module is missing.",
        profile=profile,
        code="no-module",
    )


def module_failed(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a module that could not be asked for."""
    return from_error(StageId.MODULE, TRYING_MODULE, error, profile=profile)


def rights_seen(profile: HostProfile, facts: HostFacts) -> StageReport:
    """Judge what the user may do, by groups that count and groups that only deny."""
    rights = facts.rights or Rights(administrator=facts.is_administrator)
    how = f" The login counts as {foreign(facts.authentication)}." if facts.authentication else ""
    if rights.administrator or rights.hyperv_administrator:
        role = "an administrator" if rights.administrator else "a Hyper-V administrator"
        return fine(StageId.RIGHTS, TRYING_RIGHTS, f"‘{profile.user}’ is {role} of the host.{how}")
    if rights.filtered:
        return bad(
            StageId.RIGHTS,
            TRYING_RIGHTS,
            f"‘{profile.user}’ is in Administrators, but that membership does not count here.{how}",
            "UAC takes the rights of local administrators away when they log in over the network. Hyper-V then shows an "
            "empty list instead of an error.",
            profile=profile,
            code="filtered",
        )
    return bad(
        StageId.RIGHTS,
        TRYING_RIGHTS,
        f"‘{profile.user}’ is neither in Administrators nor in Hyper-V Administrators.{how}",
        "Hyper-V does not let this user see or change VMs.",
        profile=profile,
        code="no-rights",
    )


def vms_seen(profile: HostProfile, state: HostState, took_s: float, facts: HostFacts) -> StageReport:
    """Judge the list of VMs; an empty one is only believed of somebody who may see them."""
    count = len(state.vms)
    checkpoints = sum(len(vm.checkpoints) for vm in state.vms.values())
    came_back = f"{count:,} VMs with {checkpoints:,} checkpoints, after {duration(took_s)}."
    if count:
        return fine(StageId.VMS, TRYING_VMS, came_back)
    if facts.is_administrator:
        return fine(StageId.VMS, TRYING_VMS, "No VMs.", "The host has none.")
    rights = facts.rights or Rights()
    return bad(
        StageId.VMS,
        TRYING_VMS,
        "An empty list, and no error.",
        "That is what Hyper-V shows to somebody without rights: it does not mean that there are no VMs.",
        profile=profile,
        code="filtered" if rights.filtered else "no-rights",
    )


def vms_failed(profile: HostProfile, error: HVTreeError) -> StageReport:
    """Judge a list that did not come."""
    return from_error(StageId.VMS, TRYING_VMS, error, profile=profile)


def second_hop(profile: HostProfile, state: HostState) -> StageReport:
    """Judge whether files on other servers can be read: only they need the user's login to travel on."""
    far = {path for vm in state.vms.values() for path in _drives(vm) if path.startswith("\\\\")}
    if not far:
        return not_needed(
            StageId.SECOND_HOP,
            "No VM has disks on other servers, and HVTree's own actions are done by Hyper-V as the computer account.",
        )
    seen = {file.path.casefold() for vm in state.vms.values() for file in vm.files}
    hidden = sorted(path for path in far if path.casefold() not in seen)
    tried = f"Looked at {len(far)} disk files on other servers."
    if not hidden:
        return fine(StageId.SECOND_HOP, tried, "All of them can be read.")
    server = hidden[0].removeprefix("\\\\").partition("\\")[0]
    name = LOGIN_NAMES.get(profile.transport, profile.transport)
    return bad(
        StageId.SECOND_HOP,
        tried,
        f"{len(hidden)} of them cannot be read, such as {foreign(hidden[0])}.",
        f"A login by {name} ends at the host and is not passed on to ‘{foreign(server)}’. Checkpoints can be taken and deleted all "
        "the same; only sizes and parents of these files stay unknown.",
        profile=profile,
        code="second-hop",
        status=StageStatus.WARNING,
        details="\n".join(hidden[:50]),
        file_server=server,
    )


def clock_seen(profile: HostProfile, pulse: Pulse) -> StageReport:
    """Judge the difference of the two clocks."""
    apart_s = abs(pulse.ahead_s)
    side = "ahead of" if pulse.ahead_s > 0 else "behind"
    came_back = f"The host is {duration(apart_s)} {side} this computer (± {duration(pulse.skew_error_s)})."
    if apart_s <= CLOCK_WARNS_S:
        return fine(StageId.CLOCK, TRYING_CLOCK, came_back)
    means = "The ages of checkpoints are wrong by as much."
    status = StageStatus.WARNING
    if apart_s > KERBEROS_SKEW_S:
        means += " Kerberos allows 5 minutes: logins by it fail."
        status = StageStatus.FAILED
    return bad(StageId.CLOCK, TRYING_CLOCK, came_back, means, profile=profile, code="clock", status=status)


def same_clock() -> StageReport:
    """Return the stage for this computer, which has one clock."""
    return not_needed(StageId.CLOCK, "It is this computer: there is only one clock.")


def latency_seen(profile: HostProfile, pulse: Pulse) -> StageReport:
    """Judge how long a request takes."""
    trips = ", ".join(duration(trip_s) for trip_s in pulse.trips_s)
    came_back = f"{duration(pulse.median_s)} there and back ({trips})."
    if pulse.median_s <= LATENCY_WARNS_S:
        return fine(StageId.LATENCY, TRYING_LATENCY, came_back)
    return bad(
        StageId.LATENCY,
        TRYING_LATENCY,
        came_back,
        "The line is slow, or the host is busy: each action takes at least that long. HVTree itself stays usable.",
        profile=profile,
        code="latency",
        status=StageStatus.WARNING,
    )


def pulse_failed(profile: HostProfile, stage_id: StageId, error: HVTreeError) -> StageReport:
    """Judge pings that were not answered."""
    return from_error(stage_id, TRYING_LATENCY, error, profile=profile)


def no_envelope() -> StageReport:
    """Return the stage for this computer, where no messages are sent."""
    return not_needed(StageId.ENVELOPE, "It is this computer: nothing is put into messages.")


def envelope_seen(profile: HostProfile, facts: HostFacts, accepted_bytes: int) -> StageReport:
    """Judge how large a message may be: small ones make long lists take more trips."""
    used = f"HVTree asks for answers of {accepted_bytes:,} bytes, and the host takes that."
    if facts.envelope_kb is None:
        return fine(StageId.ENVELOPE, TRYING_ENVELOPE, f"The host does not tell it to this user. {used}")
    came_back = f"{facts.envelope_kb} KB."
    if facts.envelope_kb >= ENVELOPE_KB:
        return fine(StageId.ENVELOPE, TRYING_ENVELOPE, f"{came_back} {used}")
    return bad(
        StageId.ENVELOPE,
        TRYING_ENVELOPE,
        came_back,
        f"Long lists come in small pieces: {ENVELOPE_KB} KB make them about three times as fast on a slow line.",
        profile=profile,
        code="small-envelope",
        status=StageStatus.WARNING,
    )


def _drives(vm: VirtualMachine) -> Iterator[str]:
    yield from vm.drives
    for checkpoint in vm.checkpoints:
        yield from checkpoint.drives
