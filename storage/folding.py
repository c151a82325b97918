"""What full-text search on PostgreSQL makes of texts and of words searched for, so that it finds what SQLite finds."""

from __future__ import annotations

# What a search sees of a text, the same as on SQLite: words are letters and digits, and accents do not count. The
# server's own parser would take `en/of` for a path and `AI-coalitie` for one word. A change here needs a migration.
_APART = "-/\\.,:;!?'\"()[]{}<>@#$%^&*+=_|~`‘’‚‛“”„‟«»‹›‐‑‒–—―…·•−×©®™°§¶†‡€£"
_ACCENTED = "áàâäãåāéèêëēěíìîïīóòôöõōøúùûüūůýÿçčñšžÁÀÂÄÃÅĀÉÈÊËĒĚÍÌÎÏĪÓÒÔÖÕŌØÚÙÛÜŪŮÝŸÇČÑŠŽ"
_PLAIN = "aaaaaaaeeeeeeiiiiiooooooouuuuuuyyccnszAAAAAAAEEEEEEIIIIIOOOOOOOUUUUUUYYCCNSZ"
_FOLDED = str.maketrans(_ACCENTED + _APART, _PLAIN + " " * len(_APART))


def folded(column: str) -> str:
    """The SQL that folds a column as `search_query` folds words."""
    before, after = (_ACCENTED + _APART).replace("'", "''"), _PLAIN + " " * len(_APART)
    return f"translate({column}, '{before}', '{after}')"


def search_query(tokens: list[str]) -> str:
    """For `to_tsquery`: all the tokens; one that falls apart into words is a phrase, a trailing * finds compounds."""
    phrases = []
    for token in tokens:
        plain = "".join(character if character.isalnum() else " " for character in token.translate(_FOLDED))
        if words := plain.split():
            phrases.append(" <-> ".join(words) + (":*" if token.endswith("*") else ""))
    return " & ".join(f"({phrase})" for phrase in phrases)
