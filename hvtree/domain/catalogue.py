"""The catalogue of what Hyper-V and PowerShell report: (category, identifier, cmdlet, HRESULT) to what it means.

The comment above each entry names its source: a fact of hvtree/emulator/FACTS.md, or HVTree's own agent for records that
it makes. An error that is not in here is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hvtree.domain.errors import ErrorRecord
from hvtree.domain.explanations import Explanation, Key, Table, find

_NO_RIGHTS = Explanation(
    "access-denied",
    "Hyper-V says that this user may not do that.",
    "It takes an administrator of the host, or a member of its group Hyper-V Administrators.",
    "Log in as such a user; the connection doctor shows how to add one.",
)
_GONE = Explanation(
    "gone",
    "Hyper-V does not find it.",
    "It was deleted or moved by somebody else, its service is not running, or this user may not see it.",
    "Refresh the host and look again.",
)
_CHECKPOINT_FAILED = Explanation(
    "checkpoint-failed",
    "Hyper-V could not take the checkpoint.",
    "Checkpoints may be switched off for the VM, its guest may refuse a production checkpoint, or a disk may be full.",
    "Look at the checkpoint settings of the VM and at the free space.",
    keeps_words=True,
)
_EXPORT_DENIED = Explanation(
    "export-denied",
    "Hyper-V may not write to the folder.",
    "The export is written by the computer account of the host, not by the user who asks for it.",
    "Give the computer account (DOMAIN\\HOST$) full control of the share and the folder, or export to a local disk.",
)
_NO_MODULE = Explanation(
    "no-module",
    "The host has no Hyper-V module for PowerShell.",
    "The Hyper-V cmdlets come with a feature of Windows that is not installed there.",
    "Install it there: Install-WindowsFeature -Name Hyper-V-PowerShell.",
)
_NO_MEMORY = Explanation(
    "out-of-memory",
    "The host has not enough memory for that.",
    "Other VMs and programs use what it has.",
    "Stop or shrink another VM, then try again.",
)
_CANCELLED = Explanation("cancelled", "It was cancelled on the host.")
_CONSTRAINED = Explanation(
    "constrained-language",
    "PowerShell on the host does not let HVTree's agent run.",
    "A policy restricts the language that this user may use there.",
    "Run the connection doctor to see which mode it is and what lifts it.",
)

CATALOGUE: Table = MappingProxyType(
    {
        # Fact 67: category PermissionDenied, identifier AccessDenied.
        Key(identifier="AccessDenied"): _NO_RIGHTS,
        Key(category="PermissionDenied"): _NO_RIGHTS,
        # Fact 131: WBEM_E_ACCESS_DENIED.
        Key(hresult=0x80041003): _NO_RIGHTS,
        # Fact 17: checkpoint not found. Fact 136: object gone, service down or no rights.
        Key(identifier="ObjectNotFound"): _GONE,
        # Fact 131: WBEM_E_NOT_FOUND.
        Key(hresult=0x80041002): _GONE,
        # Fact 1: VM not found by name: category InvalidArgument, identifier InvalidParameter, class GetVM.
        Key(identifier="InvalidParameter", cmdlet="GetVM"): _GONE,
        # Fact 111: wrong state. Fact 102: "being modified by another operation" has no id of its own.
        Key(identifier="InvalidState"): Explanation(
            "wrong-state",
            "The VM is in a state in which Hyper-V does not do that.",
            "It is being started, saved or merged, another operation works on it, or it would have to be off for that.",
            "Wait until nothing is under way for the VM, then try again.",
            keeps_words=True,
        ),
        # Fact 52: Stop-VM would have asked a question, and nobody can answer in this session.
        Key(identifier="InvalidOperation", cmdlet="StopVM"): Explanation(
            "would-ask",
            "Hyper-V wanted to ask a question before it stops the VM, and nobody could answer it.",
            "The guest did not react to the request to shut down.",
            "Shut the guest down from inside, or turn the VM off.",
        ),
        # Fact 27: switched off. Fact 28: production impossible. Fact 70: disk full. All are OperationFailed.
        Key(identifier="OperationFailed", cmdlet="CheckpointVM"): _CHECKPOINT_FAILED,
        # Fact 130: the other name that one project gives the class of Checkpoint-VM.
        Key(identifier="OperationFailed", cmdlet="NewVMSnapshot"): _CHECKPOINT_FAILED,
        # Fact 132: start fails: NotSpecified, OperationFailed.
        Key(identifier="OperationFailed", cmdlet="StartVM"): Explanation(
            "start-failed",
            "Hyper-V could not start the VM.",
            now="The host's words give the reason; its event log (Hyper-V-VMMS) has more.",
            keeps_words=True,
        ),
        # Fact 130: the identifier for whatever else goes wrong.
        Key(identifier="OperationFailed"): Explanation(
            "operation-failed",
            "Hyper-V tried and gave up.",
            now="The host's words give the reason; its event log (Hyper-V-VMMS) has more.",
            keeps_words=True,
        ),
        # Fact 130: one of the identifiers of the module; the number is Win32's for the same.
        Key(identifier="OutOfMemory"): _NO_MEMORY,
        Key(hresult=0x8007000E): _NO_MEMORY,
        # Fact 70: a checkpoint on a full volume.
        Key(hresult=0x80070070): Explanation(
            "disk-full",
            "There is not enough space on the disk of the host.",
            "Every checkpoint grows with what its VM writes, and saving memory takes as much as the VM has.",
            "Free space on that volume, or delete checkpoints that nobody needs: their disks merge afterwards.",
        ),
        # Fact 133: sharing violation.
        Key(hresult=0x80070020): Explanation(
            "file-in-use",
            "Another program on the host holds one of the VM's files open.",
            "Backups and virus scanners do that.",
            "Wait until it is done, or exclude the VM's folders from the virus scanner; then try again.",
        ),
        # Fact 64: export to a share: the computer account writes.
        Key(cmdlet="ExportVM", hresult=0x80070005): _EXPORT_DENIED,
        Key(cmdlet="ExportVMSnapshot", hresult=0x80070005): _EXPORT_DENIED,
        Key(hresult=0x80070005): Explanation(
            "file-denied",
            "The host may not use one of the VM's files or folders.",
            "The VM's own account, or that of the computer, has no rights on it: often after files were copied by hand.",
            "Compare the rights on the file with those of a VM that works.",
            keeps_words=True,
        ),
        # Fact 61: an export over files that are there.
        Key(hresult=0x80070050): Explanation(
            "file-exists",
            "There is something of this name already.",
            "An export never writes over files that are there.",
            "Choose another folder, or move the old export away.",
        ),
        # Fact 135: Win32 errors 2, 3 and 53 as HRESULTs.
        Key(hresult=0x80070002): Explanation(
            "file-missing",
            "The host does not find one of the VM's files.",
            "It was moved or deleted, or the disk it lies on is not there.",
            "Find the file first: deleting or applying checkpoints now could lose data.",
            keeps_words=True,
        ),
        Key(hresult=0x80070003): Explanation(
            "folder-missing",
            "The host does not find the folder.",
            "It was moved or deleted, or the disk it lies on is not there.",
            "Check the path on the host.",
            keeps_words=True,
        ),
        Key(hresult=0x80070035): Explanation(
            "share-missing",
            "The host does not reach the share.",
            "The server of the share is off, or its name is wrong.",
            "Check the path from the host.",
        ),
        # Fact 135: Win32 error 1223 as an HRESULT. HVTree's agent: its identifier for what it did not begin.
        Key(hresult=0x800704C7): _CANCELLED,
        Key(identifier="OperationStopped"): _CANCELLED,
        # Fact 134: recovery checkpoint fails with error 32768.
        Key(hresult=0x00008000): Explanation(
            "recovery-failed",
            "Hyper-V could not make or remove a recovery checkpoint.",
            "A backup was under way and did not end well.",
            "Look at the backup job first.",
            keeps_words=True,
        ),
        # Fact 137: a cmdlet that is not there, and a module that is not there.
        Key(category="ObjectNotFound", identifier="CommandNotFoundException"): _NO_MODULE,
        Key(identifier="Modules_ModuleNotFound", cmdlet="ImportModuleCommand"): _NO_MODULE,
        Key(
            identifier="Modules_ModuleNotFound", cmdlet="ImportModuleCommand", hresult=0x80070002
        ): _NO_MODULE,
        # Fact 137: ConstrainedLanguage; RestrictedLanguage and NoLanguage.
        Key(identifier="MethodInvocationNotSupportedInConstrainedLanguage"): _CONSTRAINED,
        Key(identifier="PropertyReferenceNotSupportedInDataSection"): _CONSTRAINED,
        Key(identifier="ScriptsNotAllowed"): _CONSTRAINED,
        # HVTree's agent: Windows PowerShell 4.0 of Server 2012 R2.
        Key(identifier="OldPowerShell"): Explanation(
            "old-powershell",
            "The host's PowerShell is too old for HVTree.",
            "HVTree needs Windows PowerShell 5.1; Server 2012 R2 comes with 4.0.",
            "Install Windows Management Framework 5.1 (KB3191564) there, restart it, and connect again.",
        ),
        # HVTree's agent: a line or a request that the agent cannot follow.
        Key(identifier="HVTree.Protocol"): Explanation(
            "protocol",
            "HVTree's agent on the host did not understand the request.",
            "The two ends may be of different versions.",
            "Please report it with the details.",
            keeps_words=True,
        ),
    }
)
"""Every record that HVTree can explain. Compared by numbers and identifiers alone, so it works in every language."""


def explain(record: ErrorRecord) -> Explanation | None:
    """Return what a host's error record means, or None if it is not in the catalogue."""
    return find(record, CATALOGUE)


def told(record: ErrorRecord) -> Explanation:
    """Return the explanation to show: for a record that is not in the catalogue, or is only half of it, the host's words."""
    words = record.message.strip()
    known = explain(record)
    if known is None:
        return Explanation("unknown", words or "The host gave no reason.")
    if known.keeps_words and words:
        return Explanation(known.code, known.what, f"{known.why} The host says: {words}".strip(), known.now)
    return known


def codes(table: Mapping[Key, Explanation] = CATALOGUE) -> frozenset[str]:
    """Return the short names of all cases of a table."""
    return frozenset(each.code for each in table.values())
