"""What a client gives its shell: environment variables and a working directory, as commands see them."""

from __future__ import annotations

from typing import Any

import pytest
from winrm.exceptions import WSManFaultError
from winrm.protocol import Protocol

from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.backends import endpoint_on
from tests.support.virtual_host import virtual_host
from tests.support.wsman_clients import pywinrm


def said(client: Protocol, line: str, **shell: Any) -> tuple[str, str, int]:
    """Run a command line in a shell of its own; return both streams and the exit code."""
    opened = client.open_shell(codepage=65001, **shell)
    try:
        out, err, code = client.get_command_output(opened, client.run_command(opened, line))
    finally:
        client.close_shell(opened)
    return out.decode(), err.decode(), code


def test_a_variable_of_the_shell_is_one_of_its_commands(endpoint: Endpoint) -> None:  # fact 231
    client = pywinrm(endpoint)
    given = {"env_vars": {"Build": "number 7"}}
    assert said(client, "echo [%BUILD%]", **given)[0] == "[number 7]\r\n"
    assert said(client, "set build", **given)[0] == "Build=number 7\r\n"
    assert said(client, "set build")[1:] == ("Environment variable build not defined\r\n", 1)
    client.transport.close_session()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("echo %COMPUTERNAME%", "XHOST16"),
        ("hostname", "XHOST16"),
        ("echo %SystemRoot%", "C:\\Windows"),
        ("echo %userprofile%", "C:\\Users\\demo"),
        ("echo 100% of %nothing%", "100% of %nothing%"),
        ("cd", "C:\\Users\\demo"),
    ],
)
def test_commands_find_what_every_windows_has(endpoint: Endpoint, line: str, answer: str) -> None:  # fact 233
    client = pywinrm(endpoint)
    assert said(client, line)[0] == f"{answer}\r\n"
    client.transport.close_session()


def test_a_command_begins_in_the_working_directory_of_its_shell(endpoint: Endpoint) -> None:  # fact 232
    client = pywinrm(endpoint)
    assert said(client, "cd", working_directory="D:\\VMs")[0] == "D:\\VMs\r\n"
    assert said(client, "echo %CD%", working_directory="D:\\VMs")[0] == "D:\\VMs\r\n"
    assert said(client, "cd", working_directory=" ")[0] == "C:\\Users\\demo\r\n"
    client.transport.close_session()


@pytest.mark.parametrize("folder", ["C:\\Windows", "D:\\", "d:\\vms\\VM", "D:/VMs", "C:\\Users\\demo"])
def test_a_folder_of_the_host_can_be_a_working_directory(folder: str) -> None:
    with endpoint_on(virtual_host("base*").host, is_real=False) as endpoint:
        client = pywinrm(endpoint)
        assert said(client, "cd", working_directory=folder)[0] == f"{folder}\r\n"
        client.transport.close_session()


@pytest.mark.parametrize("folder", ["D:\\nothing", "X:\\", "VMs", "C:\\Users\\somebody"])
def test_a_working_directory_that_is_not_there_fails_the_command(folder: str) -> None:  # fact 232
    with endpoint_on(virtual_host("base*").host, is_real=False) as endpoint:
        client = pywinrm(endpoint)
        with pytest.raises(WSManFaultError) as caught:
            said(client, "cd", working_directory=folder)
        assert caught.value.wsman_fault_code == 2147942667
        client.transport.close_session()
