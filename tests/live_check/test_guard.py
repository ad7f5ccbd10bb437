"""The guard of the live tests: nothing gets to a host that could touch anything but scratch VMs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hvtree.hosts import wire
from tests.live.guard import NOBODY, Forbidden, Guard, is_ours
from tests.live.pipe_connection import GuardedConnection
from tests.support.agent_answer import Answer

OURS, THEIRS = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
OUR_CHECKPOINT, THEIR_CHECKPOINT = (
    "11111111-0000-4000-8000-0000000000c1",
    "22222222-0000-4000-8000-0000000000c2",
)
NAME = "hvtree-live-0a1b2c3d-1"
TEXT = b"the text of the script\n"
FOLDER = "D:\\VMs\\hvtree-live-0a1b2c3d"


@pytest.fixture
def guard() -> Guard:
    """A guard that knows a scratch VM, and has heard of another one."""
    guard = Guard(FOLDER)
    guard.admit(OURS, NAME)
    vms = [
        {"id": OURS, "name": NAME, "checkpoints": [{"id": OUR_CHECKPOINT}]},
        {"id": THEIRS, "name": "payroll", "checkpoints": [{"id": THEIR_CHECKPOINT}]},
    ]
    guard.learn(Answer({"ok": {}}, [{"vms": vms}]))
    return guard


def line(verb: str, **args: Any) -> bytes:
    return wire.client_line(wire.ascii_json({"id": "r1", "verb": verb, "args": args}))


@pytest.mark.parametrize(
    "harmless",
    [
        line("vm.start", ids=[OURS]),
        line("vm.start", ids=[OURS.upper(), NOBODY]),
        line("vm.start"),
        line("checkpoint.delete", ids=[OUR_CHECKPOINT]),
        line("checkpoint.export", ids=[OUR_CHECKPOINT], path=FOLDER + "\\export"),
        line("host.read", since=0),
        line("scratch.make", name=NAME, folder=FOLDER),
        line("scratch.try", vm=OURS, checkpoint=OUR_CHECKPOINT, cmdlet="Get-VM -Id"),
        b"garbage\n",
        b"\n",
    ],
)
def test_what_is_about_scratch_vms_only_goes_through(guard: Guard, harmless: bytes) -> None:
    guard.check(harmless)


@pytest.mark.parametrize(
    "harmful",
    [
        line("vm.turn_off", ids=[THEIRS]),
        line("vm.turn_off", ids=[OURS, THEIRS]),
        line("vm.turn_off", ids=[OUR_CHECKPOINT]),
        line("vm.turn_off", ids=THEIRS),
        line("vm.turn_off", ids=[7]),
        line("vm.explode", ids=[THEIRS]),
        line("host.explode", ids=[OURS]),
        line("checkpoint.delete", ids=[THEIR_CHECKPOINT]),
        line("checkpoint.delete_subtree", ids=[OUR_CHECKPOINT, THEIR_CHECKPOINT]),
        line("checkpoint.export", ids=[OUR_CHECKPOINT], path="D:\\VMs"),
        line("checkpoint.export", ids=[OUR_CHECKPOINT], path=FOLDER + "\\..\\other"),
        line("checkpoint.export", ids=[OUR_CHECKPOINT], path=FOLDER + "-more"),
        line("checkpoint.export", ids=[OUR_CHECKPOINT], path="\\\\nas\\share"),
        line("scratch.remove", vms=[OURS, THEIRS]),
        line("scratch.set", vm=THEIRS, notes="x"),
        line("scratch.set", vm=OURS, name="payroll"),
        line("scratch.set", vm=OURS, checkpoint=THEIR_CHECKPOINT, text="x"),
        line("scratch.make", name="payroll", folder=FOLDER),
        line("scratch.make", folder=FOLDER),
        line("scratch.make", name=NAME, folder="D:\\VMs"),
        line("scratch.drop", folder="D:\\VMs"),
        line("scratch.explode"),
        line("vm.turn_off", ids=[THEIRS], padding="x" * 100_000),
        b'{"id": "r1", "verb": "vm.turn_off", "args": {"ids": ["' + THEIRS.encode() + b'"]},}\n',
    ],
)
def test_what_could_touch_anything_else_does_not(guard: Guard, harmful: bytes) -> None:
    with pytest.raises(Forbidden):
        guard.check(harmful)


def test_nothing_may_be_written_before_there_is_a_folder() -> None:
    guard = Guard()
    guard.admit(OURS, NAME)
    with pytest.raises(Forbidden):
        guard.check(line("scratch.make", name=NAME, folder=""))


@pytest.mark.parametrize(
    "name", ["payroll", "hvtree-live-", "hvtree-live-notes", f"x{NAME}", f"{NAME}\n", ""]
)
def test_a_vm_with_another_name_is_never_taken_as_ours(name: str) -> None:
    assert not is_ours(name)
    with pytest.raises(Forbidden):
        Guard().admit(OURS, name)


def test_the_checkpoints_that_a_request_has_made_are_ours(guard: Guard) -> None:
    made = "11111111-0000-4000-8000-0000000000c9"
    guard.learn(Answer({"ok": {"results": [{"id": OURS, "checkpoint": made}]}}))
    guard.check(line("checkpoint.apply", ids=[made]))


def test_the_vms_of_others_are_known_so_that_they_can_be_kept_out_of_the_file(guard: Guard) -> None:
    assert guard.others == {THEIRS: "payroll"}


class Wire:
    """The end of the backend: what has been sent."""

    mode = "none"

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def receive(self) -> bytes:
        return b""

    def stop_receiving(self) -> None:
        pass

    def end(self) -> None:
        pass

    def kill(self) -> None:
        pass


def test_nothing_of_a_harmful_line_is_sent_whatever_pieces_it_is_written_in(guard: Guard) -> None:
    pipe = Wire()
    connection = GuardedConnection(pipe, TEXT, guard)  # type: ignore[arg-type]
    harmful = line("vm.turn_off", ids=[THEIRS])
    for start in range(0, len(harmful) - 5, 5):
        connection.write(harmful[start : start + 5])
    with pytest.raises(Forbidden):
        connection.write(harmful[start + 5 :])
    connection.write(line("ping"))
    connection.close()
    assert pipe.sent[0] == TEXT
    assert [json.loads(sent)["verb"] for sent in pipe.sent[1:]] == ["ping"]


def test_a_harmless_line_is_sent_in_the_pieces_in_which_it_was_written(guard: Guard) -> None:
    pipe = Wire()
    connection = GuardedConnection(pipe, TEXT, guard)  # type: ignore[arg-type]
    pieces = [b'{"id": "a", ', b'"verb": "ping"', b"}\n"]
    for piece in pieces:
        connection.write(piece)
    connection.close()
    assert pipe.sent == [TEXT, *pieces]
