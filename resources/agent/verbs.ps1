# Verbs: which function answers which verb, and those that answer at once. All of this runs in the main runspace.

# Returns the function for each verb. It gets the main runspace's state and the request.
function Get-AgentVerbs {
    return @{
        'hello' = 'Invoke-AgentHello'
        'ping' = 'Invoke-AgentPing'
        'echo' = 'Invoke-AgentEcho'
        'emit' = 'Invoke-AgentEmit'
        'exit' = 'Invoke-AgentExit'
        'host.import' = 'Invoke-AgentReading'
        'host.read' = 'Invoke-AgentReading'
        'host.sizes' = 'Invoke-AgentSizing'
        'host.vmgroups' = 'Invoke-AgentReading'
        'host.watch' = 'Invoke-AgentWatch'
        'lease.end' = 'Invoke-AgentLeaseEnd'
        'request.cancel' = 'Invoke-AgentCancel'
        'vm.ready' = 'Start-AgentWork'
        'vm.start' = 'Start-AgentWork'
        'vm.save' = 'Start-AgentWork'
        'vm.suspend' = 'Start-AgentWork'
        'vm.resume' = 'Start-AgentWork'
        'vm.shut_down' = 'Start-AgentWork'
        'vm.turn_off' = 'Start-AgentWork'
        'vm.checkpoint' = 'Start-AgentWork'
        'vm.set_notes' = 'Start-AgentWork'
        'checkpoint.rename' = 'Start-AgentWork'
        'checkpoint.set_notes' = 'Start-AgentWork'
        'checkpoint.apply' = 'Start-AgentWork'
        'checkpoint.delete' = 'Start-AgentWork'
        'checkpoint.delete_subtree' = 'Start-AgentWork'
        'checkpoint.export' = 'Start-AgentWork'
    }
}

# Takes one line from the client: a request, a repeated one, or something that is not a request.
function Receive-AgentLine {
    param([hashtable] $State, [string] $Line)
    if ($Line.Trim() -eq '') { return }
    try {
        $request = ConvertFrom-AgentLine $Line
    } catch {
        $text = "A line cannot be understood: $($_.Exception.Message)"
        Send-AgentMessage $State.Shared @{ error = New-AgentProtocolError $text }
        return
    }
    if ($State.Answered.Contains($request.id)) {
        Send-AgentLine $State.Shared $State.Answered[$request.id]
    } elseif (-not $State.Running.Contains($request.id)) { # one that is at work will be answered when it is done
        Start-AgentRequest $State $request
    }
}

# Does what a request asks for, or begins it.
function Start-AgentRequest {
    param([hashtable] $State, [hashtable] $Request)
    $function = $State.Verbs[$Request.verb]
    if ($null -eq $function) {
        $text = "'$($Request.verb)' is no verb of this agent."
        Send-AgentFailure $State $Request.id (New-AgentProtocolError $text $Request.verb)
        return
    }
    try {
        & $function $State $Request
    } catch {
        Send-AgentFailure $State $Request.id (ConvertTo-AgentError $_)
    }
}

# Answers a request.
function Send-AgentAnswer {
    param([hashtable] $State, [string] $Id, [hashtable] $Value)
    Send-AgentMessage $State.Shared ([ordered] @{ id = $Id; ok = $Value })
}

# Answers a request with an error.
function Send-AgentFailure {
    param([hashtable] $State, [string] $Id, [hashtable] $Record)
    Send-AgentMessage $State.Shared ([ordered] @{ id = $Id; error = $Record })
}

# Returns an argument that must be a text; answers with an error and returns nothing if it is something else.
function Get-AgentText {
    param([hashtable] $State, [hashtable] $Request, [string] $Name)
    $value = $Request.args[$Name]
    if ($value -is [string]) { return $value }
    $text = "$($Request.verb) needs the text '$Name'."
    Send-AgentFailure $State $Request.id (New-AgentProtocolError $text $Name)
    return $null
}

