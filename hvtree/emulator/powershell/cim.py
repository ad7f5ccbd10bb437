"""WMI on the emulated host, for the stand-in of the CIM cmdlets: queries, associations, methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.objects import VirtualMachine
from hvtree.emulator.powershell import cim_classes as classes
from hvtree.emulator.powershell.cmdlet_answers import CmdletReply, ReplyError, in_words
from hvtree.emulator.powershell.cmdlet_objects import Properties, stamp
from hvtree.emulator.powershell.embedded import EmbeddedError, embedded
from hvtree.emulator.powershell.wql import Condition, WqlError, filter_of, parsed

VIRTUALIZATION = "root\\virtualization\\v2"
CIMV2 = "root\\cimv2"
INVALID_NAMESPACE, INVALID_CLASS, INVALID_QUERY = 0x8004100E, 0x80041010, 0x80041017
ACCESS_DENIED, NOT_FOUND, NO_METHOD = 0x80041003, 0x80041002, 0x80041055
INVALID_PARAMETER_CODE = 0x80041008
DONE, JOB_STARTED, FAILED, DENIED, INVALID_PARAMETER, INVALID_STATE = 0, 4096, 32768, 32769, 32773, 32775
_CODES = {
    "InvalidState": INVALID_STATE,
    "AccessDenied": DENIED,
    "InvalidParameter": INVALID_PARAMETER,
    "ObjectNotFound": INVALID_PARAMETER,
}
"""What a method returns for an error of the host."""
_COMMANDS = "Microsoft.Management.Infrastructure.CimCmdlets."
_CASES = {
    "query": "GetCimInstanceCommand",
    "associated": "GetCimAssociatedInstanceCommand",
    "invoke": "InvokeCimMethodCommand",
    "class": "GetCimClassCommand",
}
_SINCE = {"UserSnapshotType": 2016, "IsAutomaticSnapshot": 2019, "AutomaticSnapshotsEnabled": 2019}
"""The release of Windows Server with which a column of Msvm_VirtualSystemSettingData came (fact 95; 2019 for 1709)."""

Rows = Callable[[HyperV], Iterable[Properties]]


class CimError(Exception):
    """A refusal of WMI, with its code."""

    def __init__(self, message: str, code: int, category: str, target: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.category = category
        self.target = target
        self.command = ""


class _Table(Struct, frozen=True):
    namespace: str
    rows: Rows


_TABLES: Mapping[str, _Table] = {
    "Msvm_ComputerSystem": _Table(VIRTUALIZATION, lambda _: ()),
    "Msvm_VirtualSystemSettingData": _Table(VIRTUALIZATION, classes.system_settings),
    "Msvm_StorageAllocationSettingData": _Table(VIRTUALIZATION, classes.storage_settings),
    "Msvm_MemorySettingData": _Table(VIRTUALIZATION, classes.memory_settings),
    "Msvm_ConcreteJob": _Table(VIRTUALIZATION, classes.concrete_jobs),
    "Msvm_VirtualSystemManagementService": _Table(VIRTUALIZATION, classes.management_services),
    "Msvm_VirtualSystemSnapshotService": _Table(VIRTUALIZATION, classes.snapshot_services),
    "Win32_Volume": _Table(CIMV2, classes.volumes),
    "Win32_OperatingSystem": _Table(CIMV2, classes.operating_systems),
}


class Cim:
    """WMI of one host. Thread-safe."""

    def __init__(self, host: HyperV) -> None:
        self._host = host
        self._changed: dict[str, tuple[object, str]] = {}
        """For each VM its configuration, and since when it has been so."""

    def answer(self, kind: str, given: Mapping[str, Any]) -> CmdletReply:
        """Answer a query; raise `CimError`."""
        asked = {
            "query": self._query,
            "associated": self._associated,
            "invoke": self._invoke,
            "class": self._class,
        }
        try:
            self._host.faults.check_rights("Get-CimInstance")
            return asked[kind](given)
        except CmdletError as error:
            raise _by(kind, CimError("Access denied ", ACCESS_DENIED, "PermissionDenied")) from error
        except WqlError as error:
            raise _by(
                kind, CimError("Invalid query ", INVALID_QUERY, "InvalidArgument", str(error))
            ) from error
        except CimError as error:
            raise _by(kind, error) from error

    # -- queries ---------------------------------------------------------------------------------------------

    def _query(self, given: Mapping[str, Any]) -> CmdletReply:
        name, columns, condition, used = self._asked(given)
        name, table = _table(given.get("namespace") or CIMV2, name)
        rows = list(self._rows(name, table))
        if rows:
            _require(rows[0], (*columns, *used))
        if table.namespace == VIRTUALIZATION:
            rows = [in_words(row, self._host) for row in rows]
        return _reply(name, _projected([row for row in rows if condition(row)], columns))

    def _asked(self, given: Mapping[str, Any]) -> tuple[str, tuple[str, ...], Condition, tuple[str, ...]]:
        if given.get("query"):
            query = parsed(given["query"])
            return query.name, query.columns, query.condition, query.condition_columns
        condition, used = filter_of(given.get("filter") or "")
        return given["class"], tuple(given.get("property") or ()), condition, used

    def _rows(self, name: str, table: _Table) -> Iterable[Properties]:
        if name == "Msvm_ComputerSystem":
            return self._systems()
        missing = self._missing(name)
        rows = table.rows(self._host)
        return [_without(row, missing) for row in rows] if missing else rows

    def _class(self, given: Mapping[str, Any]) -> CmdletReply:
        name, _ = _table(given.get("namespace") or CIMV2, given["class"])
        return _reply("ClassColumns", [{"Missing": list(self._missing(name))}])

    def _missing(self, name: str) -> tuple[str, ...]:
        """Return the columns of a class that the host's release does not have yet."""
        if name != "Msvm_VirtualSystemSettingData":
            return ()
        return tuple(column for column, since in _SINCE.items() if self._host.facts.is_older_than(since))

    def _systems(self) -> Iterator[Properties]:
        yield classes.hosting_system(self._host)
        for vm in self._host.get_vm().objects:
            yield classes.computer_system(vm, self._configured(vm))

    def _configured(self, vm: VirtualMachine) -> str:
        """Return since when the configuration of a VM has been as it is now."""
        configuration = _configuration(vm)
        known = self._changed.get(vm.id)
        if known is None or known[0] != configuration:
            known = (configuration, stamp(self._host.clock.now()))
            self._changed[vm.id] = known
        return known[1]

    # -- associations ----------------------------------------------------------------------------------------

    def _associated(self, given: Mapping[str, Any]) -> CmdletReply:
        source, key = given["class"], given["key"].lower()
        wanted = (given.get("association") or given.get("result") or "").lower()
        if source == "Msvm_ConcreteJob" and wanted in {"msvm_affectedjobelement", "msvm_computersystem"}:
            owners = [job.vm_id for job in self._host.get_jobs() if job.instance_id.lower() == key]
            vms = [vm for owner in owners for vm in self._vms(owner)]
            return self._said("Msvm_ComputerSystem", [classes.computer_system(vm) for vm in vms])
        if source == "Msvm_ComputerSystem" and wanted == "msvm_snapshotofvirtualsystem":
            snapshots = self._host.get_vm_snapshot(vm=key).objects
            rows = [classes.settings_of_checkpoint(self._host, each) for each in snapshots]
            return self._said("Msvm_VirtualSystemSettingData", rows)
        if source == "Msvm_ComputerSystem" and wanted == "msvm_settingsdefinestate":
            rows = [classes.settings_of_now(self._host, vm) for vm in self._vms(key)]
            return self._said("Msvm_VirtualSystemSettingData", rows)
        raise CimError("Invalid class ", INVALID_CLASS, "MetadataError", wanted)

    def _said(self, name: str, rows: list[Properties]) -> CmdletReply:
        return _reply(name, [in_words(row, self._host) for row in rows])

    def _vms(self, vm_id: str) -> tuple[VirtualMachine, ...]:
        return self._host.get_vm(id=vm_id).objects

    # -- methods ---------------------------------------------------------------------------------------------

    def _invoke(self, given: Mapping[str, Any]) -> CmdletReply:
        method = (given["class"], given["method"])
        arguments = given.get("arguments") or {}
        if method == ("Msvm_ConcreteJob", "RequestStateChange"):
            is_stopped = self._host.cancel_job(given["key"].lower())
            return _returned(DONE if is_stopped else INVALID_STATE)
        if method == ("Msvm_VirtualSystemManagementService", "GetSummaryInformation"):
            asked = set(arguments.get("RequestedInformation") or ())
            summaries = [in_words(_summary(vm, asked), self._host) for vm in self._host.get_vm().objects]
            return _returned(DONE, SummaryInformation=summaries)
        if method == ("Msvm_VirtualSystemManagementService", "ModifySystemSettings"):
            return self._modify(str(arguments.get("SystemSettings") or ""))
        raise CimError("Invalid method Parameter(s) ", NO_METHOD, "InvalidArgument", method[1])

    def _modify(self, settings: str) -> CmdletReply:
        """Answer ModifySystemSettings, which changes those properties alone that it is given (fact 244)."""
        try:
            wanted = embedded(settings)
        except EmbeddedError:
            return _returned(INVALID_PARAMETER)
        if wanted.class_name != "Msvm_VirtualSystemSettingData" or set(wanted.values) != {
            "InstanceID",
            "Notes",
        }:
            raise CimError("Invalid parameter ", INVALID_PARAMETER_CODE, "InvalidArgument", settings)
        key = wanted.text("InstanceID").partition(":")[2].lower()
        notes = "\n".join(wanted.texts("Notes"))
        if self._vms(key):
            work = self._host.set_vm(vm=[key], change=VmChange(notes=notes))
        else:
            work = self._host.set_vm_snapshot_notes({key: notes})
        (result,) = work.results
        if result.error is not None:
            return _returned(_CODES.get(result.error.identifier, FAILED))
        if result.job is None or result.is_done:
            return _returned(DONE)
        jobs = (job for job in self._host.get_jobs() if job.instance_id == result.job.id)
        return _returned(JOB_STARTED, Job=next(map(classes.concrete_job, jobs), None))


