# Jobs: -AsJob runs the same cmdlet in a runspace of its own. The job ends with its process, as the real one does.

# Its methods are called from two runspaces: the one that asked for the job, and the one that does it.
[NoRunspaceAffinity()]
class HyperVJob : System.Management.Automation.Job {
    hidden [powershell] $Shell

    HyperVJob([string] $Command, [string] $Name) : base($Command, $Name) {
        $this.PSJobTypeName = 'VirtualizationJob'
        $this.Shell = [powershell]::Create()
    }

    [string] get_StatusMessage() { return '' }
    [string] get_Location() { return 'localhost' }

    [bool] get_HasMoreData() {
        return $this.Output.Count + $this.Error.Count + $this.Warning.Count + $this.Progress.Count -gt 0
    }

    [void] StopJob() {
        if ($this.JobStateInfo.State -in 'Running', 'NotStarted') {
            $this.SetJobState('Stopping')
            $this.Shell.Stop()
            $this.SetJobState('Stopped')
        }
    }

    [void] Begin() { $this.SetJobState('Running') }

    [void] End([bool] $IsWell) {
        $state = if ($IsWell) { 'Completed' } else { 'Failed' }
        if ($this.JobStateInfo.State -eq 'Running') { $this.SetJobState($state) }
    }
}

# Starts a cmdlet as a job, and writes the job.
function Start-StageJob {
    param($Cmdlet, $Bound)
    $name = $Cmdlet.MyInvocation.MyCommand.Name
    $given = @{}
    foreach ($key in $Bound.Keys) { if ($key -ne 'AsJob') { $given[$key] = $Bound[$key] } }
    $job = [HyperVJob]::new($Cmdlet.MyInvocation.Line, $name)
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
    $state.ImportPSModule([string[]] @("$PSScriptRoot/Hyper-V.psd1"))
    $job.Shell.Runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace($state)
    $job.Shell.Runspace.Open()
    $job.Shell.Streams.Error = $job.Error
    $job.Shell.Streams.Warning = $job.Warning
    $job.Shell.Streams.Progress = $job.Progress
    $null = $job.Shell.AddScript({
            param($Job, $Name, $Given)
            $isWell = $false
            try {
                & $Name @Given
                $isWell = $true
            } finally {
                $Job.End($isWell)
            }
        }).AddArgument($job).AddArgument($name).AddArgument($given)
    $job.Begin()
    $Cmdlet.JobRepository.Add($job)
    $null = $job.Shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $job.Output)
    $Cmdlet.WriteObject($job)
}
