@{
    RootModule = 'Hyper-V.psm1'
    ModuleVersion = '2.0.0.0'
    GUID = 'f2a0d8f7-5f0e-4c33-9a57-3a6d2f1b0a11'
    Author = 'HVTree contributors'
    Description = 'A stand-in for the Hyper-V module: its cmdlets work on the emulated host of "hvtree emulate --powershell".'
    PowerShellVersion = '7.4'
    TypesToProcess = @('Hyper-V.types.ps1xml')
    FormatsToProcess = @('Hyper-V.format.ps1xml')
    FunctionsToExport = @(
        'Get-VM', 'Get-VMHost', 'Get-VMSnapshot', 'Get-VMHardDiskDrive', 'Get-VMIntegrationService'
        'Get-VMNetworkAdapter', 'Get-VMSwitch', 'Get-VMProcessor', 'Get-VMMemory', 'Get-VMScsiController', 'Get-VMDvdDrive'
        'Start-VM', 'Stop-VM', 'Save-VM', 'Suspend-VM', 'Resume-VM', 'Restart-VM', 'Wait-VM', 'Remove-VMSavedState'
        'Checkpoint-VM', 'Restore-VMSnapshot', 'Remove-VMSnapshot', 'Rename-VMSnapshot', 'Export-VMSnapshot'
        'Export-VM', 'Import-VM', 'Compare-VM', 'New-VM', 'Remove-VM', 'Rename-VM', 'Set-VM'
        'Get-VMGroup', 'New-VMGroup', 'Remove-VMGroup', 'Rename-VMGroup', 'Add-VMGroupMember', 'Remove-VMGroupMember'
        'Get-VHD', 'Test-VHD', 'Resize-VHD'
    )
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @(
        'Get-VMCheckpoint', 'Restore-VMCheckpoint', 'Remove-VMCheckpoint', 'Rename-VMCheckpoint', 'Export-VMCheckpoint'
    )
}
