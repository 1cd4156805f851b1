# Audits what was exported tonight, on Windows: the Task Scheduler runs it as claimaudit-night.xml says.
#
#     powershell -NoProfile -ExecutionPolicy Bypass -File night.ps1 C:\Billing
#
# MAIL_TO with SMTP_SERVER and MAIL_FROM, or WEB_HOOK, set as variables of the account, say who is told. Nothing that is
# sent names a patient. The exit status is that of the audit.
param([Parameter(Mandatory = $true)][string]$Folder)
Set-Location -LiteralPath $Folder -ErrorAction Stop
New-Item -ItemType Directory -Force reports | Out-Null

if (Test-Path claimaudit.history) {
    Get-ChildItem reports\*.xlsx | Sort-Object LastWriteTime -Descending | Select-Object -First 5 | ForEach-Object {
        claimaudit review $_.FullName --history claimaudit.history *>> reports\review.log
    }
}

$written = claimaudit audit exports\tonight -q --history claimaudit.history --new-only `
    -o 'reports/{date}.xlsx' -o 'reports/{date}.json' -o 'reports/{date}.html' 2> reports\night.log
$status = $LASTEXITCODE
switch ($status) {
    0 { exit 0 }
    1 { $say = 'new findings' }
    3 { $say = 'some rows could not be read' }
    default { $say = "the night was NOT audited (exit status $status): see reports\night.log" }
}
$page = $written | Where-Object { $_ -like '*.html' } | Select-Object -First 1

if ($env:MAIL_TO) {
    $mail = @{ To = $env:MAIL_TO; From = $env:MAIL_FROM; SmtpServer = $env:SMTP_SERVER; Subject = "Claim audit: $say"; Encoding = 'utf8' }
    if ($page) { Send-MailMessage @mail -BodyAsHtml -Body (Get-Content -Raw -Encoding utf8 $page) }
    else { Send-MailMessage @mail -Body (Get-Content -Raw reports\night.log) }
}
if ($env:WEB_HOOK) {
    Invoke-RestMethod -Method Post -Uri $env:WEB_HOOK -ContentType 'application/json' -Body (@{ text = "Claim audit: $say" } | ConvertTo-Json) | Out-Null
}
exit $status
