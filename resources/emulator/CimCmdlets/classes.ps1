# Classes: the properties of what WMI gives, as far as the emulated host has them (cim_classes.py).

$DeclaredTypes = [ordered] @{
    'CimInstance' = @{ Name = 'HVTree.Cim.CimInstance'; Base = ''; Properties = [ordered] @{} }
    'Msvm_ComputerSystem' = @{
        Name = 'HVTree.Cim.Msvm_ComputerSystem'; Base = 'CimInstance'
        Properties = [ordered] @{
            CreationClassName = 'string'; Name = 'string'; ElementName = 'string'; Caption = 'string'
            Description = 'string'; EnabledState = 'ushort?'
            OtherEnabledState = 'string'; HealthState = 'ushort?'; OperationalStatus = 'ushort[]'
            StatusDescriptions = 'string[]'; OnTimeInMilliseconds = 'ulong?'; ReplicationMode = 'ushort?'
            InstallDate = 'datetime?'; TimeOfLastConfigurationChange = 'datetime?'; ProcessID = 'uint?'
        }
    }
    'Msvm_VirtualSystemSettingData' = @{
        Name = 'HVTree.Cim.Msvm_VirtualSystemSettingData'; Base = 'CimInstance'
        Properties = [ordered] @{
            InstanceID = 'string'; ElementName = 'string'; Caption = 'string'; Description = 'string'
            VirtualSystemIdentifier = 'string'; VirtualSystemType = 'string'; Parent = 'string'; CreationTime = 'datetime?'
            ConfigurationID = 'string'; ConfigurationDataRoot = 'string'; ConfigurationFile = 'string'
            SuspendDataRoot = 'string'; SnapshotDataRoot = 'string'; Notes = 'string[]'; Version = 'string'
            VirtualSystemSubType = 'string'; IsSaved = 'bool?'; UserSnapshotType = 'ushort?'
            AutomaticSnapshotsEnabled = 'bool?'; IsAutomaticSnapshot = 'bool?'
        }
    }
    'Msvm_StorageAllocationSettingData' = @{
        Name = 'HVTree.Cim.Msvm_StorageAllocationSettingData'; Base = 'CimInstance'
        Properties = [ordered] @{
            InstanceID = 'string'; ElementName = 'string'; ResourceType = 'ushort?'; ResourceSubType = 'string'
            HostResource = 'string[]'
        }
    }
    'Msvm_MemorySettingData' = @{
        Name = 'HVTree.Cim.Msvm_MemorySettingData'; Base = 'CimInstance'
        Properties = [ordered] @{
            InstanceID = 'string'; ElementName = 'string'; VirtualQuantity = 'ulong?'; Reservation = 'ulong?'
            Limit = 'ulong?'; DynamicMemoryEnabled = 'bool?'; AllocationUnits = 'string'
        }
    }
    'Msvm_ConcreteJob' = @{
        Name = 'HVTree.Cim.Msvm_ConcreteJob'; Base = 'CimInstance'
        Properties = [ordered] @{
            InstanceID = 'string'; Caption = 'string'; Description = 'string'; ElementName = 'string'
            JobState = 'ushort?'; JobType = 'ushort?'; PercentComplete = 'ushort?'; Cancellable = 'bool?'
            StartTime = 'datetime?'; ErrorCode = 'ushort?'; ErrorDescription = 'string'
        }
    }
    'Msvm_VirtualSystemManagementService' = @{
        Name = 'HVTree.Cim.Msvm_VirtualSystemManagementService'; Base = 'CimInstance'
        Properties = [ordered] @{
            CreationClassName = 'string'; Name = 'string'; SystemCreationClassName = 'string'; SystemName = 'string'
            ElementName = 'string'; EnabledState = 'ushort?'
        }
    }
    'Msvm_VirtualSystemSnapshotService' = @{
        Name = 'HVTree.Cim.Msvm_VirtualSystemSnapshotService'; Base = 'CimInstance'
        Properties = [ordered] @{
            CreationClassName = 'string'; Name = 'string'; SystemCreationClassName = 'string'; SystemName = 'string'
            ElementName = 'string'; EnabledState = 'ushort?'
        }
    }
    'Msvm_SummaryInformation' = @{
        Name = 'HVTree.Cim.Msvm_SummaryInformation'; Base = 'CimInstance'
        Properties = [ordered] @{
            Name = 'string'; ElementName = 'string'; CreationTime = 'datetime?'; Notes = 'string'
            NumberOfProcessors = 'ushort?'; Version = 'string'; EnabledState = 'ushort?'; ProcessorLoad = 'ushort?'
            MemoryUsage = 'ulong?'; UpTime = 'ulong?'; HealthState = 'ushort?'; OperationalStatus = 'ushort[]'
            StatusDescriptions = 'string[]'; ReplicationMode = 'ushort?'
        }
    }
    'Win32_Volume' = @{
        Name = 'HVTree.Cim.Win32_Volume'; Base = 'CimInstance'
        Properties = [ordered] @{
            Name = 'string'; DriveLetter = 'string'; Capacity = 'ulong?'; FreeSpace = 'ulong?'; FileSystem = 'string'
        }
    }
    'Win32_OperatingSystem' = @{
        Name = 'HVTree.Cim.Win32_OperatingSystem'; Base = 'CimInstance'
        Properties = [ordered] @{
            Caption = 'string'; Version = 'string'; CSName = 'string'; LocalDateTime = 'datetime?'
        }
    }
    'ClassColumns' = @{
        Name = 'HVTree.Cim.ClassColumns'; Base = ''; Properties = [ordered] @{ Missing = 'string[]' }
    }
    'MethodResult' = @{
        Name = 'HVTree.Cim.MethodResult'; Base = ''
        Properties = [ordered] @{
            ReturnValue = 'uint'; SummaryInformation = 'Msvm_SummaryInformation[]'; Job = 'Msvm_ConcreteJob'
        }
    }
}
