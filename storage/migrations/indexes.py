"""The indexes of the first schema: table, name, columns, and for those of a few rows only the condition.

Every key to another table has one, where rows of that other table are ever deleted: the database looks for what rests
on each of them, and would read all of this table.
"""

INDEXES: tuple[tuple[str, str, list[str]] | tuple[str, str, list[str], str], ...] = (
    ("articles", "ix_articles_due", ["source_id", "next_due"]),
    ("articles", "ix_articles_source_post", ["source_id", "post_id"]),
    ("articles", "ix_articles_source_published", ["source_id", "published_day"]),
    ("articles", "ix_articles_source_text", ["source_id", "text_hash"]),
    ("articles", "ix_articles_source_title", ["source_id", "title_key"]),
    ("articles", "ix_articles_state", ["source_id", "state", "next_due"]),
    ("articles", "ix_articles_checked", ["source_id", "last_checked"]),
    ("failures", "ix_failures_crawl_id", ["crawl_id"]),
    ("failures", "ix_failures_at", ["at"]),
    ("article_urls", "ix_article_urls_article_id", ["article_id"]),
    ("snapshots", "ix_snapshots_article_id", ["article_id"]),
    ("snapshots", "ix_snapshots_base_id", ["base_id"]),
    ("versions", "ix_versions_article_hash", ["article_id", "content_hash"]),
    ("versions", "ix_versions_crawl_status", ["crawl_id", "status"]),
    ("versions", "ix_versions_open", ["status", "article_id"]),
    ("versions", "ix_versions_snapshot_id", ["snapshot_id"]),
    ("changes", "ix_changes_article", ["article_id", "id"]),
    ("changes", "ix_changes_crawl_id", ["crawl_id"]),
    ("changes", "ix_changes_detected", ["detected", "tellable"]),
    ("changes", "ix_changes_to_id", ["to_id"]),
    ("changes", "ix_changes_from_id", ["from_id"]),
    ("notices", "ix_notices_open", ["key", "closed_at"]),
    ("digests", "ix_digests_subscription_id", ["subscription_id"]),
    ("mails", "ix_mails_digest_id", ["digest_id"]),
    ("mails", "ix_mails_waiting", ["state", "next_attempt"]),
    ("told", "ix_told_digest_id", ["digest_id"]),
    ("told", "ix_told_change_id", ["change_id"]),
    ("crawls", "ix_crawls_finished", ["finished"]),
    ("changes", "ix_changes_undecided", ["id"], "tellable IS NULL"),
    ("mails", "ix_mails_kept", ["state", "sent_at"], "message IS NOT NULL"),
)
