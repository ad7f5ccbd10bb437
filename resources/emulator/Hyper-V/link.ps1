# Link: the connection to the emulated host, one for each runspace. A line of JSON asks, one or more answer (cmdlet_service.py).

# Changes counts what this runspace has asked for that may change something.
$Link = @{ Client = $null; Reader = $null; Writer = $null; Changes = 0 }

# What an answer is made of. Objects stay JSON until their type is known.
$ReplyTypes = Add-DeclaredType 'HVTree.Link' ([ordered] @{
        'ReplyError' = @{
            Name = 'HVTree.Link.ReplyError'; Base = ''
            Properties = [ordered] @{
                message = 'string'; category = 'string'; fqid = 'string'; hresult = 'long?'; target = 'string'
                about = 'string'
            }
        }
        'Reply' = @{
            Name = 'HVTree.Link.Reply'; Base = ''
            Properties = [ordered] @{
                type = 'string'; objects = 'System.Text.Json.JsonElement?'; errors = 'ReplyError[]'; warnings = 'string[]'
                percent = 'int?'; activity = 'string'; end = 'bool'
            }
        }
    })

# Returns what all runspaces of the process read JSON with: .NET prepares each type once for it.
function Get-JsonOption {
    $domain = [AppDomain]::CurrentDomain
    if ($null -eq $domain.GetData('HVTree.Link.Json')) {
        $options = [System.Text.Json.JsonSerializerOptions]::new()
        $options.IncludeFields = $true
        $domain.SetData('HVTree.Link.Json', $options)
    }
    return $domain.GetData('HVTree.Link.Json')
}

# Asks the host, and returns its last line. A pipeline that is stopped meanwhile cancels what it asked for.
function Get-Reply {
    param($Cmdlet, [System.Collections.IDictionary] $Request)
    $isAnswered = $false
    if ("$($Request['cmdlet'])" -notlike 'Get-*') { $Link.Changes++ }
    try {
        Open-Link
        $Link.Writer.Write((ConvertTo-Json -InputObject $Request -Depth 6 -Compress) + "`n")
        while ($true) {
            $reply = Read-Reply
            if ($reply.end) { break }
            Write-ReplyProgress $Cmdlet $reply
        }
        $isAnswered = $true
        return $reply
    } finally {
        if (-not $isAnswered) { Close-Link }
    }
}

function Open-Link {
    if ($null -ne $Link.Client) { return }
    $address, $port = "$env:HVTREE_HYPERV" -split ':'
    if (-not $port) { throw 'There is no emulated host: this module works only under "hvtree emulate --powershell".' }
    $Link.Client = [System.Net.Sockets.TcpClient]::new($address, [int] $port)
    $Link.Client.NoDelay = $true
    $stream = $Link.Client.GetStream()
    $encoding = [System.Text.UTF8Encoding]::new($false)
    $Link.Reader = [System.IO.StreamReader]::new($stream, $encoding)
    $Link.Writer = [System.IO.StreamWriter]::new($stream, $encoding)
    $Link.Writer.AutoFlush = $true
    $Link.Writer.Write("$env:HVTREE_HYPERV_TOKEN`n")
}

# Reads one line. Waits in small steps, for a call that blocks cannot be stopped.
function Read-Reply {
    $waiting = $Link.Reader.ReadLineAsync()
    while (-not $waiting.Wait(200)) { continue }
    if ($null -eq $waiting.Result) { throw 'The emulated host has gone.' }
    return [System.Text.Json.JsonSerializer]::Deserialize($waiting.Result, $ReplyTypes.Reply, (Get-JsonOption))
}

# Leaves the host, and stops what it is doing for this runspace; just ending the process would not stop it.
function Close-Link {
    if ($null -eq $Link.Client) { return }
    try {
        $Link.Writer.Write('{"cancel":true}' + "`n")
    } catch [System.IO.IOException] {
        Write-Debug 'The emulated host has gone already.'
    }
    $Link.Client.Dispose()
    $Link.Client = $null
}

function Write-ReplyProgress {
    param($Cmdlet, $Reply)
    $record = [System.Management.Automation.ProgressRecord]::new(0, $Reply.activity, "$($Reply.percent)%")
    $record.PercentComplete = $Reply.percent
    $Cmdlet.WriteProgress($record)
    Write-LostProgress $record
}

# Writes progress to standard error, for the host to make CLIXML of it (clixml.py). A console does that itself, and a job keeps
# its progress; any other PowerShell loses it.
function Write-LostProgress {
    param($Record)
    if (-not $env:HVTREE_PROGRESS -or $Host.Name -in 'ConsoleHost', 'Default Host') { return }
    if ("$ProgressPreference" -in 'SilentlyContinue', 'Ignore') { return }
    $told = [ordered] @{
        activity = $Record.Activity; status = $Record.StatusDescription; percent = $Record.PercentComplete
        type = "$($Record.RecordType)"
    }
    [Console]::Error.WriteLine([string] [char] 0x1e + (ConvertTo-Json -InputObject $told -Compress))
}

# Returns the objects of an answer, made by .NET at once: thousands take milliseconds.
function ConvertFrom-Reply {
    param($Reply, $Types)
    if ($null -eq $Reply.objects) { return , @() }
    $type = $Types[$Reply.type]
    if ($null -eq $type) { $type = [type] $Reply.type } # one of .NET's, such as the bool of Test-VHD
    return , [System.Text.Json.JsonSerializer]::Deserialize(
        [System.Text.Json.JsonElement] $Reply.objects, $type.MakeArrayType(), (Get-JsonOption))
}
