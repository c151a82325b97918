"""An article and its versions as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.diff import Diff, diff_articles, summarise
from alerts.render.clean import clean, web_link
from storage.article import Article, Block, Link
from storage.history import UnknownTarget, accepted_versions
from storage.tables import Article as ArticleRow
from storage.tables import Version
from web.site import Site

_COMPARED = 30  # versions whose degree of change is worked out for one page


@dataclass(frozen=True)
class VersionLine:
    """One version in the list of an article. `percent`: how much of the text it changed; None when not worked out."""

    number: int
    moment: str
    change: str
    summary: str
    significance: str
    by_extractor: bool
    previous: int | None
    percent: int | None


def article_row(session: Session, article_id: int) -> ArticleRow:
    """Raises UnknownTarget."""
    row = session.get(ArticleRow, article_id)
    if row is None or row.state not in ("live", "gone") or row.current_id is None:
        raise UnknownTarget(f"no article has the number {article_id}")
    return row


def numbered(session: Session, row: ArticleRow, number: int) -> Version:
    """Raises UnknownTarget."""
    found = session.scalar(
        select(Version).where(Version.article_id == row.id, Version.number == number, Version.status == "accepted")
    )
    if found is None:
        raise UnknownTarget(f"the article has no version {number}")
    return found


def said(version: Version) -> Article:
    return Article.from_dict(version.data)


def version_lines(session: Session, row: ArticleRow, site: Site) -> list[VersionLine]:
    """Newest first."""
    versions = accepted_versions(session, row)
    before: Version | None = None
    lines = []
    for place, version in enumerate(versions, 1):
        recent = len(versions) - place < _COMPARED
        diff = diff_articles(said(before), said(version)) if before is not None and recent else None
        lines.append(_line(version, before, diff, site))
        before = version
    return lines[::-1]


def _line(version: Version, before: Version | None, diff: Diff | None, site: Site) -> VersionLine:
    return VersionLine(
        number=version.number or 0,
        moment=site.moments.at_full(version.seen_at),
        change=version.change,
        summary=summarise(diff, site.language) if diff is not None else "",
        significance=diff.significance if diff is not None else "",
        by_extractor=version.cause == "extractor",
        previous=before.number if before is not None else None,
        percent=percent(diff) if diff is not None else None,
    )


def percent(diff: Diff) -> int:
    """The degree of change; a change however small is not 0."""
    return max(round(100 * diff.changed_share), 1 if diff.changed_share else 0)


def groups(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Runs of list items together, every other block by itself."""
    found: list[tuple[str, list[Block]]] = []
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        members = list(run)
        found += [(kind, members)] if kind == "list_item" else [(kind, [block]) for block in members]
    return found


def links(article: Article) -> list[Link]:
    """Links in reading order, each address once, only those that can be followed safely."""
    found = {link.url: link for link in reversed(article.links) if web_link(link.url)}
    return list(found.values())[::-1]


def citation(article: Article, version: Version, address: str, site: Site) -> str:
    moments = site.moments
    published = f", {moments.published(article.published)}" if article.published else ""
    return site.words.citation_text.format(
        authors=f"{', '.join(map(clean, article.authors))}. " if article.authors else "",
        title=clean(article.title),
        source=site.source_title,
        published=published,
        n=version.number,
        moment=moments.at_full(version.seen_at),
        url=address,
    )
