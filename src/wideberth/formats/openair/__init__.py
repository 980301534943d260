"""OpenAir airspace files (WinPilot 1998, and the extensions of SeeYou and XCSoar): text, a record a line.

`areas` takes lines into areas, `lines` says what a line is, `limits` reads altitudes, `shape` draws.
"""

from wideberth.formats.openair.areas import known, read

__all__ = ["known", "read"]
