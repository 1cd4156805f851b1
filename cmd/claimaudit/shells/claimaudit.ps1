# PowerShell completion for claimaudit, written by: claimaudit completion powershell
Register-ArgumentCompleter -Native -CommandName claimaudit, claimaudit.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text.Trim("'", '"') })
    & $commandAst.CommandElements[0].Extent.Text.Trim("'", '"') __complete ":$wordToComplete" @before 2>$null | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}
