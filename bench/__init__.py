"""What nieuwswacht costs and finds, measured beside others of its kind. Run: `make bench`."""
