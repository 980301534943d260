"""AIXM 5.1 and 5.1.1: the Airspace features of a BasicMessage, read and written.

`gml` reads surfaces and curves, `limits` vertical limits, `read` features and what they refer to, `write`
makes messages.
"""

from wideberth.formats.aixm.read import known, read
from wideberth.formats.aixm.write import write

__all__ = ["known", "read", "write"]
