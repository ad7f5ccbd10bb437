# Takes the path of a script and prints, as JSON, what its syntax tree holds: commands with parameters, functions, and
# whatever is newer than Windows PowerShell 5.1 or could turn text into code. By PowerShell's own parser.
param([string] $Path)

$tokens = $null
$errors = $null
$text = [System.IO.File]::ReadAllText($Path)
$tree = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref] $tokens, [ref] $errors)
$found = @{
    errors = @(foreach ($one in $errors) { "$($one.Extent.StartLineNumber): $($one.Message)" })
    commands = [System.Collections.ArrayList]::new(); functions = [System.Collections.ArrayList]::new()
    newer = [System.Collections.ArrayList]::new(); code = [System.Collections.ArrayList]::new()
}

# Kinds of tokens and of nodes that came after 5.1.
$newTokens = 'QuestionMark', 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr',
'Clean'
$newNodes = 'TernaryExpressionAst', 'PipelineChainAst'
foreach ($token in $tokens) {
    if ("$($token.Kind)" -in $newTokens) {
        $null = $found.newer.Add("$($token.Extent.StartLineNumber): $($token.Text)")
    }
    if ($token.Kind -in 'StringExpandable', 'HereStringExpandable' -and $token.Text -match '`[ue]') {
        $null = $found.newer.Add("$($token.Extent.StartLineNumber): $($token.Text)")
    }
    if ($token.Kind -eq 'Number' -and $token.Text -match '^0b|(?<![0-9a-fx])[0-9]+(u|uy|us|ul|y|s|n)$') {
        $null = $found.newer.Add("$($token.Extent.StartLineNumber): $($token.Text)")
    }
}

foreach ($node in $tree.FindAll({ $true }, $true)) {
    $kind = $node.GetType().Name
    $line = $node.Extent.StartLineNumber
    if ($kind -in $newNodes -or ($kind -eq 'PipelineAst' -and $node.Background)) {
        $null = $found.newer.Add("${line}: $($node.Extent.Text)")
    }
    if ($kind -eq 'FunctionDefinitionAst') {
        $null = $found.functions.Add(@{
                name = $node.Name; line = $line; lines = 1 + $node.Extent.EndLineNumber - $line
            })
    }
    if ($kind -eq 'InvokeMemberExpressionAst' -and "$($node.Member)" -in 'AddScript', 'InvokeScript', 'NewScriptBlock', 'InvokeCommand') {
        $null = $found.code.Add("${line}: $($node.Extent.Text)")
    }
    if ($kind -eq 'TypeExpressionAst' -and $node.TypeName.FullName -match '(^|\.)(scriptblock|CodeDom|Parser)$') {
        $null = $found.code.Add("${line}: $($node.Extent.Text)")
    }
    if ($kind -eq 'ConvertExpressionAst' -and $node.Type.TypeName.FullName -match '(^|\.)scriptblock$') {
        $null = $found.code.Add("${line}: $($node.Extent.Text)")
    }
    if ($kind -eq 'CommandAst') {
        $null = $found.commands.Add(@{
                name = $node.GetCommandName(); line = $line; text = $node.Extent.Text
                parameters = @(foreach ($one in $node.CommandElements) {
                        if ($one -is [System.Management.Automation.Language.CommandParameterAst]) { $one.ParameterName }
                    })
                splatted = @($node.CommandElements | Where-Object { $_.Splatted }).Count -gt 0
            })
    }
}
ConvertTo-Json -InputObject $found -Compress -Depth 6
