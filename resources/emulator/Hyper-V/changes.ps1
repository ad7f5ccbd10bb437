# Changes: finds the targets, asks whether to go on, then works on one target after the other.

# Does something with VMs, given by names or as objects.
function Invoke-VmChange {
    param($Cmdlet, $Bound, $Stage)
    foreach ($vm in Find-Target $Cmdlet $Bound 'VM' 'Get-VM' @{ Name = $Bound['Name'] }) {
        Invoke-Target $Cmdlet $Bound $Stage $vm @{ VM = $vm.Id.ToString() }
        if ($Bound['Wait']) { $null = Wait-Target $Cmdlet $Bound $vm }
    }
}

# Does something with checkpoints, given as objects, or by their names and those of their VMs.
function Invoke-SnapshotChange {
    param($Cmdlet, $Bound, $Stage)
    $names = @{ VMName = $Bound['VMName']; VM = $Bound['VM']; Name = $Bound['Name'] }
    foreach ($snapshot in Find-Target $Cmdlet $Bound 'VMSnapshot' 'Get-VMSnapshot' $names) {
        Invoke-Target $Cmdlet $Bound $Stage $snapshot @{ VMSnapshot = $snapshot.Id.ToString() }
    }
}

# Does something with VMs or with a checkpoint.
function Invoke-Change {
    param($Cmdlet, $Bound, $Stage)
    if ($Bound.ContainsKey('VMSnapshot')) {
        Invoke-SnapshotChange $Cmdlet $Bound $Stage
        return
    }
    foreach ($vm in Find-Target $Cmdlet $Bound 'VM' 'Get-VM' @{ Name = $Bound['VMName'] }) {
        Invoke-Target $Cmdlet $Bound $Stage $vm @{ VM = $vm.Id.ToString() }
    }
}

# Returns the targets of a call: the objects that it got, or those that the host finds by name. Errors are written at once.
function Find-Target {
    param($Cmdlet, $Bound, [string] $Object, [string] $Finder, [hashtable] $Names)
    if ($Bound.ContainsKey($Object) -and -not ($Object -eq 'VM' -and $Finder -ne 'Get-VM')) { return $Bound[$Object] }
    $asked = @{ ComputerName = $Bound['ComputerName'] } + $Names
    foreach ($name in @($asked.Keys)) { if ($null -eq $asked[$name]) { $asked.Remove($name) } }
    $reply = Get-Reply $Cmdlet (New-Request $Cmdlet $asked $Finder)
    Write-ReplyTrouble $Cmdlet $reply
    $found = ConvertTo-LiveObject $reply
    return $found
}

# Does it with one target, if ShouldProcess agrees. Errors are those of the target; -Passthru writes what became of it.
function Invoke-Target {
    param($Cmdlet, $Bound, $Stage, $Target, [hashtable] $Given)
    if (-not (Confirm-Stage $Cmdlet $Bound $Stage $Target)) { return }
    $parameters = @{}
    foreach ($name in $Bound.Keys) {
        if ($name -notin 'Name', 'VMName', 'VM', 'VMSnapshot', 'ComputerName', 'CimSession', 'Credential', 'Wait', 'For', 'Delay',
            'Timeout') {
            $parameters[$name] = $Bound[$name]
        }
    }
    $reply = Get-Reply $Cmdlet (New-Request $Cmdlet ($parameters + $Given))
    Write-ReplyTrouble $Cmdlet $reply $Target
    if ($Bound['Passthru']) { foreach ($one in (ConvertTo-LiveObject $reply)) { $Cmdlet.WriteObject($one) } }
}

# Does something that is about no VM of the host, or about a group.
function Invoke-Making {
    param($Cmdlet, $Bound, $Stage)
    $about = @{ Name = "$($Bound[$Stage.Names])"; Id = '' }
    if ($Bound['VMGroup']) { $about.Name = "$(@($Bound['VMGroup'])[0].Name)" }
    if ($Stage.Says -and -not (Confirm-Stage $Cmdlet $Bound $Stage $about)) { return }
    $reply = Get-Reply $Cmdlet (New-Request $Cmdlet $Bound)
    $isSilent = $Cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('Passthru') -and -not $Bound['Passthru']
    if (-not $isSilent) { foreach ($one in (ConvertTo-LiveObject $reply)) { $Cmdlet.WriteObject($one) } }
    Write-ReplyTrouble $Cmdlet $reply
}

