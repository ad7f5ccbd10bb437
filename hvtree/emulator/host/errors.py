"""Error records of the cmdlets, in the words of an English host (fact 130), and what they are made of."""

from __future__ import annotations

_CLASSES = "Microsoft.HyperV.PowerShell.Commands."

ALREADY_THERE = "The virtual machine is already in the specified state."
"""The warning of a power cmdlet that has nothing to do."""

DISK_FULL = 0x80070070
ACCESS_DENIED = 0x80070005
FILE_EXISTS = 0x80070050
PATH_NOT_FOUND = 0x80070003
FILE_NOT_FOUND = 0x80070002
FILE_IN_USE = 0x80070020
NETWORK_PATH_NOT_FOUND = 0x80070035
CANCELLED = 0x800704C7
OUT_OF_MEMORY = 0x8007000E

TEXTS = {
    DISK_FULL: "There is not enough space on the disk.",
    ACCESS_DENIED: "General access denied error",
    FILE_EXISTS: "The file exists.",
    PATH_NOT_FOUND: "The system cannot find the path specified.",
    FILE_NOT_FOUND: "The system cannot find the file specified.",
    FILE_IN_USE: "The process cannot access the file because it is being used by another process.",
    NETWORK_PATH_NOT_FOUND: "The network path was not found.",
    CANCELLED: "The operation was canceled by the user.",
    OUT_OF_MEMORY: "Not enough memory resources are available to complete this operation.",
}


class CmdletError(Exception):
    """One error record: message, category, FullyQualifiedErrorId, HRESULT and target, as a cmdlet writes it."""

    def __init__(
        self,
        message: str,
        *,
        identifier: str = "OperationFailed",
        category: str = "NotSpecified",
        hresult: int | None = None,
        target: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.identifier = identifier
        self.category = category
        self.hresult = hresult
        self.target = target
        self.cmdlet = ""

    def by(self, cmdlet: str) -> CmdletError:
        """Return it with the name of the cmdlet that reports it, such as `Checkpoint-VM`, unless it has one."""
        self.cmdlet = self.cmdlet or cmdlet
        return self

    @property
    def fully_qualified_error_id(self) -> str:
        """Such as `InvalidState,Microsoft.HyperV.PowerShell.Commands.SetVM`."""
        return f"{self.identifier},{_CLASSES}{self.cmdlet.replace('-', '')}"

    def __repr__(self) -> str:
        return f"CmdletError({self.fully_qualified_error_id!r}, {self.message!r})"


def with_code(hresult: int) -> str:
    """Return the system's sentence for an HRESULT with its number: "The file exists. (0x80070050)."."""
    return f"{TEXTS[hresult].rstrip('.')}. (0x{hresult:08X})."


def twice(sentences: tuple[str, ...], vm_id: str) -> str:
    """Return sentences as Hyper-V writes them: once plain, once with the VM's id in upper case."""
    marked = tuple(f"{sentence} (Virtual machine ID {vm_id.upper()})" for sentence in sentences)
    return "\n".join((*sentences, *marked))


def vm_not_found(name: str) -> CmdletError:
    """Return the error for a name that no VM has (facts 1 and 2)."""
    message = f'Hyper-V was unable to find a virtual machine with name "{name}".'
    return CmdletError(message, identifier="InvalidParameter", category="InvalidArgument", target=name)


def vm_id_not_found(vm_id: str) -> CmdletError:
    """Return the error for an id that no VM has."""
    message = f'Hyper-V was unable to find a virtual machine with ID "{vm_id}".'
    return CmdletError(message, identifier="InvalidParameter", category="InvalidArgument", target=vm_id)


def switch_not_found(name: str) -> CmdletError:
    """Return the error for a name that no virtual switch has (fact 154)."""
    message = f'Hyper-V was unable to find a virtual switch with name "{name}".'
    return CmdletError(message, identifier="InvalidParameter", category="InvalidArgument", target=name)


def switch_id_not_found(switch_id: str) -> CmdletError:
    """Return the error for an id that no virtual switch has (fact 154)."""
    message = "No Ethernet switch could be found matching the specified criteria."
    return CmdletError(message, identifier="ObjectNotFound", category="ObjectNotFound", target=switch_id)


def checkpoint_not_found(target: str) -> CmdletError:
    """Return the error for a name or id that no checkpoint has (fact 17)."""
    message = "Unable to find a snapshot matching the given criteria."
    return CmdletError(message, identifier="ObjectNotFound", category="ObjectNotFound", target=target)


def object_gone(host: str, target: str) -> CmdletError:
    """Return the error for something that was there a moment ago."""
    message = (
        f"Hyper-V encountered an error trying to access an object on computer '{host}' because the object was "
        "not found. The object might have been deleted, or you might not have permission to perform the task."
    )
    return CmdletError(message, identifier="ObjectNotFound", category="ObjectNotFound", target=target)


def wrong_state(vm_name: str, action: str = "") -> CmdletError:
    """Return the error for a VM in a state that does not allow it (fact 111)."""
    prefix = f"'{vm_name}' failed to {action}.\n" if action else ""
    message = f"{prefix}The operation cannot be performed while the virtual machine is in its current state."
    return CmdletError(message, identifier="InvalidState", category="InvalidOperation", target=vm_name)


def object_state(vm_name: str) -> CmdletError:
    """Return the error for a setting that cannot be changed now (fact 58)."""
    message = (
        f"Modifying the properties of '{vm_name}' failed.\n"
        "The operation cannot be performed while the object is in its current state."
    )
    return CmdletError(message, identifier="InvalidState", category="InvalidOperation", target=vm_name)


def busy(vm_name: str) -> CmdletError:
    """Return the error for a VM that another operation works on (fact 102)."""
    message = f"The operation failed because '{vm_name}' is being modified by another operation."
    return CmdletError(message, identifier="InvalidState", category="InvalidOperation", target=vm_name)


def bad_argument(message: str, target: str = "") -> CmdletError:
    """Return the error for an invalid argument."""
    return CmdletError(message, identifier="InvalidParameter", category="InvalidArgument", target=target)


def access_denied(host: str) -> CmdletError:
    """Return the error for a caller without rights on the host (fact 67)."""
    message = (
        "You do not have the required permission to complete this task. Contact the administrator of the "
        f"authorization policy for the computer '{host}'."
    )
    return CmdletError(message, identifier="AccessDenied", category="PermissionDenied")


def cannot_prompt(vm_name: str) -> CmdletError:
    """Return the error for a question in a session without a user (facts 31 and 52)."""
    message = "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."
    return CmdletError(message, identifier="InvalidOperation", category="InvalidOperation", target=vm_name)


def failed(vm_name: str, vm_id: str, what: str, reason: str = "", hresult: int | None = None) -> CmdletError:
    """Return the error for what the host tried in vain: "'web' failed to start." and why."""
    sentence = f"'{vm_name}' failed to {what}."
    message = "\n".join(part for part in (twice((sentence,), vm_id), reason) if part)
    return CmdletError(message, hresult=hresult, target=vm_name)


def checkpoint_failed(vm_name: str, *reasons: str, hresult: int | None = None) -> CmdletError:
    """Return the error for a checkpoint that could not be taken."""
    message = "\n".join(("Checkpoint operation failed.", *reasons))
    return CmdletError(message, hresult=hresult, target=vm_name)


def cancelled(vm_name: str) -> CmdletError:
    """Return the error for a job that was stopped."""
    message = with_code(CANCELLED)
    return CmdletError(
        message, identifier="OperationStopped", category="OperationStopped", hresult=CANCELLED, target=vm_name
    )
