"""What many pages of one crawl have in common: walls, site text, layout. Each function takes its share of the edits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.acceptance import accept, quarantine, rewrite
from storage.article import Article, changed_facets, fold
from storage.boilerplate import block_key, strip
from storage.health import MIN_SHARE
from storage.standing import plan

# From these on, alike changes in one crawl are the site's doing rather than an editor's.
MASS, MASS_SHARE = 8, 0.5
_ANY_SHARE = 0.75
_LAYOUT, _SITE_TEXT, _SITE_TEXT_SHARE = 5, 3, 0.6
# What a site does to many pages at once, beside the facets that a new layout shows differently.
MOVED, SITE_TEXT, TYPOGRAPHY, MASS_CHANGE = "moved", "site-text", "typography", "mass-change"
_META = frozenset({"authors", "published", "theme", "type", "tags", "caption", "links"})


@dataclass
class Edit:
    """A pending version beside the accepted one it differs from."""

    article: tables.Article
    version: tables.Version
    before: tables.Version


@dataclass
class Settled:
    """What became of one source's differences, by article id."""

    quarantined: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)
    notices: dict[str, str] = field(default_factory=dict)  # key -> what the operator should know
    marks: set[str] = field(default_factory=set)  # what the site did, for the articles that were not seen


def take_walls(session: Session, edits: list[Edit], settled: Settled) -> list[Edit]:
    """Two articles that suddenly say the same are a wall or an error page, not two edits."""
    by_text: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.before.hashes["text"] != edit.version.hashes["text"]:
            by_text[edit.version.hashes["text"]].append(edit)
    walled = [edit for alike in by_text.values() if len(alike) > 1 for edit in alike]
    for edit in walled:
        hold(session, edit, "several articles show the same text", settled)
    if walled:
        settled.notices["wall"] = f"{len(walled)} articles all show the same text: a wall or an error page"
    return _without(edits, walled)


def take_site_text(session: Session, edits: list[Edit], compared: int, now: datetime, settled: Settled) -> list[Edit]:
    """Learn the blocks that entered (or left) most bodies at once, and compare again without them."""
    shared = _shared_blocks(edits, compared)
    if not shared:
        return edits
    source_id = edits[0].article.source_id
    known = set(session.scalars(select(tables.Boilerplate.block_key).where(tables.Boilerplate.source_id == source_id)))
    for key, text in shared.items():
        if key not in known:
            session.add(tables.Boilerplate(source_id=source_id, block_key=key, text=text, since=now))
    examples = "; ".join(f"“{text[:80]}”" for text in list(shared.values())[:3])
    settled.notices["site-text"] = f"text appeared in or left most articles at once and is taken for layout: {examples}"
    settled.marks.add(SITE_TEXT)
    keys = frozenset(shared)
    return [edit for edit in edits if not only_site_text(session, edit, keys, settled)]


def strip_new(session: Session, crawl_id: int, source_id: int, keys: frozenset[str]) -> None:
    """Articles first met in this crawl carry the site's new text too; take it out before it becomes their history."""
    fresh = session.scalars(
        select(tables.Version)
        .join(tables.Article, tables.Article.id == tables.Version.article_id)
        .where(
            tables.Version.crawl_id == crawl_id,
            tables.Version.status == "pending",
            tables.Version.change == "new",
            tables.Article.source_id == source_id,
        )
    )
    for version in fresh:
        article = Article.from_dict(version.data)
        bare = strip(article, keys)
        if bare is not article:
            rewrite(version, bare, [])


def _shared_blocks(edits: Sequence[Edit], compared: int) -> dict[str, str]:
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for edit in edits:
        old, new = _blocks(edit.before), _blocks(edit.version)
        for key in old.keys() ^ new.keys():
            counts[key] += 1
            texts[key] = new.get(key) or old[key]
    return {
        key: texts[key] for key, count in counts.items() if count >= _SITE_TEXT and count >= _SITE_TEXT_SHARE * compared
    }


def _blocks(version: tables.Version) -> dict[str, str]:
    return {block_key(line): line for line in version.text.split("\n") if line}


