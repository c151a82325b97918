"""What class names and ids suggest on pages we know nothing else of. Only the generic chooser asks."""

from __future__ import annotations

import re

from crawler.extraction.outline import Box

_AGAINST = re.compile(
    r"comment|disqus|respond|share|sharing|social|related|recommend|newsletter|signup|sign-up|subscri|promo|sidebar|side-bar|widget"
    r"|advert|(?:^|[-_\s])ads?(?:$|[-_\s\d])|adslot|sponsor|banner|cookie|consent|gdpr|popup|pop-up|modal|overlay|breadcrumb|pagination|pager"
    r"|toolbar|tool-bar|teaser|outbrain|taboola|zergnet|trending|popular|most-read|mostread|more-stories|read-?more|read-?next|up-?next|masthead"
    r"|(?:^|[-_\s])(?:nav|navbar|menu|footer|foot|tags?|tag-?list|author-?bio|bio|about-?author|meta|credits?|caption|copyright|print|login|rating|topics?|toc|jump)(?:$|[-_\s])"
    r"|byline|dateline|timestamp|post-?meta|entry-?meta|article-?meta|author-?(?:info|box|card)|skip-|screen-reader|sr-only|visually-?hidden",
    re.IGNORECASE,
)
_FOR = re.compile(r"article|body|content|entry|story|text|post|main|blog|prose|rich", re.IGNORECASE)


def name_of(box: Box) -> str:
    return f"{box.attr('class')} {box.attr('id')}"


def speaks_against(box: Box) -> bool:
    """Named as something other than text; what is named as both is left to its contents."""
    name = name_of(box)
    return name != " " and _AGAINST.search(name) is not None


def speaks_for(box: Box) -> bool:
    name = name_of(box)
    return name != " " and _FOR.search(name) is not None
