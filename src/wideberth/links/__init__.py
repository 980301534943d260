"""Bytes in and out: carries a line's messages to the peer, and takes what it sends (docs/transport.md)."""
