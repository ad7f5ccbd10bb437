"""Shells and outputs without HTTP: what cannot be seen, or not quickly, through a client."""

from __future__ import annotations

import base64
import queue
import re
import threading

import pytest

from hvtree.emulator.powershell.programs import Programs
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.process import Chunk, ProcessOutput, Superseded, Taken
from hvtree.emulator.winrm.shells import SHELL_URI, Shells
from hvtree.emulator.winrm.soap import DEFAULT_ENVELOPE, NAMESPACES, WsmanFault, duration_s, read_request


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Caller:
    """Writes the envelopes for one `Shells`."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.shells = Shells(Programs("XHOST16"), ConnectionFaults(), envelope_kb=500, now=self.clock)
        self.shell = ""

    def __call__(self, name: str, body: str, console: str = "TRUE") -> str:
        namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
        request = read_request(
            f"<s:Envelope {namespaces}><s:Header><w:ResourceURI>{SHELL_URI}</w:ResourceURI><w:OperationTimeout>PT0.01S</w:OperationTimeout><w:SelectorSet>"
            f'<w:Selector Name="ShellID">{self.shell}</w:Selector></w:SelectorSet><w:OptionSet>'
            f'<w:Option Name="WINRS_CONSOLEMODE_STDIN">{console}</w:Option></w:OptionSet></s:Header>'
            f"<s:Body>{body}</s:Body></s:Envelope>".encode()
        )
        answer: str = getattr(self.shells, name)(request, "demo").body
        return answer

    def open(self, idle: str = "PT300S") -> None:
        created = self("create", f"<rsp:Shell><rsp:IdleTimeOut>{idle}</rsp:IdleTimeOut></rsp:Shell>")
        self.shell = re.findall(r'Name="ShellId">([^<]+)<', created)[0].lower()

    def start(self, command: str, console: str = "TRUE") -> str:
        line = f"<rsp:CommandLine><rsp:Command>{command}</rsp:Command></rsp:CommandLine>"
        started = self("command", line, console)
        return str(re.findall(r"<rsp:CommandId>([^<]+)<", started)[0])

    def send(self, command: str, data: bytes) -> str:
        text = base64.b64encode(data).decode()
        return self("send", f'<rsp:Send><rsp:Stream CommandId="{command}">{text}</rsp:Stream></rsp:Send>')

    def receive(self, command: str) -> str:
        return self("receive", f'<rsp:Receive><rsp:DesiredStream CommandId="{command}"/></rsp:Receive>')


@pytest.fixture
def caller() -> Caller:
    caller = Caller()
    caller.open()
    return caller


def test_an_idle_shell_is_closed_with_its_processes(caller: Caller) -> None:  # fact 214
    caller.start("more")
    output = caller.shells.outputs()[0]
    caller.clock.now_s = 301
    caller.shells.expire()
    assert output.exit_code == 1
    with pytest.raises(WsmanFault, match="not found"):
        caller.start("more")


def test_a_shell_in_use_is_not_idle(caller: Caller) -> None:  # fact 214
    command = caller.start("more")
    caller.clock.now_s = 200
    caller.send(command, b"still here")
    caller.clock.now_s = 400
    caller.shells.expire()
    assert "Running" in caller.receive(command)


def test_ids_of_shells_and_commands_may_be_in_lower_case(caller: Caller) -> None:  # fact 207
    command = caller.start("echo hello").lower()
    assert base64.b64encode(b"hello\r\n").decode() in caller.receive(command)


def test_a_done_command_gives_its_exit_code_and_ends_both_streams(caller: Caller) -> None:
    answer = caller.receive(caller.start("exit 7"))
    assert answer.count('End="true"') == 2
    assert "CommandState/Done" in answer
    assert "<rsp:ExitCode>7</rsp:ExitCode>" in answer


def test_input_that_is_not_base64_is_an_invalid_parameter(caller: Caller) -> None:
    command = caller.start("more")
    with pytest.raises(WsmanFault) as caught:
        caller("send", f'<rsp:Send><rsp:Stream CommandId="{command}">a</rsp:Stream></rsp:Send>')
    assert caught.value.code == 87


def test_ctrl_c_does_not_reach_a_command_with_a_pipe(caller: Caller) -> None:  # fact 218
    command = caller.start("more", console="FALSE")
    code = f"{NAMESPACES['rsp']}/signal/ctrl_c"
    caller("signal", f'<rsp:Signal CommandId="{command}"><rsp:Code>{code}</rsp:Code></rsp:Signal>')
    caller.send(command, b"alive")
    assert "Running" in caller.receive(command)


def test_ctrl_c_ends_a_command_with_a_console(caller: Caller) -> None:  # fact 218
    command = caller.start("more")
    code = f"{NAMESPACES['rsp']}/signal/ctrl_c"
    caller("signal", f'<rsp:Signal CommandId="{command}"><rsp:Code>{code}</rsp:Code></rsp:Signal>')
    assert "CommandState/Done" in caller.receive(command)


def test_an_unknown_signal_is_an_invalid_parameter(caller: Caller) -> None:
    command = caller.start("more")
    with pytest.raises(WsmanFault) as caught:
        caller("signal", f'<rsp:Signal CommandId="{command}"><rsp:Code>hello</rsp:Code></rsp:Signal>')
    assert caught.value.code == 87


def test_of_two_receives_only_the_later_one_gets_output() -> None:
    output = ProcessOutput()
    results: queue.Queue[Taken | Superseded | None] = queue.Queue()

    def wait() -> None:
        try:
            results.put(output.take(60, 1000))
        except Superseded as error:
            results.put(error)

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert isinstance(results.get(), Superseded)
    output.write(b"news")
    assert results.get() == Taken((Chunk("stdout", b"news"),))
    for thread in threads:
        thread.join()


def test_output_that_could_not_be_delivered_comes_again() -> None:
    output = ProcessOutput()
    output.write(b"one")
    taken = output.take(0, 1000)
    assert taken is not None
    output.write(b"two")
    output.put_back(taken)
    again = output.take(0, 1000)
    assert again is not None
    assert again.chunks == (Chunk("stdout", b"one"), Chunk("stdout", b"two"))


def test_the_exit_code_comes_with_the_last_output_only() -> None:
    output = ProcessOutput()
    output.write(b"123456")
    output.end(5)
    first, last = output.take(0, 4), output.take(0, 1000)
    assert first is not None
    assert last is not None
    assert (first.exit_code, last.exit_code) == (None, 5)


def test_many_small_pieces_of_output_do_not_exceed_the_envelope(caller: Caller) -> None:
    command = caller.start("more")
    for _ in range(3000):
        caller.send(command, b"line\n")
    assert len(caller.receive(command)) < DEFAULT_ENVELOPE


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT20S", 20), ("PT20.000S", 20), ("PT1H30M", 5400), ("P1DT1S", 86401), ("pt0.5s", 0.5), ("", 60)],
)
def test_durations_are_understood_in_every_form(text: str, seconds: float) -> None:  # fact 207
    assert duration_s(text, 60) == seconds


@pytest.mark.parametrize("text", ["20", "PT", "P", "soon"])
def test_what_is_no_duration_is_a_schema_fault(text: str) -> None:  # fact 225
    with pytest.raises(WsmanFault) as caught:
        duration_s(text, 60)
    assert caught.value.code == 2150858817
