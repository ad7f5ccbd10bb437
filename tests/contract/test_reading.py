"""Readings: the same over every backend, only what changed after a revision, few and many VMs, the same name twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from hvtree.domain.model import VirtualMachine
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import HostSpec, VmSpec
from hvtree.hosts.inventory import vms_of
from hvtree.values import replace
from tests.support.agent_answer import Answer
from tests.support.agent_connection import AgentConnection
from tests.support.backends import (
    MEMORY,
    NEED_POWERSHELL,
    SCRIPT_WINRM,
    VOLUMES,
    Backend,
    backend_for,
    hosting,
)
from tests.support.virtual_host import vm_spec, world_of

Domain = dict[str, VirtualMachine]


@pytest.fixture(scope="module")
def still() -> HyperV:
    """The lab on a day on which time stands still, so that all backends see the same."""
    clock = VirtualClock()
    return HyperV(worlds.contents("lab", clock.now()), clock)


@dataclass
class Reading:
    """What a backend says about a host: asked once, and again by the next test if no answer came."""

    backend: Backend
    _answer: Answer | None = None

    @property
    def answer(self) -> Answer:
        if self._answer is None:
            self._answer = self.backend.connection.ask("host.read", since=0)
        return self._answer


@pytest.fixture(scope="module")
def memory_reading(still: HyperV) -> Iterator[Reading]:
    with backend_for(still, MEMORY) as backend:
        yield Reading(backend)


@pytest.fixture(scope="module")
def backend_reading(still: HyperV, backend_name: str) -> Iterator[Reading]:
    with backend_for(still, backend_name) as backend:
        yield Reading(backend)


@pytest.fixture
def by_memory(memory_reading: Reading) -> Answer:
    """What the agent in this process says about it."""
    return memory_reading.answer


@pytest.fixture
def by_backend(backend_reading: Reading) -> Answer:
    """What is said about it over a backend."""
    return backend_reading.answer


def domain(answer: Answer) -> Domain:
    """Return the VMs as HVTree sees them; the order of files means nothing."""
    vms = [vm for part in answer.parts for vm in vms_of(msgspec.json.encode(part), MappingProxyType({}))]
    return {vm.id: replace(vm, files=tuple(sorted(vm.files, key=lambda file: file.path))) for vm in vms}


def test_every_backend_tells_the_same_vms_in_the_same_order(by_memory: Answer, by_backend: Answer) -> None:
    assert list(domain(by_backend)) == list(domain(by_memory))


FIELDS = VirtualMachine.__struct_fields__


@pytest.mark.parametrize("name", FIELDS)
def test_every_backend_tells_the_same_of_each_vm(by_memory: Answer, by_backend: Answer, name: str) -> None:
    expected = {vm.name: getattr(vm, name) for vm in domain(by_memory).values()}
    assert {vm.name: getattr(vm, name) for vm in domain(by_backend).values()} == expected


def test_every_backend_tells_the_same_volumes(by_memory: Answer, by_backend: Answer) -> None:
    assert by_backend.ok["volumes"] == by_memory.ok["volumes"]


def test_every_backend_tells_the_same_host(by_memory: Answer, by_backend: Answer) -> None:
    assert by_backend.ok["host"] == by_memory.ok["host"] == "xHost16"


def test_a_reading_without_a_revision_is_full(connection: AgentConnection) -> None:
    end = connection.ask("host.read", since=0).ok
    assert (end["full"], end.get("removed", [])) == (True, [])


def test_a_revision_that_the_host_has_never_had_brings_everything(connection: AgentConnection) -> None:
    answer = connection.ask("host.read", since=10**12)
    assert answer.ok["full"] is True
    assert len(answer.vms) > 1


def test_a_later_reading_brings_what_changed_and_nothing_else(
    backend: Backend, connection: AgentConnection
) -> None:
    changed, other = backend.vm(), backend.vm()
    revision = connection.ask("host.read", since=0).ok["revision"]
    backend.host.rename_vm_snapshot(
        vm_snapshot=changed["checkpoints"][0]["id"], new_name="renamed by somebody else"
    )
    answer = connection.ask("host.read", since=revision)
    told = {vm["id"]: vm for vm in answer.vms}
    assert answer.ok["full"] is False
    assert told[changed["id"]]["checkpoints"][0]["name"] == "renamed by somebody else"
    assert other["id"] not in told


def test_a_later_reading_names_the_vms_that_are_gone(backend: Backend, connection: AgentConnection) -> None:
    gone = backend.vm("Off")
    revision = connection.ask("host.read", since=0).ok["revision"]
    backend.host.remove_vm(vm=gone["id"])
    assert connection.ask("host.read", since=revision).ok["removed"] == [gone["id"]]


def test_changes_of_settings_are_told(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    revision = connection.ask("host.read", since=0).ok["revision"]
    backend.host.rename_vm(vm=vm["id"], new_name="another name")
    (told,) = (each for each in connection.ask("host.read", since=revision).vms if each["id"] == vm["id"])
    assert told["name"] == "another name"


def reading_of(backend_name: str, *specs: Any) -> Answer:
    """Return the reading of a host of one's own."""
    with hosting(world_of(*specs, volumes=VOLUMES)) as host, backend_for(host, backend_name) as backend:
        return backend.connection.ask("host.read", since=0)


@pytest.fixture(params=[MEMORY, SCRIPT_WINRM])
def either_end(request: pytest.FixtureRequest) -> str:
    """The shortest backend or the longest: what takes a host of its own is not done on all four."""
    if request.param in NEED_POWERSHELL:
        request.getfixturevalue("powershell")
    return str(request.param)


def test_a_host_without_vms_is_read(either_end: str) -> None:
    answer = reading_of(either_end)
    assert (answer.vms, answer.ok["full"]) == ([], True)


def test_a_host_with_1_024_vms_is_read_in_parts(either_end: str) -> None:
    specs = [vm_spec(f"vm{number:04}", "base(p1*)" if number < 50 else "*") for number in range(1024)]
    answer = reading_of(either_end, *specs)
    assert len(answer.parts) > 1
    assert [vm["id"] for vm in answer.vms] == [spec.id for spec in specs]


def test_two_vms_and_their_checkpoints_may_have_the_same_names(either_end: str) -> None:
    first, second = (called(vm_spec(name, "base(p1(p2*))"), "twin", "same") for name in ("a", "b"))
    answer = reading_of(either_end, first, second)
    assert [vm["name"] for vm in answer.vms] == ["twin", "twin"]
    assert [each["name"] for vm in answer.vms for each in vm["checkpoints"]] == ["same"] * 6
    assert [vm["parent"] for vm in answer.vms] == [first.now, second.now]


def called(spec: VmSpec, name: str, checkpoint: str) -> VmSpec:
    """Return a VM with another name, and with one name for all its checkpoints."""
    checkpoints = tuple(msgspec.structs.replace(each, name=checkpoint) for each in spec.checkpoints)
    return msgspec.structs.replace(spec, name=name, checkpoints=checkpoints)


@pytest.mark.parametrize("release", ["2016", "2022"])
def test_every_release_tells_that_checkpoints_are_disabled(
    backend_name: str, release: str
) -> None:  # fact 95
    host = HostSpec("HOST", os=f"Microsoft Windows Server {release} Standard")
    world = world_of(vm_spec("vm", "base*", checkpoint_type="Disabled"), host=host)
    with hosting(world) as hyperv, backend_for(hyperv, backend_name) as backend:
        assert backend.vm()["checkpoint_type"] == "Disabled"
