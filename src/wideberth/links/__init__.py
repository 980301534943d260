"""Bytes in and out of a node: other parties' nodes, and the client of its own API."""
