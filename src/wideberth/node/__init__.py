"""One party's node: the only floor that holds keys, reads a clock and commits. Wired by hand."""
