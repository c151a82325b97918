"""Pages that showed an article which is at home elsewhere: it moved, has a second address, or a wall repeats it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article
from storage.boilerplate import strip
from storage.observation import Observation
from storage.recorder import adopt, record_new
from storage.urls import url_key

if TYPE_CHECKING:
    from storage.ledger import SourceLedger

_WALL = 3  # so many addresses showing one piece are no second addresses


@dataclass(frozen=True)
class Claim:
    seen: Observation
    twin_id: int


def resolve(session: Session, ledger: SourceLedger, now: datetime) -> None:
    """Decide on each claim by what the claimed article's own address showed in the same crawl."""
    by_twin: defaultdict[int, dict[str, Claim]] = defaultdict(dict)
    for claim in ledger.claims:
        by_twin[claim.twin_id][url_key(claim.seen.url)] = claim
    holders = _holders(session, ledger)
    # Articles whose own address showed somebody else's piece are not at home, whatever their address answered.
    displaced = {holders[key] for claims in by_twin.values() for key in claims if key in holders}
    for twin_id, claims in by_twin.items():
        twin = session.get_one(tables.Article, twin_id)
        if url_key(twin.url) in claims:
            continue  # it was settled meanwhile: a redirect led there
        if len(claims) >= _WALL:
            for claim in claims.values():
                _failed(session, ledger, claim, holders, now)
            continue
        for key, claim in claims.items():
            _settle(session, ledger, claim, twin, holders.get(key), twin_id in displaced, now)


def _settle(
    session: Session,
    ledger: SourceLedger,
    claim: Claim,
    twin: tables.Article,
    holder: int | None,
    displaced: bool,
    now: datetime,
) -> None:
    at_home = twin.id in ledger.home and not displaced
    elsewhere = displaced or ledger.away.get(twin.id) == "missing"
    article = strip(claim.seen.article, ledger.boilerplate)
    if at_home and holder is None:
        if _same_text(session, twin, article):
            _give_url(session, twin, claim.seen)
        else:
            record_new(session, ledger.crawl_id, claim.seen, article)
        return
    if at_home or not elsewhere:
        # Its own address did not answer, or somebody else's shows it: nothing is sure, so nothing changes.
        _failed(session, ledger, claim, {url_key(claim.seen.url): holder} if holder else {}, now)
        return
    _give_url(session, twin, claim.seen)
    ledger.gone_candidates.discard(twin.id)
    ledger.home.add(twin.id)
    adopt(session, ledger.crawl_id, twin, claim.seen, article)


def _holders(session: Session, ledger: SourceLedger) -> dict[str, int]:
    keys = {url_key(claim.seen.url) for claim in ledger.claims}
    rows = session.execute(
        select(tables.ArticleUrl.url_key, tables.Article.id)
        .join(tables.Article, tables.Article.id == tables.ArticleUrl.article_id)
        .where(tables.ArticleUrl.url_key.in_(keys), tables.Article.state != "unread")
    )
    return {row.url_key: row.id for row in rows}


def _same_text(session: Session, twin: tables.Article, article: Article) -> bool:
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


def _give_url(session: Session, twin: tables.Article, seen: Observation) -> None:
    key = url_key(seen.url)
    row = session.scalar(select(tables.ArticleUrl).where(tables.ArticleUrl.url_key == key))
    if row is None:
        row = tables.ArticleUrl(source_id=twin.source_id, url_key=key, url=seen.url, since=seen.fetched_at)
        session.add(row)
    row.article_id = twin.id
    session.flush()


def _failed(session: Session, ledger: SourceLedger, claim: Claim, holders: dict[str, int], now: datetime) -> None:
    detail = "the page shows another article that is known under its own address"
    ledger.failures["wrong_article"] += 1
    ledger.failed.append((claim.seen.requested, "wrong_article"))
    session.add(
        tables.Failure(
            crawl_id=ledger.crawl_id, source_id=ledger.source_id, url=claim.seen.requested,
            cause="wrong_article", detail=detail, at=now,
        )
    )  # fmt: skip
    holder = holders.get(url_key(claim.seen.url))
    if holder is not None:
        ledger.home.discard(holder)
        session.execute(update(tables.Article).where(tables.Article.id == holder).values(etag=""))
