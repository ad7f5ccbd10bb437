"""Leases: a host that hears nothing more from its client brings the VMs back by itself that were stopped for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Any

import pytest

from hvtree.emulator.host.faults import Fault
from hvtree.emulator.worlds.schema import World
from tests.support.agent_answer import Message
from tests.support.agent_connection import AgentConnection
from tests.support.backends import (
    SPEED,
    Backend,
    backend_for,
    checkpoint,
    hosting,
)
from tests.support.virtual_host import vm_spec, world_of
from tests.support.waiting import comes_true

LONG = 240
"""Seconds of a lease that does not run out while a test lasts."""


def running_vms() -> World:
    """Return a world in which most VMs run."""
    states = 28 * ["Running"] + 4 * ["Paused"] + ["Off"]
    memory = {"memory": True}
    return world_of(
        *(
            vm_spec(f"vm{number:02}", "p1(p2*)", details=memory, state=state, memory=1 << 28)
            for number, state in enumerate(states)
        )
    )


@pytest.fixture(scope="module")
def backend(backend_name: str) -> Iterator[Backend]:
    """A backend to a host of its own: these tests use up many VMs that run."""
    with hosting(running_vms()) as host, backend_for(host, backend_name) as backend:
        yield backend


@pytest.fixture
def client(backend: Backend) -> Iterator[AgentConnection]:
    """An agent of one's own, which may end."""
    with closing(connected(backend)) as connection:
        yield connection


def connected(backend: Backend) -> AgentConnection:
    connection = backend.connect()
    connection.event("hello")
    connection.ask("host.import")
    return connection


def lease(
    *running: Message, seconds: int = LONG, paused: tuple[Message, ...] = (), name: str = "job"
) -> Message:
    return {
        "id": name,
        "seconds": seconds,
        "running": [vm["id"] for vm in running],
        "paused": [vm["id"] for vm in paused],
    }


def come_to_be(backend: Backend, *expected: tuple[Message, str]) -> bool:
    """Wait until VMs are in these states."""
    return comes_true(lambda: all(backend.state(vm["id"]) == state for vm, state in expected))


def has_ended(connection: AgentConnection) -> bool:
    return comes_true(lambda: connection.is_over)


@pytest.mark.parametrize("verb", ["vm.suspend", "vm.save", "vm.turn_off"])
def test_a_vm_that_ran_is_brought_back_after_a_silence(
    backend: Backend, client: AgentConnection, verb: str
) -> None:
    vm = backend.vm("Running")
    client.send(verb, ids=[vm["id"]], lease=lease(vm, seconds=2))
    assert has_ended(client)
    assert backend.state(vm["id"]) == "Running"


def test_the_end_of_the_input_counts_as_the_end_of_the_client(
    backend: Backend, client: AgentConnection
) -> None:
    vm = backend.vm("Running")
    client.ask("vm.suspend", ids=[vm["id"]], lease=lease(vm))
    client.end_input()
    assert come_to_be(backend, (vm, "Running"))
    assert has_ended(client)


