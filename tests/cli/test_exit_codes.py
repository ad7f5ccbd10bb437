"""Code 4 from end to end: hosts that are not as planned though they said OK, and outcomes that nobody heard."""

import io
import sys
from collections.abc import Callable

import pytest

from hvtree.emulator.host.faults import Fault
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Terminal


class Meanwhile(io.StringIO):
    """Standard error that lets something happen as soon as a word is written to it."""

    def __init__(self, word: str, act: Callable[[], object]) -> None:
        super().__init__()
        self._word = word
        self._act: Callable[[], object] | None = act

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._act and self._word in text:
            act, self._act = self._act, None
            act()
        return written


WhileRunning = Callable[[Callable[[], object]], None]


@pytest.fixture
def while_running(monkeypatch: pytest.MonkeyPatch) -> WhileRunning:
    """Lets something happen once a step is under way."""
    return lambda act: monkeypatch.setattr(sys, "stderr", Meanwhile("running", act))


def test_a_host_that_says_ok_and_is_not_as_planned_is_code_4(
    hvtree: Terminal, host: RemoteHost, while_running: WhileRunning
) -> None:
    while_running(lambda: host.hyperv.rename_vm_snapshot("web", "patch1", new_name="mine"))
    said = hvtree.on(host, "do rename", "side", "--name", "other", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (4, "differs"), said.last
    assert "Checkpoint ‘mine’ on VM ‘web’ should be called ‘patch1’." in said.last["message"]
    assert [step["phase"] for step in said.last["steps"]] == ["done"]


def test_an_answer_that_never_came_and_left_no_trace_is_code_4(
    hvtree: Terminal, host: RemoteHost, while_running: WhileRunning
) -> None:
    host.hyperv.faults.add(Fault(cmdlet="Export-VMSnapshot", delay_s=100_000))
    while_running(lambda: host.output.end(1))
    said = hvtree.on(host, "do export", "side", "--to", "D:\\Exports", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (4, "unknown")
    assert "do not show whether it was done" in said.last["message"]
    assert [step["phase"] for step in said.last["steps"]] == ["unknown"]


def test_an_answer_that_never_came_but_was_carried_out_is_code_0(
    hvtree: Terminal, host: RemoteHost, while_running: WhileRunning
) -> None:
    host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", delay_s=200))
    over = iter([True])  # for once: what comes later finds a host that answers

    def cut_off(_change: object) -> None:
        if next(over, False):
            host.output.end(1)

    while_running(lambda: host.hyperv.on_change(cut_off))
    said = hvtree.on(host, "do checkpoint", "db", "--name", "heard by nobody", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned"), said.last
    assert "interrupted" in said.last["message"]
