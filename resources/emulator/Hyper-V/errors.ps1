# Errors: records as the cmdlets of the real module write them.

$QualifiedId = [System.Management.Automation.ErrorRecord].GetField('_serializedFullyQualifiedErrorId', 'NonPublic, Instance')

# Returns the error record of something that the host reported. $About is the object that it was about, if there is one;
# $Exception is what carries the message, if it is not the module's own.
#
# The real ids end with the class of the cmdlet. PowerShell appends a function's name instead, unless an id is set the way
# it is for records that came from another machine.
function New-HostError {
    param($Problem, $About = $null, $Exception = $null)
    if ($null -eq $Exception) { $Exception = (Get-VirtualizationExceptionType)::new($Problem.message) }
    if ($null -ne $Problem.hresult) {
        $Exception.HResult = [BitConverter]::ToInt32([BitConverter]::GetBytes([uint32] $Problem.hresult), 0)
    }
    $target = $Problem.target
    if ($null -ne $About -and ($target -in '', $About.Name, "$($About.Id)")) { $target = $About }
    $record = [System.Management.Automation.ErrorRecord]::new($Exception, $Problem.fqid, $Problem.category, $target)
    $QualifiedId.SetValue($record, $Problem.fqid)
    return $record
}

# Writes the errors and warnings of an answer as those of the cmdlet.
function Write-ReplyTrouble {
    param($Cmdlet, $Reply, $About = $null)
    foreach ($warning in $Reply.warnings) { $Cmdlet.WriteWarning($warning) }
    foreach ($problem in $Reply.errors) { $Cmdlet.WriteError((New-HostError $problem $About)) }
}

# Returns the error of a question that nobody was there to answer (fact 52).
function New-PromptError {
    param($Cmdlet, $About)
    $name = $Cmdlet.MyInvocation.MyCommand.Name.Replace('-', '')
    return New-HostError @{
        message = 'Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.'
        category = 'InvalidOperation'; fqid = "InvalidOperation,Microsoft.HyperV.PowerShell.Commands.$name"
        hresult = $null; target = "$($About.Name)"
    } $About
}