# Says hello once more: the first one may have been lost on the way.
function Invoke-AgentHello {
    param([hashtable] $State, [hashtable] $Request)
    Send-AgentHello $State.Shared
    Send-AgentAnswer $State $Request.id @{}
}

# Answers with the time of the host.
function Invoke-AgentPing {
    param([hashtable] $State, [hashtable] $Request)
    Send-AgentAnswer $State $Request.id @{ time = Get-AgentTime }
}

# Answers with the text of the request.
function Invoke-AgentEcho {
    param([hashtable] $State, [hashtable] $Request)
    $text = Get-AgentText $State $Request 'text'
    if ($null -ne $text) { Send-AgentAnswer $State $Request.id @{ text = $text } }
}

# Sends the text of the request as an event.
function Invoke-AgentEmit {
    param([hashtable] $State, [hashtable] $Request)
    $text = Get-AgentText $State $Request 'text'
    if ($null -eq $text) { return }
    Send-AgentMessage $State.Shared ([ordered] @{ ev = 'echo'; data = @{ text = $text } })
    Send-AgentAnswer $State $Request.id @{}
}

# Answers, and ends the agent: at once, or when the VMs are back that are held.
function Invoke-AgentExit {
    param([hashtable] $State, [hashtable] $Request)
    Send-AgentAnswer $State $Request.id @{}
    Stop-AgentLeases $State.Shared.Leases
    if ($State.Shared.Leases.Held.Count -gt 0) { $State.IsDraining = $true } else { $State.IsEnding = $true }
}

# Hands a reading, the import of the module, or the question for VM groups to the inventory runspace, which answers it.
function Invoke-AgentReading {
    param([hashtable] $State, [hashtable] $Request)
    $since = $Request.args['since']
    if ($null -eq $since) { $since = 0 }
    if ($since -isnot [decimal] -and $since -isnot [int]) {
        $text = "'since' must be a revision."
        Send-AgentFailure $State $Request.id (New-AgentProtocolError $text 'since')
        return
    }
    $sizes = $Request.args['sizes']
    if ($null -eq $sizes) { $sizes = $true }
    if ($sizes -isnot [bool]) {
        Send-AgentFailure $State $Request.id (New-AgentProtocolError "'sizes' must be true or false." 'sizes')
        return
    }
    if ($Request.verb -eq 'host.import') { Start-AgentWarmUp $State }
    Add-AgentReading $State @{ verb = $Request.verb; id = $Request.id; since = [long] $since; sizes = $sizes }
}

# Hands a request for the sizes of some VMs to the inventory runspace, which hands it on when it knows where their files are.
function Invoke-AgentSizing {
    param([hashtable] $State, [hashtable] $Request)
    $problem = Test-AgentWork $Request
    if ($null -ne $problem) {
        Send-AgentFailure $State $Request.id $problem
        return
    }
    if ($null -eq $State.Sizes) { $State.Sizes = Start-AgentRunspace $State.Shared 'Invoke-AgentSizes' }
    Add-AgentReading $State @{ verb = $Request.verb; id = $Request.id; ids = $Request.args['ids']; IsCancelled = $false; IsOver = $false }
}

# Hands a request to the inventory runspace.
function Add-AgentReading {
    param([hashtable] $State, [hashtable] $Reading)
    Start-AgentInventory $State
    $State.Readings[$Reading.id] = $Reading
    $State.Shared.Reads.Add($Reading)
}

# Switches the events about changes on or off.
function Invoke-AgentWatch {
    param([hashtable] $State, [hashtable] $Request)
    $State.Shared.IsWatching = $Request.args['on'] -ne $false
    if ($State.Shared.IsWatching) {
        Start-AgentInventory $State
        $State.Shared.Reads.Add(@{ verb = 'wake' })
    }
    Send-AgentAnswer $State $Request.id @{}
}

# Starts the inventory runspace, once.
function Start-AgentInventory {
    param([hashtable] $State)
    if ($null -eq $State.Inventory) {
        $State.Inventory = Start-AgentRunspace $State.Shared 'Invoke-AgentInventory'
    }
}
