"""Builds what a host has at the start from a world, and checks that the world is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ntpath import isabs
from typing import TypeVar

from hvtree.emulator.host.core import Contents, Facts, Share
from hvtree.emulator.host.disks import DiskFile, DiskStore, NoSpaceError, NoVolumeError, Volume
from hvtree.emulator.host.enums import CheckpointType, ReplicationMode, VhdType, VMOperationalStatus, VMState
from hvtree.emulator.host.hardware import Switch
from hvtree.emulator.host.machine import Guest, Machine, VmSettings
from hvtree.emulator.worlds import values
from hvtree.emulator.worlds.build_hardware import adapters_of, dvd_drives_of, switch_of
from hvtree.emulator.worlds.build_tree import TreeBuilder
from hvtree.emulator.worlds.schema import BaseDiskSpec, DriveSpec, SwitchSpec, VmSpec, VolumeSpec, World
from hvtree.emulator.worlds.values import BadValueError, HostTimes, WorldError

T = TypeVar("T")
S = TypeVar("S")
_HAS_SAVED_STATE = frozenset({VMState.Saved, VMState.SavedCritical, VMState.FastSaved})


class Builder:
    """Turns one world into the contents of a host. Every problem is a `WorldError` with file and place."""

    def __init__(self, world: World, now: datetime, file: str) -> None:
        self._world = world
        self._times = HostTimes(now, timedelta(0))
        self._file = file
        self._ids: dict[str, str] = {}
        self._store = DiskStore(())

    def contents(self) -> Contents:
        """Return the contents; raise `WorldError` for the first problem."""
        with self._at("host"):
            facts = self._facts()
        self._store = DiskStore(self._each("volumes", self._world.volumes, self._volume))
        switches = self._each("switches", self._world.switches, self._switch)
        self._each("base_disks", self._world.base_disks, self._base_disk)
        machines = self._each("vms", self._world.vms, self._machine)
        return Contents(
            facts=facts,
            store=self._store,
            machines=tuple(machines),
            shares=tuple(Share(spec.path, spec.writable) for spec in self._world.shares),
            switches=tuple(switches),
            quirks=self._world.quirks,
            timings=self._world.timings,
            faults=self._world.faults,
            seed=facts.name,
        )

    @contextmanager
    def _at(self, place: str) -> Iterator[None]:
        try:
            yield
        except BadValueError as error:
            raise WorldError(self._file, place, str(error)) from error
        except NoVolumeError as error:
            problem = f"“{error}” is on none of the host's volumes."
            raise WorldError(self._file, place, problem) from error
        except NoSpaceError as error:
            problem = (
                f"What is on volume {error.volume.name} does not fit on it ({error.volume.total} bytes)."
            )
            raise WorldError(self._file, place, problem) from error

    def _each(self, key: str, specs: tuple[T, ...], build: Callable[[T], S]) -> list[S]:
        built = []
        for index, spec in enumerate(specs):
            name = getattr(spec, "name", None) or getattr(spec, "path", "")
            with self._at(f"{key}[{index}] (“{name}”)"):
                built.append(build(spec))
        return built

    def _facts(self) -> Facts:
        spec = self._world.host
        if not spec.name.strip():
            raise BadValueError("The host has no name.")
        self._times = HostTimes(self._times.now, values.utc_offset(spec.utc_offset), spec.culture)
        return Facts(
            name=spec.name,
            memory=values.size(spec.memory),
            processors=spec.processors,
            utc_offset=self._times.offset,
            culture=spec.culture,
            ui_language=spec.ui_language,
            os=spec.os,
        )

    def _volume(self, spec: VolumeSpec) -> Volume:
        total, used = values.size(spec.total), values.size(spec.other_files)
        if used > total:
            raise BadValueError(f"Its other files ({used} bytes) do not fit on it ({total} bytes).")
        self._unique("volume " + spec.name.casefold(), f"Volume {spec.name}")
        return Volume(spec.name, total, used, is_refs=spec.file_system == "ReFS")

    def _switch(self, spec: SwitchSpec) -> Switch:
        self._unique("switch " + spec.name.casefold(), f"The switch “{spec.name}”")
        return switch_of(spec)

    def _base_disk(self, spec: BaseDiskSpec) -> None:
        self._add_disk(DiskFile(spec.path, values.size(spec.size), values.size(spec.virtual)))

    def _machine(self, spec: VmSpec) -> Machine:
        if not spec.name.strip():
            raise BadValueError("The VM has no name.")
        vm_id = values.guid(spec.id)
        self._unique(vm_id, f"The id {vm_id}")
        machine = self._plain_machine(spec, vm_id)
        self._store.charge(machine.path, machine.saved_bytes)
        roots = [self._root_disk(drive) for drive in spec.drives]
        TreeBuilder(spec, machine, self._store, self._times, self._unique).build(roots)
        known = {switch.name.casefold() for switch in self._world.switches}
        for settings in (machine.settings, *(entry.settings for entry in machine.checkpoints.values())):
            for adapter in settings.adapters:
                if adapter.switch and adapter.switch.casefold() not in known:
                    raise BadValueError(f"The switch “{adapter.switch}” is not among switches.")
        return machine

    def _plain_machine(self, spec: VmSpec, vm_id: str) -> Machine:
        memory = values.size(spec.memory)
        state = VMState[spec.state]
        if not 0 <= spec.merged_percent <= 100:
            raise BadValueError(f"merged_percent is {spec.merged_percent}, not 0 to 100.")
        return Machine(
            id=vm_id,
            name=spec.name,
            created=self._times.read(spec.created),
            path=spec.folder,
            state=state,
            settings=VmSettings(
                memory_startup=memory,
                processors=spec.processors,
                adapters=adapters_of(vm_id, spec.adapters),
                dvd_drives=dvd_drives_of(spec),
            ),
            guest=Guest(spec.guest.vss, spec.guest.contact, spec.guest.locked),
            notes=spec.notes,
            generation=spec.generation,
            version=spec.version,
            checkpoint_type=CheckpointType[spec.checkpoint_type],
            automatic_checkpoints=spec.automatic_checkpoints,
            snapshot_folder=spec.folder,
            replication=_replication(spec.replication),
            is_clustered=spec.clustered,
            saved_bytes=memory if state in _HAS_SAVED_STATE else 0,
            running_since=self._times.now - values.span(spec.uptime),
            writes_per_s=values.size(spec.writes_per_second),
            standing_activity=VMOperationalStatus[spec.activity] if spec.activity else None,
            merged_percent=spec.merged_percent,
        )

    def _root_disk(self, spec: DriveSpec) -> DiskFile:
        base = None
        if spec.base is not None:
            base = self._store.disk(spec.base)
            if base is None:
                raise BadValueError(f"The base disk “{spec.base}” is not among base_disks.")
        size, virtual = values.size(spec.size), values.size(spec.virtual)
        if size > virtual:
            raise BadValueError(
                f"The disk “{spec.path}” is larger ({size}) than its virtual size ({virtual})."
            )
        kind = VhdType.Fixed if spec.fixed else VhdType.Dynamic
        file = DiskFile(spec.path, virtual if spec.fixed else size, virtual, kind, parent=base)
        self._add_disk(file)
        return file

    def _add_disk(self, file: DiskFile) -> None:
        if not isabs(file.path) or not file.path.lower().endswith((".vhd", ".vhdx")):
            raise BadValueError(f"“{file.path}” is not the path of a .vhd or .vhdx file.")
        if self._store.get(file.path) is not None:
            raise BadValueError(f"The disk “{file.path}” is there twice.")
        self._store.add(file)

    def _unique(self, key: str, what: str) -> None:
        if key in self._ids:
            raise BadValueError(f"{what} is there twice.")
        self._ids[key] = what


def _replication(name: str) -> ReplicationMode:
    return ReplicationMode.None_ if name == "None" else ReplicationMode[name]
