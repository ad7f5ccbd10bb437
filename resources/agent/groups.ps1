# Groups: the VM groups that Hyper-V itself keeps, on Server 2016 and later (facts 78 and 249).

# Returns all VM groups with the ids of their members, or that the host knows none: then it has no cmdlet for them.
function Get-AgentVmGroups {
    Import-AgentModule
    if ($null -eq (Get-Command -Name 'Get-VMGroup' -Module 'Hyper-V' -ErrorAction SilentlyContinue)) {
        return @{ is_known = $false }
    }
    $groups = foreach ($group in Hyper-V\Get-VMGroup -ErrorAction Stop) {
        [ordered] @{
            id = $group.InstanceId.ToString().ToLowerInvariant(); name = [string] $group.Name
            vms = [string[]] @(foreach ($vm in $group.VMMembers) { $vm.Id.ToString().ToLowerInvariant() })
            groups = [string[]] @(foreach ($one in $group.VMGroupMembers) { $one.InstanceId.ToString().ToLowerInvariant() })
        }
    }
    return @{ groups = @($groups) }
}
