"""The safeguards of a node that an exercise may switch off, one each: what a drill's twin is played with.

A drill that passes shows little unless it fails without the safeguard that it is about. Only exercise data
opens with anything but `ALL`, and nothing a user can type, set or write switches one off.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Guards(Struct, frozen=True):
    """Whether each safeguard is on; all are, except in a twin.

    Attributes:
        place_doubts: doubts about a place are told to its sender, and found again at the receiver.
        own_position: the doubt that a place is the sender's own position is among them.
        notation_echo: two notations of one place are compared, never converted in silence.
        climbs: a call that nobody takes rings at the next.
        deputies: what waits for one role may be answered by its deputy.
        lead_class: a notice is classed by the time that it leaves.
        own_in_area: the receiver is told which of its own assets are inside and cannot clear.
        site_match: plans are compared with the listed sites.
        stale_list: a list that is older than it should be says so.
        two_person_verify: a place counts as verified when two persons have said so.
        relay_alarm: a leaf that has not confirmed alarms before the start.
        contact_test: a cell that does not answer its test is shown as a broken branch.
        claim_clock: an answer about whose a force is expires, and none is shown as silence.
        typed_messages: what is said is typed, and reads as nothing else.
        receipts: who was told what, and when, is signed.
        one_pair_of_feeds: both parties read one record, and not each its own.
        line_checks: whether the other is there is asked while all is quiet.
        unplanned: what comes into an own plan's area and is on nobody's plan is an alert.
        conform: an own unit that is outside its plan is an alert.
        epoch_check: a feed that begins again is found, and waits for an officer.
    """

    place_doubts: bool = True
    own_position: bool = True
    notation_echo: bool = True
    climbs: bool = True
    deputies: bool = True
    lead_class: bool = True
    own_in_area: bool = True
    site_match: bool = True
    stale_list: bool = True
    two_person_verify: bool = True
    relay_alarm: bool = True
    contact_test: bool = True
    claim_clock: bool = True
    typed_messages: bool = True
    receipts: bool = True
    one_pair_of_feeds: bool = True
    line_checks: bool = True
    unplanned: bool = True
    conform: bool = True
    epoch_check: bool = True


ALL: Final = Guards()
"""Every safeguard is on."""
