"""Full-text search over all versions: FTS5 kept in step by triggers on SQLite, a generated column on PostgreSQL."""

from storage.folding import folded

SQLITE = (
    "CREATE VIRTUAL TABLE version_search USING fts5(title, text, content='versions', content_rowid='id',"
    ' tokenize="unicode61 remove_diacritics 2")',
    "CREATE TRIGGER version_search_insert AFTER INSERT ON versions BEGIN"
    " INSERT INTO version_search(rowid, title, text) VALUES (new.id, new.title, new.text); END",
    "CREATE TRIGGER version_search_delete AFTER DELETE ON versions BEGIN"
    " INSERT INTO version_search(version_search, rowid, title, text)"
    " VALUES ('delete', old.id, old.title, old.text); END",
    "CREATE TRIGGER version_search_update AFTER UPDATE OF title, text ON versions BEGIN"
    " INSERT INTO version_search(version_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);"
    " INSERT INTO version_search(rowid, title, text) VALUES (new.id, new.title, new.text); END",
)
# Dutch stems, but no word left out as too common: a search for `andere` must find what it finds on SQLite.
POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY nieuwswacht_stem (TEMPLATE = snowball, LANGUAGE = dutch)",
    "CREATE TEXT SEARCH CONFIGURATION nieuwswacht (COPY = dutch)",
    "ALTER TEXT SEARCH CONFIGURATION nieuwswacht ALTER MAPPING REPLACE dutch_stem WITH nieuwswacht_stem",
    "ALTER TABLE versions ADD COLUMN search tsvector GENERATED ALWAYS AS"
    f" (setweight(to_tsvector('nieuwswacht', {folded('title')}), 'A') ||"
    f" setweight(to_tsvector('nieuwswacht', {folded('text')}), 'B')) STORED",
    "CREATE INDEX ix_versions_search ON versions USING gin (search)",
)
