#!/bin/sh
# Audits what was exported tonight, and tells by mail or a web hook what came of it. From cron or systemd:
#
#     night.sh /srv/billing
#
# The folder has exports/tonight, and gets reports/ and claimaudit.history. Set beside it, where wanted:
#
#     MAIL_TO     who is told by mail; needs sendmail (or another in SENDMAIL) on this machine
#     WEB_HOOK    an address that takes {"text": ".."}, as those of chat programs do; needs curl
#
# Nothing that is sent names a patient. The exit status is that of the audit: 0 clean, 1 findings, 2 not audited,
# 3 some rows could not be read.
set -u
umask 077
cd "${1:?usage: night.sh FOLDER}" || exit 2
mkdir -p reports || exit 2

# What reviewers wrote into the last workbooks comes first: tonight asks nothing twice.
if [ -f claimaudit.history ]; then
	for book in $(ls -t reports/*.xlsx 2>/dev/null | head -n 5); do
		claimaudit review "$book" --history claimaudit.history >>reports/review.log 2>&1
	done
fi

claimaudit audit exports/tonight -q --history claimaudit.history --new-only \
	-o 'reports/{date}.xlsx' -o 'reports/{date}.json' -o 'reports/{date}.html' >reports/written 2>reports/night.log
status=$?

case $status in
0) exit 0 ;; # a clean night is nobody's mail
1) say="new findings" ;;
3) say="some rows could not be read" ;;
*) say="the night was NOT audited (exit status $status): see reports/night.log" ;;
esac
page=$(grep '\.html$' reports/written)

if [ -n "${MAIL_TO-}" ]; then
	{
		printf 'To: %s\nSubject: Claim audit: %s\nMIME-Version: 1.0\n' "$MAIL_TO" "$say"
		if [ -n "$page" ]; then
			printf 'Content-Type: text/html; charset=utf-8\n\n'
			cat "$page"
		else
			printf 'Content-Type: text/plain; charset=utf-8\n\n'
			cat reports/night.log
		fi
	} | "${SENDMAIL:-/usr/sbin/sendmail}" -t || echo "night.sh: the mail could not be sent" >&2
fi
if [ -n "${WEB_HOOK-}" ]; then
	curl -fsS -m 30 -H 'Content-Type: application/json' -d "{\"text\": \"Claim audit: $say\"}" "$WEB_HOOK" >/dev/null ||
		echo "night.sh: the web hook could not be told" >&2
fi
exit "$status"
