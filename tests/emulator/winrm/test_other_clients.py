"""pypsrp and awinrm, which share no code with pywinrm, against the emulated endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import awinrm
import pytest
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import RunspacePool
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import WSMan

from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.wsman_clients import ACCOUNT


def wsman(endpoint: Endpoint, auth: str, **options: Any) -> WSMan:
    return WSMan(
        "127.0.0.1",
        port=endpoint.port,
        ssl=False,
        auth=auth,
        username=ACCOUNT.user,
        password=ACCOUNT.password,
        no_proxy=True,
        **options,
    )


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_pypsrp_talks_to_a_live_process(endpoint: Endpoint, auth: str) -> None:  # fact 207
    with wsman(endpoint, auth) as connection, WinRS(connection, codepage=65001) as shell:
        process = Process(shell, "more")
        process.begin_invoke()
        process.send("é 漢字 ".encode(), end=False)
        process.poll_invoke()
        assert (process.stdout, process.rc) == ("é 漢字 ".encode(), None)
        process.send(b"bye", end=True)
        process.end_invoke()
        assert (process.stdout, process.rc) == ("é 漢字 bye".encode(), 0)


def test_pypsrp_sees_an_exit_code(endpoint: Endpoint) -> None:
    with wsman(endpoint, "ntlm") as connection, WinRS(connection) as shell:
        process = Process(shell, "exit", ["3"])
        process.invoke()
        assert process.rc == 3


def test_pypsrp_terminates_a_process(endpoint: Endpoint) -> None:
    with wsman(endpoint, "ntlm") as connection, WinRS(connection) as shell:
        process = Process(shell, "more")
        process.begin_invoke()
        process.signal(SignalCode.TERMINATE)
        with pytest.raises(WSManFaultError) as caught:
            process.poll_invoke()
        assert caught.value.code == 2150858843


def test_pypsrp_works_with_basic_where_asked_for(serve: Callable[..., Endpoint]) -> None:
    endpoint = serve(allow_basic=True)
    with wsman(endpoint, "basic", encryption="never") as connection, WinRS(connection) as shell:
        process = Process(shell, "echo", ["hello"])
        process.invoke()
        assert process.stdout == b"hello\r\n"


def test_the_configuration_tells_the_largest_envelope(endpoint: Endpoint) -> None:
    with wsman(endpoint, "ntlm") as connection:
        connection.update_max_payload_size()
        assert connection.max_envelope_size == 500 * 1024


def test_a_request_above_the_largest_envelope_is_refused(
    serve: Callable[..., Endpoint],
) -> None:  # fact 210, switched
    endpoint = serve(envelope_kb=150)
    with wsman(endpoint, "ntlm") as connection, WinRS(connection) as shell:
        process = Process(shell, "more")
        process.begin_invoke()
        with pytest.raises(WSManFaultError) as caught:
            process.send(b"x" * 120_000, end=False)
        assert caught.value.code == 2150859025


def test_the_state_of_a_shell_can_be_read(endpoint: Endpoint) -> None:
    with wsman(endpoint, "ntlm") as connection, WinRS(connection, idle_time_out=300) as shell:
        state: Any = shell  # pypsrp types these two by what they are before the first answer
        assert (state.owner, state.idle_time_out) == (ACCOUNT.user, "PT300.000S")
        assert shell._get_shell()["ShellId"] == shell.id


def test_a_session_of_powershell_remoting_is_refused_when_it_is_opened(
    endpoint: Endpoint,
) -> None:  # fact 228
    with wsman(endpoint, "ntlm") as connection, pytest.raises(WSManFaultError) as caught:
        RunspacePool(connection).open()
    assert caught.value.code == 2150858811


@pytest.mark.filterwarnings(
    "ignore:datetime.datetime.utcnow:DeprecationWarning"
)  # its own, from Python 3.12 on
def test_awinrm_talks_to_a_live_process(endpoint: Endpoint) -> None:
    async def talk() -> bytes:
        session = awinrm.Session(
            f"http+ntlm-password://{ACCOUNT.user}:{ACCOUNT.password}@127.0.0.1:{endpoint.port}"
        )
        protocol = session.protocol
        shell = await protocol.open_shell(codepage=65001)
        command = await protocol.run_command(shell, "more")
        await protocol.send_command_input(shell, command, b"live\n")
        stdout, _, _, _ = await protocol._raw_get_command_output(shell, command)
        await protocol.close_shell(shell)
        return bytes(stdout)

    assert asyncio.run(talk()) == b"live\n"
