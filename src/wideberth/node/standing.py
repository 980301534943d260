"""A node as it stands, for its own people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wideberth
from wideberth.ledger import quints
from wideberth.node import views
from wideberth.node.views import NodeView

if TYPE_CHECKING:
    from wideberth.node.node import Node


def view(node: Node) -> NodeView:
    """Whose it is, since when it runs, what it could not write, and whether all of it is an exercise."""
    return NodeView(
        version=wideberth.__version__,
        party=node.party,
        words=quints.identity(node.identity),
        started=views.time(node.started_ms),
        now=views.time(node.clock.now()),
        start=node.start,
        lines=len(node.all_lines()),
        log_lost=node.log.lost,
        trouble=node.trouble,
        exercise=node.settings.exercise,
        bell=node.room.keeping.bell(),
    )
