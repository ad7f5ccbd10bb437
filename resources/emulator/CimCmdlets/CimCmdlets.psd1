@{
    RootModule = 'CimCmdlets.psm1'
    ModuleVersion = '7.0.0.0'
    GUID = '0b1c1b1a-6f0f-4d6a-8c39-5d4e0f6a7a52'
    Author = 'HVTree contributors'
    Description = 'A stand-in for the CIM cmdlets: WMI of the emulated host of "hvtree emulate --powershell".'
    PowerShellVersion = '7.4'
    FunctionsToExport = @('Get-CimInstance', 'Get-CimClass', 'Get-CimAssociatedInstance', 'Invoke-CimMethod')
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @('gcim', 'gcai', 'icim')
}
