# Errors: what PowerShell and Hyper-V report as records of the wire. Texts are the host's and are never read here.

# Returns the wire's record of an error record: message, category, FullyQualifiedErrorId, HRESULT and target.
function ConvertTo-AgentError {
    param($Record)
    $made = @{ message = Get-AgentErrorText $Record }
    if ($Record -is [System.Management.Automation.ErrorRecord]) {
        $made.category = [string] $Record.CategoryInfo.Category
        $made.fqid = [string] $Record.FullyQualifiedErrorId
        $made.target = Get-AgentErrorTarget $Record.TargetObject
    }
    $code = Get-AgentErrorCode $Record
    if ($null -ne $code) { $made.hresult = $code }
    return $made
}

# Returns the sentences of an error.
function Get-AgentErrorText {
    param($Record)
    if ($Record -is [System.Exception]) { return $Record.Message }
    if ($Record.ErrorDetails -and $Record.ErrorDetails.Message) { return $Record.ErrorDetails.Message }
    if ($Record.Exception) { return $Record.Exception.Message }
    return [string] $Record
}

# Returns the first HRESULT in a chain of exceptions that says something: 0x8013xxxx only says which .NET class it is.
function Get-AgentErrorCode {
    param($Record)
    $exception = $Record
    if ($Record -is [System.Management.Automation.ErrorRecord]) { $exception = $Record.Exception }
    while ($exception -is [System.Exception]) {
        $code = $exception.HResult
        if ($code -ne 0 -and ($code -band 0x7FFF0000) -ne 0x00130000) { return $code }
        $exception = $exception.InnerException
    }
    return $null
}

# Returns the target of an error in a word: a name if it has one.
function Get-AgentErrorTarget {
    param($Target)
    if ($null -eq $Target) { return '' }
    if ($Target -is [string]) { return $Target }
    if ($Target.Name -is [string]) { return $Target.Name }
    return [string] $Target
}

# Returns the record of a line or request that the agent cannot follow.
function New-AgentProtocolError {
    param([string] $Message, [string] $Target = '')
    return @{ message = $Message; category = 'InvalidData'; fqid = 'HVTree.Protocol'; target = $Target }
}

# Returns the record of a thing that was not begun because the client cancelled.
function New-AgentCancelled {
    param([string] $Target)
    return @{
        message = 'It was cancelled before it had begun.'; category = 'OperationStopped'
        fqid = 'OperationStopped,HVTree'; target = $Target
    }
}

# Returns the record of a subtree in which there is more than may be deleted.
function New-AgentSubtreeChanged {
    param([string] $Target)
    return @{
        message = 'Something is below it that was not there before.'; category = 'InvalidOperation'
        fqid = 'SubtreeChanged,HVTree'; target = $Target
    }
}

# Returns the record of a VM or checkpoint that the host does not know.
function New-AgentNotFound {
    param([string] $Target)
    return @{
        message = 'Hyper-V does not know it (any more).'; category = 'ObjectNotFound'
        fqid = 'ObjectNotFound,HVTree'; target = $Target
    }
}
