"""What every list says."""

NOTICE = (
    "Notification gives no permission and no guarantee. A place that is not on a list keeps"
    " all its protection under international humanitarian law."
)
"""On every list that is written or printed."""
