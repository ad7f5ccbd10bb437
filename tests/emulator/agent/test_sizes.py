"""The picture first, sizes afterwards: what they cost the emulated host, and what they hold up."""

from __future__ import annotations

from typing import Any

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds
from tests.support.agents import Rpc

SLOW_S = 1.0


@pytest.fixture
def host(clock: VirtualClock) -> HyperV:
    return HyperV(worlds.contents("big:6x4", clock.now()), clock)


def picture(agent: Rpc) -> list[dict[str, Any]]:
    request = agent.ask("host.read", since=0, sizes=False)
    *parts, _ = agent.about(request)
    return [vm for part in parts for vm in part["part"]["vms"]]


def sizes_in(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [vm for message in messages if "part" in message for vm in message["part"]["vms"]]


def paths(host: HyperV) -> list[str]:
    return host.vhd_reads.paths


def test_a_picture_costs_no_get_vhd_and_says_nothing_of_sizes(agent: Rpc, host: HyperV) -> None:
    vms = picture(agent)
    assert not paths(host)
    assert all("disks" not in vm and vm["drives"] for vm in vms)
    assert not any("state_size" in checkpoint for vm in vms for checkpoint in vm["checkpoints"])


def test_sizes_say_what_a_reading_with_sizes_says_in_the_order_of_the_question(agent: Rpc) -> None:
    whole = {vm["id"]: vm for vm in agent.read()[0]}
    ids = [*reversed(whole), "00000000-0000-4000-8000-00000000dead"]
    found = sizes_in(agent.about(agent.ask("host.sizes", ids=ids)))
    assert [each["id"] for each in found] == list(reversed(whole))
    for each in found:
        vm = whole[each["id"]]
        assert each["disks"] == vm["disks"]
        assert each["states"] == {one["id"]: one["state_size"] for one in vm["checkpoints"]}


def test_on_slow_disks_each_vm_comes_when_it_is_known_and_nothing_else_waits(
    agent: Rpc, host: HyperV, clock: VirtualClock
) -> None:
    ids = [vm["id"] for vm in picture(agent)]
    host.faults.vhd_delay_s = SLOW_S
    request = agent.ask("host.sizes", ids=ids)
    assert agent.about(request) == []
    assert "time" in agent.call("ping")
    assert len(picture(agent)) == len(ids)
    clock.run_until(lambda: bool(sizes_in(agent.about(request))))
    assert [each["id"] for each in sizes_in(agent.about(request))] == ids[:1]
    clock.run_until(lambda: "ok" in agent.about(request)[-1])
    assert [each["id"] for each in sizes_in(agent.about(request))] == ids
    assert host.vhd_reads.most_at_once == 2
    assert host.vhd_reads.running == 0


def test_two_questions_at_the_same_time_open_each_file_once(
    agent: Rpc, host: HyperV, clock: VirtualClock
) -> None:
    ids = [vm["id"] for vm in picture(agent)]
    host.faults.vhd_delay_s = SLOW_S
    requests = [agent.ask("host.sizes", ids=ids), agent.ask("host.sizes", ids=ids)]
    clock.run_until(lambda: all("ok" in (agent.about(each) or [{}])[-1] for each in requests))
    assert all(len(sizes_in(agent.about(each))) == len(ids) for each in requests)
    assert len(paths(host)) == len(set(paths(host)))
    assert host.vhd_reads.most_at_once == 2


def test_cancelling_ends_the_question_and_keeps_what_was_sent(
    agent: Rpc, host: HyperV, clock: VirtualClock
) -> None:
    ids = [vm["id"] for vm in picture(agent)]
    host.faults.vhd_delay_s = SLOW_S
    request = agent.ask("host.sizes", ids=ids)
    clock.run_until(lambda: bool(sizes_in(agent.about(request))))
    assert agent.call("request.cancel", request=request) == {"cancelled": True}
    assert agent.about(request)[-1]["ok"] == {}
    clock.advance(600)
    assert len(sizes_in(agent.about(request))) == 1
    assert host.vhd_reads.running == 0
    assert len(paths(host)) < len(sizes_in(agent.about(agent.ask("host.sizes", ids=ids)))) + 20


def test_only_files_that_came_are_opened_again(agent: Rpc, host: HyperV, clock: VirtualClock) -> None:
    vms = picture(agent)
    agent.call("host.sizes", ids=[vm["id"] for vm in vms])
    before = len(paths(host))
    agent.call("host.sizes", ids=[vm["id"] for vm in vms])
    assert len(paths(host)) == before
    host.checkpoint_vm(vm=[vms[0]["id"]])
    clock.run_until_idle()
    agent.call("host.sizes", ids=[vm["id"] for vm in vms])
    assert paths(host)[before:] == [host.get_vm(id=vms[0]["id"]).one().hard_drives[0].path]


def test_a_file_that_hangs_is_left_out_and_not_asked_again_for_a_minute(
    agent: Rpc, host: HyperV, clock: VirtualClock
) -> None:
    (vm, *_) = picture(agent)

    def sizes() -> dict[str, Any]:
        request = agent.ask("host.sizes", ids=[vm["id"]])
        clock.run_until(lambda: "ok" in (agent.about(request) or [{}])[-1], limit_s=31)
        (found,) = sizes_in(agent.about(request))
        return found

    host.faults.vhd_delay_s = 6.0
    assert sizes()["disks"] == []
    assert set(sizes()["states"]) == {each["id"] for each in vm["checkpoints"]}
    assert len(paths(host)) == 5, "nothing was asked again"
    host.faults.vhd_delay_s = 0.0
    clock.advance(61)
    assert len(sizes()["disks"]) == 5
    host.faults.vhd_delay_s = 3600
    host.checkpoint_vm(vm=[vm["id"]])
    clock.advance(60)
    assert len(sizes()["disks"]) == 5


def test_a_reading_with_sizes_waits_for_them_and_a_ping_does_not(
    agent: Rpc, host: HyperV, clock: VirtualClock
) -> None:
    host.faults.vhd_delay_s = SLOW_S
    request = agent.ask("host.read", since=0)
    assert agent.about(request) == []
    assert "time" in agent.call("ping")
    clock.run_until(lambda: bool(agent.about(request)))
    assert sizes_in(agent.about(request))[0]["disks"]
    assert host.vhd_reads.most_at_once == 2


@pytest.mark.parametrize("args", [{}, {"ids": "a"}, {"ids": [1]}])
def test_a_question_for_sizes_without_a_list_of_ids_is_an_error(agent: Rpc, args: dict[str, Any]) -> None:
    assert agent.call("host.sizes", **args)["fqid"] == "HVTree.Protocol"
