"""The journal: entries, checkpoints and cosignatures of feeds, durable and sealed at rest.

`journal` says what a journal does; `sqlite.open` and `postgres.open` give one. docs/record.md, "How it is
stored", has the layout in words.
"""
