"""Who may ask for what: the permission roles of an account, as the table of the API names them."""

from __future__ import annotations

from typing import Final

OFFICER: Final = frozenset({"officer"})
ADMIN: Final = frozenset({"admin"})
EITHER: Final = OFFICER | ADMIN
PLANNING: Final = OFFICER | {"planner"}
RELEASING: Final = OFFICER | {"releasing"}
SITES: Final = PLANNING | {"observer", "releasing"}
"""Who may read lists of sites, and feeds with such lists in them: an admin of accounts, or somebody who
translates, need not."""
