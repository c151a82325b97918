"""Data only: one TOML file per source. A package, so that no other folder called `seeds` is read in its place."""
