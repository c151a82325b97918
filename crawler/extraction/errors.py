"""Why a page is not read as an article."""

from __future__ import annotations

CAUSES = ("type", "empty", "no_article", "no_title", "no_body", "wall", "layout")


class NotAnArticle(Exception):
    """`cause` is one of `CAUSES`; `detail` is a sentence for the operator."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail
