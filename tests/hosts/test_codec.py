"""Decoding on the thread that receives: all of the work is done there, by one host at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.sizes import Sized, measured
from hvtree.hosts import wire
from hvtree.hosts.codec import Decoder
from hvtree.hosts.turn import Turn
from hvtree.values import replace
from tests.support.scripted_agent import vm

PATH = "a-now.avhdx"


class Observed(Mapping[str, VirtualMachine]):
    """VMs that note whether a turn was held whenever somebody asked for one."""

    def __init__(self, vms: Mapping[str, VirtualMachine], turn: Turn) -> None:
        self._vms, self._turn = vms, turn
        self.held: list[bool] = []

    def __getitem__(self, vm_id: str) -> VirtualMachine:
        self.held.append(self._turn.is_taken)
        return self._vms[vm_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._vms)

    def __len__(self) -> int:
        return len(self._vms)


def line(*vms: dict[str, Any]) -> bytes:
    return wire.agent_line(msgspec.json.encode({"id": "1", "part": {"vms": vms}}))


def drawn(*, is_about_sizes: bool = False) -> tuple[Decoder, VirtualMachine, Turn]:
    """Return a decoder that knows a VM without its sizes, that VM, and the decoder's turn."""
    (news,) = Decoder().feed(line(vm("a", drives=[PATH])))
    turn = Turn()
    decoder = Decoder(is_about_sizes=lambda _: is_about_sizes, turn=turn)
    return decoder, news.vms[0], turn


def sized(decoder: Decoder, known: VirtualMachine) -> Sized:
    decoder.known = {known.id: known}
    disks = [{"path": PATH, "size": 1000, "virtual": 9}]
    (news,) = decoder.feed(line({"id": "a", "disks": disks, "states": {}}))
    return news.sizes[0]


def test_a_vm_is_put_together_with_its_sizes_before_the_loop_sees_them() -> None:
    decoder, known, _ = drawn(is_about_sizes=True)
    found = sized(decoder, known)
    assert found.on(known, is_current=True) is found.after
    assert found.after is not None
    assert found.after.is_measured
    assert found.after.space.written_bytes == 1000


def test_a_vm_that_has_changed_meanwhile_gets_its_sizes_all_the_same() -> None:
    decoder, known, _ = drawn(is_about_sizes=True)
    found = sized(decoder, known)
    changed = replace(known, state=VmState.SAVED)
    for is_current in (True, False):
        assert found.on(changed, is_current=is_current) == measured(
            changed, found.found, is_current=is_current
        )


def test_hosts_decode_one_message_at_a_time_and_hand_it_on_between_their_turns() -> None:
    decoder, known, turn = drawn()
    observed = Observed({known.id: known}, turn)
    decoder.known = observed
    for news in decoder.feed(line(vm("a", drives=[PATH])) * 2):
        assert news.vms == (known,)
        assert not turn.is_taken
    assert observed.held == [True, True]
