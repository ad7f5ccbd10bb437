"""pywinrm against the emulated endpoint."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from requests.exceptions import SSLError
from winrm import Session
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from hvtree.emulator.winrm.certificate import self_signed
from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.waiting import WAIT_S
from tests.support.wsman_clients import ACCOUNT, LiveCommand, pywinrm

Serve = Callable[..., Endpoint]


def test_live_input_comes_back_over_encrypted_ntlm(endpoint: Endpoint) -> None:  # fact 202
    command = LiveCommand(pywinrm(endpoint), "more")
    command.send("é 漢字 😀\n".encode())
    assert command.receive() == ("é 漢字 😀\n".encode(), b"", -1, False)
    command.send(b"bye", end=True)
    assert command.receive() == (b"bye", b"", 0, True)


def test_two_protocols_share_a_shell_and_work_at_once(endpoint: Endpoint) -> None:  # fact 205
    sender = LiveCommand(pywinrm(endpoint), "more")
    receiver = pywinrm(endpoint)
    received: list[bytes] = []

    def listen() -> None:
        is_done = False
        while not is_done:
            stdout, _, _, is_done = receiver.get_command_output_raw(sender.shell, sender.id)
            received.append(stdout)

    thread = threading.Thread(target=listen)
    thread.start()
    for number in range(40):
        sender.send(b"%d\n" % number)
    sender.send(b"", end=True)
    thread.join()
    receiver.transport.close_session()
    assert b"".join(received).split() == [b"%d" % number for number in range(40)]


@pytest.mark.parametrize("user", ["demo", "DEMO", ".\\demo", "WORKSTATION\\demo"])
def test_the_user_may_be_written_in_several_ways(endpoint: Endpoint, user: str) -> None:
    protocol = pywinrm(endpoint, username=user)
    assert protocol.open_shell()


def test_a_wrong_password_is_answered_with_401(endpoint: Endpoint) -> None:  # fact 201
    with pytest.raises(InvalidCredentialsError):
        pywinrm(endpoint, password="wrong").open_shell()
    assert endpoint.exchanges.counts() == {"login": 2, "denied": 1}


def test_an_unknown_user_is_answered_with_401(endpoint: Endpoint) -> None:
    with pytest.raises(InvalidCredentialsError):
        pywinrm(endpoint, username="nobody").open_shell()


def test_unencrypted_messages_are_refused_with_a_bare_500(endpoint: Endpoint) -> None:  # fact 203
    with pytest.raises(WinRMTransportError) as caught:
        pywinrm(endpoint, message_encryption="never").open_shell()
    assert (caught.value.code, caught.value.response_text) == (500, "")


def test_unencrypted_messages_pass_where_they_are_allowed(serve: Serve) -> None:
    protocol = pywinrm(serve(allow_unencrypted=True), message_encryption="never")
    assert protocol.open_shell()


def test_basic_is_refused_unless_asked_for(endpoint: Endpoint) -> None:
    with pytest.raises(InvalidCredentialsError):
        pywinrm(endpoint, "basic").open_shell()


def test_basic_works_where_asked_for(serve: Serve) -> None:
    command = LiveCommand(pywinrm(serve(allow_basic=True), "basic"), "more")
    command.send("é\n".encode())
    assert command.receive()[0] == "é\n".encode()


def test_basic_with_a_wrong_password_is_answered_with_401(serve: Serve) -> None:
    with pytest.raises(InvalidCredentialsError):
        pywinrm(serve(allow_basic=True), "basic", password="wrong").open_shell()


@pytest.mark.parametrize("transport", ["ntlm", "ssl"])
def test_tls_works_with_its_certificate_as_authority(serve: Serve, transport: str, tmp_path: Path) -> None:
    certificate = self_signed()
    authority = tmp_path / "authority.pem"
    authority.write_bytes(certificate.certificate)
    endpoint = serve(certificate=certificate, allow_basic=True)
    command = LiveCommand(pywinrm(endpoint, transport, ca_trust_path=str(authority)), "more")
    command.send(b"over TLS\n")
    assert command.receive()[0] == b"over TLS\n"


def test_a_client_that_knows_nothing_of_the_certificate_does_not_connect(serve: Serve) -> None:
    with pytest.raises(SSLError):
        pywinrm(serve(certificate=self_signed())).open_shell()


def test_a_receive_without_output_ends_with_the_timeout_fault(endpoint: Endpoint) -> None:  # fact 209
    command = LiveCommand(pywinrm(endpoint, operation_timeout_sec=1), "more")
    with pytest.raises(WinRMOperationTimeoutError):
        command.receive()


def test_an_unknown_shell_is_fault_2150858843(endpoint: Endpoint) -> None:  # fact 208
    with pytest.raises(WSManFaultError) as caught:
        pywinrm(endpoint).run_command("00000000-0000-0000-0000-000000000000", "more")
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (2150858843, "w:InvalidSelectors")


def test_a_command_is_unknown_after_its_termination(endpoint: Endpoint) -> None:
    command = LiveCommand(pywinrm(endpoint), "more")
    command.protocol.cleanup_command(command.shell, command.id)
    with pytest.raises(WSManFaultError) as caught:
        command.receive()
    assert caught.value.wsman_fault_code == 2150858843


def test_input_for_an_ended_command_is_fault_109(endpoint: Endpoint) -> None:  # fact 208
    command = LiveCommand(pywinrm(endpoint), "exit 3")
    with pytest.raises(WSManFaultError) as caught:
        command.send(b"too late")
    assert caught.value.wsman_fault_code == 109


def test_an_executable_without_its_path_is_not_found_when_cmd_is_skipped(
    endpoint: Endpoint,
) -> None:  # fact 224
    with pytest.raises(WSManFaultError) as caught:
        LiveCommand(pywinrm(endpoint), "powershell.exe", skip_cmd_shell=True)
    assert caught.value.wsman_fault_code == 2147942402


def test_cmd_reports_an_unknown_name_on_standard_error(endpoint: Endpoint) -> None:
    _, stderr, code, is_done = LiveCommand(pywinrm(endpoint), "frobnicate").receive()
    assert (b"'frobnicate' is not recognized" in stderr, code, is_done) == (True, 1, True)


def test_cmd_runs_another_command_line(endpoint: Endpoint) -> None:
    assert LiveCommand(pywinrm(endpoint), '"C:\\Windows\\cmd.exe" /c hostname').receive()[0] == b"XHOST16\r\n"


def test_a_program_that_waits_for_the_end_of_its_input_gets_it(endpoint: Endpoint) -> None:
    command = LiveCommand(pywinrm(endpoint), "sort")
    command.send(b"b\n")
    command.send(b"a\n", end=True)
    assert command.receive() == (b"a\nb\n", b"", 0, True)


def test_deleting_the_shell_from_another_connection_ends_a_waiting_receive(
    endpoint: Endpoint,
) -> None:  # fact 215
    command = LiveCommand(pywinrm(endpoint), "more")

    def close() -> None:
        assert endpoint.shells.wait_for_listener(WAIT_S)
        pywinrm(endpoint).close_shell(command.shell)

    closer = threading.Thread(target=close)
    closer.start()
    assert command.receive()[3] is True
    closer.join()


def test_a_large_output_comes_in_envelopes_that_fit(endpoint: Endpoint) -> None:  # fact 210
    command = LiveCommand(pywinrm(endpoint), "more")
    command.send(b"x" * 200_000)
    sizes = [len(command.receive()[0]), len(command.receive()[0])]
    assert (sum(sizes), 100_000 < sizes[0] < 115_200) == (200_000, True)


def test_run_cmd_takes_five_exchanges_besides_the_login(endpoint: Endpoint) -> None:
    login = (ACCOUNT.user, ACCOUNT.password)
    session = Session(endpoint.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
    assert session.run_cmd("echo", ["hello"]).std_out == b"hello\r\n"
    assert endpoint.exchanges.counts() == {
        "login": 3,
        "Create": 1,
        "Command": 1,
        "Receive": 1,
        "Signal": 1,
        "Delete": 1,
    }


def test_a_command_line_that_is_too_long_for_cmd_is_not_begun(
    endpoint: Endpoint,
) -> None:  # facts 219 and 230
    login = (ACCOUNT.user, ACCOUNT.password)
    session = Session(endpoint.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
    longest = "echo ".ljust(8_191, "x")
    taken, refused = session.run_cmd(longest), session.run_cmd(longest + "x")
    assert (taken.std_out, taken.status_code) == (f"{longest.removeprefix('echo ')}\r\n".encode(), 0)
    assert (refused.std_out, refused.status_code) == (b"", 1)
    assert refused.std_err == b"The command line is too long.\r\n"
