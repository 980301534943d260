"""The node's face to its own people: one API over HTTP, its events, its metrics (docs/api.md)."""
