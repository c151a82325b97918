"""Full-text search over all versions: FTS5 kept in step by triggers on SQLite, a generated column on PostgreSQL."""

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
POSTGRESQL = (
    "ALTER TABLE versions ADD COLUMN search tsvector GENERATED ALWAYS AS"
    " (setweight(to_tsvector('dutch', title), 'A') || setweight(to_tsvector('dutch', text), 'B')) STORED",
    "CREATE INDEX ix_versions_search ON versions USING gin (search)",
)