def refused(error: CimError, spoken: Callable[[str], str]) -> CmdletReply:
    """Return WMI's refusal as an error; `spoken` translates a text into the host's language."""
    fqid = f"HRESULT 0x{error.code:08x},{_COMMANDS}{error.command}"
    record = ReplyError(spoken(error.message), error.category, fqid, error.code, error.target)
    return CmdletReply(errors=(record,), end=True)


def _by(kind: str, error: CimError) -> CimError:
    error.command = _CASES[kind]
    return error


def _table(namespace: str, name: str) -> tuple[str, _Table]:
    wanted = namespace.replace("/", "\\").lower()
    if wanted not in {VIRTUALIZATION, CIMV2}:
        raise CimError("Invalid namespace ", INVALID_NAMESPACE, "MetadataError", namespace)
    for known, table in _TABLES.items():
        if known.lower() == name.lower() and table.namespace == wanted:
            return known, table
    raise CimError("Invalid class ", INVALID_CLASS, "MetadataError", f"{namespace}:{name}")


def _require(row: Properties, columns: Iterable[str]) -> None:
    """Raise `CimError` for a column that the class does not have."""
    known = {name.lower() for name in row}
    for column in columns:
        if column.lower() not in known:
            raise CimError("Invalid query ", INVALID_QUERY, "InvalidArgument", column)


