"""The handful of edits the demo makes, all to coalition articles, so that each of them is news."""

from __future__ import annotations

from dataclasses import dataclass

from cli.demo.content import later_articles
from cli.demo.model import Replica


@dataclass(frozen=True)
class DemoEdit:
    """`change` is the kind of change a crawl reports: new, edited or gone; `text` says in a sentence what was done."""

    change: str
    url: str
    title: str
    text: str


def demo_edits(replica: Replica) -> list[DemoEdit]:
    """Edit a replica of the hand-written articles; what was done, in that order. Once per replica."""
    made: list[DemoEdit] = []

    def note(change: str, slug: str, text: str) -> None:
        made.append(DemoEdit(change, replica.url(slug), replica.article(slug).title, text))

    for article in later_articles():
        replica.add(article)
        note("new", article.slug, "a new article is published")
    merger = "ained-en-nl-aic-gaan-samen-verder-als-aic4nl"
    replica.edit(merger, lambda article: article.replace_text("204,5 miljoen", "210 miljoen"))
    note("edited", merger, "an amount changes from 204,5 to 210 million euro")
    labs = "aic4nl-opent-vier-innovatielabs"
    replica.edit(labs, title="AIC4NL opent vier InnovatieLabs, en toetst ze vanaf de eerste dag")
    note("edited", labs, "the headline changes")
    lessons = "wat-gemeenten-leerden-in-drie-jaar-elsa-labs"
    replica.edit(lessons, lambda article: article.move_block(len(article.blocks) - 1, 1))
    note("edited", lessons, "the last paragraph moves up")
    hubs = "regionale-ai-hubs-krijgen-eigen-budget"
    replica.edit(hubs, lambda article: article.replace_text("ontwikkelling", "ontwikkeling"))
    note("edited", hubs, "a spelling slip is corrected")
    factory = "nl-aic-vraagt-kabinet-om-haast-met-ai-fabriek"
    note("gone", factory, "an article is taken down")
    replica.remove(factory, status=410)
    return made
