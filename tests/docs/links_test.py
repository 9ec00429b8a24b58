#!/usr/bin/env python3
"""Relative links in README.md, HACKING.md, CONTRIBUTING.md and docs/**/*.md lead to files and headings that exist.

Also files that are named without a link, as in "docs/add-an-op.md" or "tests/package/run.sh"; pages that say how to add something
(add-*.md) name files that are not there yet. Usage: links_test.py [REPOSITORY]
"""
import re
import sys
from pathlib import Path

FENCE = re.compile(r"^ *(```|~~~).*?^ *\1|^ {4,}[^\n]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
NAMED = re.compile(r"(?<![\w/.-])(?:docs|src|tests|tools|bench|cmake|experiments)/[\w./-]+\.(?:md|png|h|cc|py|sh|cmake|toml|txt)\b")
ELSEWHERE = re.compile(r"^(https?|mailto):")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs make them."""
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", FENCE.sub("", page.read_text()), re.MULTILINE):
        text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found |= {text.replace(" ", "-"), re.sub(r"[-\s]+", "-", text)}
    return found


def broken(page: Path, root: Path) -> list[str]:
    """What is wrong with the links of a page, a line each."""
    text = FENCE.sub("", page.read_text())
    wrong = []
    for link in LINK.findall(CODE.sub("", text)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if ELSEWHERE.match(link):
            continue
        if not target.exists():
            wrong.append(f"{link} (no such file)")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            wrong.append(f"{link} (no such heading)")
    named = [] if page.name.startswith("add-") else NAMED.findall(text)
    wrong += [f"{name} (no such file)" for name in named if "NAME" not in name and Path(name).stem != "X" and not (root / name).exists()]
    return [f"{page.relative_to(root)}: {text}" for text in wrong]


def main() -> None:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent.parent).resolve()
    pages = [root / name for name in ("README.md", "HACKING.md", "CONTRIBUTING.md")] + sorted((root / "docs").rglob("*.md"))
    wrong = [line for page in pages for line in broken(page, root)]
    print("\n".join(wrong) or f"{len(pages)} pages, every link leads somewhere")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
