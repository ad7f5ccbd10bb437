"""Import-VM and Compare-VM: VMs from the files of an export, and what stands in their way (facts 65, 66, 152 and 159 to 161)."""

from __future__ import annotations

from ntpath import basename

from msgspec import Struct

from hvtree.emulator.cmdlets.exports import ExportedVm
from hvtree.emulator.cmdlets.registry import ImportPlace, Registry, machine_of
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import DiskFile, join, normal, normal_or_none
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.hardware_views import OwnedAdapter, adapters, owner_of
from hvtree.emulator.host.invocation import Invocation, Target, TargetResult
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import Machine
from hvtree.emulator.host.objects import VirtualMachine
from hvtree.emulator.host.views import vm_view
from hvtree.values import replace

_UNREADABLE = (
    "Unable to import virtual machine due to configuration errors. "
    "Please use Compare-VM to repair the virtual machine."
)


class Import(Struct, frozen=True):
    """The parameters of Import-VM and Compare-VM."""

    path: str
    copy: bool = False
    generate_new_id: bool = False
    vhd_destination_path: str | None = None
    virtual_machine_path: str | None = None
    snapshot_file_path: str | None = None

    def normal(self) -> Import:
        """Return it with its paths as Windows understands them."""
        return replace(
            self,
            path=normal(self.path),
            vhd_destination_path=normal_or_none(self.vhd_destination_path),
            virtual_machine_path=normal_or_none(self.virtual_machine_path),
            snapshot_file_path=normal_or_none(self.snapshot_file_path),
        )


class CompatibilityReport(Struct, frozen=True):
    """What Compare-VM returns: the VM as it would be imported, and what stands in the way."""

    vm: VirtualMachine
    destination: str
    path: str
    snapshot_path: str
    vhd_destination_path: str
    lost: tuple[OwnedAdapter, ...]
    """Network adapters whose switch the host does not have."""


class _Plan(Struct, frozen=True):
    """An import that a compatibility report stands for."""

    wanted: Import
    content: ExportedVm
    machine: Machine


