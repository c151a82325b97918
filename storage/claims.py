"""Pages that showed an article which is at home elsewhere: it moved, has a second address, or a wall repeats it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.addresses import give_url
from storage.article import Article, title_key
from storage.boilerplate import strip
from storage.observation import Observation
from storage.recorder import adopt, record_new
from storage.urls import url_key

if TYPE_CHECKING:
    from storage.ledger import SourceLedger

_WALL = 3  # so many pages showing one piece are no second addresses


@dataclass(frozen=True)
class Claim:
    seen: Observation
    twin_id: int


def resolve(session: Session, ledger: SourceLedger, now: datetime, *, doubtful: bool = False) -> None:
    """Decide on each claim by what the claimed article's own address showed in the same crawl.

    `doubtful`: a first crawl that met hardly anything but claims; then they are a wall, however few.
    """
    by_twin: defaultdict[int, dict[str, Claim]] = defaultdict(dict)
    for claim in ledger.claims:
        by_twin[claim.twin_id][url_key(claim.seen.url)] = claim
    holders = _holders(session, ledger)
    walls = {twin_id for twin_id, claims in by_twin.items() if doubtful or _is_wall(claims)}
    # An article whose own address showed another piece has lost it to that one - unless a wall shows it everywhere.
    displaced = {
        holders[key].id
        for twin_id, claims in by_twin.items()
        for key in claims
        if twin_id not in walls and key in holders and holders[key].id != twin_id and key == url_key(holders[key].url)
    }
    for twin_id, claims in by_twin.items():
        twin = session.get_one(tables.Article, twin_id)
        if url_key(twin.url) in claims:
            continue  # it was settled meanwhile: a redirect led there
        if twin_id in walls:
            _take_down(session, ledger, twin, claims, holders, now)
            continue
        for key, claim in claims.items():
            _settle(session, ledger, claim, twin, holders.get(key), twin_id in displaced, now)


def _is_wall(claims: dict[str, Claim]) -> bool:
    """One piece under so many names; under one name in several folders it is an article in several themes."""
    return len({urlsplit(claim.seen.url).path.rstrip("/").rpartition("/")[2] for claim in claims.values()}) >= _WALL


def _settle(
    session: Session,
    ledger: SourceLedger,
    claim: Claim,
    twin: tables.Article,
    holder: tables.Article | None,
    displaced: bool,
    now: datetime,
) -> None:
    at_home = twin.id in ledger.home and not displaced
    elsewhere = displaced or ledger.away.get(twin.id) == "missing"
    article = strip(claim.seen.article, ledger.boilerplate)
    own = holder is not None and holder.id == twin.id
    other = holder is not None and not own and holder.state != "unread"
    if own and not elsewhere:
        return  # a second address of it: how it looks there counts only once its home is gone
    if at_home and not other:
        if _same_piece(session, twin, article):
            give_url(session, twin, claim.seen.url, claim.seen.fetched_at)
        else:
            recorded = record_new(session, ledger.crawl_id, claim.seen, article, holder)
            ledger.home.add(recorded.article_id)
        return
    if at_home or not elsewhere:
        # Its own address did not answer, or somebody else's shows it: nothing is sure, so nothing changes.
        _failed(session, ledger, claim, holder if other else None, now)
        return
    give_url(session, twin, claim.seen.url, claim.seen.fetched_at, take=True)
    ledger.gone_candidates.discard(twin.id)
    ledger.home.add(twin.id)
    adopt(session, ledger.crawl_id, twin, claim.seen, article)


def _holders(session: Session, ledger: SourceLedger) -> dict[str, tables.Article]:
    """Whose the addresses were that showed a known piece, as it was when the crawl began."""
    keys = {url_key(claim.seen.url) for claim in ledger.claims}
    rows = session.execute(
        select(tables.ArticleUrl.url_key, tables.Article)
        .join(tables.Article, tables.Article.id == tables.ArticleUrl.article_id)
        .where(tables.ArticleUrl.url_key.in_(keys))
    )
    return {row.url_key: row.Article for row in rows}


def _same_piece(session: Session, twin: tables.Article, article: Article) -> bool:
    """Whether it is the twin itself, not a piece that merely resembles it: two agendas of two weeks differ little."""
    if twin.title_key == title_key(article.title) and twin.published_day == article.published[:10]:
        return True
    return twin.text_hash == article.facet_hashes()["text"] or (
        session.scalar(
            select(tables.Version.id).where(
                tables.Version.article_id == twin.id,
                tables.Version.status == "pending",
                tables.Version.text == article.text,
            )
        )
        is not None
    )


def _take_down(
    session: Session,
    ledger: SourceLedger,
    twin: tables.Article,
    claims: dict[str, Claim],
    holders: dict[str, tables.Article],
    now: datetime,
) -> None:
    """Count every page of a wall as unread; what looked like a new article was the wall itself."""
    for key, claim in claims.items():
        _failed(session, ledger, claim, holders.get(key), now)
    if twin.state == "pending":
        ledger.note_failure(session, twin.url, "wall", "several addresses show this same page", now)
        ledger.home.discard(twin.id)
        version_id, twin.current_id, twin.snapshot_id = twin.current_id, None, None
        session.flush()
        session.execute(delete(tables.Version).where(tables.Version.id == version_id))
        session.execute(delete(tables.Snapshot).where(tables.Snapshot.article_id == twin.id))
        twin.state, twin.title, twin.title_key, twin.text_hash = "unread", "", "", ""


def _failed(session: Session, ledger: SourceLedger, claim: Claim, holder: tables.Article | None, now: datetime) -> None:
    detail = "the page shows another article that is known under its own address"
    ledger.note_failure(session, claim.seen.requested, "wrong_article", detail, now)
    if holder is None:
        ledger.remember(session, claim.seen.requested, "", now)
    else:
        ledger.home.discard(holder.id)
        session.execute(update(tables.Article).where(tables.Article.id == holder.id).values(etag=""))
