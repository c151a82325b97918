"""An article as the replica's editors keep it, with the edits editors make."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cli.demo.taxonomy import article_path


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` as in `storage.article`; `text` may hold `[text](address)` and `_emphasis_`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """One line of the "Lees ook:" list: typed text, and the address it had in the WordPress era."""

    text: str
    path: str


@dataclass
class ReplicaArticle:
    """Times are aware, in Dutch local time; `coalition` says whether it is about the AI coalition."""

    slug: str
    title: str
    lead: str
    blocks: list[Block]
    published: datetime
    authors: list[str]
    theme: str
    subtheme: str
    type: str
    tags: list[str]
    caption: str
    related: list[Related] = field(default_factory=list)
    post_id: int = 0
    coalition: bool = False
    modified: datetime | None = None

    def path(self, era: str) -> str:
        return article_path(self.slug, self.theme, self.subtheme, era)

    def replace_text(self, old: str, new: str) -> None:
        """Replace the only occurrence of `old` in title, lead, caption or a block; ValueError otherwise."""
        fields = [self.title, self.lead, self.caption, *(block.text for block in self.blocks)]
        found = sum(text.count(old) for text in fields)
        if found != 1:
            raise ValueError(f"{old!r} occurs {found} times in {self.slug}")
        self.title = self.title.replace(old, new)
        self.lead = self.lead.replace(old, new)
        self.caption = self.caption.replace(old, new)
        self.blocks = [Block(block.kind, block.text.replace(old, new)) for block in self.blocks]

    def add_block(self, text: str, *, at: int | None = None, kind: str = "paragraph") -> None:
        self.blocks.insert(len(self.blocks) if at is None else at, Block(kind, text))

    def remove_block(self, at: int) -> Block:
        return self.blocks.pop(at)

    def move_block(self, at: int, to: int) -> None:
        self.blocks.insert(to, self.blocks.pop(at))

    def split_block(self, at: int, before: str) -> None:
        """Make two paragraphs of one; the second begins with `before`."""
        head, separator, tail = self.blocks[at].text.partition(before)
        if not head.strip() or not separator:
            raise ValueError(f"cannot split before {before!r}")
        kind = self.blocks[at].kind
        self.blocks[at : at + 1] = [Block(kind, head.strip()), Block(kind, separator + tail)]

    def merge_blocks(self, at: int) -> None:
        """Make one paragraph of this one and the next."""
        first, second = self.blocks[at : at + 2]
        self.blocks[at : at + 2] = [Block(first.kind, f"{first.text} {second.text}")]
