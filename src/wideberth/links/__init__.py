"""Bytes in and out: what carries a line's messages to the peer and takes what it sends (docs/transport.md)."""
