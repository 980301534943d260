"""AIXM 5.1 and 5.1.1: the Airspace features of a BasicMessage, read and written.

`gml` reads surfaces and curves, `limits` vertical limits, `message` features and what they refer to;
`compose` makes messages.
"""

from wideberth.formats.aixm.compose import write
from wideberth.formats.aixm.message import known, read

__all__ = ["known", "read", "write"]
