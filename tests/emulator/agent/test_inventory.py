"""Reading the host: everything, what changed since, and events about changes."""

from __future__ import annotations

import msgspec
import pytest

from hvtree.emulator.agent.inventory import Inventory
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds
from hvtree.hosts.messages import PART_CHECKPOINTS, VmRecord
from tests.support.agents import Rpc

WEB = "a0000000-0000-4000-8000-000000000001"
DB = "a0000000-0000-4000-8000-000000000002"
PATCH1 = "c0000000-0000-4000-8000-000000000002"


def test_a_first_reading_is_full_and_in_the_order_of_the_host(agent: Rpc) -> None:
    vms, end = agent.read()
    assert [vm["name"] for vm in vms] == ["web", "db"]
    assert (end["host"], end["full"], end["taken_at"]) == ("PAIR", True, "2026-01-15T09:00:00.000000Z")
    assert {volume["name"] for volume in end["volumes"]} == {"C:", "D:"}


def test_the_end_of_a_reading_tells_how_far_the_clock_of_the_host_is_ahead() -> None:
    clock = VirtualClock()
    _, end = Rpc(HyperV(worlds.build(worlds.load("lab"), clock.now()), clock), clock).read()
    assert end["utc_offset"] == -240


def test_a_record_says_what_the_cmdlets_say(agent: Rpc, host: HyperV) -> None:  # fact 145
    (web, _), _ = agent.read()
    record = msgspec.convert(web, VmRecord)
    vm = host.get_vm(id=WEB).one()
    assert (record.state, record.parent, record.memory) == (
        "Running",
        vm.parent_snapshot_id,
        vm.memory_assigned,
    )
    assert record.drives == tuple(drive.path for drive in vm.hard_drives)
    patch1 = next(each for each in record.checkpoints if each.id == PATCH1)
    snapshot = host.get_vm_snapshot(id=PATCH1).one()
    assert (patch1.name, patch1.kind, patch1.saved) == ("patch1", "Standard", True)
    assert (patch1.parent, patch1.state_size) == (snapshot.parent_snapshot_id, snapshot.size_of_system_files)
    assert patch1.created.endswith("Z")
    assert isinstance(record.disks, tuple)
    root = next(disk for disk in record.disks if disk.parent is None)
    assert root.size == host.get_vhd(path=root.path).one().file_size


def test_what_a_vm_is_at_comes_by_the_names_of_the_module(agent: Rpc) -> None:
    agent.ask("vm.checkpoint", ids=[WEB], name="now")
    (web, _), _ = agent.read()
    assert (web["activity"], web["status"]) == ("CreatingSnapshot", "Creating checkpoint")


def test_a_later_reading_brings_only_what_changed(agent: Rpc) -> None:
    _, before = agent.read()
    agent.results("checkpoint.rename", ids=[PATCH1], name="renamed")
    vms, end = agent.read(before["revision"])
    assert [vm["name"] for vm in vms] == ["web"]
    assert "renamed" in [each["name"] for each in vms[0]["checkpoints"]]
    assert (end.get("full"), end["revision"] > before["revision"]) == (False, True)


def test_a_reading_without_changes_brings_no_vm(agent: Rpc) -> None:
    _, before = agent.read()
    assert agent.read(before["revision"]) == ([], before | {"full": False})


def test_a_revision_that_the_host_never_had_brings_everything(agent: Rpc) -> None:
    vms, end = agent.read(10_000)
    assert (len(vms), end["full"]) == (2, True)


def test_a_full_reading_after_changes_is_up_to_date(agent: Rpc) -> None:
    agent.read()
    agent.results("checkpoint.rename", ids=[PATCH1], name="renamed")
    vms, _ = agent.read()
    assert "renamed" in [each["name"] for each in vms[0]["checkpoints"]]


def test_a_caller_who_is_no_administrator_sees_no_vms(agent: Rpc, host: HyperV) -> None:
    agent.read()
    host.faults.is_listing_empty = True
    assert agent.read()[0] == []
    assert agent.call("host.import")["is_administrator"] is False


def test_a_caller_without_rights_cannot_read(agent: Rpc, host: HyperV) -> None:
    host.faults.is_access_denied = True
    assert agent.call("host.read")["fqid"] == "AccessDenied,Microsoft.HyperV.PowerShell.Commands.GetVM"


def test_a_large_inventory_comes_in_handy_parts() -> None:
    clock = VirtualClock()
    agent = Rpc(HyperV(worlds.contents("big:60x50", clock.now()), clock), clock)
    request = agent.ask("host.read")
    *parts, _ = agent.about(request)
    sizes = [sum(len(vm["checkpoints"]) for vm in part["part"]["vms"]) for part in parts]
    assert (sum(sizes), max(sizes) <= PART_CHECKPOINTS + 50, len(parts)) == (3000, True, 6)


def test_a_vm_is_encoded_once_for_all_agents_until_it_changes(host: HyperV) -> None:
    inventory = Inventory(host)

    def parts(since: int) -> list[bytes]:
        vm_ids, _ = inventory.read(since)
        return [bytes(part) for part in inventory.parts(vm_ids, sizes=False)]

    before = parts(0)
    _, end = inventory.read(0)
    assert parts(0) == before
    host.rename_vm_snapshot(vm_snapshot=PATCH1, new_name="renamed")
    assert b"renamed" in b"".join(parts(end.revision))


def test_a_watcher_hears_of_changes_within_two_seconds(agent: Rpc, host: HyperV) -> None:
    _, end = agent.read()
    agent.call("host.watch", on=True)
    host.rename_vm_snapshot(vm_snapshot=PATCH1, new_name="by somebody else")
    agent.clock.advance(2)
    assert agent.events("changed") == [{"revision": end["revision"] + 1}]


def test_many_changes_at_once_are_one_event(agent: Rpc, host: HyperV) -> None:
    agent.call("host.watch", on=True)
    for number in range(20):
        host.rename_vm_snapshot(vm_snapshot=PATCH1, new_name=f"name {number}")
    agent.clock.advance(2)
    assert agent.events("changed") == [{"revision": host.revision}]


def test_what_a_client_has_read_meanwhile_is_no_news(agent: Rpc, host: HyperV) -> None:
    agent.call("host.watch", on=True)
    host.rename_vm_snapshot(vm_snapshot=PATCH1, new_name="renamed")
    agent.read()
    agent.clock.advance(2)
    assert agent.events("changed") == []


def test_what_changed_between_reading_and_watching_is_news(agent: Rpc, host: HyperV) -> None:
    agent.read()
    host.rename_vm_snapshot(vm_snapshot=PATCH1, new_name="in between")
    agent.call("host.watch", on=True)
    agent.clock.advance(2)
    assert agent.events("changed") == [{"revision": host.revision}]


@pytest.mark.parametrize("end", ["host.watch", "exit"])
def test_nobody_is_told_after_the_watch_has_ended(agent: Rpc, host: HyperV, end: str) -> None:
    agent.call("host.watch", on=True)
    agent.call(end, on=False)
    host.rename_vm_snapshot(vm_snapshot=PATCH1, new_name="renamed")
    agent.clock.advance(2)
    assert agent.events("changed") == []
