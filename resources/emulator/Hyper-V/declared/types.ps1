# The types of the Hyper-V module: what properties they have; and its enums, with their numbers.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

$DeclaredEnums = [ordered] @{
    'VMState' = @{ Name = 'Microsoft.HyperV.PowerShell.VMState'; Values = [ordered] @{ Other = 1; Running = 2; Off = 3; Stopping = 4; Saved = 6; Paused = 9; Starting = 10; Reset = 11; Saving = 32773; Pausing = 32776; Resuming = 32777; FastSaved = 32779; FastSaving = 32780; ForceShutdown = 32781; ForceReboot = 32782; Hibernated = 32783; ComponentServicing = 32784; RunningCritical = 32785; OffCritical = 32786; StoppingCritical = 32787; SavedCritical = 32788; PausedCritical = 32789; StartingCritical = 32790; ResetCritical = 32791; SavingCritical = 32792; PausingCritical = 32793; ResumingCritical = 32794; FastSavedCritical = 32795; FastSavingCritical = 32796 } }
    'SnapshotType' = @{ Name = 'Microsoft.HyperV.PowerShell.SnapshotType'; Values = [ordered] @{ Standard = 0; Recovery = 1; Planned = 2; Missing = 5; Replica = 6; AppConsistentReplica = 7; SyncedReplica = 8 } }
    'CheckpointType' = @{ Name = 'Microsoft.HyperV.PowerShell.CheckpointType'; Values = [ordered] @{ Disabled = 2; Production = 3; ProductionOnly = 4; Standard = 5 } }
    'CaptureLiveState' = @{ Name = 'Microsoft.HyperV.PowerShell.CaptureLiveState'; Values = [ordered] @{ CaptureCrashConsistentState = 0; CaptureSavedState = 1; CaptureDataConsistentState = 2 } }
    'VMOperationalStatus' = @{ Name = 'Microsoft.HyperV.PowerShell.VMOperationalStatus'; Values = [ordered] @{ Ok = 2; Degraded = 3; PredictiveFailure = 5; InService = 11; Dormant = 15; SupportingEntityInError = 16; ApplyingSnapshot = 23769; CreatingSnapshot = 32768; DeletingSnapshot = 32770; WaitingToStart = 32771; MergingDisks = 32772; ExportingVirtualMachine = 32773; MigratingVirtualMachine = 32774; BackingUpVirtualMachine = 32776; ModifyingUpVirtualMachine = 32777; StorageMigrationPhaseOne = 32778; StorageMigrationPhaseTwo = 32779; MigratingPlannedVm = 32780; CheckingCompatibility = 32781; ApplicationCriticalState = 32782; CommunicationTimedOut = 32783; CommunicationFailed = 32784; NoIommu = 32785; NoIovSupportInNic = 32786; SwitchNotInIovMode = 32787; IovBlockedByPolicy = 32788; IovNoAvailResources = 32789; IovGuestDriversNeeded = 32790; CriticalIoError = 32795 } }
    'VMHeartbeatStatus' = @{ Name = 'Microsoft.HyperV.PowerShell.VMHeartbeatStatus'; Values = [ordered] @{ Unknown = 0; Disabled = 1; NoContact = 2; Error = 3; LostCommunication = 4; OkApplicationsUnknown = 5; OkApplicationsHealthy = 6; OkApplicationsCritical = 7; Paused = 8 } }
    'VMIntegrationComponentOperationalStatus' = @{ Name = 'Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus'; Values = [ordered] @{ Ok = 2; Degraded = 3; Error = 6; NonRecoverableError = 7; NoContact = 12; LostCommunication = 13; ProtocolMismatch = 32775; ApplicationCritical = 32782; CommunicationTimedOut = 32783; CommunicationFailed = 32784; Disabled = 32896 } }
    'StartAction' = @{ Name = 'Microsoft.HyperV.PowerShell.StartAction'; Values = [ordered] @{ Nothing = 2; StartIfRunning = 3; Start = 4 } }
    'StopAction' = @{ Name = 'Microsoft.HyperV.PowerShell.StopAction'; Values = [ordered] @{ TurnOff = 2; Save = 3; ShutDown = 4 } }
    'CriticalErrorAction' = @{ Name = 'Microsoft.HyperV.PowerShell.CriticalErrorAction'; Values = [ordered] @{ None = 0; Pause = 1 } }
    'OnOffState' = @{ Name = 'Microsoft.HyperV.PowerShell.OnOffState'; Values = [ordered] @{ On = 0; Off = 1 } }
    'ControllerType' = @{ Name = 'Microsoft.HyperV.PowerShell.ControllerType'; Values = [ordered] @{ IDE = 0; SCSI = 1; PMEM = 2 } }
    'CacheAttributes' = @{ Name = 'Microsoft.HyperV.PowerShell.CacheAttributes'; Values = [ordered] @{ Default = 0; WriteCacheEnabled = 1; WriteCacheAndFUAEnabled = 2; WriteCacheDisabled = 3 } }
    'GroupType' = @{ Name = 'Microsoft.HyperV.PowerShell.GroupType'; Values = [ordered] @{ VMCollectionType = 0; ManagementCollectionType = 1 } }
    'OperationType' = @{ Name = 'Microsoft.HyperV.PowerShell.OperationType'; Values = [ordered] @{ MoveVirtualMachine = 0; ImportVirtualMachine = 1; MoveVirtualMachineAndStorage = 2 } }
    'VMReplicationMode' = @{ Name = 'Microsoft.HyperV.PowerShell.VMReplicationMode'; Values = [ordered] @{ None = 0; Primary = 1; Replica = 2; TestReplica = 3; ExtendedReplica = 4 } }
    'VMReplicationState' = @{ Name = 'Microsoft.HyperV.PowerShell.VMReplicationState'; Values = [ordered] @{ Disabled = 0; ReadyForInitialReplication = 1; InitialReplicationInProgress = 2; WaitingForInitialReplication = 3; Replicating = 4; PreparedForFailover = 5; FailedOverWaitingCompletion = 6; FailedOver = 7; Suspended = 8; Error = 9; WaitingForStartResynchronize = 10; Resynchronizing = 11; ResynchronizeSuspended = 12; RecoveryInProgress = 13; FailbackInProgress = 14; FailbackComplete = 15; WaitingForUpdateCompletion = 16; UpdateError = 17; WaitingForRepurposeCompletion = 18; PreparedForSyncReplication = 19; PreparedForGroupReverseReplication = 20; FiredrillInProgress = 21 } }
    'VMReplicationHealthState' = @{ Name = 'Microsoft.HyperV.PowerShell.VMReplicationHealthState'; Values = [ordered] @{ NotApplicable = 0; Normal = 1; Warning = 2; Critical = 3 } }
    'VirtualMachineType' = @{ Name = 'Microsoft.HyperV.PowerShell.VirtualMachineType'; Values = [ordered] @{ RealizedVirtualMachine = 3; PlannedVirtualMachine = 4 } }
    'VirtualMachineSubType' = @{ Name = 'Microsoft.HyperV.PowerShell.VirtualMachineSubType'; Values = [ordered] @{ Unknown = 0; Generation1 = 1; Generation2 = 2 } }
    'EnhancedSessionTransportType' = @{ Name = 'Microsoft.HyperV.PowerShell.EnhancedSessionTransportType'; Values = [ordered] @{ VMBus = 0; HvSocket = 1 } }
    'MigrationAuthenticationType' = @{ Name = 'Microsoft.HyperV.PowerShell.MigrationAuthenticationType'; Values = [ordered] @{ CredSSP = 0; Kerberos = 1 } }
    'VMMigrationPerformance' = @{ Name = 'Microsoft.HyperV.PowerShell.VMMigrationPerformance'; Values = [ordered] @{ TCPIP = 0; Compression = 1; SMB = 2 } }
    'VhdType' = @{ Name = 'Microsoft.Vhd.PowerShell.VhdType'; Values = [ordered] @{ Unknown = 0; Fixed = 2; Dynamic = 3; Differencing = 4 } }
    'VhdFormat' = @{ Name = 'Microsoft.Vhd.PowerShell.VhdFormat'; Values = [ordered] @{ Unknown = 0; VHD = 2; VHDX = 3; VHDSet = 4 } }
    'WaitVMTypes' = @{ Name = 'Microsoft.HyperV.PowerShell.WaitVMTypes'; Values = [ordered] @{ Heartbeat = 0; IPAddress = 1; Reboot = 2; MemoryOperations = 3 } }
    'RestartVM.WaitVMTypes' = @{ Name = 'Microsoft.HyperV.PowerShell.Commands.RestartVMWaitVMTypes'; Values = [ordered] @{ Heartbeat = 0; IPAddress = 1 } }
    'RestartType' = @{ Name = 'Microsoft.HyperV.PowerShell.Commands.RestartType'; Values = [ordered] @{ Reset = 0; Reboot = 1 } }
    'BootDevice' = @{ Name = 'Microsoft.HyperV.PowerShell.BootDevice'; Values = [ordered] @{ Floppy = 0; CD = 1; IDE = 2; LegacyNetworkAdapter = 3; NetworkAdapter = 4; VHD = 5 } }
    'DvdMediaType' = @{ Name = 'Microsoft.HyperV.PowerShell.DvdMediaType'; Values = [ordered] @{ None = 0; ISO = 1; PassThrough = 2 } }
    'VMNetworkAdapterOperationalStatus' = @{ Name = 'Microsoft.HyperV.PowerShell.VMNetworkAdapterOperationalStatus'; Values = [ordered] @{ Unknown = 0; Other = 1; Ok = 2; Degraded = 3; Stressed = 4; PredictiveFailure = 5; Error = 6; NonRecoverableError = 7; Starting = 8; Stopping = 9; Stopped = 10; InService = 11; NoContact = 12; LostCommunication = 13; Aborted = 14; Dormant = 15; SupportingEntity = 16; Completed = 17; PowerMode = 18; ProtocolVersion = 32775 } }
    'VirtualHardDiskPmemAddressAbstractionType' = @{ Name = 'Microsoft.HyperV.PowerShell.VirtualHardDiskPmemAddressAbstractionType'; Values = [ordered] @{ None = 0; BTT = 1; Unknown = 65535 } }
    'VMSwitchType' = @{ Name = 'Microsoft.HyperV.PowerShell.VMSwitchType'; Values = [ordered] @{ Private = 0; Internal = 1; External = 2 } }
    'VMSwitchBandwidthMode' = @{ Name = 'Microsoft.HyperV.PowerShell.VMSwitchBandwidthMode'; Values = [ordered] @{ Default = 0; Weight = 1; Absolute = 2; None = 3 } }
    'VMProcessorOperationalStatus' = @{ Name = 'Microsoft.HyperV.PowerShell.VMProcessorOperationalStatus'; Values = [ordered] @{ Ok = 2; HostResourceProtectionEnabled = 40001; HostResourceProtectionDisabled = 40002; HostResourceProtectionDegradedSuspended = 40003 } }
}

