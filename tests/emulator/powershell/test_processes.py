"""A real PowerShell behind WinRM: streams, exit codes, input, questions, and the end of what it started."""

from __future__ import annotations

import os
import platform
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from winrm.protocol import Protocol

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.powershell.cmdlet_service import CmdletService
from hvtree.emulator.powershell.machine_name import named
from hvtree.emulator.powershell.real_powershell import RealPowerShell, found_powershell
from hvtree.emulator.winrm.process import STDERR, STDOUT, CommandLine, ProcessOutput
from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.backends import endpoint_on
from tests.support.encoded import encoded
from tests.support.waiting import WAIT_S
from tests.support.wsman_clients import LiveCommand, pywinrm

LINUX = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches processes as Linux lets us")


@pytest.fixture(scope="module")
def endpoint(host: HyperV) -> Iterator[Endpoint]:
    """A WinRM endpoint with a real PowerShell behind it."""
    with endpoint_on(host, is_real=True) as endpoint:
        yield endpoint


@pytest.fixture
def client(endpoint: Endpoint) -> Iterator[Protocol]:
    protocol = pywinrm(endpoint)
    yield protocol
    protocol.transport.close_session()


def powershell(client: Protocol, arguments: str) -> tuple[str, str, int]:
    """Run a command line; return standard output, standard error and the exit code."""
    shell = client.open_shell(codepage=65001)
    command = client.run_command(shell, f"powershell.exe -NoProfile -NonInteractive {arguments}")
    out, err, code = client.get_command_output(shell, command)
    client.close_shell(shell)
    return out.decode(), err.decode(), code


def until(host: HyperV, condition: Callable[[], bool]) -> bool:
    """Wait until a condition on the host holds."""
    changed = threading.Event()
    stop_listening = host.on_change(lambda _: changed.set())
    try:
        while not condition():
            if not changed.wait(WAIT_S):
                return condition()
            changed.clear()
    finally:
        stop_listening()
    return True


@contextmanager
def watched(process: int) -> Iterator[Callable[[], bool]]:
    """Return a function that waits for the end of a process that is not ours, and returns whether it came."""
    handle = os.pidfd_open(process)
    try:
        yield lambda: bool(select.select([handle], [], [], WAIT_S)[0])
    finally:
        os.close(handle)


def test_output_errors_and_exit_code_come_apart(client: Protocol) -> None:
    script = "Write-Output 'größer 漢字 🧪'; Get-VM nosuch; exit 7"
    out, err, code = powershell(client, f'-Command "{script}"')
    assert (out.strip(), code) == ("größer 漢字 🧪", 7)
    assert "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM" in err


def test_pwsh_is_the_same_program(client: Protocol) -> None:
    shell = client.open_shell()
    out, _, code = client.get_command_output(
        shell, client.run_command(shell, 'pwsh -Command "(Get-VMHost).Name"')
    )
    assert (out.strip(), code) == (b"HOST", 0)


