#!/usr/bin/env bash
# Compares the working tree with $BASE, and writes the Markdown to the job's summary and to a comment. Ends with the
# exit code of the comparison: 1 if something is slower by more than $FAIL_IF_SLOWER.
set -uo pipefail

if [ -z "${BASE:-}" ]; then
    echo "compare: no base to compare with: run this on a pull request, or give the input base." >&2
    exit 2
fi
git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$BASE" || exit 2

read -ra what <<<"$WHAT"
gate=()
[ -n "${FAIL_IF_SLOWER:-}" ] && gate=(--fail-if-slower "$FAIL_IF_SLOWER")
said=$(mktemp)
trap 'rm -f "$said"' EXIT
bench-concurrency compare "${what[@]}" --against "$BASE" --markdown "${gate[@]}" >"$said"
code=$?
[ -s "$said" ] || exit "$code"

cat "$said" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
if [ -n "${GH_TOKEN:-}" ] && [ -n "${PULL_REQUEST:-}" ]; then
    gh pr comment "$PULL_REQUEST" --repo "$REPOSITORY" --body-file "$said"
fi
exit "$code"
