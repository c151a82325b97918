"""One story in several dresses: what a redesign changes and no reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import groupby
from random import Random

from tests.extraction.noise import Noise
from tests.extraction.story import HOST, Story

THEMES = ("digitale-weerbaarheid", "markt-en-overheid", "data-en-ai", "overheid-in-transitie")
TYPES = ("nieuws", "podium", "praktijk")
_MONTHS = ["januari", "februari", "maart", "april", "mei", "juni"]
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def inline(text: str) -> str:
    return _LINK.sub(r'<a href="\2?utm_source=site">\1</a>', escape(text, quote=False))


def dutch(date: str) -> str:
    year, month, day = date.split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def slugged(name: str) -> str:
    return name.lower().replace(" ", "-")


class Classes:
    """Class names without meaning, the same for one role within a skin; seed 0 has none at all."""

    def __init__(self, seed: int) -> None:
        self.random, self.names, self.seed = Random(seed), dict[str, str](), seed

    def __call__(self, role: str) -> str:
        if not self.seed:
            return ""
        self.names.setdefault(role, "".join(self.random.choices("bcdfghjklmnpqrstvwxz0123456789", k=6)))
        return f' class="c{self.names[role]}"'


def blocks(story: Story, noise: Noise, bold: bool = True) -> list[str]:
    """The body's pieces as markup, with noise between them."""
    made: list[str] = []
    for is_list, group in groupby(story.pieces, key=lambda piece: piece[0] == "list_item"):
        if is_list:
            made.append("<ul>" + "".join(f"<li>{inline(text)}</li>" for _, text in group) + "</ul>" + noise.between())
            continue
        for kind, text in group:
            if kind == "heading":
                made.append(f"<h3><strong>{inline(text)}</strong></h3>" if bold else f"<h3>{inline(text)}</h3>")
            elif kind == "quote":
                made.append(f"<blockquote><p>{inline(text)}</p></blockquote>" + noise.between())
            else:
                made.append(f"<p{noise.attribute()}>{inline(text)}</p>" + noise.between())
    return made


def related(story: Story, head: str = "<p><strong>Lees ook:</strong></p>") -> str:
    items = "".join(f'<li><a href="{address}">{escape(text)}</a></li>' for text, address in story.related)
    return f"{head}<ul>{items}</ul>" if items else ""


def theme_links() -> str:
    return "".join(f'<li><a href="/thema/{slug}/">{slug}</a></li>' for slug in THEMES)


def type_links() -> str:
    return "".join(f'<li><a href="/type/{slug}/">{slug}</a></li>' for slug in TYPES)


def tag_links(story: Story) -> str:
    return ", ".join(f'<a href="{HOST}/tags/{tag}/">{tag}</a>' for tag in story.tags)


def share(story: Story) -> str:
    return (
        f'<ul><li><a href="https://www.linkedin.com/shareArticle?mini=true&url={story.url}"><img src="/l.png"></a></li>'
        f'<li><a href="https://twitter.com/intent/tweet?url={story.url}"><img src="/t.png"></a></li>'
        f'<li><a href="mailto:info@nieuws.example?subject=Lees dit&body={story.url}"><img src="/m.png"></a></li></ul>'
    )


def author_boxes(story: Story, cls: Callable[[str], str] = lambda _: "") -> str:
    return "".join(
        f'<div{cls("author")}><img src="/p.jpg"><p>Over {name}</p><p>Verslaggever van deze site, die graag over brieven '
        f'schrijft en daar ook over spreekt.</p><a href="/auteur/{slugged(name)}/">Lees meer van {name} »</a></div>'
        for name in story.authors
    )


def reactions(noise: Noise) -> str:
    return (
        f'<h4>Plaats een reactie</h4>{noise.reactions()}<p>U moet <a href="/openid/login">ingelogd</a> zijn om een '
        f'reactie te kunnen plaatsen.</p><form><textarea name="c"></textarea>{noise.nonce()}</form>'
    )


