"""Text that the site put into many bodies at once: a footer, a call-out. Taken out before anything is compared."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article, fold

_NUMBER = re.compile(r"\d+")


def block_key(text: str) -> str:
    """Equal for two blocks that differ at most in typography and in counters."""
    return hashlib.blake2b(_NUMBER.sub("0", fold(text)).encode(), digest_size=12).hexdigest()


def known_boilerplate(session: Session, source_id: int) -> frozenset[str]:
    return frozenset(
        session.scalars(select(tables.Boilerplate.block_key).where(tables.Boilerplate.source_id == source_id))
    )


def strip(article: Article, boilerplate: frozenset[str]) -> Article:
    """The article without the site's own blocks."""
    if not boilerplate:
        return article
    kept = tuple(block for block in article.blocks if block_key(block.text) not in boilerplate)
    lead = "" if article.lead and block_key(article.lead) in boilerplate else article.lead
    return (
        article
        if len(kept) == len(article.blocks) and lead == article.lead
        else replace(article, blocks=kept, lead=lead)
    )
