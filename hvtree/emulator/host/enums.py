"""The enums of the Hyper-V module and of its WMI provider, with their names and numbers (facts 30, 94, 120, 122 and 127)."""

from __future__ import annotations

from enum import IntEnum


class VMState(IntEnum):
    """State of a VM. The critical numbers are the module's, not those of WMI's RequestStateChange page."""

    Other = 1
    Running = 2
    Off = 3
    Stopping = 4
    Saved = 6
    Paused = 9
    Starting = 10
    Reset = 11
    Saving = 32773
    Pausing = 32776
    Resuming = 32777
    FastSaved = 32779
    FastSaving = 32780
    ForceShutdown = 32781
    ForceReboot = 32782
    Hibernated = 32783
    ComponentServicing = 32784
    RunningCritical = 32785
    OffCritical = 32786
    StoppingCritical = 32787
    SavedCritical = 32788
    PausedCritical = 32789
    StartingCritical = 32790
    ResetCritical = 32791
    SavingCritical = 32792
    PausingCritical = 32793
    ResumingCritical = 32794
    FastSavedCritical = 32795
    FastSavingCritical = 32796


class SnapshotType(IntEnum):
    """Kind of a checkpoint."""

    Standard = 0
    Recovery = 1
    Planned = 2
    Missing = 5
    Replica = 6
    AppConsistentReplica = 7
    SyncedReplica = 8


class CheckpointType(IntEnum):
    """Which checkpoints a VM takes."""

    Disabled = 2
    Production = 3
    ProductionOnly = 4
    Standard = 5


class VMOperationalStatus(IntEnum):
    """What a VM is doing. 23769 is the module's own number (WMI says 32769)."""

    Ok = 2
    Degraded = 3
    PredictiveFailure = 5
    InService = 11
    Dormant = 15
    SupportingEntityInError = 16
    ApplyingSnapshot = 23769
    CreatingSnapshot = 32768
    DeletingSnapshot = 32770
    WaitingToStart = 32771
    MergingDisks = 32772
    ExportingVirtualMachine = 32773
    MigratingVirtualMachine = 32774
    BackingUpVirtualMachine = 32776
    ModifyingUpVirtualMachine = 32777
    StorageMigrationPhaseOne = 32778
    StorageMigrationPhaseTwo = 32779
    MigratingPlannedVm = 32780
    CheckingCompatibility = 32781
    ApplicationCriticalState = 32782
    CommunicationTimedOut = 32783
    CommunicationFailed = 32784
    CriticalIoError = 32795


class JobState(IntEnum):
    """State of a host job (Msvm_ConcreteJob)."""

    New = 2
    Starting = 3
    Running = 4
    Suspended = 5
    ShuttingDown = 6
    Completed = 7
    Terminated = 8
    Killed = 9
    Exception = 10
    Service = 11


class JobType(IntEnum):
    """What a host job does (Msvm_ConcreteJob); 0 stands for power changes without a documented number."""

    Other = 0
    Start = 12
    Save = 14
    MergeDisks = 50
    Export = 62
    TakeSnapshot = 70
    ApplySnapshot = 71
    DeleteSnapshot = 72
    ClearSnapshotState = 73


class VhdType(IntEnum):
    """How a virtual disk file grows."""

    Unknown = 0
    Fixed = 2
    Dynamic = 3
    Differencing = 4


class VhdFormat(IntEnum):
    """Format of a virtual disk file."""

    Unknown = 0
    VHD = 2
    VHDX = 3
    VHDSet = 4


class ControllerType(IntEnum):
    """Where a drive is attached."""

    IDE = 0
    SCSI = 1
    PMEM = 2


class GroupType(IntEnum):
    """What a VM group holds: VMs, or other groups."""

    VMCollectionType = 0
    ManagementCollectionType = 1


class ReplicationMode(IntEnum):
    """The role of a VM in replication."""

    None_ = 0
    Primary = 1
    Replica = 2
    TestReplica = 3
    ExtendedReplica = 4


SETTLED = frozenset({VMState.Running, VMState.Off, VMState.Saved, VMState.Paused})
"""The states in which a VM stays."""
