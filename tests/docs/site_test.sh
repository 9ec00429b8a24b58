#!/usr/bin/env bash
# Builds the site, where MkDocs is installed (tools/site.sh): links, headings and navigation hold, and no page asks for anything that is not
# in it. Usage: site_test.sh; exits with 77 (skipped) without MkDocs.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdocs=.venv-site/bin/mkdocs
[ -x "$mkdocs" ] || { echo "no $mkdocs: make site installs it"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$mkdocs" build --strict --site-dir "$work/site"
test -s "$work/site/index.html"
# Links that a reader may follow are fine (<a href>), as are namespaces of XML; what a page would load by itself is not.
if grep -rnoE --include='*.html' '(src|<link[^>]*href)="?(https?:)?//[^" >]*' "$work/site" ||
   grep -rnoE --include='*.css' '(url\(|@import) *["'"'"']?(https?:)?//[^) ]*' "$work/site"; then
  echo "these pages load something from elsewhere" >&2
  exit 1
fi