def only_site_text(session: Session, edit: Edit, keys: frozenset[str], settled: Settled) -> bool:
    """Take the site's text out of both sides; True when nothing else differs, and the new reading is kept silently."""
    old = strip(Article.from_dict(edit.before.data), keys)
    new = strip(Article.from_dict(edit.version.data), keys)
    fields = changed_facets(old.facet_hashes(), new.facet_hashes())
    rewrite(edit.version, new, fields)
    if len(new.text) < MIN_SHARE * len(old.text):
        edit.version.reason = edit.version.reason or "hardly any text is left beside the site's own"
    if fields or edit.version.reason:
        return False
    if new.content_hash() == edit.article.content_hash:
        edit.article.last_checked = edit.version.seen_at
        plan(edit.article, edit.version.seen_at)
        session.delete(edit.version)
        session.flush()
    else:
        keep_silently(session, edit, settled)
    return True


def take_layout(session: Session, edits: list[Edit], compared: int, settled: Settled) -> list[Edit]:
    """A label that changed on half of all pages at once is a matter of layout; the rest of each edit still counts."""
    counts = Counter(name for edit in edits for name in edit.version.fields if name in _META)
    drifted = {name for name, count in counts.items() if count >= _LAYOUT and count >= MASS_SHARE * compared}
    if not drifted:
        return edits
    settled.marks |= drifted
    most = max(counts[name] for name in drifted)
    settled.notices["layout"] = (
        f"{', '.join(sorted(drifted))} changed on {most} of {compared} articles at once: taken for layout, not for news"
    )
    left = []
    for edit in edits:
        edit.version.fields = [name for name in edit.version.fields if name not in drifted]
        if edit.version.fields or edit.version.reason:
            left.append(edit)
        else:
            keep_silently(session, edit, settled)
    return left


def take_mass(session: Session, edits: list[Edit], compared: int, settled: Settled) -> list[Edit]:
    """Too many texts changed at once. Equal but for typography: layout. Anything else: a person decides.

    Half of the texts changing in one and the same way is too many; in ways of their own, three quarters.
    """
    texts = [e for e in edits if not e.version.reason and {"title", "lead", "body"} & set(e.version.fields)]
    alike: defaultdict[object, list[Edit]] = defaultdict(list)
    for edit in texts:
        alike[_shape(edit)].append(edit)
    retyped = alike.pop(TYPOGRAPHY, [])
    if _is_mass(retyped, compared, MASS_SHARE):
        for edit in retyped:
            keep_silently(session, edit, settled)
        settled.marks.add(TYPOGRAPHY)
        settled.notices["layout"] = f"the typography of {len(retyped)} of {compared} articles changed at once"
        texts, edits = _without(texts, retyped), _without(edits, retyped)
    mass = texts
    if not _is_mass(texts, compared, _ANY_SHARE):
        mass = [edit for group in alike.values() if _is_mass(group, compared, MASS_SHARE) for edit in group]
    if mass:
        settled.marks.add(MASS_CHANGE)
        settled.notices["mass-change"] = (
            f"{len(mass)} of {compared} articles changed at once and are held in quarantine; look with"
            " `nieuwswacht quarantine`, and if an editor did it: `nieuwswacht quarantine accept --all`"
        )
    for edit in mass:
        hold(session, edit, "many articles changed at once", settled)
    return _without(edits, mass)


def _is_mass(edits: Sequence[Edit], compared: int, share: float) -> bool:
    return len(edits) >= MASS and len(edits) >= share * compared


def is_retyped(edit: Edit) -> bool:
    """Whether the two texts differ in typography alone."""
    return fold(edit.before.text + edit.before.title) == fold(edit.version.text + edit.version.title)


def _shape(edit: Edit) -> object:
    """What two edits have in common that one change of layout made: the same facets, and blocks come, gone or both."""
    if is_retyped(edit):
        return TYPOGRAPHY
    old, new = _blocks(edit.before).keys(), _blocks(edit.version).keys()
    return tuple(edit.version.fields), bool(old - new), bool(new - old)


def hold(session: Session, edit: Edit, reason: str, settled: Settled) -> None:
    quarantine(session, edit.version, reason)
    settled.quarantined.add(edit.article.id)


def keep_silently(session: Session, edit: Edit, settled: Settled) -> None:
    accept(session, edit.version, silent=True)
    settled.silent.add(edit.article.id)


def _without(edits: list[Edit], taken: list[Edit]) -> list[Edit]:
    ids = {edit.version.id for edit in taken}
    return [edit for edit in edits if edit.version.id not in ids]
