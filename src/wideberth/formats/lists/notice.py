"""What every list says."""

from wideberth.model import site

NOTICE = site.NOTICE
"""On every list that is written or printed."""
