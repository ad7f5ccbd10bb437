"""What the agent and the emulated PowerShell report about the session: rights, language, version, envelope."""

from __future__ import annotations

import base64

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.powershell.powershell import PowerShell
from hvtree.emulator.winrm.process import STDERR, STDOUT, CommandLine, ProcessOutput
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import DriveSpec, HostSpec, VmSpec, VolumeSpec, World
from hvtree.hosts import wire
from hvtree.hosts.messages import FACTS_MARKER
from tests.support.agents import Rpc


def ran(host: HyperV, script: str) -> tuple[int | None, str, str]:
    """Return exit code, standard output and error of a script in the emulated PowerShell."""
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    output = ProcessOutput()
    PowerShell(host)(CommandLine(f"powershell.exe -NoProfile -EncodedCommand {encoded}"), output)
    taken = output.take(0, 100_000)
    assert taken is not None
    text = {name: b"".join(c.data for c in taken.chunks if c.stream == name) for name in (STDOUT, STDERR)}
    return taken.exit_code, text[STDOUT].decode(), text[STDERR].decode()


def test_the_doctors_question_is_answered_with_lines_of_facts(host: HyperV) -> None:
    code, out, _ = ran(host, f"'{FACTS_MARKER}'")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, FACTS_MARKER)
    assert "language=FullLanguage" in lines
    assert "powershell=5.1.20348.2110" in lines


def test_constrained_language_answers_the_question_but_runs_no_agent(host: HyperV) -> None:  # fact 137
    host.faults.session.language = "ConstrainedLanguage"
    assert "language=ConstrainedLanguage" in ran(host, f"'{FACTS_MARKER}'")[1]
    code, out, err = ran(host, f"& $x #{wire.MARKER.decode()}")
    assert (code, out) == (1, "")
    assert "MethodInvocationNotSupportedInConstrainedLanguage" in err


def test_no_language_answers_nothing(host: HyperV) -> None:  # fact 137
    host.faults.session.language = "NoLanguage"
    code, out, err = ran(host, f"'{FACTS_MARKER}'")
    assert (code, out) == (1, "")
    assert "ScriptsNotAllowed" in err


def test_an_old_powershell_says_so_to_every_request(agent: Rpc, host: HyperV) -> None:
    host.faults.session.powershell = "4.0"
    assert agent.call("host.import")["fqid"] == "OldPowerShell,HVTree"
    assert agent.call("ping")["category"] == "NotInstalled"


def test_a_host_without_the_module_says_so(agent: Rpc, host: HyperV) -> None:
    host.faults.session.has_module = False
    assert agent.call("host.import")["has_module"] is False


@pytest.mark.parametrize(
    ("role", "rights", "may_manage"),
    [
        ("administrator", {"administrator": True}, True),
        ("hyperv", {"hyperv_administrator": True}, True),
        ("filtered", {"filtered": True}, False),
        ("nobody", {}, False),
    ],
)
def test_the_rights_of_the_user_are_told(
    agent: Rpc, host: HyperV, role: str, rights: dict[str, bool], may_manage: bool
) -> None:  # facts 128, 129
    host.faults.session.is_hyperv_administrator = role == "hyperv"
    host.faults.is_listing_empty = role == "filtered"
    host.faults.is_access_denied = role == "nobody"
    facts = agent.call("host.import")
    assert facts["rights"] == rights
    assert facts.get("is_administrator", True) is may_manage


def test_files_on_shares_are_left_out_where_there_is_no_second_hop(clock: VirtualClock) -> None:
    share = "\\\\nas01\\vms"
    vm = VmSpec(
        id="a0000000-0000-4000-8000-000000000001",
        name="far",
        folder="C:\\VMs\\far",
        drives=(DriveSpec(path=f"{share}\\far.vhdx", virtual=10**9, size=10**8),),
    )
    world = World(
        host=HostSpec(name="H"), volumes=(VolumeSpec("C:", 10**12), VolumeSpec(share, 10**12)), vms=(vm,)
    )
    host = HyperV(worlds.build(world, clock.now()), clock)
    agent = Rpc(host, clock)
    assert agent.read()[0][0]["disks"]
    host.faults.session.reads_shares = False
    assert Rpc(host, clock).read()[0][0]["disks"] == []
