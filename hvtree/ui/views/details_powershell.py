"""PowerShell that shows what the details show, to read and to copy; it is never sent anywhere."""

from __future__ import annotations

from hvtree.domain.checkpoint import Checkpoint
from hvtree.operations.powershell import quote


def host_powershell() -> str:
    """Return the line that lists every checkpoint of the host it is run on."""
    return (
        "Get-VM | Get-VMSnapshot | Sort-Object VMName, CreationTime |\n"
        "  Format-Table VMName, Name, SnapshotType, CreationTime, ParentSnapshotName"
    )


def vm_powershell(vm_id: str) -> str:
    """Return the lines that list the checkpoints of a VM, and the disk files that it writes to."""
    return (
        f"$vm = Get-VM -Id {quote(vm_id)}\n"
        "Get-VMSnapshot -VM $vm | Format-Table Name, CreationTime, ParentSnapshotName\n"
        "Get-VMHardDiskDrive -VM $vm | ForEach-Object { Get-VHD -Path $_.Path }"
    )


def checkpoint_powershell(checkpoint: Checkpoint) -> str:
    """Return the lines that show a checkpoint and its frozen disk files."""
    return (
        f"$checkpoint = Get-VMSnapshot -Id {quote(checkpoint.id)}\n"
        "$checkpoint | Format-List Name, SnapshotType, CreationTime, ParentSnapshotName, SizeOfSystemFiles, Notes\n"
        "$checkpoint | Get-VMHardDiskDrive | ForEach-Object { Get-VHD -Path $_.Path }"
    )
