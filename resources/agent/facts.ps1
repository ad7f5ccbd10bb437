# Facts: what the host is, and whether this session may and can manage its VMs.

# Loads the Hyper-V module and gives the facts of the host.
function Get-AgentFacts {
    $facts = [ordered] @{
        host = [Environment]::MachineName; has_module = $false; module = ''; os = Get-AgentSystem
        culture = [System.Globalization.CultureInfo]::CurrentCulture.Name; is_administrator = Test-AgentRights
        time = Get-AgentTime
    }
    if (Get-Module -Name 'Hyper-V' -ListAvailable) {
        Import-AgentModule
        $module = Get-Module -Name 'Hyper-V'
        $facts.has_module = $null -ne $module
        $facts.module = [string] $module.Version
    }
    return $facts
}

# Gives the name and version of the operating system.
function Get-AgentSystem {
    try {
        $system = Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_OperatingSystem' `
            -Property 'Caption', 'Version' -OperationTimeoutSec 60 -ErrorAction Stop
        return "$($system.Caption) $($system.Version)"
    } catch {
        return [Environment]::OSVersion.VersionString
    }
}

# Tells whether this session may manage VMs: an administrator who is not filtered, or a Hyper-V administrator [D].
function Test-AgentRights {
    try {
        $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = [System.Security.Principal.WindowsPrincipal]::new($identity)
        foreach ($sid in 'S-1-5-32-544', 'S-1-5-32-578') {
            if ($principal.IsInRole([System.Security.Principal.SecurityIdentifier]::new($sid))) { return $true }
        }
        return $false
    } catch {
        return $true # not on Windows: there is nobody to ask
    }
}
