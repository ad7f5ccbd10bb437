# Hyper-V's cmdlets with answers from memory, as quick as a cmdlet in script can be.

function Get-VHD {
    param([string[]] $Path, $ErrorAction)
    foreach ($one in $Path) { [pscustomobject] @{ Path = $one; ParentPath = ''; Size = 5000000; FileSize = 10 } }
}
function Get-VM { param($Id, $ErrorAction) if ($null -ne $Id) { [pscustomobject] @{ Id = $Id } } }
function Get-VMSnapshot { param($VM, $Id, $ErrorAction) }
