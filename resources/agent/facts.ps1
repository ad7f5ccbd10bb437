# Facts: what the host is, and whether this session may and can manage its VMs.

# Loads the Hyper-V module and returns the facts of the host.
function Get-AgentFacts {
    $rights = Get-AgentRights
    $facts = [ordered] @{
        host = Get-AgentHostName; has_module = $false; module = ''; os = Get-AgentSystem
        culture = [System.Globalization.CultureInfo]::CurrentCulture.Name
        is_administrator = $null -eq $rights -or $rights.administrator -or $rights.hyperv_administrator
        time = Get-AgentTime; powershell = [string] $PSVersionTable.PSVersion
        language = [string] $ExecutionContext.SessionState.LanguageMode
    }
    if ($null -ne $rights) {
        $facts.rights = $rights
        $facts.authentication = Get-AgentAuthentication
    }
    $envelope = Get-AgentEnvelope
    if ($null -ne $envelope) { $facts.envelope_kb = $envelope }
    if (Get-Module -Name 'Hyper-V' -ListAvailable) {
        Import-AgentModule
        $module = Get-Module -Name 'Hyper-V'
        $facts.has_module = $null -ne $module
        $facts.module = [string] $module.Version
    }
    return $facts
}

# Returns the name of the host. Windows has it in a variable of every process; elsewhere the variable may say whose agent
# this is, for an emulated host lives on another machine.
function Get-AgentHostName {
    if ($env:COMPUTERNAME) { return $env:COMPUTERNAME }
    return [Environment]::MachineName
}

# Returns the name and version of the operating system.
function Get-AgentSystem {
    try {
        $system = Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_OperatingSystem' `
            -Property 'Caption', 'Version' -OperationTimeoutSec 5 -ErrorAction Stop
        return "$($system.Caption) $($system.Version)"
    } catch {
        return [Environment]::OSVersion.VersionString
    }
}

# Returns what the user is in this session, by SIDs: their names are localised. Nothing where nobody can be asked, as on Linux.
#
# Administrators and Hyper-V administrators may manage VMs (fact 128). UAC leaves the first group in the token of a local account
# that logs in over the network, but only to deny (fact 129).
function Get-AgentRights {
    try {
        $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = [System.Security.Principal.WindowsPrincipal]::new($identity)
        $administrators = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-544')
        $managers = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-578')
        $isFiltered = $false
        foreach ($claim in $identity.Claims) {
            $isDenied = $claim.Type -eq [System.Security.Claims.ClaimTypes]::DenyOnlySid
            if ($isDenied -and $claim.Value -eq $administrators.Value) { $isFiltered = $true }
        }
        return [ordered] @{
            administrator = $principal.IsInRole($administrators)
            hyperv_administrator = $principal.IsInRole($managers)
            filtered = $isFiltered
        }
    } catch {
        return $null
    }
}

# Returns how the user has logged in, in Windows' own word: NTLM, Kerberos, CredSSP, Negotiate.
function Get-AgentAuthentication {
    try {
        return [string] [System.Security.Principal.WindowsIdentity]::GetCurrent().AuthenticationType
    } catch {
        return ''
    }
}

# Returns WinRM's MaxEnvelopeSizekb; nothing to those who may not read it, or where WinRM is not running (fact 142).
function Get-AgentEnvelope {
    try {
        return [int] (Get-Item -Path 'WSMan:\localhost\MaxEnvelopeSizekb' -ErrorAction Stop).Value
    } catch {
        return $null
    }
}