class Imports:
    """The cmdlets that bring VMs to the host, and the imports that reports stand for."""

    def __init__(self, core: Core, registry: Registry) -> None:
        self._core = core
        self._registry = registry
        self._plans: dict[str, _Plan] = {}

    def bring_in(self, wanted: Import) -> Invocation:
        """Import-VM: register in place, or copy (facts 65 and 66)."""
        wanted = wanted.normal()

        def begin(_: TargetResult) -> HostJob | object:
            content = self._content(wanted, CmdletError(_UNREADABLE, target=wanted.path))
            self._require_new_id(wanted, content)
            if self._lost(content):
                raise CmdletError(_UNREADABLE, target=wanted.path)
            return self._import(wanted, content, None)

        return self._core.invoke("Import-VM", [Target(wanted.path, "", begin)])

    def bring_in_planned(self, vm_id: str) -> Invocation:
        """Import-VM -CompatibilityReport: the VM of a report, as it is now (fact 160)."""

        def begin(_: TargetResult) -> HostJob | object:
            plan = self._plan(vm_id)
            content = replace(plan.content, settings=plan.machine.settings, name=plan.machine.name)
            if self._lost(content):
                raise CmdletError(_UNREADABLE, target=plan.wanted.path)
            self._forget(vm_id)
            return self._import(plan.wanted, content, vm_id)

        return self._core.invoke("Import-VM", [Target(vm_id, "", begin)])

    def compare(self, wanted: Import) -> CompatibilityReport:
        """Compare-VM for an import, in place or as a copy (fact 159)."""
        self._core.faults.check_rights("Compare-VM")
        wanted = wanted.normal()
        missing = CmdletError(
            f"'{wanted.path}': {errors.with_code(errors.FILE_NOT_FOUND)}",
            identifier="ObjectNotFound",
            category="ObjectNotFound",
            hresult=errors.FILE_NOT_FOUND,
            target=wanted.path,
        )
        content = self._content(wanted, missing)
        self._require_new_id(wanted, content)
        vm_id = self._core.new_guid() if wanted.generate_new_id else content.vm_id
        plan = _Plan(wanted, content, self._planned(content, vm_id, self._place(content, wanted)))
        self._plans[vm_id] = plan
        self._core.planned[vm_id] = plan.machine
        return self._report(plan)

    def compare_again(self, vm_id: str) -> CompatibilityReport:
        """Compare-VM -CompatibilityReport: look at the VM of a report once more."""
        self._core.faults.check_rights("Compare-VM")
        return self._report(self._plan(vm_id))

    def _report(self, plan: _Plan) -> CompatibilityReport:
        owner = owner_of(self._core, plan.machine, None)
        lost = (one for one in adapters(self._core, owner) if one.adapter.switch and one.switch is None)
        return CompatibilityReport(
            vm=vm_view(self._core, plan.machine),
            destination=self._core.facts.name,
            path=plan.wanted.path,
            snapshot_path=join(plan.machine.snapshot_folder, "Snapshots"),
            vhd_destination_path=plan.wanted.vhd_destination_path or "",
            lost=tuple(lost),
        )

    def _content(self, wanted: Import, error: CmdletError) -> ExportedVm:
        content = getattr(self._core.store.get(wanted.path), "content", None)
        if not isinstance(content, ExportedVm):
            raise error
        return content

    def _require_new_id(self, wanted: Import, content: ExportedVm) -> None:
        if content.vm_id in self._core.machines and not (wanted.copy and wanted.generate_new_id):
            message = (
                "Failed to import a virtual machine.\n"
                "The operation failed because a virtual machine with the same identifier already exists."
            )
            raise CmdletError(
                message, identifier="InvalidOperation", category="InvalidOperation", target=wanted.path
            )

    def _lost(self, content: ExportedVm) -> bool:
        """Return whether a switch that the VM was connected to is not there."""
        named = (one.switch for one in content.settings.adapters if one.switch)
        return any(self._core.switch_named(name) is None for name in named)

    def _import(self, wanted: Import, content: ExportedVm, vm_id: str | None) -> HostJob | object:
        if not wanted.copy:
            return vm_view(self._core, self._registry.register(content, _folder(wanted)))
        place = self._place(content, wanted)
        return self._registry.copy(content, place, new_id=wanted.generate_new_id, vm_id=vm_id)

    def _place(self, content: ExportedVm, wanted: Import) -> ImportPlace:
        if not wanted.copy:
            return ImportPlace(_folder(wanted), _folder(wanted))
        folder = wanted.virtual_machine_path or self._core.facts.vm_path
        disks = wanted.vhd_destination_path or self._core.facts.vhd_path
        return ImportPlace(
            folder=folder,
            snapshots=wanted.snapshot_file_path or folder,
            disks={disk.path.lower(): join(disks, basename(disk.path)) for disk in content.disks},
        )

    def _planned(self, content: ExportedVm, vm_id: str, place: ImportPlace) -> Machine:
        """Return the VM as it will be, with its disks where they lie in the export. The host does not have it yet."""
        files = {disk.path: DiskFile(disk.path, disk.size, disk.virtual) for disk in content.disks}
        machine = machine_of(content, place, vm_id, self._core.now())
        machine.drives = [replace(one.place, file=files[one.path]) for one in content.drives]
        return machine

    def _plan(self, vm_id: str) -> _Plan:
        plan = self._plans.get(vm_id.lower())
        if plan is None:
            raise errors.vm_id_not_found(vm_id)
        return plan

    def _forget(self, vm_id: str) -> None:
        del self._plans[vm_id.lower()]
        del self._core.planned[vm_id.lower()]


def _folder(wanted: Import) -> str:
    """Return the folder of an export, by the path of its configuration."""
    return wanted.path.rsplit("\\", 2)[0]
