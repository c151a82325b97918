"""`diff` and `extract`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from cli import completion
from cli.app import App, command, json_option

if TYPE_CHECKING:
    from alerts.diff import Diff


@command("diff", epilog="Example: nieuwswacht diff https://ibestuur.nl/artikel/een-stuk/ 1 2")
@click.argument(
    "target", shell_complete=completion.files, help="The article's present URL, or a former one; or the older file."
)
@click.argument(
    "first",
    required=False,
    metavar="[A]",
    shell_complete=completion.files,
    help="The older version's number; or the newer file.",
)
@click.argument("second", required=False, metavar="[B]", help="The newer version's number.")
@json_option
def diff(app: App, target: str, first: str | None, second: str | None, as_json: bool) -> None:
    """Compare two versions of an article (default: the last two), or two files.

    Files may be HTML pages or plain texts with blank lines between blocks.
    """
    if first is not None and not first.isdigit():
        if second is not None:
            raise click.UsageError("two files, or an article and one or two version numbers.")
        document = _diff_files(Path(target), Path(first)).to_dict()
    else:
        document = _diff_versions(app, target, first, second)
    if as_json:
        app.print_json(document)
        return
    from cli.show.diff import print_diff_document

    if "from" in document:
        app.out.print(f"{document['url']}: version {document['from']} to {document['to']}", style="bold")
    print_diff_document(app, document)


def _diff_files(old: Path, new: Path) -> Diff:
    from alerts.diff import diff_articles, diff_texts
    from cli.files import article_of_html, looks_like_html, text_of_file
    from crawler.extraction import NotAnArticle

    texts = []
    for path in (old, new):
        try:
            texts.append(path.read_bytes().decode("utf-8-sig", errors="replace"))
        except OSError as error:
            raise click.UsageError(f"{path} cannot be read: {error.strerror}.") from None
    try:
        if all(looks_like_html(text) for text in texts):
            return diff_articles(article_of_html(texts[0]), article_of_html(texts[1]))
        return diff_texts(text_of_file(old), text_of_file(new))
    except NotAnArticle as reason:
        raise click.ClickException(f"one of the pages holds no article: {reason.detail}") from None


def _diff_versions(app: App, target: str, first: str | None, second: str | None) -> dict[str, Any]:
    from alerts.diff import diff_articles
    from storage.article import Article
    from storage.history import find_article, version_of

    with app.database().read() as session:
        row = find_article(session, target)
        to = int(second) if second else (row.versions_count if first is None else int(first) + 1)
        since = int(first) if first else max(to - 1, 1)
        if second is None and first is not None and int(first) >= row.versions_count:
            to = row.versions_count
        old, new = version_of(session, row, since), version_of(session, row, to)
        found = diff_articles(Article.from_dict(old.data), Article.from_dict(new.data))
        return {"url": row.url, "from": since, "to": to, **found.to_dict(), "significance": found.significance}


@command("extract", epilog="Example: nieuwswacht extract page.html --url https://ibestuur.nl/artikel/een-stuk/")
@click.argument("page", metavar="URL_OR_FILE", shell_complete=completion.files, help="Fetched, or read where it is.")
@click.option("--url", "address", metavar="URL", help="The address a file was served at.")
@click.option("--save-as", "case", metavar="CASE", help="Keep page and reading in tests/sites/SOURCE/CASE, as a test.")
@json_option
def extract(app: App, page: str, address: str | None, case: str | None, as_json: bool) -> int:
    """Show what would be read from a page: each field, the rule that found it, what is missing.

    Stores nothing in the archive.
    """
    from cli.context import fetch_options
    from cli.files import NO_ADDRESS, extract_file
    from cli.show.documents import text_document
    from crawler.extraction import NotAnArticle
    from crawler.single import PageUnread, fetch_page

    try:
        if urlsplit(page).scheme in ("http", "https"):
            body, url = fetch_page(page, fetch_options(app))
        else:
            body, url = _read(page), address or NO_ADDRESS
        url = address or url
        source = next((one for one in app.sources if one.rules.match("article", url) is not None), app.sources[0])
        found = extract_file(body, url, source.rules)
    except (NotAnArticle, PageUnread) as reason:
        raise click.ClickException(f"{page}: {reason}") from None
    article = found.article
    document = {
        "url": article.url,
        "title": article.title,
        "published": article.published or None,
        "authors": list(article.authors),
        "theme": article.theme or None,
        "type": article.type or None,
        "tags": list(article.tags),
        **text_document(article),
        "method": found.method,
        "missing": list(found.missing),
        "rules": found.rules,
    }
    if case is not None:
        from cli.fixtures import save_fixture

        app.say(f"Saved {save_fixture(source.name, case, url, body, document)}; check expected.json by eye.")
    if as_json:
        app.print_json(document)
        return 0
    for name in ("title", "published", "authors", "theme", "type", "tags", "caption", "lead"):
        value = document[name]
        shown = ", ".join(value) if isinstance(value, list) else value
        app.out.print(f"{name:<10}{shown or '(nothing)'}   [{found.rules.get(name, 'no rule found it')}]")
    app.out.print(f"{'method':<10}{found.method}\n")
    for block in article.blocks:
        app.out.print(f"{block.kind:<10}{block.text}")
    return 0


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path} is neither a readable file nor a web address: {error.strerror}.") from None
