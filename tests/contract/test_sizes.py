"""The picture and its sizes, over every backend: together they are a whole reading, and sizes hold nothing up."""

from __future__ import annotations

from types import MappingProxyType

import msgspec

from hvtree.domain.model import VirtualMachine
from hvtree.domain.sizes import measured
from hvtree.hosts.inventory import sizes_of, vms_of
from tests.support.agent_answer import Answer
from tests.support.agent_connection import AgentConnection
from tests.support.backends import SPEED, VOLUMES, Backend, backend_for, hosting
from tests.support.virtual_host import vm_spec, world_of

FILE_S = 2.0
"""Seconds that Get-VHD takes for a file where something has to come before it."""


def vms_in(answer: Answer) -> dict[str, VirtualMachine]:
    vms = [vm for part in answer.parts for vm in vms_of(msgspec.json.encode(part), MappingProxyType({}))]
    return {vm.id: vm for vm in vms}


def sizes_of_vm(vm: VirtualMachine) -> object:
    """Return all that has been measured of a VM; the order of its files means nothing."""
    files = sorted(vm.files, key=lambda file: file.path)
    return vm.is_measured, files, [(each.id, each.state_bytes, each.size_bytes) for each in vm.checkpoints]


def test_a_picture_and_its_sizes_are_a_whole_reading(backend: Backend, connection: AgentConnection) -> None:
    whole = vms_in(connection.ask("host.read", since=0))
    picture = vms_in(connection.ask("host.read", since=0, sizes=False))
    ids = [*reversed(picture), "00000000-0000-4000-8000-00000000dead"]
    found = [
        each.found
        for part in connection.ask("host.sizes", ids=ids).parts
        for each in sizes_of(msgspec.json.encode(part), {})
    ]
    assert [each.vm_id for each in found] == list(reversed(picture))
    for each in found:
        drawn = picture[each.vm_id]
        assert not drawn.is_measured
        assert drawn.drives == whole[each.vm_id].drives
        assert sizes_of_vm(measured(drawn, each)) == sizes_of_vm(whole[each.vm_id])


def test_sizes_on_slow_disks_hold_up_no_ping_and_no_reading_and_can_be_cancelled(backend_name: str) -> None:
    specs = [vm_spec(f"vm{number}", "a(b(c(d*)))") for number in range(3)]
    with hosting(world_of(*specs, volumes=VOLUMES)) as host, backend_for(host, backend_name) as backend:
        connection = backend.connection
        ids = list(vms_in(connection.ask("host.read", since=0, sizes=False)))
        host.faults.vhd_delay_s = FILE_S * SPEED
        request = connection.send("host.sizes", ids=ids)
        connection.ask("ping")
        assert len(connection.ask("host.read", since=0, sizes=False).vms) == len(ids)
        assert connection.ask("request.cancel", request=request).ok["cancelled"] is True
        assert len(connection.answer(request).parts) < len(ids)
        assert host.vhd_reads.most_at_once <= 2
        host.faults.vhd_delay_s = 0.0
