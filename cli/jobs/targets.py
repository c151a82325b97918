"""What a recrawl's targets mean: articles by any of their URLs, themes by name or URL."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import select

from cli.jobs.crawl import Task
from crawler.hosts import allowed_domains, site_of
from crawler.seeds import Source
from storage import tables
from storage.database import Database
from storage.history import UnknownTarget, find_article
from storage.known import Known, known_of
from storage.sources import source_row
from storage.urls import canonical_url


class TargetRefused(ValueError):
    """This target is not ours to fetch."""


def tasks_for(database: Database, sources: Sequence[Source], targets: Sequence[str]) -> list[Task]:
    """Tasks that fetch the targets, or everything when there are none.

    Raises TargetRefused for an address outside the sources, UnknownTarget for one that no article or theme has.
    """
    if not targets:
        return [Task(source, source.start_urls, every=True) for source in sources]
    chosen: dict[str, dict[int, Known]] = {source.name: {} for source in sources}
    listings: dict[str, list[str]] = {source.name: [] for source in sources}
    for target in targets:
        if "://" not in target and "." not in target and "/" not in target.strip("/"):
            _theme(database, sources, target.strip("/"), chosen, listings)
        else:
            _address(database, sources, target, chosen, listings)
    by_name = {source.name: source for source in sources}
    return [
        Task(by_name[name], tuple(listings[name]), tuple(chosen[name].values()))
        for name in by_name
        if chosen[name] or listings[name]
    ]


def _address(
    database: Database,
    sources: Sequence[Source],
    target: str,
    chosen: dict[str, dict[int, Known]],
    listings: dict[str, list[str]],
) -> None:
    url = canonical_url(target if "://" in target else f"https://{target}")
    if not url:
        raise TargetRefused(f"{target} is not a web address; give an article's URL or a theme's name")
    source = next((source for source in sources if _on_site(source, url)), None)
    try:
        with database.read() as session:
            article = find_article(session, url)
            name = session.get_one(tables.Source, article.source_id).name
            known = known_of(article)
    except UnknownTarget:
        if source is None:
            hosts = ", ".join(sorted({urlsplit(start).netloc for one in sources for start in one.start_urls}))
            raise TargetRefused(f"{target} is outside the sources ({hosts}); nothing was fetched") from None
        theme = source.rules.slug("theme", url)
        if not theme:
            raise
        listings[source.name].append(url)
        _articles_of(database, sources, theme, chosen)
        return
    if name not in chosen:
        raise TargetRefused(f"{target} belongs to the source '{name}', which is not configured any more")
    chosen[name][known.article_id] = known


def _theme(
    database: Database,
    sources: Sequence[Source],
    theme: str,
    chosen: dict[str, dict[int, Known]],
    listings: dict[str, list[str]],
) -> None:
    for source in sources:
        listings[source.name] += [url for url in source.start_urls if source.rules.slug("theme", url) == theme.lower()]
    found = _articles_of(database, sources, theme.lower(), chosen)
    if not found and not any(listings.values()):
        raise UnknownTarget(
            f"no theme or article is known as '{theme}'; `nieuwswacht articles` lists the known articles"
        )


def _articles_of(database: Database, sources: Sequence[Source], theme: str, chosen: dict[str, dict[int, Known]]) -> int:
    count = 0
    for source in sources:
        with database.write() as session:
            source_id = source_row(session, source.name).id
        with database.read() as session:
            rows = session.execute(
                select(tables.Article, tables.Version.data)
                .join(tables.Version, tables.Version.id == tables.Article.current_id)
                .where(tables.Article.source_id == source_id, tables.Article.state.in_(("live", "gone")))
            )
            for article, data in rows:
                if data.get("theme") == theme:
                    chosen[source.name][article.id] = known_of(article)
                    count += 1
    return count


def _on_site(source: Source, url: str) -> bool:
    try:
        return site_of(url) in allowed_domains(source.start_urls)
    except ValueError:
        return False
