# The second part of scratch.ps1: what WMI says about scratch VMs and in which form; then the loop that answers.

# Gives the properties of an instance with the types that they have here.
function Get-ScratchForm {
    param($Instance, [string[]] $Property)
    $form = [ordered] @{}
    foreach ($name in $Property) {
        $value = $Instance.$name
        if ($null -eq $value) { $form[$name] = 'nothing'; continue }
        $text = if ($value -is [array]) { [string]::Join(' | ', $value) } else { [string] $value }
        if ($value -is [DateTime]) { $text = "$($value.ToString('o')) $($value.Kind)" }
        $form[$name] = "$($value.GetType().Name): $text"
    }
    return $form
}

# Gives the form of a VM's WMI objects: the system, its settings, its checkpoints' settings, its disks.
function Get-ScratchForms {
    param([hashtable] $Given)
    $id = (Get-ScratchVm $Given.vm).Id.ToString()
    $space = 'root\virtualization\v2'
    $forms = [ordered] @{}
    $columns = 'Name', 'ElementName', 'EnabledState', 'OtherEnabledState', 'HealthState', 'OperationalStatus',
    'StatusDescriptions', 'OnTimeInMilliseconds', 'ReplicationMode', 'TimeOfLastConfigurationChange'
    $forms.systems = @(foreach ($one in Get-CimInstance -Namespace $space -ClassName 'Msvm_ComputerSystem' -Property $columns) {
            if ($one.Name -eq $id) { Get-ScratchForm $one $columns }
        })
    $columns = 'InstanceID', 'ElementName', 'VirtualSystemIdentifier', 'VirtualSystemType', 'Parent', 'CreationTime',
    'ConfigurationID', 'Notes', 'IsSaved', 'UserSnapshotType', 'IsAutomaticSnapshot', 'VirtualSystemSubType', 'Version'
    $settings = @(foreach ($one in Get-CimInstance -Namespace $space -ClassName 'Msvm_VirtualSystemSettingData' -Property $columns) {
            if ($one.VirtualSystemIdentifier -eq $id) { $one }
        })
    $forms.settings = @(foreach ($one in $settings) { Get-ScratchForm $one $columns })
    $own = @(foreach ($one in $settings) { ([string] $one.InstanceID).ToLowerInvariant() })
    $columns = 'InstanceID', 'ResourceSubType', 'HostResource'
    $forms.disks = @(foreach ($one in Get-CimInstance -Namespace $space -ClassName 'Msvm_StorageAllocationSettingData' -Property $columns) {
            if (([string] $one.InstanceID).ToLowerInvariant().Split('\')[0] -in $own) { Get-ScratchForm $one $columns }
        })
    return $forms
}

# Gives the merges that the host has to do or has done; a finished one is listed for some minutes (fact 76).
function Get-ScratchMerges {
    return @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName 'Msvm_ConcreteJob' `
            -Property 'InstanceID', 'JobType', 'JobState' | Where-Object { $_.JobType -eq 50 })
}

# Watches a VM until its disks are merged, or for some seconds. Gives each different look at it, with the second at which
# it was first seen.
function Watch-Scratch {
    param([hashtable] $Given)
    $vm = Get-ScratchVm $Given.vm
    $seen = [ordered] @{}
    $began = [DateTime]::UtcNow
    $old = @(Get-ScratchMerges | ForEach-Object { $_.InstanceID })
    do {
        $now = [DateTime]::UtcNow
        $look = Get-ScratchLook @{ vm = $Given.vm }
        $files = [string]::Join(', ', @(foreach ($path in $look.disks) { $path.Split('\')[-1] }))
        $states = @(Get-ScratchMerges | Where-Object { $_.InstanceID -notin $old } | ForEach-Object { [int] $_.JobState })
        $text = "$($look.status) | $([string]::Join(', ', $look.operational)) | merges in states: $states | $files"
        if (-not $seen.Contains($text)) { $seen[$text] = [Math]::Round(($now - $began).TotalSeconds, 2) }
        Start-Sleep -Milliseconds 20
        $isOver = $files -notmatch '\.avhdx?'
    } until ($isOver -or ([DateTime]::UtcNow - $began).TotalSeconds -gt $Given.seconds)
    return @{ looks = $seen }
}

# Does what one line asks for.
function Invoke-ScratchVerb {
    param([string] $Verb, [hashtable] $Given)
    switch ($Verb) {
        'scratch.home' { return Get-ScratchHome }
        'scratch.find' { return Find-Scratch }
        'scratch.make' { return New-Scratch $Given }
        'scratch.look' { return Get-ScratchLook $Given }
        'scratch.set' { return Set-Scratch $Given }
        'scratch.remove' { return Remove-Scratch $Given }
        'scratch.drop' { Remove-ScratchFolder $Given.folder; return @{} }
        'scratch.try' { return Invoke-ScratchTrial $Given }
        'scratch.forms' { return Get-ScratchForms $Given }
        'scratch.watch' { return Watch-Scratch $Given }
    }
    throw "'$Verb' is no verb here."
}

Import-Module -Name 'Hyper-V'
while ($null -ne ($line = $Reader.ReadLine())) {
    if ($line.Trim() -eq '') { continue }
    $request = ConvertFrom-Json -InputObject $line
    $given = @{}
    foreach ($one in $request.args.PSObject.Properties) { $given[$one.Name] = $one.Value }
    try {
        $answer = [ordered] @{ id = $request.id; ok = Invoke-ScratchVerb $request.verb $given }
    } catch {
        $answer = [ordered] @{ id = $request.id; error = Get-ScratchError $_ }
    }
    $Writer.Write('#hvtree#' + (ConvertTo-Json -InputObject $answer -Compress -Depth 8) + "`n")
    $Writer.Flush()
}
