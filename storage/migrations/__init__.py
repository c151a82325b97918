"""Schema revisions, oldest first. They ship in the package and run by themselves when a database is opened."""

KNOWN = ("0001",)
HEAD = KNOWN[-1]