def test_the_script_finds_the_module_and_the_hosts_name_but_no_secrets(
    client: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_EMULATOR_PASSWORD", "swordfish")
    script = "$env:COMPUTERNAME; (Get-Module -ListAvailable).Name -join ' '; \\\"[$env:HVTREE_EMULATOR_PASSWORD]\\\""
    out, _, _ = powershell(client, f'-Command "{script}"')
    assert out.splitlines()[:3] == ["HOST", "CimCmdlets Hyper-V", "[]"]


def test_a_question_is_an_error_not_a_wait(client: Protocol) -> None:
    out, err, _ = powershell(
        client, '-Command "Restore-VMSnapshot -VMName vm00 -Name side; (Get-VM vm00).ParentSnapshotName"'
    )
    assert out.strip() == "p2"
    assert "InvalidOperation,Microsoft.HyperV.PowerShell.Commands.RestoreVMSnapshot" in err


def test_input_is_read_line_by_line_and_has_an_end(endpoint: Endpoint) -> None:
    script = "while (`$null -ne (`$l = [Console]::In.ReadLine())) { `\"<`$l>`\" }; 'end'".replace("`", "")
    command = LiveCommand(
        pywinrm(endpoint), f'powershell -Command "{script.replace(chr(34), chr(92) + chr(34))}"'
    )
    command.send("é\n".encode())
    assert command.receive_until(lambda data: b">" in data).decode().strip() == "<é>"
    command.send(b"last\n", end=True)
    assert command.receive_until(lambda data: b"end" in data).decode().split() == ["<last>", "end"]
    command.close()


@LINUX
def test_closing_the_shell_ends_the_script_and_what_it_started(endpoint: Endpoint) -> None:  # fact 215
    script = "$p = [Diagnostics.Process]::Start('sleep', '600'); \\\"$PID $($p.Id)\\\"; Start-Sleep 600"
    command = LiveCommand(pywinrm(endpoint), f'powershell -Command "{script}"')
    own, child = map(int, command.receive_until(lambda data: b"\n" in data).split())
    with watched(own) as own_has_ended, watched(child) as child_has_ended:
        command.close()
        assert own_has_ended()
        assert child_has_ended()


@LINUX
def test_terminating_a_command_ends_its_script(endpoint: Endpoint) -> None:
    command = LiveCommand(pywinrm(endpoint), 'powershell -Command "$PID; Start-Sleep 600"')
    with watched(int(command.receive_until(lambda data: b"\n" in data))) as has_ended:
        command.protocol.cleanup_command(command.shell, command.id)
        assert has_ended()
    command.close()


@LINUX
def test_what_a_script_leaves_behind_ends_with_it(endpoint: Endpoint) -> None:
    script = "[Diagnostics.Process]::Start('sleep', '600').Id; $null = [Console]::In.ReadLine()"
    command = LiveCommand(pywinrm(endpoint), f'powershell -Command "{script}"')
    with watched(int(command.receive_until(lambda data: b"\n" in data))) as has_ended:
        command.send(b"\n", end=True)
        command.receive_until(lambda _: False)
        assert has_ended()
    command.close()


def test_killing_a_script_lets_the_work_on_the_host_go_on(host: HyperV, endpoint: Endpoint) -> None:
    vm = next(one for one in host.get_vm().objects if one.state.name == "Off")
    command = LiveCommand(
        pywinrm(endpoint), f'powershell -Command "Export-VM {vm.name} D:\\Left; Start-VM {vm.name}"'
    )
    assert until(host, lambda: host.get_vm(id=vm.id).one().status == "Exporting virtual machine")
    command.close()
    assert until(host, lambda: host.get_vm(id=vm.id).one().status == "Operating normally")
    assert host.get_child_item("D:\\Left")
    assert host.get_vm(id=vm.id).one().state.name == "Off"  # nothing more was begun


def test_a_powershell_that_cannot_be_started_is_no_executable(host: HyperV, tmp_path: object) -> None:
    with RealPowerShell(host, f"{tmp_path}/nothing") as program:
        assert program(CommandLine("powershell"), ProcessOutput()) is None


def test_ending_the_program_ends_its_processes(host: HyperV) -> None:
    path = found_powershell()
    assert path is not None
    output = ProcessOutput()
    with RealPowerShell(host, path) as program:
        process = program(
            CommandLine('powershell -Command "[Console]::Error.WriteLine(1); 2; Start-Sleep 600"'), output
        )
        assert process is not None
        streams: set[str] = set()
        while streams != {STDOUT, STDERR}:
            taken = output.take(WAIT_S, 1000)
            assert taken is not None
            streams |= {chunk.stream for chunk in taken.chunks}
    assert output.exit_code == 1


def test_a_client_without_the_token_gets_nothing(host: HyperV) -> None:
    with CmdletService(host) as service:
        address, port = service.address.split(":")
        with socket.create_connection((address, int(port)), timeout=WAIT_S) as connection:
            connection.sendall(b'wrong\n{"cmdlet":"Get-VM"}\n')
            assert connection.recv(1000) == b""


def in_shell(client: Protocol, script: str, **shell: Any) -> list[str]:
    """Run a script in a shell of its own; return the lines of its output."""
    opened = client.open_shell(codepage=65001, **shell)
    command = client.run_command(opened, f"powershell -EncodedCommand {encoded(script)}")
    out, _, _ = client.get_command_output(opened, command)
    client.close_shell(opened)
    return str(out.decode()).splitlines()


def test_a_script_sees_the_variables_of_its_shell(client: Protocol) -> None:  # fact 231
    script = '$env:Build; (Get-VMHost).Name; "[$env:HVTREE_X]"'
    assert in_shell(client, script, env_vars={"Build": "7 a"}) == ["7 a", "HOST", "[]"]
    assert in_shell(client, script, env_vars={"HVTREE_X": "x"})[-1] == "[]"
    assert "HOST" in in_shell(client, script, env_vars={"PSModulePath": "C:\\nothing"})


def test_a_script_begins_in_the_folder_of_its_shell_and_no_other(client: Protocol) -> None:  # fact 232
    write = "$null = New-Item -ItemType File kept.txt; (Get-ChildItem).Name; $PWD.Path.Replace('\\', '/')"
    name, place = in_shell(client, write, working_directory="D:\\VMs\\vm00")
    assert (name, place.endswith("/D/VMs/vm00")) == ("kept.txt", True)
    assert in_shell(client, "(Get-ChildItem).Name", working_directory="D:\\VMs\\vm00") == ["kept.txt"]
    (home,) = in_shell(client, "$PWD.Path.Replace('\\', '/')")
    assert home.endswith("/C/Users/demo")


def test_the_machine_of_a_script_has_the_name_of_the_host(client: Protocol) -> None:  # fact 234
    names = in_shell(client, "hostname; $env:COMPUTERNAME; (Get-VM vm00).ComputerName")
    assert names == ["HOST", "HOST", "HOST"]


def test_net_tells_the_hosts_name_where_a_process_may_have_its_own(client: Protocol) -> None:  # fact 234
    own = "HOST" if named("HOST") else platform.node().partition(".")[0]
    assert in_shell(client, "[Environment]::MachineName") == [own]
