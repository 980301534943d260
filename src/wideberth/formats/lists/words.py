"""Words that cells hold, in the six languages: what a row is, how sure a place is, examples, yes and no."""

from __future__ import annotations

from wideberth.formats.lists.columns import plain
from wideberth.model.site import Grade

_RECORDS = {
    "site": "site; facility; موقع; منشأة; site fixe; établissement; объект; место; об'єкт; заклад; אתר; מתקן",
    "movement": "movement; mission; convoy; route; حركة; تنقل; قافلة; mouvement; déplacement; convoi;"
    " перемещение; движение; колонна; переміщення; рух; колона; תנועה; שיירה; נסיעה",
    "volume": "volume",
}
_GRADES = {
    "verified": "verified; confirmed; high; yes; true; مؤكد; تم التحقق; vérifié; confirmé; проверено;"
    " подтверждено; перевірено; підтверджено; מאומת; אומת",
    "single_source": "single source; one source; medium; مصدر واحد; source unique; один источник;"
    " одно джерело; מקור יחיד; מקור אחד",
    "unverified": "unverified; not verified; unconfirmed; low; no; false; none; غير مؤكد; لم يتم التحقق;"
    " non vérifié; non confirmé; не проверено; не подтверждено; не перевірено; לא מאומת; טרם אומת",
}
EXAMPLE = {"en": "EXAMPLE", "ar": "مثال", "fr": "EXEMPLE", "ru": "ПРИМЕР", "uk": "ПРИКЛАД", "he": "דוגמה"}
"""The id that marks a row of a template as an example: such rows are not read."""

_BY_RECORD = {plain(word): kind for kind, words in _RECORDS.items() for word in words.split(";")}
_BY_GRADE: dict[str, Grade] = {}
for _grade in ("verified", "single_source", "unverified"):
    _BY_GRADE |= {plain(word): _grade for word in _GRADES[_grade].split(";")}
_EXAMPLES = {plain(word) for word in EXAMPLE.values()}


def record(text: str) -> str | None:
    """`site`, `movement` or `volume`; None for another word."""
    return _BY_RECORD.get(plain(text))


def grade(text: str) -> Grade | None:
    """How sure the place is; None for another word."""
    return _BY_GRADE.get(plain(text))


SAMPLE = {
    "lat": "33.51310",
    "lon": "36.29110",
    "from": "33.51310, 36.29110",
    "to": "33.80000, 36.50000",
}
"""The places of a template's example."""


def is_example(text: str) -> bool:
    """True for the id of an example row."""
    return plain(text) in _EXAMPLES
