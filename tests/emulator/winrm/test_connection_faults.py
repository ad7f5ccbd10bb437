"""Injected connection faults, seen through pywinrm."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from requests.exceptions import ConnectionError as ConnectionCut
from winrm.exceptions import WinRMOperationTimeoutError, WinRMTransportError, WSManFaultError

from hvtree.emulator.winrm.connection_faults import Interruption
from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.relay import relay
from tests.support.waiting import WAIT_S
from tests.support.wsman_clients import LiveCommand, pywinrm


@pytest.fixture
def command(endpoint: Endpoint) -> LiveCommand:
    return LiveCommand(pywinrm(endpoint), "more")


def test_a_dropped_connection_leaves_the_command_alive(
    endpoint: Endpoint, command: LiveCommand
) -> None:  # fact 214
    endpoint.drop_connections()
    with pytest.raises((ConnectionCut, WinRMTransportError)):
        command.send(b"lost\n")
    command.protocol.transport.close_session()
    command.send(b"here\n")
    assert command.receive()[0] == b"here\n"


def receive_until_cut(endpoint: Endpoint, command: LiveCommand, /, **options: str) -> threading.Thread:
    """Start a Receive on a connection of its own, which is to be cut while it waits."""
    receiver = pywinrm(endpoint, **options)

    def receive() -> None:
        with pytest.raises((ConnectionCut, WinRMTransportError)):
            receiver.get_command_output_raw(command.shell, command.id)

    thread = threading.Thread(target=receive)
    thread.start()
    assert endpoint.shells.wait_for_listener(WAIT_S)
    return thread


def test_output_for_a_receive_that_was_cut_comes_with_the_next_one(
    endpoint: Endpoint, command: LiveCommand
) -> None:
    thread = receive_until_cut(endpoint, command)
    endpoint.drop_connections()
    thread.join()
    command.protocol.transport.close_session()
    command.send(b"here\n")
    assert command.receive()[0] == b"here\n"


def test_output_for_a_client_that_has_hung_up_comes_with_the_next_receive(
    endpoint: Endpoint, command: LiveCommand
) -> None:
    with relay(endpoint.port) as wire:
        thread = receive_until_cut(endpoint, command, endpoint=f"http://127.0.0.1:{wire.port}/wsman")
        wire.cut()
        thread.join()
    command.send(b"here\n")
    assert command.receive()[0] == b"here\n"


def test_a_forgotten_login_is_a_400_until_the_client_logs_in_again(
    endpoint: Endpoint, command: LiveCommand
) -> None:  # facts 203, 204
    endpoint.forget_logins()
    for _ in range(2):
        with pytest.raises(WinRMTransportError) as caught:
            command.send(b"lost\n")
        assert (caught.value.code, caught.value.response_text) == (400, "")
    command.protocol.transport.close_session()
    command.send(b"here\n")
    assert command.receive()[0] == b"here\n"


def test_a_send_can_time_out_although_it_was_done(
    endpoint: Endpoint, command: LiveCommand
) -> None:  # fact 217
    endpoint.connection_faults.next("Send", Interruption.FAULT_AFTER, 2150858793)
    with pytest.raises(WinRMOperationTimeoutError):
        command.send(b"done\n")
    assert command.receive()[0] == b"done\n"


def test_a_send_can_be_cut_before_it_is_done(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.connection_faults.next("Send", Interruption.DROP_BEFORE)
    with pytest.raises(ConnectionCut):
        command.send(b"lost\n")
    command.protocol.transport.close_session()
    command.send(b"here\n")
    assert command.receive()[0] == b"here\n"


def test_a_send_can_be_cut_after_it_is_done(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.connection_faults.next("Send", Interruption.DROP_AFTER)
    with pytest.raises(ConnectionCut):
        command.send(b"done\n")
    command.protocol.transport.close_session()
    assert command.receive()[0] == b"done\n"


@pytest.mark.parametrize("code", [170, 5, 995, 2150858843, 2150859174])
def test_a_fault_can_be_asked_for(endpoint: Endpoint, command: LiveCommand, code: int) -> None:  # fact 208
    endpoint.connection_faults.next("Send", Interruption.FAULT_BEFORE, code)
    with pytest.raises(WSManFaultError) as caught:
        command.send(b"lost\n")
    assert caught.value.wsman_fault_code == code


def test_an_interruption_happens_once_and_to_its_kind_alone(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.connection_faults.next("Receive", Interruption.FAULT_BEFORE, 170)
    command.send(b"here\n")
    with pytest.raises(WSManFaultError):
        command.receive()
    assert command.receive()[0] == b"here\n"


def test_a_login_can_be_forgotten_at_a_certain_request(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.connection_faults.next("Send", Interruption.FORGET_LOGIN)
    with pytest.raises(WinRMTransportError) as caught:
        command.send(b"lost\n")
    assert caught.value.code == 400


def test_a_slow_pipe_brings_pieces(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.connection_faults.piece_bytes = 3
    command.send(b"1234567")
    assert [command.receive()[0] for _ in range(3)] == [b"123", b"456", b"7"]


def test_newlines_can_come_apart_from_their_lines(
    endpoint: Endpoint, command: LiveCommand
) -> None:  # fact 216, switched
    endpoint.connection_faults.splits_newlines = True
    command.send(b"one\r\ntwo\n")
    assert [command.receive()[0] for _ in range(4)] == [b"one", b"\r\n", b"two", b"\n"]


def test_noise_comes_before_the_first_word_of_a_command(endpoint: Endpoint) -> None:
    endpoint.connection_faults.stdout_noise = b"profile says hello\r\n"
    endpoint.connection_faults.stderr_noise = b"#< CLIXML\r\n<Objs/>"
    command = LiveCommand(pywinrm(endpoint), "echo hello")
    assert command.receive()[:2] == (b"profile says hello\r\nhello\r\n", b"#< CLIXML\r\n<Objs/>")


def test_a_silent_command_starts_and_says_nothing(endpoint: Endpoint) -> None:
    endpoint.connection_faults.is_silent = True
    command = LiveCommand(pywinrm(endpoint, operation_timeout_sec=1), "more")
    command.send(b"hello?\n")
    with pytest.raises(WinRMOperationTimeoutError):
        command.receive()


def test_garbage_can_be_written_into_the_output(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.shells.outputs()[0].write(b"#hvtree#{half a li")
    assert command.receive()[0] == b"#hvtree#{half a li"


def test_a_process_can_end_by_itself(endpoint: Endpoint, command: LiveCommand) -> None:
    endpoint.shells.outputs()[0].end(9)
    assert command.receive()[2:] == (9, True)


def test_a_receive_that_is_cut_by_delete_can_end_with_995(
    endpoint: Endpoint, command: LiveCommand
) -> None:  # fact 215, switched
    endpoint.connection_faults.aborts_receive = True

    def close() -> None:
        assert endpoint.shells.wait_for_listener(WAIT_S)
        pywinrm(endpoint).close_shell(command.shell)

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(WSManFaultError) as caught:
        command.receive()
    closer.join()
    assert caught.value.wsman_fault_code == 995


def test_each_exchange_is_counted_by_its_kind(endpoint: Endpoint, command: LiveCommand) -> None:
    command.send(b"here\n")
    command.receive()
    assert endpoint.exchanges.counts() == {"login": 3, "Create": 1, "Command": 1, "Send": 1, "Receive": 1}


def test_a_receive_that_brings_nothing_in_time_is_counted_apart(
    endpoint: Endpoint, command: LiveCommand
) -> None:
    endpoint.connection_faults.next("Receive", Interruption.FAULT_BEFORE, 2150858793)
    with pytest.raises(WinRMOperationTimeoutError):
        command.receive()
    counts = endpoint.exchanges.counts()
    assert (counts["quiet"], "Receive" in counts) == (1, False)


def test_the_delay_is_waited_twice_for_each_exchange(serve: Callable[..., Endpoint]) -> None:
    endpoint = serve(allow_basic=True)
    protocol = pywinrm(endpoint, "basic")
    protocol.open_shell()
    waited: list[float] = []
    endpoint.connection_faults.wait = waited.append
    endpoint.connection_faults.delay_s = 60.0
    protocol.open_shell()
    assert waited == [60.0, 60.0]


def test_a_user_may_have_only_so_many_shells(endpoint: Endpoint) -> None:  # fact 212, switched
    endpoint.connection_faults.most_shells = 1
    protocol = pywinrm(endpoint)
    protocol.open_shell()
    with pytest.raises(WSManFaultError) as caught:
        protocol.open_shell()
    assert caught.value.wsman_fault_code == 2150859174
    protocol.transport.close_session()


def test_a_denied_request_ends_with_fault_5_every_time(endpoint: Endpoint) -> None:  # facts 208, 213
    endpoint.connection_faults.denied = frozenset({"Create"})
    protocol = pywinrm(endpoint)
    for _ in range(2):
        with pytest.raises(WSManFaultError) as caught:
            protocol.open_shell()
        assert caught.value.wsman_fault_code == 5
    protocol.transport.close_session()


def test_a_shell_takes_only_so_many_commands_even_if_they_have_ended(
    endpoint: Endpoint,
) -> None:  # fact 211, switched
    endpoint.connection_faults.commands_per_shell = 2
    protocol = pywinrm(endpoint)
    shell = protocol.open_shell()
    for _ in range(2):
        protocol.cleanup_command(shell, protocol.run_command(shell, "hostname"))
    with pytest.raises(WSManFaultError, match="concurrent operations"):
        protocol.run_command(shell, "hostname")
    protocol.run_command(protocol.open_shell(), "hostname")