def test_a_vm_that_somebody_else_has_brought_back_is_none_of_ours_from_then_on(
    backend: Backend, client: AgentConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, away = backend.vm("Running"), backend.vm("Running")
    client.ask("vm.suspend", ids=[back["id"], away["id"]], lease=lease(back, away))
    backend.host.resume_vm(vm=[back["id"]])
    assert come_to_be(backend, (back, "Running"))
    wait_for_a_look(backend, away, monkeypatch)
    backend.host.suspend_vm(vm=[back["id"]])  # as another HVTree does in a job of its own
    assert come_to_be(backend, (back, "Paused"))
    client.ask("exit")
    assert has_ended(client)
    assert [backend.state(vm["id"]) for vm in (back, away)] == ["Paused", "Running"]


def wait_for_a_look(backend: Backend, vm: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen to a VM, and wait until the agent has looked at the host since then."""
    looks: list[object] = []
    get_vm = backend.host.get_vm

    def counted(*names: Any, **values: Any) -> Any:
        looks.append(names or values)
        return get_vm(*names, **values)

    monkeypatch.setattr(backend.host, "get_vm", counted)
    backend.host.rename_vm_snapshot(vm_snapshot=[checkpoint(vm, "p1")], new_name="other")
    enough = (
        3 if backend.is_script else 1
    )  # the script asks each second: the second look began after this, and has ended
    assert comes_true(lambda: len(looks) >= enough)
    monkeypatch.undo()


def test_what_is_at_work_is_waited_for_and_nothing_else_is_begun(
    backend: Backend, client: AgentConnection
) -> None:
    vm, other = backend.vm("Running"), backend.vm("Running")
    backend.host.faults.add(Fault(cmdlet="Save-VM", vm=vm["id"], delay_s=2 * SPEED))
    request = client.send("vm.save", ids=[vm["id"]], lease=lease(vm))
    assert come_to_be(backend, (vm, "Saving"))
    client.ask("exit")
    assert comes_true(
        lambda: (
            client.ask("vm.suspend", ids=[other["id"]]).message.get("error", {}).get("fqid")
            == "LeaseOver,HVTree"
        )
    )
    assert "error" not in client.answer(request).result
    assert come_to_be(backend, (vm, "Running"))
    assert has_ended(client)


Ask = tuple[str, dict[str, Any]]
Story = Callable[[Backend, Message], Generator[Ask, None, None]]
"""What a client asks about a VM, one request after the other."""


def asking(verb: str, vm: Message, held: Message | None = None) -> Ask:
    target = checkpoint(vm, "p1") if verb.startswith("checkpoint.") else vm["id"]
    return verb, {"ids": [target]} | ({"lease": held} if held is not None else {})


def save_with_the_group(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    """As a group does: pause what runs, then save all."""
    held = lease(vm) if vm["state"] == "Running" else lease(paused=(vm,))
    if vm["state"] == "Running":
        yield asking("vm.suspend", vm, held)
    yield asking("vm.save", vm, held)


def save_what_is_off(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    """Somebody else has turned it off since the client has looked."""
    yield asking("vm.save", vm, lease(vm))


def let_go(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    yield asking("vm.suspend", vm, lease(vm, name="another"))
    yield "lease.end", {"lease": "another"}


def bring_back(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    yield asking("vm.save", vm, lease(vm))
    yield asking("vm.start", vm)
    yield asking("vm.turn_off", vm)  # nobody promised anything about this


def bring_back_by_half(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    yield asking("vm.save", vm, lease(paused=(vm,)))
    yield asking("vm.start", vm)


def be_helped(backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    """Save a VM that was paused; then somebody else starts it."""
    yield asking("vm.save", vm, lease(paused=(vm,)))
    backend.host.start_vm(vm=[vm["id"]])
    assert come_to_be(backend, (vm, "Running"))


def apply(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    yield asking("vm.turn_off", vm, lease(vm))
    yield asking("checkpoint.apply", vm, lease())


def shut_down(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    yield asking("vm.shut_down", vm)


def shut_down_after_a_pause(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    """A job that has stopped it for a while shuts it down in the end: from then on it belongs where it is."""
    yield asking("vm.suspend", vm, lease(vm))
    yield asking("vm.resume", vm)
    yield asking("vm.shut_down", vm)


def apply_to_start(_backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    yield asking("vm.turn_off", vm, lease(vm))
    yield asking("checkpoint.apply", vm, lease(vm))


def fail_to_apply(backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    backend.host.faults.add(Fault(cmdlet="Restore-VMSnapshot", vm=vm["id"], error="OperationFailed"))
    yield from apply(backend, vm)


def save_what_starts_late(backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    backend.host.faults.add(Fault(cmdlet="Start-VM", vm=vm["id"], error="OutOfMemory", times=2))
    yield asking("vm.save", vm, lease(vm))


def save_what_never_starts(backend: Backend, vm: Message) -> Generator[Ask, None, None]:
    backend.host.faults.add(Fault(cmdlet="Start-VM", vm=vm["id"], error="OutOfMemory", times=None))
    yield asking("vm.save", vm, lease(vm))


Fact = tuple[str, Story, str]
LEFT: Mapping[str, Fact] = {
    "a VM of a group runs again": ("Running", save_with_the_group, "Running"),
    "a VM of a group is paused again": ("Paused", save_with_the_group, "Paused"),
    "a VM that was off is not started": ("Off", save_what_is_off, "Off"),
    "a VM that was let go stays as it is": ("Running", let_go, "Paused"),
    "a VM that the client has brought back is none of ours": ("Running", bring_back, "Off"),
    "a VM that the client has only started is paused": ("Paused", bring_back_by_half, "Paused"),
    "a VM that somebody else has started is not paused": ("Paused", be_helped, "Running"),
    "a checkpoint that was applied leaves its VM stopped": ("Running", apply, "Saved"),
    "a checkpoint that was applied to be started is started": ("Running", apply_to_start, "Running"),
    "a VM that was shut down stays off": ("Running", shut_down, "Off"),
    "a VM that was shut down after a pause stays off": ("Running", shut_down_after_a_pause, "Off"),
    "a VM whose checkpoint could not be applied runs again": ("Running", fail_to_apply, "Running"),
    "a VM that the host refuses to start at first runs again": ("Running", save_what_starts_late, "Running"),
    "a VM that cannot be started holds up no other": ("Running", save_what_never_starts, "Saved"),
}
"""What is found when the client has left: the state before, what it did, and the state afterwards."""
SHARES = 3
"""Nobody waits for all of them at once."""


def left(backend: Backend, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Return the states of VMs on which one client was at work, on all at once, when it left."""
    with closing(connected(backend)) as client:
        vms = {name: backend.vm(before) for name, (before, _do, _after) in facts.items()}
        stories = [do(backend, vms[name]) for name, (_before, do, _after) in facts.items()]
        while asks := [ask for story in stories if (ask := next(story, None)) is not None]:
            for request in [client.send(verb, **args) for verb, args in asks]:
                assert "ok" in client.answer(request).message
        client.ask("exit")
        assert has_ended(client)
    return {name: backend.state(vm["id"]) for name, vm in vms.items()}


@pytest.mark.parametrize("share", range(SHARES))
def test_what_is_found_when_the_client_has_left(backend: Backend, share: int) -> None:
    facts = dict(islice(LEFT.items(), share, None, SHARES))
    assert left(backend, facts) == {fact: after for fact, (_before, _do, after) in facts.items()}


def test_of_several_checkpoints_applied_at_once_each_is_about_its_own_vm(
    backend: Backend, client: AgentConnection
) -> None:
    vms = [backend.vm("Running") for _ in range(3)]
    ids = [vm["id"] for vm in vms]
    backend.host.faults.add(Fault(cmdlet="Restore-VMSnapshot", vm=ids[1], error="OperationFailed"))
    client.ask("vm.turn_off", ids=ids, lease=lease(*vms))
    answer = client.ask("checkpoint.apply", ids=[checkpoint(vm, "p1") for vm in vms], lease=lease())
    assert ["error" in each for each in answer.results] == [False, True, False]
    client.ask("exit")
    assert has_ended(client)
    assert [backend.state(each) for each in ids] == ["Saved", "Running", "Saved"]


@pytest.mark.parametrize(
    "broken",
    [
        "job",
        {"id": "job"},
        {"id": "job", "seconds": 0},
        {"id": "job", "seconds": 241},
        {"id": 7, "seconds": 45},
        {"id": "job", "seconds": 45, "running": "all"},
        {"id": "job", "seconds": 45, "paused": [1]},
    ],
)
def test_a_lease_that_makes_no_sense_stops_nothing(
    backend: Backend, connection: AgentConnection, broken: object
) -> None:
    vm = backend.host.get_vm("vm23").one()
    error = connection.ask("vm.suspend", ids=[vm.id], lease=broken).error
    assert (error["category"], error["fqid"]) == ("InvalidData", "HVTree.Protocol")
    assert backend.state(vm.id) == "Running"
