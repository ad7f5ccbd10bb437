# A stand-in for the CIM cmdlets: the classes of Hyper-V's WMI provider that are in classes.ps1, and a little of root\cimv2.
#
# What the classes hold comes from the emulated host (cim.py), over the same link as the stand-in for the Hyper-V module.

foreach ($part in 'types', 'link', 'errors') { . "$PSScriptRoot/../Hyper-V/$part.ps1" }
. "$PSScriptRoot/classes.ps1"
$Types = Add-DeclaredType 'HVTree.Cim' $DeclaredTypes

# The property that tells one instance of a class from another.
$Keys = @{
    'Msvm_ComputerSystem' = 'Name'; 'Msvm_VirtualSystemSettingData' = 'InstanceID'; 'Msvm_ConcreteJob' = 'InstanceID'
    'Msvm_VirtualSystemManagementService' = 'Name'; 'Msvm_VirtualSystemSnapshotService' = 'Name'
}

function Get-CimInstance {
    [CmdletBinding(DefaultParameterSetName = 'ClassName', PositionalBinding = $false)]
    param(
        [Parameter(ParameterSetName = 'ClassName', Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string] $ClassName,
        [Parameter(ParameterSetName = 'Query', Mandatory, ValueFromPipelineByPropertyName)]
        [string] $Query,
        [Parameter(ParameterSetName = 'InputObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('CimInstance')]
        [HVTree.Cim.CimInstance] $InputObject,
        [Parameter(ParameterSetName = 'ClassName', ValueFromPipelineByPropertyName)]
        [string] $Filter,
        [Parameter(ParameterSetName = 'ClassName')]
        [Alias('SelectProperties')]
        [string[]] $Property,
        [Parameter(ParameterSetName = 'Query')]
        [string] $QueryDialect = 'WQL',
        [Parameter(ValueFromPipelineByPropertyName)]
        [string] $Namespace = 'root\cimv2',
        [Alias('OT')]
        [uint32] $OperationTimeoutSec
    )
    process {
        $asked = @{ namespace = $Namespace; query = $Query; class = $ClassName; filter = $Filter; property = $Property }
        if ($PSCmdlet.ParameterSetName -eq 'InputObject') {
            $key = $Keys[$InputObject.GetType().Name]
            $asked.namespace = 'root\virtualization\v2'
            $asked.class = $InputObject.GetType().Name
            $asked.filter = "$key = '$("$($InputObject.$key)".Replace('\', '\\').Replace("'", "\'"))'"
        }
        Write-CimAnswer $PSCmdlet 'query' $asked
    }
}

function Get-CimClass {
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0)]
        [string] $ClassName,
        [string] $Namespace = 'root\cimv2',
        [Alias('OT')]
        [uint32] $OperationTimeoutSec
    )
    try {
        $reply = Get-Reply $PSCmdlet @{ cim = 'class'; parameters = @{ namespace = $Namespace; class = $ClassName } }
    } catch {
        $PSCmdlet.ThrowTerminatingError($_)
    }
    foreach ($problem in $reply.errors) { Write-CimError $PSCmdlet $problem }
    foreach ($one in (ConvertFrom-Reply $reply $Types)) {
        $names = @($DeclaredTypes[$ClassName].Properties.Keys | Where-Object { $_ -notin $one.Missing })
        [pscustomobject] @{
            CimClassName = $ClassName
            CimClassProperties = @(foreach ($name in $names) { [pscustomobject] @{ Name = $name } })
        }
    }
}

function Get-CimAssociatedInstance {
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('CimInstance')]
        [HVTree.Cim.CimInstance] $InputObject,
        [Parameter(Position = 1)]
        [string] $Association,
        [string] $ResultClassName,
        [string] $Namespace,
        [Alias('OT')]
        [uint32] $OperationTimeoutSec
    )
    process {
        $asked = (Get-CimKey $InputObject) + @{ association = $Association; result = $ResultClassName }
        Write-CimAnswer $PSCmdlet 'associated' $asked
    }
}

function Invoke-CimMethod {
    [CmdletBinding(PositionalBinding = $false, SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('CimInstance')]
        [HVTree.Cim.CimInstance] $InputObject,
        [Parameter(Mandatory, Position = 1)]
        [Alias('Name')]
        [string] $MethodName,
        [Parameter(Position = 2)]
        [System.Collections.IDictionary] $Arguments = @{},
        [Alias('OT')]
        [uint32] $OperationTimeoutSec
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($InputObject.GetType().Name, $MethodName)) { return }
        $asked = (Get-CimKey $InputObject) + @{ method = $MethodName; arguments = $Arguments }
        Write-CimAnswer $PSCmdlet 'invoke' $asked
    }
}

# Returns what stands for an instance: its class and its key.
function Get-CimKey {
    param($Instance)
    $class = $Instance.GetType().Name
    return @{ class = $class; key = [string] $Instance.($Keys[$class]) }
}

# Asks WMI, and writes instances and errors as those of the cmdlet.
function Write-CimAnswer {
    param($Cmdlet, [string] $Kind, [hashtable] $Asked)
    try {
        $reply = Get-Reply $Cmdlet @{ cim = $Kind; parameters = $Asked }
    } catch {
        $Cmdlet.ThrowTerminatingError($_)
    }
    foreach ($one in (ConvertFrom-Reply $reply $Types)) { $Cmdlet.WriteObject($one) }
    foreach ($problem in $reply.errors) { Write-CimError $Cmdlet $problem }
}

# Writes a refusal of WMI as an error of the cmdlet.
function Write-CimError {
    param($Cmdlet, $Problem)
    $exception = [Microsoft.Management.Infrastructure.CimException]::new($Problem.message)
    $Cmdlet.WriteError((New-HostError $Problem $null $exception))
}

Set-Alias -Name 'gcim' -Value 'Get-CimInstance'
Set-Alias -Name 'gcai' -Value 'Get-CimAssociatedInstance'
Set-Alias -Name 'icim' -Value 'Invoke-CimMethod'
