"""Visits to articles: what is asked, and what each answer means to the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking import AccountingSpider, message, request_of, requested
from crawler.causes import cause_of, explain
from crawler.extraction import Extraction, NotAnArticle, extract
from crawler.listing import Candidate
from crawler.reading import observation, page_of
from storage.known import Known
from storage.urls import url_key

# However often a server says 304, the page itself is looked at this often: caches lie.
_FULL_FETCH_EVERY = timedelta(days=7)
_ARTICLE_STATUSES = (304, 404, 410)


class VisitingSpider(AccountingSpider):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed_at: dict[int, str] = {}  # known articles that are listed under another address than their home

    def article(
        self,
        url: str,
        *,
        known: Known | None = None,
        piece: Candidate | None = None,
        seed: str = "",
        whole: bool = False,
    ) -> Request:
        """`piece`: what a listing says of it; `seed`: the start URL that led here.

        `whole`: "not modified" will not do, since a listing says otherwise.
        """
        meta = {
            "known": known.article_id if known else None,
            "unread": known is not None and known.state == "unread",
            "piece": piece,
            "seed": seed,
            "handle_httpstatus_list": list(_ARTICLE_STATUSES),
        }
        request = self.request(url, self.on_article, self.on_article_failure, meta)
        if known is not None and not whole and self._may_answer_304(known):
            request.headers["If-None-Match"] = known.etag
        return request

    def _may_answer_304(self, known: Known) -> bool:
        if not known.etag or known.extractor != self.extractor or known.last_full is None:
            return False
        return self.ledger.clock() - known.last_full < _FULL_FETCH_EVERY

    def on_article(self, response: Response) -> list[Request]:
        with self.answering(response.request):
            return list(self._read_answer(response))
        return []

    def _read_answer(self, response: Response) -> Iterator[Request]:
        known: int | None = response.meta["known"]
        piece: Candidate | None = response.meta["piece"]
        if response.status == 304 and known is not None:
            self.ledger.not_modified(known)
            if piece is not None:
                self.ledger.heard.visiting(known, piece.teaser)
            self._seed_answered(response)
        elif response.status in (404, 410) and known is not None:
            self.ledger.miss(known, requested(response), response.status)
            self._seed_failed(requested(response), cause_of(response), response.meta)
            second = self.listed_at.pop(known, "")
            if second and self.first_time(second):
                yield self.article(second)
        else:
            self._read_article(response, known)

    def _read_article(self, response: Response, known: int | None) -> None:
        cause = cause_of(response)
        if cause:
            self._article_failed(requested(response), cause, explain(cause), response.meta)
            return
        try:
            extraction = extract(page_of(response), self.rules)
        except NotAnArticle as reason:
            self._article_failed(requested(response), reason.cause, reason.detail, response.meta)
            return
        piece: Candidate | None = response.meta["piece"]
        if self.record(response, extraction, known, piece.teaser if piece else "", response.meta["seed"]):
            self._seed_answered(response)
        else:
            self._article_failed(requested(response), "incomplete", "the page was cut off", response.meta)

    def record(self, response: Response, extraction: Extraction, known: int | None, teaser: str, seed: str) -> bool:
        """False for an unknown page that was cut off: its first version would be half an article."""
        self.ledger.methods[extraction.method] += 1
        recorded = self.ledger.see(
            observation(
                response,
                extraction,
                self.rules,
                source_id=self.ledger.source_id,
                requested=requested(response),
                now=self.ledger.clock(),
                extractor=self.extractor,
                baseline=not (seed and self.plan.is_news(seed)),
                teaser=teaser,
            ),
            known,
        )
        return recorded.outcome != "refused"

    def on_article_failure(self, failure: Failure) -> None:
        request = request_of(failure)
        with self.answering(request):
            self._article_failed(requested(request), cause_of(failure), message(failure), request.meta)

    def _article_failed(self, url: str, cause: str, detail: str, meta: dict[str, Any]) -> None:
        piece: Candidate | None = meta["piece"]
        self._seed_failed(url, cause, meta)
        stranger = (piece is not None or meta["unread"]) and self.rules.match("article", url) is None
        self.ledger.fail(url, cause, detail, meta["known"], title=piece.title if piece else None, stranger=stranger)

    # --- an article may be a seed itself ---

    def _seed_answered(self, response: Response) -> None:
        if _is_seed(requested(response), response.meta):
            self.seed_read(response.meta["seed"], 1)

    def _seed_failed(self, url: str, cause: str, meta: dict[str, Any]) -> None:
        if _is_seed(url, meta):
            self.plan.result(meta["seed"]).cause = cause

    def seed_read(self, seed: str, listed: int) -> None:
        result = self.plan.result(seed)
        result.read = True
        result.listed += listed


def _is_seed(url: str, meta: dict[str, Any]) -> bool:
    return bool(meta["seed"]) and url_key(meta["seed"]) == url_key(url)
