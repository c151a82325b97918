"""What the layouts share: addresses as they are printed now, and an article's body."""

from __future__ import annotations

from html import escape
from itertools import groupby

from cli.demo import inline
from cli.demo.article import Block, ReplicaArticle
from cli.demo.model import Replica
from cli.demo.noise import slot
from cli.demo.skin import skin
from cli.demo.taxonomy import MODERN


class View:
    """One replica as it is at this moment; used under its lock."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.switches = replica.switches
        self.base = replica.base_url
        self.era = replica.switches.era
        self.skin = skin(replica.switches.skin)

    def url(self, article: ReplicaArticle) -> str:
        return self.base + article.path(self.era)

    def href(self, stored: str) -> str:
        """The address to print for one typed in a body in the WordPress era: kept unless links are rewritten."""
        if not stored.startswith("/"):
            return stored
        if self.switches.rewrite_links and self.era == MODERN:
            slug = stored.strip("/").rpartition("/")[2]
            article = self.replica.find(slug) or self.replica.find(self.replica.moved_to(slug) or "")
            if article:
                return self.url(article)
        return self.base + stored

    def image(self, article: ReplicaArticle) -> str:
        when = article.published
        return f"{self.base}/app/uploads/{when:%Y}/{when:%m}/{article.post_id}.jpg"


def body_html(view: View, article: ReplicaArticle) -> list[str]:
    """One string for each heading, paragraph, quote or list; noise may follow anything but a heading."""
    parts = []
    for is_list, group in groupby(article.blocks, key=lambda block: block.kind == "list_item"):
        if is_list:
            items = "".join(f"<li>{inline.to_html(block.text, view.href)}</li>" for block in group)
            parts.append(f"<ul{view.skin.cls('list')}>{items}</ul>{slot('between')}")
        else:
            parts += [_block_html(view, block) for block in group]
    if view.switches.callout:
        parts.append(f"<p>{escape(view.switches.callout)}</p>")
    return parts


def _block_html(view: View, block: Block) -> str:
    html = inline.to_html(block.text, view.href)
    if block.kind == "heading":
        pattern = view.skin.choose("heading", ("<h3><strong>{}</strong></h3>", "<h3>{}</h3>", "<h2>{}</h2>"))
        return pattern.format(html)
    if block.kind == "quote":
        pattern = view.skin.choose(
            "quote",
            (
                "<blockquote><p>{}</p></blockquote>",
                '<blockquote class="wp-block-quote"><p>{}</p></blockquote>',
                '<figure class="wp-block-pullquote"><blockquote><p>{}</p></blockquote></figure>',
            ),
        )
        return pattern.format(html) + slot("between")
    return f"<p{slot('attribute')}>{html}</p>{slot('between')}"


def related_html(view: View, article: ReplicaArticle) -> str:
    """The "Lees ook:" list an editor typed into the body."""
    if not article.related:
        return ""
    items = "".join(
        f'<li><a href="{escape(view.href(related.path))}">{escape(related.text, quote=False)}</a></li>'
        for related in article.related
    )
    head = view.skin.choose(
        "related", ("<p><strong>Lees ook:</strong></p>", "<h3>Lees ook:</h3>", "<p><b>Lees ook</b></p>")
    )
    return f"{head}<ul>{items}</ul>"


def lead_html(view: View, article: ReplicaArticle) -> str:
    pattern = view.skin.choose(
        "lead", ("<h4><strong>{}</strong></h4>", "<p><strong>{}</strong></p>", "<p><b>{}</b></p>")
    )
    return pattern.format(escape(article.lead, quote=False))
