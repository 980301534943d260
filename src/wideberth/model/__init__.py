"""Frozen nouns: party, plan, site, separation, terms. No algorithm, no I/O."""