def document(story: Story, head: str, body: str, noise: Noise) -> str:
    return (
        f'<!doctype html><html lang="nl-NL"><head><meta charset="utf-8"><title>{escape(story.title)} - Nieuws</title>'
        f'<link rel="canonical" href="{story.url}?utm_campaign={noise.token()}">{head}</head><body>{body}'
        f"{noise.stamp()}</body></html>"
    )


def wordpress(story: Story, noise: Noise) -> str:
    """The visible order of a WordPress news site, with names that say what they are."""
    body = (
        f'{noise.ad()}<header class="site-header"><a href="/"><img src="/logo.svg"></a><nav><ul>{theme_links()}</ul></nav>'
        f'</header>{noise.cookies()}<main><article class="post" id="post-4711"><div class="post-terms">'
        f'<a href="/thema/{story.theme}/">{story.theme}</a> <a href="/type/{story.type}/">{story.type}</a></div>'
        f'<h1 class="entry-title"> {escape(story.title)} </h1><figure>{noise.image()}'
        f"<figcaption>{escape(story.caption)}</figcaption></figure>"
        f'<div class="post-meta"><i></i><span>{dutch(story.published)}</span>{noise.counters()}</div>'
        f'<div class="post-tags">{tag_links(story)}</div>{noise.ad()}<div class="entry-content">'
        f"<h4><strong>{escape(story.lead)}</strong></h4>{''.join(blocks(story, noise))}{related(story)}</div>"
        f'<div class="post-share">{share(story)}</div>{author_boxes(story)}'
        f'<div class="comments">{reactions(noise)}</div></article>{noise.cards("section")}</main>{noise.ad()}'
        f'<footer><ul>{type_links()}</ul>{noise.clock()}</footer><ul class="terms"><li>*BES: Bonaire en meer</li></ul>'
    )
    return document(story, '<link rel="shortlink" href="/?p=4711">', body, noise)


def nameless(seed: int) -> Callable[[Story, Noise], str]:
    """Divs within divs, with class names drawn at random."""

    def skin(story: Story, noise: Noise) -> str:
        cls = Classes(seed)
        body = (
            f"<div{cls('page')}><div{cls('top')}>{noise.ad()}<div{cls('menu')}><div><ul>{theme_links()}</ul></div></div></div>"
            f"{noise.cookies()}<div{cls('shell')}><div{cls('column')}><div{cls('labels')}>"
            f'<a href="/thema/{story.theme}/">{story.theme}</a><a href="/type/{story.type}/">{story.type}</a></div>'
            f"<div{cls('head')}><h1{cls('title')}>{escape(story.title)}</h1><div{cls('picture')}><div>{noise.image()}</div>"
            f"<div><span>{escape(story.caption)}</span></div></div></div><div{cls('line')}><span>{dutch(story.published)}"
            f"</span>{noise.counters()}</div><div{cls('tags')}>{tag_links(story)}</div>{noise.ad()}"
            f"<div{cls('intro')}><p><strong>{escape(story.lead)}</strong></p></div>"
            f"<div{cls('text-outer')}><div{cls('text')}>{''.join(blocks(story, noise, bold=False))}"
            f"{related(story, '<h3>Lees ook:</h3>')}</div></div><div{cls('share')}>{share(story)}{noise.counters()}</div>"
            f"{author_boxes(story, cls)}<div{cls('reactions')}>{reactions(noise)}</div></div>{noise.cards('div')}</div>"
            f"{noise.ad()}<div{cls('bottom')}><ul>{type_links()}</ul>{noise.clock()}</div></div>"
        )
        return document(story, "", body, noise)

    return skin


