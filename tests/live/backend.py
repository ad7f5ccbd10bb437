"""The backend to a real host, in the shape of the backends to emulated ones, so that the contract's own tests run on it."""

from __future__ import annotations

import ntpath
import secrets
from collections.abc import Sequence
from itertools import count
from typing import Any

from tests.live.guard import PREFIX, is_ours
from tests.live.pipe_connection import GuardedConnection, Ways
from tests.support.agent_answer import Message

VMS_AT_A_TIME = 4
"""So many scratch VMs there are at most; the oldest one goes before another is made."""


class Steward:
    """Makes scratch VMs, changes them as a colleague would, and removes them; in a PowerShell of its own on the host."""

    def __init__(self, ways: Ways, parent: str = "") -> None:
        self._guard = ways.guard
        self._connection = ways.scratch()
        self._numbers = count(1)
        self.session = PREFIX + secrets.token_hex(4)
        parent = parent or str(self.ask("scratch.home")["folder"])
        self._guard.folder = f"{parent.rstrip(chr(92))}\\{self.session}"
        self._names: dict[str, str] = {}

    def ask(self, action: str, **given: Any) -> Message:
        """Ask the script on the host; fails the test if that fails."""
        return self._connection.ask(action, **given).ok

    @property
    def folder(self) -> str:
        """The folder on the host below which everything is made."""
        return self._guard.folder

    def name(self, vm_id: str) -> str:
        """Return the name that a VM was made with."""
        return self._names[vm_id]

    def make(self, state: str = "Off", *, tree: bool = True) -> str:
        """Make a VM, remove the oldest one if there are many; return its id."""
        if len(self._names) >= VMS_AT_A_TIME:
            self.remove([next(iter(self._names))])
        name = f"{self.session}-{next(self._numbers)}"
        made = self.ask("scratch.make", name=name, folder=self.folder, state=state, tree=tree)
        vm_id = str(made["id"]).lower()
        self._names[vm_id] = name
        self._guard.admit(vm_id, name)
        return vm_id

    def find(self) -> list[Message]:
        """Return all scratch VMs on the host, those of earlier runs, too."""
        return list(self.ask("scratch.find")["vms"])

    def remove(self, vm_ids: Sequence[str]) -> dict[str, str]:
        """Remove VMs with all that they have; return what went wrong, by id."""
        for vm_id in vm_ids:
            self._names.pop(vm_id, None)
        return dict(self.ask("scratch.remove", vms=list(vm_ids))["problems"])

    def sweep(self, found: Sequence[Message]) -> dict[str, str]:
        """Remove VMs of earlier runs that `find` has given, and their folders; return what went wrong, by id."""
        for vm in found:
            self._guard.admit(vm["id"], vm["name"])
        problems = self.remove([vm["id"] for vm in found])
        own = self._guard.folder
        for folder in {ntpath.dirname(vm["folder"].rstrip("\\")) for vm in found if vm["id"] not in problems}:
            if is_ours(ntpath.basename(folder)):
                self._guard.folder = folder
                self.ask("scratch.drop", folder=folder)
        self._guard.folder = own
        return problems

    def close(self) -> list[str]:
        """Remove all VMs of this run and its folder, also those that were made and not heard of; return what went wrong."""
        left = [vm for vm in self.find() if vm["name"].startswith(self.session)]
        problems = self.sweep(left)
        if not problems:
            self.ask("scratch.drop", folder=self.folder)
        self._connection.close()
        return [f"{vm_id}: {problem}" for vm_id, problem in problems.items()]


class Colleague:
    """What the contract's tests have done beside the agent, by the names that they use for it."""

    def __init__(self, steward: Steward, owner_of: Any) -> None:
        self._steward = steward
        self._owner_of = owner_of

    def rename_vm_snapshot(self, *, vm_snapshot: str, new_name: str) -> None:
        """Rename a checkpoint."""
        vm = self._owner_of(vm_snapshot)
        self._steward.ask("scratch.set", vm=vm, checkpoint=vm_snapshot, text=new_name)

    def remove_vm(self, *, vm: str) -> None:
        """Remove a VM."""
        assert self._steward.remove([vm]) == {}


class LiveBackend:
    """The way to agents on the host."""

    name = "live"
    is_script = True

    def __init__(self, ways: Ways, steward: Steward) -> None:
        self.steward = steward
        self.host = Colleague(steward, self._owner)
        self._ways = ways
        self._connections: list[GuardedConnection] = []
        self._connection: GuardedConnection | None = None
        self._known: dict[str, Message] = {}
        self._revision = 0

    @property
    def connection(self) -> GuardedConnection:
        """An agent for everybody."""
        if self._connection is None:
            self._connection = self.connect()
            self._connection.event("hello")
            self._connection.ask("host.import")
        return self._connection

    def connect(self) -> GuardedConnection:
        """Start an agent of one's own."""
        connection = self._ways.agent()
        self._connections.append(connection)
        return connection

    def vm(self, state: str = "Off") -> Message:
        """Make a VM in a state, with the tree of the contract; return it as the agent tells it."""
        return self.read(self.steward.make(state))

    def state(self, vm_id: str) -> str:
        """Return the state of a VM, as Get-VM tells it."""
        return str(self.steward.ask("scratch.look", vm=vm_id)["state"])

    def read(self, vm_id: str) -> Message:
        """Return a VM as the agent tells it now; after the first time only what changed is read."""
        answer = self.connection.ask("host.read", since=self._revision)
        self._known.update((vm["id"], vm) for vm in answer.vms)
        self._revision = answer.ok["revision"]
        return self._known[vm_id]

    def close(self) -> None:
        """End all agents."""
        for connection in self._connections:
            connection.close()

    def _owner(self, checkpoint: str) -> str:
        owner: str = next(
            vm["id"]
            for vm in self._known.values()
            if any(each["id"] == checkpoint for each in vm["checkpoints"])
        )
        return owner