def _without(row: Properties, columns: tuple[str, ...]) -> Properties:
    return {name: value for name, value in row.items() if name not in columns}


def _projected(rows: list[Properties], columns: tuple[str, ...]) -> list[Properties]:
    if not columns:
        return rows
    wanted = {column.lower() for column in columns}
    return [{name: value for name, value in row.items() if name.lower() in wanted} for row in rows]


def _configuration(vm: VirtualMachine) -> object:
    return (
        *(vm.name, vm.notes, vm.memory_startup, vm.memory_minimum, vm.memory_maximum, vm.processor_count),
        *(vm.checkpoint_type, vm.parent_snapshot_id, vm.snapshot_file_location, vm.hard_drives),
    )


def _summary(vm: VirtualMachine, asked: set[int]) -> Properties:
    """One Msvm_SummaryInformation; what was not asked for is missing."""
    system = classes.computer_system(vm)
    known = {
        0: ("Name", vm.id.upper()),
        1: ("ElementName", vm.name),
        2: ("CreationTime", stamp(vm.creation_time)),
        3: ("Notes", vm.notes),
        4: ("NumberOfProcessors", vm.processor_count),
        10: ("Version", vm.version),
        100: ("EnabledState", system["EnabledState"]),
        101: ("ProcessorLoad", vm.cpu_usage),
        103: ("MemoryUsage", vm.memory_assigned // classes.SCALE if vm.memory_assigned else None),
        105: ("UpTime", int(vm.uptime_s * 1000)),
        109: ("HealthState", system["HealthState"]),
        110: ("OperationalStatus", system["OperationalStatus"]),
        111: ("StatusDescriptions", system["StatusDescriptions"]),
        114: ("ReplicationMode", system["ReplicationMode"]),
    }
    return dict(known[number] for number in sorted(asked & known.keys()))


def _reply(name: str, rows: list[Properties]) -> CmdletReply:
    return CmdletReply(name, rows, end=True)


def _returned(value: int, **values: Any) -> CmdletReply:
    return CmdletReply("MethodResult", [{"ReturnValue": value, **values}], end=True)
