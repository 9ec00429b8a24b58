"""Hooks of MkDocs for mkdocs.yml: patterns in the navigation, and links to files that are no pages."""
import re
from pathlib import Path

from mkdocs.structure.files import File, InclusionLevel

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((\.\./[^)#\s]*)\)")


def expanded(entry, docs: Path, named: set[str]) -> list:
    """A nav entry with its patterns replaced by the pages that exist and are not named elsewhere."""
    if isinstance(entry, dict):
        ((title, content),) = entry.items()
        parts = content if isinstance(content, list) else [content]
        pages = [page for part in parts for page in expanded(part, docs, named)]
        is_one_page = isinstance(content, str) and "*" not in content
        return [{title: content if is_one_page else pages}] if pages else []
    if "*" not in entry:
        return [entry]
    found = sorted(page.relative_to(docs).as_posix() for page in docs.glob(entry))
    return [page for page in found if page not in named]


def names_in(entry) -> set[str]:
    if isinstance(entry, str):
        return {entry}
    parts = entry if isinstance(entry, list) else list(entry.values())
    return set().union(*(names_in(part) for part in parts))


def on_config(config):
    docs, named = Path(config["docs_dir"]), names_in(config["nav"])
    config["nav"] = [page for entry in config["nav"] for page in expanded(entry, docs, named)]
    return config


def on_files(files, config):
    """The reproduction's page in HTML under another name: its README.md becomes index.html. Links to it follow."""
    charts = File("paper/index.html", config["docs_dir"], config["site_dir"], use_directory_urls=False)
    charts.dest_uri = charts.url = "paper/charts.html"
    charts.inclusion = InclusionLevel.INCLUDED
    files.append(charts)
    return files


def on_page_markdown(markdown, page, config, **_):
    """Links to files of the repository outside docs/ become their text: they are not part of the site."""
    docs = Path(config["docs_dir"]).resolve()

    def unlinked(match: re.Match) -> str:
        target = (docs / Path(page.file.src_path).parent / match[2]).resolve()
        is_outside = target.exists() and not target.is_relative_to(docs)
        return match[1] if is_outside else match[0]

    return LINK.sub(unlinked, markdown)
