"""The form of a world file: what a host has at the start. `resources/worlds/schema.json` is made from it.

Sizes are bytes, or text such as "1.5 GB" (1024-based, as in PowerShell). Times are "3d4h ago" or ISO 8601; without a
zone they are the host's local time. Ids are GUIDs.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

import msgspec

from hvtree.emulator.host.faults import Fault
from hvtree.emulator.host.quirks import Quirks, Timings

Size = int | str
Count = Annotated[int, msgspec.Meta(ge=1, le=1 << 16)]
State = Literal[
    "Other", "Running", "Off", "Stopping", "Saved", "Paused", "Starting", "Reset", "Saving", "Pausing", "Resuming",
    "FastSaved", "FastSaving", "ForceShutdown", "ForceReboot", "Hibernated", "ComponentServicing", "RunningCritical",
    "OffCritical", "StoppingCritical", "SavedCritical", "PausedCritical", "StartingCritical", "ResetCritical",
    "SavingCritical", "PausingCritical", "ResumingCritical", "FastSavedCritical", "FastSavingCritical",
]  # fmt: skip
Kind = Literal[
    "Standard", "Recovery", "Planned", "Missing", "Replica", "AppConsistentReplica", "SyncedReplica"
]
StandingActivity = Literal[
    "BackingUpVirtualMachine", "MigratingVirtualMachine", "ModifyingUpVirtualMachine",
    "StorageMigrationPhaseOne", "StorageMigrationPhaseTwo",
]  # fmt: skip


class _Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a world file: unknown keys are errors."""


class VolumeSpec(_Spec, frozen=True):
    """A volume of the host, by letter ("D:") or mount folder."""

    name: str
    total: Size
    other_files: Size = 0
    """What is taken by files that belong to no VM."""
    file_system: Literal["NTFS", "ReFS"] = "NTFS"


class ShareSpec(_Spec, frozen=True):
    """A shared folder that the host can reach."""

    path: str
    writable: bool = True
    """Whether the host's computer account may write there."""


class BaseDiskSpec(_Spec, frozen=True):
    """A disk that belongs to no VM, as parent of linked clones."""

    path: str
    virtual: Size
    size: Size


class HostSpec(_Spec, frozen=True):
    """The host itself."""

    name: str
    memory: Size = "256 GB"
    processors: Count = 16
    utc_offset: str = "+00:00"
    culture: str = "en-US"
    """How it writes dates and times."""
    ui_language: str = "en-US"
    """The language of its messages; any but English is shown by marked letters."""
    os: str = "Microsoft Windows Server 2022 Datacenter"


class SwitchSpec(_Spec, frozen=True):
    """A virtual switch of the host."""

    name: str
    type: Literal["Private", "Internal", "External"] = "Private"
    adapter: str = ""
    """The physical adapter of an external switch, as Windows describes it."""
    management_os: bool = True
    """Whether the host itself is on it; it never is on a private one."""
    notes: str = ""


class AdapterSpec(_Spec, frozen=True):
    """A network adapter of a VM."""

    name: str = "Network Adapter"
    switch: str = ""
    """The name of one of `switches`; empty if it is connected to none."""
    mac: str = ""
    """Twelve hexadecimal digits; empty for a dynamic address."""
    legacy: bool = False
    addresses: tuple[str, ...] = ()
    """The IP addresses that the guest reports while the VM runs; by itself it has plausible ones."""


class DvdSpec(_Spec, frozen=True):
    """A DVD drive of a VM; without a path it is empty."""

    path: str = ""
    ide: bool = False
    controller: Annotated[int, msgspec.Meta(ge=0, le=63)] = 0
    location: Annotated[int, msgspec.Meta(ge=0, le=63)] = 0


class DriveSpec(_Spec, frozen=True):
    """A drive of a VM: its root disk. The disks of checkpoints follow from the tree."""

    path: str
    virtual: Size
    size: Size
    ide: bool = False
    fixed: bool = False
    base: str | None = None
    """Path of one of `base_disks`, for a linked clone."""


class CheckpointSpec(_Spec, frozen=True):
    """A checkpoint. `writes`: what was written between its parent's time and its own, for each drive."""

    id: str
    created: str
    name: str = ""
    """Empty stands for the name that Hyper-V would have given it."""
    parent: str | None = None
    kind: Kind = "Standard"
    memory: bool | Size = False
    """Whether it has a saved state; true means the size of the VM's memory."""
    writes: Size | tuple[Size, ...] = "1 GB"
    notes: str = ""
    automatic: bool = False
    deleted: bool = False
    """Whether only its disk is left, which waits to be merged."""
    adapters: tuple[AdapterSpec, ...] | None = None
    """The network adapters that the VM had; those that it has now unless they are given."""


class GuestSpec(_Spec, frozen=True):
    """What the guest responds to."""

    vss: bool = True
    contact: bool = True
    locked: bool = False


class VmSpec(_Spec, frozen=True):
    """A VM with its drives and checkpoints."""

    id: str
    name: str
    folder: str
    state: State = "Off"
    created: str = "400d ago"
    uptime: str = "1d"
    memory: Size = "4 GB"
    processors: Count = 2
    generation: Literal[1, 2] = 2
    version: str = "10.0"
    notes: str = ""
    checkpoint_type: Literal["Disabled", "Production", "ProductionOnly", "Standard"] = "Production"
    automatic_checkpoints: bool = False
    replication: Literal["None", "Primary", "Replica", "TestReplica", "ExtendedReplica"] = "None"
    clustered: bool = False
    activity: StandingActivity | None = None
    """Something from outside that keeps the VM busy for ever, such as a migration."""
    guest: GuestSpec = GuestSpec()
    writes_per_second: Size = 0
    """What the running guest adds to its first disk."""
    drives: tuple[DriveSpec, ...] = ()
    adapters: tuple[AdapterSpec, ...] = (AdapterSpec(),)
    dvd_drives: tuple[DvdSpec, ...] | None = None
    """By itself a VM of generation 1 has an empty one, and others have none."""
    checkpoints: tuple[CheckpointSpec, ...] = ()
    now: str | None = None
    """Id of the checkpoint that the VM runs on."""
    now_writes: Size | tuple[Size, ...] = "1 GB"
    """What was written since then, for each drive."""
    merged_percent: int = 0
    """The progress of a merge that is running at the start."""


class World(_Spec, frozen=True, rename={"schema": "$schema"}):
    """A whole host."""

    host: HostSpec
    schema: str = ""
    volumes: tuple[VolumeSpec, ...] = ()
    shares: tuple[ShareSpec, ...] = ()
    switches: tuple[SwitchSpec, ...] = ()
    base_disks: tuple[BaseDiskSpec, ...] = ()
    vms: tuple[VmSpec, ...] = ()
    quirks: Quirks = Quirks()
    timings: Timings = Timings()
    faults: tuple[Fault, ...] = ()


def schema_text() -> str:
    """Return the JSON schema of world files as the text of `resources/worlds/schema.json`."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A world of HVTree"}
    return json.dumps({**head, **msgspec.json.schema(World)}, indent=2) + "\n"