# Asks whether to do it: by -WhatIf, -Confirm and the preferences; some cmdlets ask in any case, unless -Force is given (fact 114).
function Confirm-Stage {
    param($Cmdlet, $Bound, $Stage, $About)
    $name = $Cmdlet.MyInvocation.MyCommand.Name
    $text = "$name will $($Stage.Says -f $About.Name)."
    if ($name -eq 'Stop-VM' -and $Bound['TurnOff']) { $text = $text.Replace('shut down', 'turn off') }
    if ($name -eq 'Stop-VM' -and $Bound['Save']) { $text = $text.Replace('shut down', 'save') }
    $question = "$text`nAre you sure you want to perform this action?"
    try {
        $isMeant = -not $Cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('WhatIf') -or
        $Cmdlet.ShouldProcess($text, $question, 'Confirm')
        if ($isMeant -and $Stage.Asks -and -not $Bound['Force']) { $isMeant = $Cmdlet.ShouldContinue($question, 'Confirm') }
        return $isMeant
    } catch [System.Management.Automation.PipelineStoppedException] {
        throw
    } catch {
        $Cmdlet.WriteError((New-PromptError $Cmdlet $About)) # nobody is there to answer
        return $false
    }
}

# Waits until VMs are there as -For says.
function Invoke-Waiting {
    param($Cmdlet, $Bound, $Stage)
    foreach ($vm in Find-Target $Cmdlet $Bound 'VM' 'Get-VM' @{ Name = $Bound['Name'] }) {
        $now = Wait-Target $Cmdlet $Bound $vm
        if ($Bound['Passthru'] -and $null -ne $now) { $Cmdlet.WriteObject($now) }
    }
}

# Waits for one VM by looking again and again, as the real cmdlets do. Returns it as it was seen last.
function Wait-Target {
    param($Cmdlet, $Bound, $Vm)
    $delay = if ($Bound.ContainsKey('Delay')) { $Bound['Delay'] } else { 5 }
    $limit = if ($Bound.ContainsKey('Timeout') -and $Bound['Timeout'] -ge 0) { $Bound['Timeout'] } else { [int]::MaxValue }
    $began = [DateTime]::UtcNow
    while ($true) {
        $reply = Get-Reply $Cmdlet (New-Request $Cmdlet @{ Id = $Vm.Id } 'Get-VM')
        Write-ReplyTrouble $Cmdlet $reply $Vm
        $now = ConvertTo-LiveObject $reply
        if ($now.Count -eq 0) { return $null }
        if (Test-Arrived $now[0] "$($Bound['For'])") { return $now[0] }
        if (([DateTime]::UtcNow - $began).TotalSeconds -ge $limit) {
            $class = $Cmdlet.MyInvocation.MyCommand.Name.Replace('-', '')
            $Cmdlet.WriteError((New-HostError @{
                        message = "The operation timed out while waiting for the virtual machine '$($Vm.Name)'."
                        category = 'OperationTimeout'; hresult = $null; target = $Vm.Name
                        fqid = "OperationTimeout,Microsoft.HyperV.PowerShell.Commands.$class"
                    } $Vm))
            return $now[0]
        }
        Start-Sleep -Seconds $delay
    }
}

# Returns whether a VM is there: whether its guest answers, or has an IP address (fact 164).
function Test-Arrived {
    param($Vm, [string] $For)
    if ($For -ne 'IPAddress') { return "$($Vm.Heartbeat)" -like 'Ok*' }
    return @((Get-Part $Vm 'Get-VMNetworkAdapter').IPAddresses | Where-Object { $_ }).Count -gt 0
}
