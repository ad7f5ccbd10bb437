"""A small emulated host with a virtual clock, made from a tree in one line: `base(patch1(patch2*) patch3)`.

The star marks where the VM stands. `VirtualHost.tree()` gives the same language back.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

import msgspec

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.host.faults import Faults
from hvtree.emulator.host.invocation import Invocation
from hvtree.emulator.host.objects import VirtualMachine, VmReading, VMSnapshot
from hvtree.emulator.host.quirks import Quirks, Timings
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import (
    CheckpointSpec,
    DriveSpec,
    HostSpec,
    ShareSpec,
    VmSpec,
    VolumeSpec,
    World,
)

GIB = 1 << 30
_TOKENS = re.compile(r"[()]|[^\s()]+")
_IDS = uuid.UUID("7b0b6dd2-5a7e-4c35-a8b3-1f9c9a4a2f11")


def guid(text: str) -> str:
    """The id that belongs to a name in tests."""
    return str(uuid.uuid5(_IDS, text))


def checkpoints(vm: str, tree: str, **details: Any) -> tuple[tuple[CheckpointSpec, ...], str | None]:
    """Return the checkpoints of a tree in one line, and the id of the starred one. `-` before a name: deleted."""
    specs: list[CheckpointSpec] = []
    now: str | None = None
    path: list[str] = []
    last = ""
    for token in _TOKENS.findall(tree):
        if token == "(":
            path.append(last)
        elif token == ")":
            path.pop()
        elif token != "*":
            name = token.strip("*-")
            last = guid(f"{vm}/{name}")
            now = last if token.endswith("*") else now
            specs.append(
                CheckpointSpec(
                    id=last,
                    name=name,
                    created=f"{500 - len(specs)}h ago",
                    parent=path[-1] if path else None,
                    deleted=token.startswith("-"),
                    **details,
                )
            )
    return tuple(specs), now


def vm_spec(name: str, tree: str = "*", *, details: dict[str, Any] | None = None, **vm: Any) -> VmSpec:
    """Return a VM with a tree; `details` go to every checkpoint, the rest to the VM."""
    specs, now = checkpoints(name, tree, **(details or {}))
    folder = vm.pop("folder", f"D:\\VMs\\{name}")
    drives = (DriveSpec(f"{folder}\\{name}.vhdx", virtual=100 * GIB, size=20 * GIB),)
    given: dict[str, Any] = {"drives": drives, "memory": 2 * GIB, "checkpoint_type": "Standard", **vm}
    return VmSpec(id=guid(name), name=name, folder=folder, checkpoints=specs, now=now, **given)


def world_of(*vms: VmSpec, **world: Any) -> World:
    """Return a world with these VMs on a volume D: of 1 TB."""
    given: dict[str, Any] = {
        "host": HostSpec("HOST"),
        "volumes": (VolumeSpec("C:", "100 GB"), VolumeSpec("D:", "1 TB")),
        "shares": (ShareSpec("\\\\nas\\exports"), ShareSpec("\\\\nas\\readonly", writable=False)),
        **world,
    }
    return World(vms=vms, **given)


@dataclass
class VirtualHost:
    """An emulated host and the hand on its clock."""

    host: HyperV
    clock: VirtualClock

    def finish(self, call: Invocation) -> Invocation:
        """Let time pass until a cmdlet has answered for all its targets (merges may go on)."""
        self.clock.run_until(lambda: call.is_done)
        return call

    def settle(self) -> None:
        """Let time pass until nothing is going on any more."""
        self.clock.run_until_idle()

    def do(self, call: Invocation) -> Any:
        """Finish a cmdlet on one target; return its value; raise its error."""
        self.finish(call)
        for error in call.errors:
            raise error
        return call.results[0].value

    def vm(self, name: str = "vm") -> VirtualMachine:
        return self.host.get_vm(name).one()

    def reading(self, name: str = "vm") -> VmReading:
        reading = self.host.read_vm(self.vm(name).id)
        assert reading is not None
        return reading

    def checkpoint(self, name: str, vm: str = "vm") -> VMSnapshot:
        return self.host.get_vm_snapshot(vm, name=name).one()

    def files(self, folder: str = "D:\\") -> list[str]:
        """Names of the virtual disks in a folder and below."""
        return [path for path in self.host.get_child_item(folder) if "vhd" in path.rsplit(".", 1)[-1].lower()]

    def tree(self, vm: str = "vm") -> str:
        """The checkpoints of a VM in the one-line language."""
        reading = self.reading(vm)
        now = reading.vm.parent_snapshot_id
        known = {one.id for one in reading.snapshots}
        below: dict[str | None, list[VMSnapshot]] = {}
        for one in sorted(reading.snapshots, key=lambda one: (one.creation_time, one.id)):
            parent = one.parent_snapshot_id if one.parent_snapshot_id in known else None
            below.setdefault(parent, []).append(one)

        def text(parent: str | None) -> str:
            parts = []
            for one in below.get(parent, ()):
                inner = text(one.id)
                parts.append(one.name + "*" * (one.id == now) + (f"({inner})" if inner else ""))
            return " ".join(parts)

        return text(None) if now else ("* " + text(None)).strip()


def virtual_host(
    *vms: VmSpec | str,
    quirks: Quirks | None = None,
    timings: Timings | None = None,
    faults: Faults | None = None,
    details: dict[str, Any] | None = None,
    vm: dict[str, Any] | None = None,
    **world: Any,
) -> VirtualHost:
    """Return a host with VMs; a text is the tree of one VM named `vm`, with the properties in `vm`."""
    specs = [
        vm_spec("vm", one, details=details, **(vm or {})) if isinstance(one, str) else one for one in vms
    ]
    clock = VirtualClock()
    contents = worlds.build(world_of(*specs, **world), clock.now())
    return VirtualHost(HyperV(contents, clock, quirks=quirks, timings=timings, faults=faults), clock)


def loaded(name: str) -> VirtualHost:
    """Return the host of a world by name."""
    clock = VirtualClock()
    return VirtualHost(HyperV(worlds.contents(name, clock.now()), clock), clock)


def copy_of(world: World) -> dict[str, Any]:
    """Return a world as plain JSON values, to be damaged by a test."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(world))
    return plain