def flat(story: Story, noise: Noise) -> str:
    """Everything from headline to footer in one box."""
    authors = "".join(
        f'<p>Over {name}</p><p>Verslaggever</p><p><a href="/auteur/{slugged(name)}/">Lees meer van {name} »</a></p>'
        for name in story.authors
    )
    body = (
        f'<ul>{theme_links()}</ul><div>{noise.ad()}<p><a href="/thema/{story.theme}/">{story.theme}</a> '
        f'<a href="/type/{story.type}/">{story.type}</a></p><h1>{escape(story.title)}</h1>{noise.image()}'
        f"<p>{escape(story.caption)}</p><p>{dutch(story.published)}</p><p>{tag_links(story)}</p>"
        f'<p class="x1">{escape(story.lead)}</p>{"".join(blocks(story, noise))}{related(story)}{share(story)}{authors}'
        f"{reactions(noise)}{noise.cards('div')}</div><ul>{type_links()}</ul>{noise.clock()}"
    )
    return document(story, "", body, noise)


def wrapped(story: Story, noise: Noise) -> str:
    """Each block in a div of its own, none of them with a name."""
    inner = "".join(f"<div>{block}</div>" for block in blocks(story, noise))
    body = (
        f'<div><ul>{theme_links()}</ul></div><main><div><div><a href="/thema/{story.theme}/">{story.theme}</a></div>'
        f'<div><a href="/type/{story.type}/">{story.type}</a></div></div><h1>{escape(story.title)}</h1>'
        f"<figure>{noise.image()}<figcaption>{escape(story.caption)}</figcaption></figure>"
        f'<div><time datetime="{story.published}">{dutch(story.published)}</time></div><div>{tag_links(story)}</div>'
        f'<div id="t"><div><p><b>{escape(story.lead)}</b></p></div>{inner}<div>{related(story)}</div></div>'
        f"<div>{share(story)}</div>{author_boxes(story)}<div>{reactions(noise)}</div></main>"
        f"{noise.cards('aside')}<footer><ul>{type_links()}</ul>{noise.clock()}</footer>"
    )
    return document(story, "", body, noise)


def cut(story: Story, noise: Noise) -> str:
    """The text in two boxes, with an advertisement between them; what the page is about, in JSON-LD."""
    parts = blocks(story, noise)
    cls = Classes(77)
    authors = ",".join(f'{{"@type":"Person","@id":"#p{at}","name":"{name}"}}' for at, name in enumerate(story.authors))
    named = ",".join(f'{{"@id":"#p{at}"}}' for at, _ in enumerate(story.authors))
    head = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebPage","datePublished":'
        f'"2011-01-01"}},{{"@type":"NewsArticle","headline":"{story.title}","mainEntityOfPage":"{story.url}","author":[{named}],'
        f'"datePublished":"{story.published}T07:30:00+01:00","dateModified":"2025-03-01T10:00:0{len(noise.token()) % 9}+01:00",'
        f'"articleSection":["{story.theme}","{story.type}"],"keywords":"{", ".join(story.tags)}"}},{authors}]}}</script>'
    )
    body = (
        f"<header><nav><ul>{theme_links()}</ul></nav></header><article{cls('story')}><header{cls('top')}>"
        f"<h1{cls('h')}><span>{escape(story.title)}</span></h1><p{cls('lead')}>{escape(story.lead)}</p>"
        f"<p{cls('by')}>Door {' en '.join(story.authors)}</p></header><figure>{noise.image()}"
        f"<figcaption>{escape(story.caption)}</figcaption></figure><div{cls('rich')}>{''.join(parts[:3])}</div>"
        f"<div{cls('ad')}>{noise.ad()}</div><div{cls('rich')}>{''.join(parts[3:])}{related(story)}</div>"
        f"<footer{cls('foot')}>{share(story)}</footer></article>{noise.cards('aside')}<footer><ul>{type_links()}</ul></footer>"
    )
    return document(story, head, body, noise)


SKINS: dict[str, Callable[[Story, Noise], str]] = {
    "wordpress": wordpress,
    "nameless-1": nameless(1),
    "nameless-2": nameless(2),
    "flat": flat,
    "wrapped": wrapped,
    "cut": cut,
}
