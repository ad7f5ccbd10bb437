# The world that both test modules show: the JSON file of $env:HVTREE_TEST_WORLD, read again whenever the file changes.
# All runspaces of a process share it. $env:HVTREE_TEST_CALLS names a file that gets a line for each call.

function Write-TestCall {
    param([string] $Text)
    if ($env:HVTREE_TEST_CALLS) {
        [System.Threading.Monitor]::Enter([AppDomain]::CurrentDomain)
        try { [System.IO.File]::AppendAllText($env:HVTREE_TEST_CALLS, "$Text`n") }
        finally { [System.Threading.Monitor]::Exit([AppDomain]::CurrentDomain) }
    }
}

function Get-TestWorld {
    $domain = [AppDomain]::CurrentDomain
    [System.Threading.Monitor]::Enter($domain)
    try {
        $stamp = [System.IO.File]::GetLastWriteTimeUtc($env:HVTREE_TEST_WORLD).Ticks
        if ($domain.GetData('HVTreeTestStamp') -ne $stamp) {
            $text = [System.IO.File]::ReadAllText($env:HVTREE_TEST_WORLD)
            $world = ConvertFrom-Json -InputObject $text
            $disks = @{}
            foreach ($disk in $world.disks) { $disks[$disk.path] = $disk }
            $world.disks = $disks
            $domain.SetData('HVTreeTestWorld', $world)
            $domain.SetData('HVTreeTestStamp', $stamp)
        }
        return $domain.GetData('HVTreeTestWorld')
    } finally { [System.Threading.Monitor]::Exit($domain) }
}

# Counts calls that are under way in all runspaces together; returns how many there are now.
function Add-TestCrowd {
    param([int] $Difference)
    $domain = [AppDomain]::CurrentDomain
    [System.Threading.Monitor]::Enter($domain)
    try {
        $crowd = $Difference + [int] $domain.GetData('HVTreeTestCrowd')
        $domain.SetData('HVTreeTestCrowd', $crowd)
        return $crowd
    } finally { [System.Threading.Monitor]::Exit($domain) }
}
