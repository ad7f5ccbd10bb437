# Framing: lines of the wire to requests, messages to lines of the wire.

# Gives the current time of the host as the wire has it.
function Get-AgentTime {
    return ConvertTo-AgentTime ([DateTime]::UtcNow)
}

# Gives a time in UTC as ISO 8601: never by culture, and never as ConvertTo-Json would (5.1 and 7 differ [O]).
function ConvertTo-AgentTime {
    param([DateTime] $Time)
    $pattern = 'yyyy-MM-ddTHH:mm:ss.ffffffZ'
    return $Time.ToUniversalTime().ToString($pattern, [System.Globalization.CultureInfo]::InvariantCulture)
}

# Gives a request from a line: a table with id, verb and args. Throws for a line that is none.
#
# Not by ConvertFrom-Json: PowerShell 7 turns texts that look like dates, such as a checkpoint's name, into dates.
function ConvertFrom-AgentLine {
    param([string] $Line)
    $root = Read-AgentJson (Expand-AgentPayload $Line)
    if ($root.GetAttribute('type') -ne 'object') { throw 'It is not a JSON object.' }
    $request = @{ id = $null; verb = $null; args = @{} }
    foreach ($node in $root.ChildNodes) {
        $type = $node.GetAttribute('type')
        if ($node.LocalName -in 'id', 'verb' -and $type -eq 'string') { $request[$node.LocalName] = $node.InnerText }
        if ($node.LocalName -eq 'args' -and $type -eq 'object') { $request.args = Read-AgentArguments $node }
    }
    if ($null -eq $request.id -or $null -eq $request.verb) { throw 'It has no id or no verb.' }
    return $request
}

# Gives the root element of a JSON text: .NET's JSON reader shows JSON as XML, with each value's type as an attribute.
function Read-AgentJson {
    param([byte[]] $Bytes)
    $quotas = [System.Xml.XmlDictionaryReaderQuotas]::Max
    $document = New-Object System.Xml.XmlDocument
    $document.PreserveWhitespace = $true
    $document.Load([System.Runtime.Serialization.Json.JsonReaderWriterFactory]::CreateJsonReader($Bytes, $quotas))
    return $document.DocumentElement
}

# Gives the arguments of a request: texts, numbers, truth values, and lists of texts.
function Read-AgentArguments {
    param([System.Xml.XmlElement] $Node)
    $values = @{}
    foreach ($child in $Node.ChildNodes) {
        switch ($child.GetAttribute('type')) {
            'string' { $values[$child.LocalName] = $child.InnerText }
            'number' { $values[$child.LocalName] = [System.Xml.XmlConvert]::ToDecimal($child.InnerText) }
            'boolean' { $values[$child.LocalName] = $child.InnerText -eq 'true' }
            'array' { $values[$child.LocalName] = Read-AgentList $child }
        }
    }
    return $values
}

# Gives the texts of a JSON array; an element of another kind makes it no list.
function Read-AgentList {
    param([System.Xml.XmlElement] $Node)
    $texts = [System.Collections.Generic.List[string]]::new()
    foreach ($item in $Node.ChildNodes) {
        if ($item.GetAttribute('type') -ne 'string') { return $null }
        $texts.Add($item.InnerText)
    }
    return , $texts.ToArray()
}

# Gives the bytes of a line's payload, unpacked if it travelled as {"z": base64 of gzip}.
function Expand-AgentPayload {
    param([string] $Line)
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Line)
    if (-not $Line.StartsWith('{"z"', [System.StringComparison]::Ordinal)) { return , $bytes }
    $packed = [Convert]::FromBase64String((Read-AgentArguments (Read-AgentJson $bytes)).z)
    $source = [System.IO.MemoryStream]::new($packed)
    $unpacked = [System.IO.MemoryStream]::new()
    $zip = [System.IO.Compression.GZipStream]::new($source, [System.IO.Compression.CompressionMode]::Decompress)
    try { $zip.CopyTo($unpacked) } finally { $zip.Dispose() }
    return , $unpacked.ToArray()
}

# Gives the payload of a line: itself, or packed if it is long.
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

# Gives a value as JSON. Tables and real arrays only: 5.1 writes an array that came out of a pipeline as an object [O].
function ConvertTo-AgentJson {
    param($Value)
    return ConvertTo-Json -InputObject $Value -Compress -Depth 8
}

# Gives the line for a payload: the marker tells it from whatever else may appear on standard output.
function Get-AgentLine {
    param([string] $Payload)
    return '#hvtree#' + (Compress-AgentPayload $Payload) + "`n"
}

# Writes one line, whole, whichever runspace asks.
function Send-AgentLine {
    param([hashtable] $Shared, [string] $Line)
    $isMine = $false
    try {
        [System.Threading.Monitor]::Enter($Shared.Lock, [ref] $isMine)
        $Shared.Writer.Write($Line)
        $Shared.Writer.Flush()
    } finally {
        if ($isMine) { [System.Threading.Monitor]::Exit($Shared.Lock) }
    }
}

# Sends a message: a table with id, ok, error, part, progress, ev or data.
function Send-AgentMessage {
    param([hashtable] $Shared, [System.Collections.IDictionary] $Message)
    Send-AgentLine $Shared (Get-AgentLine (ConvertTo-AgentJson $Message))
}
