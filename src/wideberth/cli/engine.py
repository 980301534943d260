"""Which engine a command searches with: plain for small inputs, compiled and on every core for large ones."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wideberth.cli.progress import Steps
from wideberth.cli.say import tell
from wideberth.conflict.engine import MANY, PLAIN, Engine
from wideberth.conflict.find import find
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.space.ground import Circle
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume

PATIENCE = 3.0
"""Seconds after which loading the compiled engine must be compiling it."""
COMPILING = "compiling the fast search, once a machine and version: about 20 s"
CANNOT = "the fast search cannot be compiled here; the plain one is used, which takes longer"


def engine_for(
    volumes: int, reference: VerticalReference, steps: Steps, say: Callable[[str], None] = tell
) -> Engine:
    """The engine for so many volumes, ready to use; compiling it is announced."""
    if volumes < MANY:
        return PLAIN
    steps.at("loading the fast search", 0, 1)
    timer = threading.Timer(PATIENCE, say, (COMPILING,))
    timer.daemon = True
    timer.start()
    try:
        # late, because a compiler takes longer to load than small inputs take to check
        from wideberth.conflict.join import compiled

        engine = compiled(ThreadPoolExecutor(os.cpu_count()).map)
        # used once, each part is compiled, or loaded as compiled before
        somewhere = Volume(Circle((0, 0), 10_000))
        find([Plan(party, "1", (somewhere,)) for party in "ab"], PRESETS["crewed"], reference, engine=engine)
    except (ImportError, RuntimeError):  # no place to keep what is compiled, or no compiler for this machine
        say(CANNOT)
        return PLAIN
    finally:
        timer.cancel()
    return engine
