"""Feeds that nobody can alter: canonical bytes, Merkle trees, signatures, seals, and an order without clocks.

Pure: salts, keys, times and everything else that chance or a clock would give are arguments. docs/record.md
has the formats in words.
"""
