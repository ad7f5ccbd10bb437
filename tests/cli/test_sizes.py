"""What the terminal prints has its sizes, also on a host that is slow to tell them."""

from __future__ import annotations

from hvtree.cli.state_json import state_record
from hvtree.values import replace
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Terminal
from tests.support.trees import lab, vm


def test_show_waits_for_all_sizes(hvtree: Terminal, host: RemoteHost) -> None:
    host.hyperv.faults.vhd_delay_s = 0.01
    record = hvtree.on(host, "show", "--json").json
    assert all(vm["is_measured"] for vm in record["vms"])
    sizes = [each["size_bytes"] for vm in record["vms"] for each in vm["checkpoints"]]
    assert sizes
    assert None not in sizes
    assert "…" not in hvtree.on(host, "show").out
    assert host.hyperv.vhd_reads.most_at_once == 2


def test_a_plan_has_the_bytes_of_its_vm_and_opens_no_other_files(hvtree: Terminal, host: RemoteHost) -> None:
    host.hyperv.faults.vhd_delay_s = 0.01
    plan = hvtree.on(host, "plan delete --json", "side").json
    kinds = [each["kind"] for each in plan["consequences"]]
    assert "sizes-unknown" not in kinds
    assert any(kind.startswith("frees-") for kind in kinds)


def test_a_table_of_what_a_name_may_mean_has_sizes(hvtree: Terminal, host: RemoteHost) -> None:
    host.hyperv.faults.vhd_delay_s = 0.01
    web = host.hyperv.get_vm(name="web").one()
    snapshot = host.hyperv.get_vm_snapshot(vm=[web.id], name="side").one()
    other = next(each for each in host.hyperv.get_vm_snapshot(vm=[web.id]).objects if each.id != snapshot.id)
    host.hyperv.rename_vm_snapshot(vm_snapshot=other.id, new_name="side")
    said = hvtree.on(host, "plan delete", "side")
    assert "means 2 checkpoints" in said.err
    assert "…" not in said.err


def test_what_a_host_has_not_told_is_null_and_never_0() -> None:
    whole = vm("base(p1*)", "web")
    bare = tuple(replace(each, state_bytes=None, size_bytes=None) for each in whole.checkpoints)
    (record,) = state_record(lab(web=replace(whole, checkpoints=bare, files=(), is_measured=False)))["vms"]
    assert record["space"] == dict.fromkeys(("checkpoint_bytes", "leftover_bytes", "written_bytes"))
    assert {each["size_bytes"] for each in record["checkpoints"]} == {None}
    assert record["is_measured"] is False
