# A stand-in for the Hyper-V module of Windows Server 2016 and later, for a PowerShell on a machine without Hyper-V.
#
# It has the cmdlets that a script about VMs and checkpoints uses, with their real parameters; what they do is done by the
# emulated host of `hvtree emulate --powershell`, whose address and access token are in the environment (link.ps1).
# Nothing here knows what a checkpoint is.
#
# declared/   what the cmdlets take and what their objects look like; written by packaging/devtools/hyperv_module.py
# types.ps1   makes .NET types of what is declared
# link.ps1    talks to the emulated host
# errors.ps1  error records as the real cmdlets write them
# stages.ps1  what each cmdlet does: which question it asks, what it says before it acts
# changes.ps1 the cmdlets that change something
# jobs.ps1    -AsJob
# live.ps1    objects that follow what they stand for
# hardware.ps1  what is read when it is asked for: parts of VMs, and reports about imports

foreach ($part in 'types', 'link', 'errors', 'stages', 'changes', 'jobs', 'live', 'hardware', 'declared/types') {
    . "$PSScriptRoot/$part.ps1"
}
$Types = Add-DeclaredType 'Microsoft.HyperV.PowerShell.Objects' $DeclaredTypes $DeclaredEnums
foreach ($part in 'reading', 'hardware', 'power', 'checkpoints', 'machines', 'groups', 'disks') {
    . "$PSScriptRoot/declared/$part.ps1"
}

Enable-LiveProperty

# The progress that a session shows before its first command of a module (fact 140).
$first = [System.Management.Automation.ProgressRecord]::new(0, 'Preparing modules for first use.', ' ')
$first.RecordType = 'Completed'
Write-LostProgress $first
