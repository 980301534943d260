"""Wideberth: deconfliction for parties that share a space but not a command."""

__version__ = "0.1.0"