$DeclaredTypes = [ordered] @{
    'VirtualMachineBase' = @{
        Name = 'Microsoft.HyperV.PowerShell.VirtualMachineBase'; Base = ''
        Properties = [ordered] @{
            ComPort1 = 'object'
            ComPort2 = 'object'
            DVDDrives = 'DvdDrive[]'
            FibreChannelHostBusAdapters = 'object'
            FloppyDrive = 'object'
            HardDrives = 'HardDiskDrive[]'
            RemoteFxAdapter = 'object'
            VMIntegrationService = 'VMIntegrationComponent[]'
            DynamicMemoryEnabled = 'bool'
            MemoryMaximum = 'long'
            MemoryMinimum = 'long'
            MemoryStartup = 'long'
            ProcessorCount = 'long'
            BatteryPassthroughEnabled = 'bool'
            Generation = 'int'
            IsClustered = 'bool'
            Notes = 'string'
            ParentSnapshotId = 'guid?'
            ParentSnapshotName = 'string'
            Path = 'string'
            SizeOfSystemFiles = 'long'
            State = 'VMState'
            Version = 'string'
            GuestControlledCacheTypes = 'bool'
            LowMemoryMappedIoSpace = 'uint'
            HighMemoryMappedIoSpace = 'ulong'
            LockOnDisconnect = 'OnOffState?'
            CreationTime = 'datetime'
            Id = 'guid'
            Name = 'string'
            NetworkAdapters = 'VMNetworkAdapter[]'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VirtualMachine' = @{
        Name = 'Microsoft.HyperV.PowerShell.VirtualMachine'; Base = 'VirtualMachineBase'
        Properties = [ordered] @{
            ConfigurationLocation = 'string'
            SmartPagingFileInUse = 'bool'
            SmartPagingFilePath = 'string'
            SnapshotFileLocation = 'string'
            AutomaticStartAction = 'StartAction'
            AutomaticStartDelay = 'int'
            AutomaticStopAction = 'StopAction'
            AutomaticCriticalErrorAction = 'CriticalErrorAction'
            AutomaticCriticalErrorActionTimeout = 'int'
            AutomaticCheckpointsEnabled = 'bool'
            CPUUsage = 'int'
            MemoryAssigned = 'long'
            MemoryDemand = 'long'
            MemoryStatus = 'string'
            NumaAligned = 'bool?'
            NumaNodesCount = 'int'
            NumaSocketCount = 'int'
            Heartbeat = 'VMHeartbeatStatus?'
            IntegrationServicesState = 'string'
            IntegrationServicesVersion = 'version'
            Uptime = 'timespan'
            OperationalStatus = 'VMOperationalStatus[]'
            PrimaryOperationalStatus = 'VMOperationalStatus?'
            SecondaryOperationalStatus = 'VMOperationalStatus?'
            StatusDescriptions = 'string[]'
            PrimaryStatusDescription = 'string'
            SecondaryStatusDescription = 'string'
            Status = 'string'
            ReplicationHealth = 'VMReplicationHealthState'
            ReplicationMode = 'VMReplicationMode'
            ReplicationState = 'VMReplicationState'
            ResourceMeteringEnabled = 'bool'
            CheckpointType = 'CheckpointType'
            EnhancedSessionTransportType = 'EnhancedSessionTransportType'
            Groups = 'VMGroup[]'
            VirtualMachineType = 'VirtualMachineType'
            VirtualMachineSubType = 'VirtualMachineSubType'
        }
    }
    'VMSnapshot' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMSnapshot'; Base = 'VirtualMachineBase'
        Properties = [ordered] @{
            SnapshotType = 'SnapshotType'
            IsAutomaticCheckpoint = 'bool'
            VMId = 'guid'
            VMName = 'string'
        }
    }
    'Drive' = @{
        Name = 'Microsoft.HyperV.PowerShell.Drive'; Base = ''
        Properties = [ordered] @{}
    }
    'HardDiskDrive' = @{
        Name = 'Microsoft.HyperV.PowerShell.HardDiskDrive'; Base = 'Drive'
        Properties = [ordered] @{
            Path = 'string'
            DiskNumber = 'int?'
            MaximumIOPS = 'ulong?'
            MinimumIOPS = 'ulong?'
            QoSPolicyID = 'guid?'
            SupportPersistentReservations = 'bool?'
            WriteHardeningMethod = 'CacheAttributes?'
            ControllerLocation = 'int'
            ControllerNumber = 'int'
            ControllerType = 'ControllerType'
            Name = 'string'
            PoolName = 'string'
            Id = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMHost' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMHost'; Base = ''
        Properties = [ordered] @{
            LogicalProcessorCount = 'int'
            ResourceMeteringSaveInterval = 'timespan'
            HostNumaStatus = 'object'
            NumaStatus = 'object'
            IovSupport = 'bool'
            IovSupportReasons = 'string[]'
            InternalNetworkAdapters = 'VMInternalNetworkAdapter[]'
            ExternalNetworkAdapters = 'object'
            SupportedVmVersions = 'string[]'
            SecureBootTemplates = 'object'
            EnableEnhancedSessionMode = 'bool'
            FibreChannelWwnn = 'string'
            FibreChannelWwpnMaximum = 'string'
            FibreChannelWwpnMinimum = 'string'
            MacAddressMaximum = 'string'
            MacAddressMinimum = 'string'
            NumaSpanningEnabled = 'bool'
            VirtualHardDiskPath = 'string'
            VirtualMachinePath = 'string'
            FullyQualifiedDomainName = 'string'
            MemoryCapacity = 'long'
            Name = 'string'
            MaximumStorageMigrations = 'uint'
            MaximumVirtualMachineMigrations = 'uint'
            UseAnyNetworkForMigration = 'bool'
            VirtualMachineMigrationAuthenticationType = 'MigrationAuthenticationType'
            VirtualMachineMigrationEnabled = 'bool'
            VirtualMachineMigrationPerformanceOption = 'VMMigrationPerformance'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMGroup' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMGroup'; Base = ''
        Properties = [ordered] @{
            Name = 'string'
            InstanceId = 'guid'
            GroupType = 'GroupType'
            VMMembers = 'VirtualMachine[]'
            VMGroupMembers = 'VMGroup[]'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMIntegrationComponent' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMIntegrationComponent'; Base = ''
        Properties = [ordered] @{
            Enabled = 'bool'
            OperationalStatus = 'VMIntegrationComponentOperationalStatus[]'
            PrimaryOperationalStatus = 'VMIntegrationComponentOperationalStatus?'
            PrimaryStatusDescription = 'string'
            SecondaryOperationalStatus = 'VMIntegrationComponentOperationalStatus?'
            SecondaryStatusDescription = 'string'
            StatusDescription = 'string[]'
            Name = 'string'
            Id = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VirtualHardDisk' = @{
        Name = 'Microsoft.Vhd.PowerShell.VirtualHardDisk'; Base = ''
        Properties = [ordered] @{
            ComputerName = 'string'
            Path = 'string'
            VhdFormat = 'VhdFormat'
            VhdType = 'VhdType'
            FileSize = 'ulong'
            Size = 'ulong'
            MinimumSize = 'ulong?'
            LogicalSectorSize = 'uint'
            PhysicalSectorSize = 'uint'
            BlockSize = 'uint'
            ParentPath = 'string'
            DiskIdentifier = 'string'
            FragmentationPercentage = 'uint?'
            Alignment = 'uint'
            Attached = 'bool'
            DiskNumber = 'uint?'
            IsPMEMCompatible = 'bool'
            AddressAbstractionType = 'VirtualHardDiskPmemAddressAbstractionType'
        }
    }
    'VMCompatibilityReport' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMCompatibilityReport'; Base = ''
        Properties = [ordered] @{
            VM = 'VirtualMachine'
            OperationType = 'OperationType'
            Destination = 'string'
            Path = 'string'
            SnapshotPath = 'string'
            VhdDestinationPath = 'string'
            VhdSourcePath = 'string'
            Incompatibilities = 'VMCompatibilityError[]'
        }
    }
    'VMCompatibilityError' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMCompatibilityError'; Base = ''
        Properties = [ordered] @{
            Message = 'string'
            MessageId = 'int'
            Source = 'object'
        }
    }
    'DvdDrive' = @{
        Name = 'Microsoft.HyperV.PowerShell.DvdDrive'; Base = 'Drive'
        Properties = [ordered] @{
            DvdMediaType = 'DvdMediaType'
            Path = 'string'
            ControllerLocation = 'int'
            ControllerNumber = 'int'
            ControllerType = 'ControllerType'
            Name = 'string'
            PoolName = 'string'
            Id = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMDriveController' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMDriveController'; Base = ''
        Properties = [ordered] @{
            ControllerNumber = 'int'
            Drives = 'Drive[]'
            Name = 'string'
            Id = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMScsiController' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMScsiController'; Base = 'VMDriveController'
        Properties = [ordered] @{
            IsTemplate = 'bool'
        }
    }
    'VMMemory' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMMemory'; Base = ''
        Properties = [ordered] @{
            ResourcePoolName = 'string'
            Buffer = 'int'
            DynamicMemoryEnabled = 'bool'
            Maximum = 'long'
            MaximumPerNumaNode = 'long'
            Minimum = 'long'
            Priority = 'int'
            Startup = 'long'
            Name = 'string'
            Id = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMProcessor' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMProcessor'; Base = ''
        Properties = [ordered] @{
            ResourcePoolName = 'string'
            Count = 'long'
            CompatibilityForMigrationEnabled = 'bool'
            CompatibilityForOlderOperatingSystemsEnabled = 'bool'
            HwThreadCountPerCore = 'long'
            ExposeVirtualizationExtensions = 'bool'
            EnablePerfmonPmu = 'bool'
            EnablePerfmonLbr = 'bool'
            EnablePerfmonPebs = 'bool'
            EnablePerfmonIpt = 'bool'
            EnableLegacyApicMode = 'bool'
            AllowACountMCount = 'bool'
            Maximum = 'long'
            Reserve = 'long'
            RelativeWeight = 'int'
            MaximumCountPerNumaNode = 'long'
            MaximumCountPerNumaSocket = 'long'
            EnableHostResourceProtection = 'bool'
            OperationalStatus = 'VMProcessorOperationalStatus[]'
            StatusDescription = 'string[]'
            Name = 'string'
            Id = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMNetworkAdapterBase' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMNetworkAdapterBase'; Base = ''
        Properties = [ordered] @{
            SwitchName = 'string'
            AdapterId = 'string'
            StatusDescription = 'string[]'
            Status = 'VMNetworkAdapterOperationalStatus[]'
            IsManagementOs = 'bool'
            IsExternalAdapter = 'bool'
            Id = 'string'
            SwitchId = 'guid?'
            MacAddressSpoofing = 'OnOffState'
            DhcpGuard = 'OnOffState'
            RouterGuard = 'OnOffState'
            IeeePriorityTag = 'OnOffState'
            VirtualSubnetId = 'uint'
            DynamicIPAddressLimit = 'uint'
            StormLimit = 'uint'
            AllowTeaming = 'OnOffState'
            FixSpeed10G = 'OnOffState'
            VMQWeight = 'uint'
            IPsecOffloadMaxSA = 'long'
            VmqUsage = 'int'
            IPsecOffloadSAUsage = 'uint'
            VFDataPathActive = 'bool'
            BandwidthPercentage = 'uint'
            IsTemplate = 'bool'
            Name = 'string'
            VMId = 'guid'
            VMName = 'string'
            VMSnapshotId = 'guid'
            VMSnapshotName = 'string'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
    'VMNetworkAdapter' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMNetworkAdapter'; Base = 'VMNetworkAdapterBase'
        Properties = [ordered] @{
            ClusterMonitored = 'bool'
            MacAddress = 'string'
            MediaType = 'uint'
            DynamicMacAddressEnabled = 'bool'
            InterruptModeration = 'bool'
            AllowPacketDirect = 'bool'
            NumaAwarePlacement = 'bool'
            IsLegacy = 'bool'
            IsSynthetic = 'bool'
            IPAddresses = 'string[]'
            DeviceNaming = 'OnOffState'
            IovWeight = 'uint'
            IovQueuePairsRequested = 'uint'
            IovInterruptModeration = 'object'
            PacketDirectNumProcs = 'uint'
            PacketDirectModerationCount = 'uint'
            PacketDirectModerationInterval = 'uint'
            IovQueuePairsAssigned = 'uint'
            IovUsage = 'int'
            VirtualFunction = 'object'
            MandatoryFeatureId = 'string[]'
            MandatoryFeatureName = 'string[]'
            PoolName = 'string'
            Connected = 'bool'
            TestReplicaPoolName = 'string'
            TestReplicaSwitchName = 'string'
            AclList = 'object'
            ExtendedAclList = 'object'
            IsolationSetting = 'object'
            RoutingDomainList = 'object'
            VlanSetting = 'object'
            BandwidthSetting = 'object'
            CurrentIsolationMode = 'object'
            PortMirroringMode = 'object'
            VrssEnabled = 'bool'
            VrssEnabledRequested = 'bool'
            VmmqEnabled = 'bool'
            VmmqEnabledRequested = 'bool'
            VrssMaxQueuePairs = 'uint'
            VrssMaxQueuePairsRequested = 'uint'
            VrssMinQueuePairs = 'uint'
            VrssMinQueuePairsRequested = 'uint'
            VrssQueueSchedulingMode = 'object'
            VrssQueueSchedulingModeRequested = 'object'
            VrssExcludePrimaryProcessor = 'bool'
            VrssExcludePrimaryProcessorRequested = 'bool'
            VrssIndependentHostSpreading = 'bool'
            VrssIndependentHostSpreadingRequested = 'bool'
            VrssVmbusChannelAffinityPolicy = 'object'
            VrssVmbusChannelAffinityPolicyRequested = 'object'
            VMQueue = 'object'
        }
    }
    'VMInternalNetworkAdapter' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMInternalNetworkAdapter'; Base = 'VMNetworkAdapterBase'
        Properties = [ordered] @{
            MacAddress = 'string'
            DeviceId = 'string'
        }
    }
    'VMSwitch' = @{
        Name = 'Microsoft.HyperV.PowerShell.VMSwitch'; Base = ''
        Properties = [ordered] @{
            Name = 'string'
            Id = 'guid'
            Notes = 'string'
            Extensions = 'object'
            BandwidthReservationMode = 'VMSwitchBandwidthMode'
            PacketDirectEnabled = 'bool'
            EmbeddedTeamingEnabled = 'bool'
            IovEnabled = 'bool'
            SwitchType = 'VMSwitchType'
            AllowManagementOS = 'bool'
            NetAdapterInterfaceDescription = 'string'
            NetAdapterInterfaceDescriptions = 'string[]'
            NetAdapterInterfaceGuid = 'guid[]'
            IovSupport = 'bool'
            IovSupportReasons = 'string[]'
            AvailableIPSecSA = 'uint'
            NumberIPSecSAAllocated = 'uint'
            AvailableVMQueues = 'uint'
            NumberVmqAllocated = 'uint'
            IovQueuePairCount = 'uint'
            IovQueuePairsInUse = 'uint'
            IovVirtualFunctionCount = 'uint'
            IovVirtualFunctionsInUse = 'uint'
            PacketDirectInUse = 'bool'
            SoftwareRscEnabled = 'bool'
            BandwidthPercentage = 'uint'
            DefaultFlowMinimumBandwidthAbsolute = 'ulong'
            DefaultFlowMinimumBandwidthWeight = 'ulong'
            CimSession = 'object'
            ComputerName = 'string'
            IsDeleted = 'bool'
        }
    }
}
