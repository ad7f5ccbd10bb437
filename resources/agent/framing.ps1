# Framing: lines of the wire to requests, messages to lines of the wire.

# Returns the current time of the host as the wire has it.
function Get-AgentTime {
    return ConvertTo-AgentTime ([DateTime]::UtcNow)
}

# Returns a time in UTC as ISO 8601: never by culture, and never as ConvertTo-Json would (5.1 and 7 differ, fact 71).
function ConvertTo-AgentTime {
    param([DateTime] $Time)
    $culture = [System.Globalization.CultureInfo]::InvariantCulture
    return $Time.ToUniversalTime().ToString((Get-AgentTimePattern), $culture)
}

# Returns how a time in UTC is written on the wire, for those who write many.
function Get-AgentTimePattern {
    return 'yyyy-MM-ddTHH:mm:ss.ffffffZ'
}

# Returns a request from a line: a table with id, verb and args. Throws if the line is not a request.
function ConvertFrom-AgentLine {
    param([string] $Line)
    $request = Read-AgentJson (Expand-AgentPayload $Line)
    if ($request.id -isnot [string] -or $request.verb -isnot [string]) { throw 'It has no id or no verb.' }
    if ($request.args -isnot [hashtable]) { $request.args = @{} }
    return $request
}

# Returns a JSON object as a table: texts, numbers, booleans, lists of texts, and tables of the same. Throws for other
# things.
#
# By .NET's JSON reader, which shows JSON as XML with each value's type as an attribute. Not by ConvertFrom-Json:
# PowerShell 7 turns texts that look like dates, such as a checkpoint's name, into dates. Not as a tree of XML: a text
# with many escapes comes in as many pieces, for which XmlDocument takes quadratic time [measured: 20 s for 200 KB].
function Read-AgentJson {
    param([byte[]] $Bytes)
    $quotas = New-Object System.Xml.XmlDictionaryReaderQuotas
    [System.Xml.XmlDictionaryReaderQuotas]::Max.CopyTo($quotas)
    $quotas.MaxDepth = 8
    $reader = [System.Runtime.Serialization.Json.JsonReaderWriterFactory]::CreateJsonReader($Bytes, $quotas)
    $null = $reader.MoveToContent()
    if ($reader.GetAttribute('type') -ne 'object') { throw 'It is not a JSON object.' }
    return Read-AgentTable $reader
}

# Reads the values of the object that the reader is at; moves behind it.
function Read-AgentTable {
    param([System.Xml.XmlDictionaryReader] $Reader)
    $values = @{}
    $Reader.ReadStartElement()
    while ($Reader.MoveToContent() -eq 'Element') {
        $name = $Reader.LocalName
        switch ($Reader.GetAttribute('type')) {
            'string' { $values[$name] = $Reader.ReadElementContentAsString() }
            'number' { $values[$name] = [System.Xml.XmlConvert]::ToDecimal($Reader.ReadElementContentAsString()) }
            'boolean' { $values[$name] = $Reader.ReadElementContentAsString() -eq 'true' }
            'array' { $values[$name] = Read-AgentList $Reader }
            'object' { $values[$name] = Read-AgentTable $Reader }
            default { $Reader.Skip() }
        }
    }
    $Reader.ReadEndElement()
    return $values
}

# Reads the texts of the array that the reader is at; moves behind it. Returns nothing if one of them is not a text.
function Read-AgentList {
    param([System.Xml.XmlDictionaryReader] $Reader)
    $texts = [System.Collections.Generic.List[string]]::new()
    $isSound = $true
    $Reader.ReadStartElement()
    while ($Reader.MoveToContent() -eq 'Element') {
        if ($Reader.GetAttribute('type') -eq 'string') {
            $texts.Add($Reader.ReadElementContentAsString())
        } else {
            $isSound = $false
            $Reader.Skip()
        }
    }
    $Reader.ReadEndElement()
    if ($isSound) { return , $texts.ToArray() }
}

# Returns the bytes of a line's payload, unpacked if it travelled as {"z": base64 of gzip}.
function Expand-AgentPayload {
    param([string] $Line)
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Line)
    if (-not $Line.StartsWith('{"z"', [System.StringComparison]::Ordinal)) { return , $bytes }
    $packed = [Convert]::FromBase64String((Read-AgentJson $bytes).z)
    $source = [System.IO.MemoryStream]::new($packed)
    $unpacked = [System.IO.MemoryStream]::new()
    $zip = [System.IO.Compression.GZipStream]::new($source, [System.IO.Compression.CompressionMode]::Decompress)
    try { $zip.CopyTo($unpacked) } finally { $zip.Dispose() }
    return , $unpacked.ToArray()
}

# Returns the payload of a line: itself, or packed if it is long.
function Compress-AgentPayload {
    param([string] $Payload)
    if ($Payload.Length -le 16384) { return $Payload } # even if each character takes two bytes it is short
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Payload)
    if ($bytes.Length -le 32768) { return $Payload }
    $packed = [System.IO.MemoryStream]::new()
    $zip = [System.IO.Compression.GZipStream]::new($packed, [System.IO.Compression.CompressionMode]::Compress)
    try { $zip.Write($bytes, 0, $bytes.Length) } finally { $zip.Dispose() }
    return '{"z":"' + [Convert]::ToBase64String($packed.ToArray()) + '"}'
}

# Returns a value as JSON. Tables and real arrays only: 5.1 writes an array that came out of a pipeline as an object (fact 72).
function ConvertTo-AgentJson {
    param($Value)
    return ConvertTo-Json -InputObject $Value -Compress -Depth 8
}

# Returns the line for a payload: the marker tells it from whatever else may appear on standard output.
function Get-AgentLine {
    param([string] $Payload)
    return '#hvtree#' + (Compress-AgentPayload $Payload) + "`n"
}

# Writes one line, whole, whichever runspace asks. When nobody reads any more, VMs may have to be brought back all the same: from
# then on lines are lost, and the agent ends as it does when its input ends.
function Send-AgentLine {
    param([hashtable] $Shared, [string] $Line)
    $isMine = $false
    try {
        [System.Threading.Monitor]::Enter($Shared.Lock, [ref] $isMine)
        if ($Shared.IsMute) { return }
        $Shared.Writer.Write($Line)
        $Shared.Writer.Flush()
    } catch [System.IO.IOException] {
        if ($null -eq $Shared.Leases) { throw }
        $Shared.IsMute = $true
        Stop-AgentLeases $Shared.Leases
        $Shared.Inbox.Add(@{ kind = 'end' })
    } finally {
        if ($isMine) { [System.Threading.Monitor]::Exit($Shared.Lock) }
    }
}

# Sends a message: a table with id, ok, error, part, progress, ev or data.
function Send-AgentMessage {
    param([hashtable] $Shared, [System.Collections.IDictionary] $Message)
    Send-AgentLine $Shared (Get-AgentLine (ConvertTo-AgentJson $Message))
}

# Sends a part of an answer: the records of some VMs, which are JSON already.
function Send-AgentPart {
    param([hashtable] $Shared, [string] $Id, $Texts)
    $head = (ConvertTo-AgentJson @{ id = $Id }).TrimEnd('}') + ',"part":{"vms":['
    Send-AgentLine $Shared (Get-AgentLine ($head + [string]::Join(',', $Texts) + ']}}'))
}
