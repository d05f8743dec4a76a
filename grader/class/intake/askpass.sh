#!/bin/sh
# Answers git for private repositories with WORKBOOK_GIT_TOKEN, and one host only: any other would be told the token.
host=${WORKBOOK_GIT_HOST:-github.com}
user=${WORKBOOK_GIT_USER:-x-access-token}
case "$1" in
"Username for 'https://$host': ") printf '%s\n' "$user" ;;
"Password for 'https://$user@$host': ") printf '%s\n' "$WORKBOOK_GIT_TOKEN" ;;
*) exit 1 ;;
esac
