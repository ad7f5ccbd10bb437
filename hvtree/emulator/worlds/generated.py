"""Worlds of any size for benchmarks: many VMs, or checkpoint trees that are very deep or very wide."""

from __future__ import annotations

import uuid

from hvtree.emulator.worlds.schema import (
    CheckpointSpec,
    DriveSpec,
    HostSpec,
    State,
    VmSpec,
    VolumeSpec,
    World,
)

SHAPES = ("bushy", "deep", "wide")
_IDS = uuid.UUID("0f0c0d4e-8b5b-4f3e-9a52-2b7c5b1d9e10")
_STATES: tuple[State, ...] = ("Running", "Running", "Off", "Saved", "Running", "Paused")
_MIB = 1 << 20


def generated(vms: int, checkpoints_each: int, shape: str = "bushy") -> World:
    """Return a world with that many VMs and checkpoints: chains ("deep"), fans ("wide"), or in between ("bushy")."""
    if shape not in SHAPES:
        raise ValueError(f"There is no shape {shape!r}.")
    machines = tuple(_vm(number, checkpoints_each, shape) for number in range(vms))
    needed = vms * (checkpoints_each + 20) * 3 << 30
    return World(
        host=HostSpec(name="BIGHOST", memory=1 << 50),
        volumes=(VolumeSpec("D:", total=max(1 << 42, 2 * needed)),),
        vms=machines,
    )


def _vm(number: int, checkpoints: int, shape: str) -> VmSpec:
    name = f"vm-{number:04}"
    folder = f"D:\\VMs\\{name}"
    ids = [_guid(number, index) for index in range(checkpoints)]
    return VmSpec(
        id=_guid(number, -1),
        name=name,
        folder=folder,
        state=_STATES[number % len(_STATES)],
        memory=1 << 30,
        drives=(DriveSpec(f"{folder}\\{name}.vhdx", virtual=40 << 30, size=10 << 30),),
        checkpoints=tuple(_checkpoint(ids, index, shape) for index in range(checkpoints)),
        now=ids[-1] if ids else None,
        now_writes=64 * _MIB,
    )


def _checkpoint(ids: list[str], index: int, shape: str) -> CheckpointSpec:
    parent = _parent_index(index, shape)
    minutes = 10 * (len(ids) - index)
    return CheckpointSpec(
        id=ids[index],
        name=f"checkpoint {index:03}",
        created=f"{minutes}m ago",
        parent=None if parent is None else ids[parent],
        memory=index % 3 == 0,
        writes=(50 + 37 * index % 400) * _MIB,
    )


def _parent_index(index: int, shape: str) -> int | None:
    if index == 0:
        return None
    if shape == "deep":
        return index - 1
    if shape == "wide":
        return 0
    return max(0, index - 1 - (index % 7 == 0) * 4)


def _guid(vm: int, checkpoint: int) -> str:
    return str(uuid.uuid5(_IDS, f"{vm}/{checkpoint}"))
