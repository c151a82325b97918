"""`articles`, `show`, `search`."""

from __future__ import annotations

import click

from cli import completion
from cli.app import App, command, json_option


@command("articles", epilog="Example: nieuwswacht articles --watch ai-coalitie --json")
@click.option("--watch", metavar="W", shell_complete=completion.watches, help="Only those that match this watch.")
@click.option("--state", type=click.Choice(["live", "gone"]), help="Only live ones, or only those that are gone.")
@json_option
def articles(app: App, watch: str | None, state: str | None, as_json: bool) -> None:
    """List the articles in the archive, newest first."""
    from cli.commands.subscriptions import chosen_watch
    from cli.show.documents import article_documents
    from storage.history import all_articles

    wanted = chosen_watch(app, watch) if watch else None
    with app.database().read() as session:
        rows = list(article_documents(app, session, all_articles(session, state=state, watch=wanted)))
    if as_json:
        app.print_json(rows)
    elif rows:
        app.print_table(("published", "state", "versions", "title", "url"), rows)
    else:
        app.say("No articles yet; `nieuwswacht crawl` finds some.")


@command("show", epilog="Example: nieuwswacht show https://ibestuur.nl/artikel/een-stuk/ --version 1")
@click.argument("target", help="The article's present URL, or a former one.")
@click.option("--version", "number", type=click.IntRange(1), metavar="N", help="An earlier version.")
@json_option
def show(app: App, target: str, number: int | None, as_json: bool) -> None:
    """Show one article, by its present or a former URL."""
    from cli.show.documents import article_document, text_document
    from storage import tables
    from storage.article import Article
    from storage.history import find_article, version_of

    with app.database().read() as session:
        row = find_article(session, target)
        version = version_of(session, row, number) if number else session.get_one(tables.Version, row.current_id)
        document = article_document(app, session, row, version) | text_document(Article.from_dict(version.data))
        document["version"] = version.number
    if as_json:
        app.print_json(document)
        return
    facts = (document["published"], ", ".join(document["authors"]), document["type"], document["theme"])
    app.out.print(document["title"], style="bold")
    app.out.print(" · ".join(str(fact) for fact in facts if fact))
    app.out.print(f"{document['url']} (version {document['version']} of {document['versions']}, {document['state']})\n")
    if document["lead"]:
        app.out.print(document["lead"] + "\n", style="bold")
    marks = {"heading": "## ", "list_item": "- ", "quote": "> ", "paragraph": ""}
    for block in document["blocks"]:
        app.out.print(marks[block["kind"]] + block["text"] + "\n")


@command("search", epilog='Example: nieuwswacht search "AI-fabriek Groningen"')
@click.argument("words", nargs=-1, required=True, help="All of them must stand in one version.")
@json_option
def search(app: App, words: tuple[str, ...], as_json: bool) -> None:
    """Find articles of which some version holds all the words; a * at a word's end finds its compounds."""
    from storage.search import LIMIT
    from storage.search import search as find

    with app.database().read() as session:
        found = find(session, " ".join(words), LIMIT + 1)
        hits = [
            {
                "url": hit.article.url,
                "title": hit.version.title,
                "state": hit.article.state,
                "version": hit.version.number,
                "current": hit.version.id == hit.article.current_id,
                "snippet": hit.snippet.replace("\n", " "),
            }
            for hit in found[:LIMIT]
        ]
    if len(found) > LIMIT:
        app.say(f"More than {LIMIT} articles hold this; these are the best, and another word narrows it.")
    if as_json:
        app.print_json(hits)
        return
    for hit in hits:
        note = "" if hit["current"] else f" (in version {hit['version']}; no longer in the article)"
        app.out.print(f"{hit['title']}{note}\n  {hit['url']}\n  {hit['snippet']}")
    if not hits:
        app.say("Nothing holds all these words.")
