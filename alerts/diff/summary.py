"""One line for a subject, a list or a terminal: "kop gewijzigd, 2 alinea's toegevoegd"."""

from __future__ import annotations

from collections import Counter

from alerts.diff.model import Diff
from alerts.diff.sentences import count_sentences

_FACETS = {
    "nl": {
        "title": "kop", "lead": "inleiding", "links": "links", "authors": "auteur", "published": "datum",
        "theme": "thema", "type": "soort", "tags": "trefwoorden", "caption": "bijschrift",
    },
    "en": {
        "title": "headline", "lead": "lead", "links": "links", "authors": "author", "published": "date",
        "theme": "theme", "type": "type", "tags": "tags", "caption": "caption",
    },
}  # fmt: skip
_UNITS = {
    "nl": {
        "sentence": ("zin", "zinnen"), "paragraph": ("alinea", "alinea's"), "heading": ("tussenkop", "tussenkoppen"),
        "list_item": ("lijstpunt", "lijstpunten"),
    },
    "en": {
        "sentence": ("sentence", "sentences"), "paragraph": ("paragraph", "paragraphs"),
        "heading": ("subheading", "subheadings"),
        "list_item": ("list item", "list items"),
    },
}  # fmt: skip
_VERBS = {
    "nl": {
        "changed": "gewijzigd", "added": "toegevoegd", "removed": "verwijderd", "moved": "verplaatst",
        "split": "gesplitst", "merged": "samengevoegd", "typography": "typografie aangepast", "and": "en",
        "none": "geen wijzigingen",
    },
    "en": {
        "changed": "changed", "added": "added", "removed": "removed", "moved": "moved",
        "split": "split", "merged": "merged", "typography": "typography adjusted", "and": "and",
        "none": "no changes",
    },
}  # fmt: skip
_MOST_PARTS = 4


def summarise(diff: Diff, language: str = "nl") -> str:
    """What changed, counted; `language`: nl | en."""
    verbs = _VERBS[language]
    names = [_FACETS[language][name] for name in diff.facets if name != "body"]
    parts = []
    if names:
        listed = ", ".join(names[:-1]) + f" {verbs['and']} " + names[-1] if len(names) > 1 else names[0]
        parts.append(f"{listed} {verbs['changed']}")
    counts = _counted(diff)
    if len(counts) > _MOST_PARTS:
        counts = _simplified(counts)
    for (unit, verb), count in counts.items():
        if unit:
            parts.append(f"{count} {_UNITS[language][unit][count != 1]} {verbs[verb]}")
        else:
            parts.append(verbs[verb])
    return ", ".join(parts) or verbs["none"]


def _simplified(counts: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """After a large rewrite nobody counts headings: all blocks are paragraphs."""
    simple: Counter[tuple[str, str]] = Counter()
    for (unit, verb), count in counts.items():
        simple["paragraph" if unit in ("heading", "list_item") else unit, verb] += count
    return simple


def _counted(diff: Diff) -> Counter[tuple[str, str]]:
    """(unit, what happened) → how often, in the order of `_VERBS`."""
    counts: Counter[tuple[str, str]] = Counter()
    for change in diff.body:
        unit = change.kind if change.kind in _UNITS["en"] else "paragraph"
        if change.op == "merged":
            counts[unit, change.op] += change.old.count("\n") + 1
        elif change.op != "changed":
            counts[unit, change.op] += 1
        if change.op in ("added", "removed"):
            continue
        if change.reasons == ("typography",):
            counts["", "typography"] += 1
        elif change.op == "changed" and unit == "heading":
            counts[unit, "changed"] += 1
        elif change.significance != "minor" or change.op == "changed":
            sentences = count_sentences(change.words)
            counts["sentence", "changed"] += sentences.changed
            counts["sentence", "added"] += sentences.added
            counts["sentence", "removed"] += sentences.removed
    units, verbs = ["", *_UNITS["en"]], list(_VERBS["en"])
    order = sorted(counts, key=lambda key: (verbs.index(key[1]), units.index(key[0])))
    return Counter({key: counts[key] for key in order if counts[key]})
