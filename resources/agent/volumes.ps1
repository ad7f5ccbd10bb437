# Volumes: the space on the host's volumes.

# Returns the volumes of the host, by name: those with files of VMs, and those that an export may go to. Win32_Volume knows
# mounted ones, too (fact 144).
function Get-AgentVolumes {
    param([hashtable] $Inventory)
    foreach ($one in Get-AgentSpaces $Inventory | Sort-Object -Property { $_.Root }) {
        @{ name = $one.Root.TrimEnd('\'); total = $one.Total; free = $one.Free }
    }
}

# Returns all volumes with a place in the file system. If Windows doesn't tell within 5 s (a disk that sleeps, a tape), what it
# told before is taken, and it is not asked for a minute.
function Get-AgentSpaces {
    param([hashtable] $Inventory)
    if ([DateTime]::UtcNow -lt $Inventory.NextSpaces) { return $Inventory.Spaces }
    try {
        $found = Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_Volume' `
            -Property 'Name', 'Capacity', 'FreeSpace' -OperationTimeoutSec 5 -ErrorAction Stop
        $Inventory.Spaces = @(foreach ($one in @($found)) {
                if ($one.Name -like '?:\*' -and $null -ne $one.Capacity) {
                    @{ Root = $one.Name.TrimEnd('\') + '\'; Total = [long] $one.Capacity; Free = [long] $one.FreeSpace }
                }
            })
    } catch {
        $Inventory.NextSpaces = [DateTime]::UtcNow.AddSeconds(60)
        if ($Inventory.Spaces.Count -eq 0) { $Inventory.Spaces = @(Get-AgentDriveSpaces) }
    }
    return $Inventory.Spaces
}

# Returns the drives of this host as .NET knows them; not those of a network, which may keep us waiting.
function Get-AgentDriveSpaces {
    foreach ($drive in [System.IO.DriveInfo]::GetDrives()) {
        if ($drive.DriveType -ne 'Fixed' -or -not $drive.IsReady) { continue }
        @{ Root = $drive.Name; Total = $drive.TotalSize; Free = $drive.AvailableFreeSpace }
    }
}
