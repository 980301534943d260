"""What a warning is about, by the standard phrases of S-53, in the order in which they are looked for."""

from __future__ import annotations

GENERAL = "navigational warning"
KINDS = (
    ("ROCKET", "rocket launching"),
    ("SPACE DEBRIS", "space debris"),
    ("SPACE LAUNCH", "rocket launching"),
    ("MISSILE", "missile operations"),
    ("GUNNERY", "gunnery"),
    ("FIRING", "gunnery"),
    ("BOMBING", "bombing exercise"),
    ("LASER", "laser operations"),
    ("UNMANNED", "unmanned vehicle operations"),
    ("SUBMARINE", "submarine operations"),
    ("MINE", "mines"),
    ("EXERCISE", "exercise"),
    ("SEARCH AND RESCUE", "search and rescue"),
    ("SEISMIC", "survey"),
    ("SURVEY", "survey"),
    ("CABLE", "cable operations"),
    ("PIPELINE", "pipeline operations"),
    ("DREDGING", "dredging"),
    ("DRILLING", "drilling"),
    ("DIVING", "diving operations"),
    ("UNDERWATER OPERATIONS", "underwater operations"),
    ("SALVAGE", "salvage"),
    ("DEBRIS REMOVAL", "salvage"),
    ("TOW", "towing"),
    ("RESEARCH", "scientific operations"),
    ("SCIENTIFIC", "scientific operations"),
    ("MOORING", "moorings"),
    ("DERELICT", "derelict"),
    ("ADRIFT", "derelict"),
    ("WRECK", "wreck"),
    ("ICE", "ice"),
    ("HAZARDOUS OPERATIONS", "hazardous operations"),
)


def kind_of(text: str) -> str:
    """The kind of a warning's text (upper case), `navigational warning` where no phrase is known."""
    words = f" {' '.join(text.replace(',', ' ').replace('.', ' ').replace(':', ' ').split())} "
    return next((kind for phrase, kind in KINDS if f" {phrase}" in words), GENERAL)
