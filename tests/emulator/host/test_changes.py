"""Revisions: which VMs an incremental reading names."""

from __future__ import annotations

from hvtree.emulator.cmdlets.lifecycle import NewVm
from tests.support.virtual_host import VirtualHost, guid, virtual_host, vm_spec


def two() -> VirtualHost:
    return virtual_host(vm_spec("a", "base*"), vm_spec("b", "base*"))


def test_from_the_beginning_every_vm_is_named_in_the_hosts_order() -> None:
    host = two().host
    assert host.changed_since(0).changed == (guid("a"), guid("b"))


def test_only_the_vm_that_changed_is_named() -> None:
    host = two().host
    before = host.revision
    host.rename_vm_snapshot("b", "base", new_name="new")
    news = host.changed_since(before)
    assert (news.changed, news.removed) == ((guid("b"),), ())
    assert news.revision == host.revision > before
    assert host.changed_since(news.revision).changed == ()


def test_a_removed_vm_is_named_and_a_new_one_too() -> None:
    lab = two()
    before = lab.host.revision
    lab.host.remove_vm("a")
    made = lab.do(lab.host.new_vm(NewVm("c", path="D:\\VMs")))
    news = lab.host.changed_since(before)
    assert (news.changed, news.removed) == ((made.id,), (guid("a"),))


def test_reading_changes_nothing() -> None:
    host = two().host
    before = host.revision
    host.get_vm()
    host.get_vm_snapshot("a")
    host.read_vm(guid("a"))
    assert host.revision == before


def test_a_listener_hears_of_changes_until_it_ends() -> None:
    lab = two()
    heard: list[int] = []
    end = lab.host.on_change(heard.append)
    lab.host.rename_vm_snapshot("b", "base", new_name="new")
    assert heard == [lab.host.revision]
    end()
    lab.host.rename_vm_snapshot("b", "new", new_name="newer")
    assert len(heard) == 1


def test_a_listener_may_call_the_host() -> None:
    lab = two()
    names: list[str] = []
    lab.host.on_change(lambda _: names.extend(one.name for one in lab.host.get_vm_snapshot("b")))
    lab.host.rename_vm_snapshot("b", "base", new_name="new")
    assert names == ["new"]


def test_the_percentage_of_a_merge_is_news_about_once_a_second() -> None:
    lab = virtual_host("a(b*)", details={"writes": "20 GB"})
    lab.finish(lab.host.remove_vm_snapshot("vm", "a"))
    lab.clock.run_until(lambda: lab.vm().status == "Merging disks")
    before = lab.host.revision
    lab.clock.advance(50)
    assert 40 <= lab.host.revision - before <= 51
    assert lab.reading().revision == lab.host.revision
