"""The drills, one file each, named after the place and the year (MISSION's table of failures)."""
