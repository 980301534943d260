"""The text of a new agreement, complete and explained, and of the version that follows one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wideberth.errors import Invalid
from wideberth.formats import agreement
from wideberth.formats.agreement import Signed
from wideberth.formats.properties import check_name
from wideberth.ledger import ids
from wideberth.model.agreement import Party

_HEAD = """\
# Terms of an agreement. What officers sign is this text, byte by byte: a space more is another agreement.
#
# Every figure carries its unit, and nothing has a default that is not written here. Change the figures: those
# below are of the kind that public agreements use, and no advice. A key that is not known is refused.
# While this is a draft nothing is agreed. It is in force when two officers of every party of a line have
# signed these bytes.

schema = "wideberth.agreement/1"

# The same in every version, and on every line of the parties.
id = "{id}"
version = 1
# From version 2 on: the SHA-256 of the file of the version before. A version that does not name the one in
# force is ignored.
# previous = ""
title = "{title}"

# A plan may not begin while a case of it is open: "overlap" holds it back only where both would be in the
# same place, "close" also where they would be closer than agreed.
block_activation = "close"

# How long a key that others seal to may wait for a courier (3 to 14 days). Longer helps slow couriers, and
# whoever gets hold of the key.
courier_prekey_days = 3

# Closed matters are kept at least this long.
retention = "3650d"

# Languages of calls, the first one first.
languages = ["en"]

# Who agrees. `name` is the hash of a party's identity key: compare it by voice. `label` is for people.
{parties}
# Where it holds: a circle or a closed polygon. Without an area it holds everywhere.
# [area]
# circle = {{ lon = 33.0, lat = 34.4, radius = "80NM" }}

# How far apart activities must stay. Keeping one of the figures of a rule is enough. A minimum is a figure
# with its unit, 0, or "any" (at every distance). A pair without a row takes the row of ["*", "*"].
"""
_BODY = """\
[[separation]]
between = ["*", "*"]
rules = [{ horizontal = "3NM", vertical = "3000ft", time = "5min" }]

[[separation]]
between = ["crewed", "escort"]
rules = [{ horizontal = "10NM", vertical = "any", time = "60min" }]

# How early the others are told, before the activity begins. With less than `too_late` left nobody can be
# expected to act: then a call is demanded. `answer` is how soon the others say that they have checked.
[[lead_times]]
activity = "*"
notice = "24h"
too_late = "30min"
answer = "4h"

# What the others see of a plan: "full"; "coarse" (grown and set to the coarse grid below); "conflict-only"
# (nothing, but that there is a conflict); "none" (nothing: it is NOT CHECKED against them).
[[disclosure]]
activity = "*"
level = "none"

# Areas and hours (UTC, each day) that one party has for an activity: no other plans it there without its
# consent. Without an area it is all of the above.
# [[allotments]]
# party = "Blue Heron"
# activity = "*"
# hours = ["06:00", "12:00"]
# area = { circle = { lon = 33.0, lat = 34.4, radius = "5NM" } }

# A call that nobody acknowledges goes to the deputy, then to the whole watch, then to the commander and the
# next channel: after these times.
[clocks]
flash = ["30s", "60s", "120s"]
immediate = ["2min", "5min", "10min"]
priority = ["15min", "30min", "60min"]
routine = ["60min", "2h", "4h"]

# How often each node says that it is there, and how long without a receipt is late, or silent. Silence is
# never consent.
[silence]
heartbeat = "30s"
urgent_late = "60s"
main_late = "15min"
silent = "60min"

# The steps in which changes are proposed: finer ones tell the other party more.
[proposals]
horizontal = "1NM"
vertical = "500ft"
time = "15min"

# The grid of what is shown coarsely.
[coarse]
horizontal = "10NM"
vertical = "5000ft"
time = "60min"

# Answers that were worked out on plans of which a party is told less than everything. They go at these times
# of the day (UTC), not at once, and at most so many a day to one party in one area: then such plans are NOT
# CHECKED, and a call is needed. So that no number of questions finds out more than the coarse grid shows.
[answers]
every = "1h"
a_day = 40

# What a party may show to others of what it was told: "never", or with the "consent" of its author each
# time. Recipients are those to whom it may show it without asking.
[release]
onward = "never"
recipients = []

# The blind check: whether plans that are told only as a conflict meet plans of the other party, found out
# without showing any. Without this table there is none. `mode`: "cells" tells both in which cells of time
# and space both are, with proofs that each kept to what it had signed before; "count" tells only how many,
# without proofs; "escalate" is "cells" and opens a case for each match. It runs at these times of the day
# (UTC) over whatever touches the horizon. The levels, multiples of 4, say how coarse it begins and how fine
# it ends. More terms than that, a larger share of them matched, or more matched cells in a day end it: NOT
# CLEAR. So does no word from the other side for the time of `timeout`.
# [blind]
# mode = "cells"
# every = "15min"
# horizon = "24h"
# start_level = 12
# floor_level = 20
# terms = 100000
# matched_percent = 25
# cells_a_day = 2000
# audits_a_day = 4
# timeout = "5min"

# Live tracks: which alerts of a node call the other party by themselves. Without this table none does, and
# people call. "closing": one of ours and one of theirs lose their separation; "entry": one of ours comes into
# what they have told, or one of theirs to a site that was told; "unplanned": one of ours is on no plan;
# "nonconforming": it is outside its plan; "lost": contact with it is lost; "unknown": is this yours? `place`
# of what is ours: "true", or "coarse" (the middle of its cell of the coarse grid, without altitude).
# [watch]
# call = ["closing", "entry", "unplanned", "nonconforming", "lost", "unknown"]
# place = "true"
# look_ahead = "5min"
# a_day = 50
"""
_PARTY = '[[parties]]\nlabel = "{label}"\nname = "{name}"\n'
_VERSION = re.compile(rb"^[ \t]*version[ \t]*=[ \t]*\d+", re.MULTILINE)
_PREVIOUS = re.compile(rb'^[ \t]*#?[ \t]*previous[ \t]*=[ \t]*"[0-9a-f]*"', re.MULTILINE)


def draft(number: bytes, title: str, parties: Iterable[Party]) -> bytes:
    """A first version with everything that terms can say; `number` are 16 random bytes.

    Raises: Invalid (`agreement.quotes`, `agreement.parties`, `text.*`, and as agreement.read).
    """
    rows = [_PARTY.format(label=_quoted(each.label, "label"), name=each.name) for each in parties]
    head = _HEAD.format(id=ids.base32(number), title=_quoted(title, "title"), parties="\n".join(rows))
    data = (head + _BODY).encode()
    agreement.read(data)
    return data


def following(signed: Signed) -> bytes:
    """The text of the version after this one, comments and all, to be changed: it names this one.

    Raises: Invalid (`agreement.amend` where its line of version cannot be found).
    """
    named = f'previous = "{signed.hash.hex()}"'
    version = f"version = {signed.agreement.version + 1}"
    if _PREVIOUS.search(signed.data) is None:
        version = f"{version}\n{named}"
    data, versions = _VERSION.subn(version.encode(), signed.data, count=1)
    data, names = _PREVIOUS.subn(named.encode(), data, count=1)
    if not (versions and names):
        wanted = "version = N on a line of its own"
        raise Invalid("agreement.amend", "version", "lines that cannot be found", wanted)
    agreement.read(data)
    return data


def _quoted(text: str, path: str) -> str:
    check_name(text, path)
    if '"' in text or "\\" in text:
        raise Invalid("agreement.quotes", path, text, "a name without quotation marks and backslashes")
    return text
