"""What is uncertain about Hyper-V, as switches, each with its fact in FACTS.md; and how long things take."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

GIB = 1 << 30
MIB = 1 << 20

Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e7)]
"""How long something takes, at most some months."""
Interval = Annotated[float, msgspec.Meta(ge=0.01, le=1e7)]
"""Seconds between two checks; never 0."""
Rate = Annotated[int, msgspec.Meta(ge=1, le=1 << 60)]
"""Bytes per second."""


class Quirks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Behaviour on which the sources are silent or disagree. The defaults are the likelier side of each."""

    missing_wildcard_fails: bool = False
    """Fact 3: `Get-VM web*` without a match is an error."""
    duplicate_names: Literal["all", "first"] = "all"
    """Fact 15: Get-VMSnapshot by a name that several checkpoints of the VM carry gives all of them, or one."""
    ambiguous_restore: Literal["fails", "takes first"] = "fails"
    """Fact 16: Restore-VMSnapshot by a name that several checkpoints of the VM carry."""
    lists_only_standard: bool = False
    """Fact 22: Get-VMSnapshot without -SnapshotType hides all kinds but Standard."""
    checkpoint_limit: Annotated[int, msgspec.Meta(ge=0)] = 50
    """Fact 26: how many user checkpoints a VM may have."""
    fallback_warns: bool = False
    """Fact 29: a Production checkpoint that falls back to Standard says so with a warning."""
    restore_running_with_memory: Literal["accept", "InvalidState"] = "accept"
    """Fact 38: Restore-VMSnapshot of a checkpoint with memory on a Running VM."""
    replaced_disk_lingers: bool = False
    """Fact 35: the disk that applying puts out of use goes when disks are merged, not at once."""
    orphans_become_roots: bool = False
    """Fact 44: the children of a deleted checkpoint have no parent afterwards, rather than its parent."""
    subtree_with_now: Literal["merges", "InvalidState"] = "merges"
    """Fact 46: Remove-VMSnapshot -IncludeAllChildSnapshots on a subtree that Now stands in."""
    saving_off: Literal["InvalidState", "warning"] = "InvalidState"
    """Fact 54: Save-VM and Suspend-VM on a VM that is Off."""
    migrating_refuses_changes: bool = True
    """Fact 80: whatever changes the state of a VM is refused while it migrates."""
    restore_brings_name_back: bool = False
    """Fact 82: whether applying gives the VM the name that it had."""
    restore_brings_notes_back: bool = False
    """Fact 82: whether applying gives the VM the notes of the checkpoint."""
    checkpoint_takes_notes: bool = True
    """Fact 243: whether a new checkpoint has the notes of its VM."""
    settings_change_is_job: bool = True
    """Fact 245: ModifySystemSettings answers with a job, rather than when it is done."""
    restore_brings_checkpoint_type_back: bool = False
    """Fact 150: whether applying gives the VM the type of checkpoints that it had."""
    already_saved_or_paused: Literal["warning", "InvalidState"] = "warning"
    """Fact 109: Save-VM on a Saved VM, Suspend-VM on a Paused one."""
    resume_when_not_paused: Literal["warning", "InvalidState"] = "warning"
    """Fact 109: Resume-VM on a Running VM."""
    start_on_paused: Literal["resumes", "InvalidState"] = "resumes"
    """Fact 108: Start-VM on a Paused VM."""
    targets_side_by_side: bool = False
    """Fact 103: a cmdlet works on all its VMs at once rather than on one after the other."""
    merging_refuses_changes: bool = True
    """Fact 87: creating, applying and exporting are refused while disks merge. Deleting never is."""
    merges_only_when_off: bool = False
    """Fact 47: the host is like 2008 R2, where merging waits for power-off and starts again from zero."""
    lower_case_vhd_paths: bool = False
    """Fact 11: Get-VHD gives `Path` in lower case."""
    replicas_take_checkpoints: bool = False
    """Fact 97: Checkpoint-VM on a replica VM before failover."""
    exported_checkpoint_named_after: Literal["vm", "checkpoint"] = "vm"
    """Fact 118: the name of the VM that an exported checkpoint becomes."""
    failed_export_leaves_files: bool = False
    """Fact 117: an export that fails or is cancelled leaves what it has written."""
    has_vm_groups: bool = True
    """Fact 249: the host is of Server 2016 or later, and has cmdlets for VM groups."""
    critical_resumes_by_itself: bool = True
    """Fact 92: a VM that was paused by a full volume goes on by itself when there is space again."""


class Timings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long things take: seconds, and bytes per second. The small figures were measured (fact 113)."""

    start_s: Seconds = 0.6
    resume_saved_s: Seconds = 0.43
    turn_off_s: Seconds = 0.1
    shut_down_s: Seconds = 6.0
    forced_shut_down_s: Seconds = 300.0
    pause_s: Seconds = 0.1
    save_s: Seconds = 0.2
    save_rate: Rate = 1 * GIB
    checkpoint_s: Seconds = 0.5
    checkpoint_rate: Rate = 2 * GIB
    production_checkpoint_s: Seconds = 1.5
    apply_s: Seconds = 0.8
    modify_s: Seconds = 0.05
    delete_s: Seconds = 0.3
    merge_delay_s: Seconds = 3.0
    merge_rate: Rate = 200 * MIB
    merge_step_s: Interval = 0.5
    merge_overlap: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.25
    """Share of a child's blocks that replace blocks which its parent has already."""
    merge_retry_s: Interval = 60.0
    export_s: Seconds = 1.0
    export_rate: Rate = 400 * MIB
    critical_check_s: Interval = 2.0
