# Runspaces: other threads of the agent. They run the agent's own functions, by name and with parameters; nothing else.

# Returns what a new runspace starts with: PowerShell's own commands and the functions of this agent.
function New-AgentSessionState {
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
    foreach ($function in Get-Command -ListImported -CommandType Function -Name '*-Agent*') {
        $entry = [System.Management.Automation.Runspaces.SessionStateFunctionEntry]::new(
            $function.Name, $function.Definition)
        $state.Commands.Add($entry)
    }
    $state.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new(
            'AgentImport', (New-Object System.Object), 'held by the runspace that imports a module'))
    return $state
}

# Starts a function of the agent in a runspace of its own, for as long as the agent lives.
function Start-AgentRunspace {
    param([hashtable] $Shared, [string] $Function)
    $runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace($Shared.SessionState)
    $runspace.Open()
    $shell = [System.Management.Automation.PowerShell]::Create()
    $shell.Runspace = $runspace
    return Start-AgentPipeline $shell $Function @{ Shared = $Shared }
}

# Starts a function of the agent in the pool. At its end it puts a "done" with this key into the inbox.
function Start-AgentTask {
    param([hashtable] $Shared, [string] $Key, [string] $Function, [hashtable] $Parameters)
    $shell = [System.Management.Automation.PowerShell]::Create()
    $shell.RunspacePool = Get-AgentPool $Shared
    return Start-AgentPipeline $shell $Function ($Parameters + @{ Shared = $Shared; Key = $Key })
}

# Returns the pool; makes it for the first who asks. Its runspaces are made when they are needed, and unused ones disposed of every
# two minutes (fact 242): 24 for a group, 12 that may hang in Get-VHD, and some for others.
function Get-AgentPool {
    param([hashtable] $Shared)
    $isMine = $false
    try {
        [System.Threading.Monitor]::Enter($Shared.Lock, [ref] $isMine)
        if ($null -eq $Shared.Pool) {
            $factory = [System.Management.Automation.Runspaces.RunspaceFactory]
            $pool = $factory::CreateRunspacePool($Shared.SessionState)
            $null = $pool.SetMaxRunspaces(48)
            $pool.CleanupInterval = [TimeSpan]::FromMinutes(2)
            $pool.Open()
            $Shared.Pool = $pool
        }
    } finally {
        if ($isMine) { [System.Threading.Monitor]::Exit($Shared.Lock) }
    }
    return $Shared.Pool
}

# Starts a pipeline of one command.
function Start-AgentPipeline {
    param([System.Management.Automation.PowerShell] $Shell, [string] $Function, [hashtable] $Parameters)
    $null = $Shell.AddCommand($Function)
    foreach ($name in $Parameters.Keys) { $null = $Shell.AddParameter($name, $Parameters[$name]) }
    return @{ Shell = $Shell; Handle = $Shell.BeginInvoke() }
}

# Ends a pipeline that has done its work. Returns the error that broke it, or nothing.
function Complete-AgentPipeline {
    param([hashtable] $Pipeline)
    try {
        $null = $Pipeline.Shell.EndInvoke($Pipeline.Handle)
    } catch {
        return ConvertTo-AgentError $_
    } finally {
        $Pipeline.Shell.Dispose()
    }
}
