# Notes of checkpoints. No cmdlet writes them; WMI's ModifySystemSettings does. It changes what it is given and nothing else
# (fact 244): here the key of the checkpoint's settings, and the notes.

# Writes the notes of a checkpoint; throws if the host refuses.
function Set-AgentNotes {
    param($Checkpoint, [string] $Notes)
    $keys = 'CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'
    $service = @(Get-AgentCim 'Msvm_VirtualSystemManagementService' $keys)[0]
    $answer = Invoke-CimMethod -InputObject $service -MethodName 'ModifySystemSettings' -Arguments @{
        SystemSettings = Get-AgentNotesSettings $Checkpoint.Id.ToString() $Notes
    } -OperationTimeoutSec 40 -ErrorAction Stop
    $code = [int] $answer.ReturnValue
    if ($code -eq 4096) { $code = Wait-AgentJob $answer.Job }
    if ($code -ne 0) { throw New-AgentRefusal 'ModifySystemSettings' $code $Checkpoint.Name }
}

# Returns whether there is a text for each id.
function Test-AgentTexts {
    param([hashtable] $Given)
    return $Given['notes'] -is [string[]] -and $Given['notes'].Count -eq $Given['ids'].Count
}

# Returns the text for an id.
function Get-AgentGivenNotes {
    param([hashtable] $Given, [guid] $Id)
    for ($number = 0; $number -lt $Given['ids'].Count; $number++) {
        if ($Given['ids'][$number] -eq "$Id") { return $Given['notes'][$number] }
    }
}

# Returns the settings of a checkpoint with these notes as the text that WMI takes for an instance.
function Get-AgentNotesSettings {
    param([string] $Id, [string] $Notes)
    $text = [System.Security.SecurityElement]::Escape($Notes).Replace("`r", '&#xD;') # else a line end loses it
    return '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:' +
    $Id.ToUpperInvariant() + '</VALUE></PROPERTY><PROPERTY.ARRAY NAME="Notes" TYPE="string"><VALUE.ARRAY><VALUE>' + $text +
    '</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>'
}

# Waits for a job of WMI, a minute at most. Returns 0 if it has ended well or is not there any more, else its error code.
function Wait-AgentJob {
    param($Job)
    $ends = [DateTime]::UtcNow.AddSeconds(60)
    while ($null -ne $Job -and [DateTime]::UtcNow -lt $ends) {
        $now = Get-CimInstance -InputObject $Job -OperationTimeoutSec 40 -ErrorAction SilentlyContinue
        if ($null -eq $now -or [int] $now.JobState -in 7, 32768) { return 0 } # completed, with warnings (fact 122)
        if ([int] $now.JobState -gt 7) { return [Math]::Max(1, [int] $now.ErrorCode) }
        Start-Sleep -Milliseconds 50 # a job tells nothing by itself
    }
    return 0 # the client looks whether it is so
}

# Returns the error record for a method of WMI that answered with a code instead of doing it.
function New-AgentRefusal {
    param([string] $Method, [int] $Code, [string] $Target)
    $category = 'NotSpecified'
    if ($Code -in 5, 32774, 32775) { $category = 'InvalidOperation' } # in use, in another state
    if ($Code -eq 32769) { $category = 'PermissionDenied' }
    $exception = [System.InvalidOperationException]::new("$Method answered with $Code.")
    return [System.Management.Automation.ErrorRecord]::new($exception, "$Method,HVTree", $category, $Target)
}
