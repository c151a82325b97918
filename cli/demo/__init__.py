"""A replica of the watched site: its articles, both known layouts, its noise and its faults, served on loopback."""
