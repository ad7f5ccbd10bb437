"""The post that HVTree began with: its script, pasted into pywinrm's `run_ps`, does to the lab what the post shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from winrm import Session

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.hosts.clixml import words_of
from tests.support.backends import endpoint_on, hosting
from tests.support.wsman_clients import ACCOUNT

POST = """\
# Input
$HVHost = “xHost16”
$VMs = “SSTest1″,”V-2012R2-Test1″,”v-2012R2-TW01”

# Pause and Save
Stop-VM -Name $VMs -Save
# Confirm
Get-VM -ComputerName $HVHost -Name $VMs | Select VMName,State,ComputerName | FT -AutoSize
# Checkpoint
Checkpoint-VM -ComputerName $HVHost -Name $VMs
# Confirm
Get-VMSnapshot -ComputerName $HVHost -VMName $VMs | Select VMName, Name, ComputerName | FT -AutoSize
# Restart
Start-VM -ComputerName $HVHost -Name $VMs
# Confirm
Get-VM -ComputerName $HVHost -Name $VMs | Select VMName, State, ComputerName | FT -AutoSize
"""
"""Steps 1 to 3, as the page of the post shows them."""
REMOVAL = """\
$HVHost = “xHost16”
$VMs = “SSTest1″,”V-2012R2-Test1″,”v-2012R2-TW01”
# Later on, to remove all checkpoints:
Remove-VMSnapshot -ComputerName $HVHost -VMName $VMs -IncludeAllChildSnapshots
# Confirm
Get-VMSnapshot -ComputerName $HVHost -VMName $VMs | Select VMName, Name, ComputerName | FT -AutoSize
"""
"""Step 4."""
VMS = ["SSTest1", "V-2012R2-Test1", "v-2012R2-TW01"]


def as_written(text: str) -> str:
    """Return the script with the quotes that its author typed: the page turned some into double primes.

    PowerShell takes “ and ” for quotes, but ″ (U+2033) for a letter.
    """
    return text.replace("″", "”")


@dataclass
class Lab:
    host: HyperV
    session: Session

    def states(self) -> list[str]:
        return [self.host.get_vm(name).one().state.name for name in VMS]


@pytest.fixture
def lab() -> Iterator[Lab]:
    """The lab, and a session of pywinrm."""
    with hosting("lab") as host, endpoint_on(host, is_real=True) as endpoint:
        login = (ACCOUNT.user, ACCOUNT.password)
        session = Session(endpoint.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
        yield Lab(host, session)
        session.protocol.transport.close_session()


def tables(output: bytes) -> list[list[list[str]]]:
    """Return the tables of the output: lines of words, without rules."""
    blocks = output.decode().replace("\r", "").strip().split("\n\n")
    rows = ([line.split() for line in block.splitlines() if line] for block in blocks)
    return [[words for words in block if set("".join(words)) != {"-"}] for block in rows if block]


def test_the_script_of_the_post_saves_checkpoints_and_restarts_and_later_removes(lab: Lab) -> None:
    done = lab.session.run_ps(as_written(POST))
    assert (done.status_code, words_of(done.std_err)) == (0, "")
    saved, checkpoints, running = tables(done.std_out)
    assert saved == [["VMName", "State", "ComputerName"], *([name, "Saved", "xHost16"] for name in VMS)]
    assert [row[0] for row in checkpoints[1:]] == VMS
    assert [row[1] for row in checkpoints[1:]] == VMS  # each name begins with that of its VM
    assert running == [["VMName", "State", "ComputerName"], *([name, "Running", "xHost16"] for name in VMS)]
    assert lab.states() == ["Running"] * 3

    removed = lab.session.run_ps(as_written(REMOVAL))
    assert (removed.status_code, removed.std_out.strip()) == (0, b"")  # "< no output>"
    assert words_of(removed.std_err) == ""  # there is progress on it, as on any host
    assert [len(lab.host.get_vm_snapshot(name).objects) for name in VMS] == [0, 0, 0]


def test_the_double_primes_of_the_page_are_an_error_in_any_powershell(lab: Lab) -> None:
    done = lab.session.run_ps(POST)
    assert done.status_code == 1
    assert b"UnexpectedToken" in done.std_err
    assert lab.states() == ["Running"] * 3
