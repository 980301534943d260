"""Names of months in the languages of the lists."""

from __future__ import annotations

from wideberth.formats.lists.columns import plain

_NAMES = (
    "jan january janvier janv января январь янв січня січень січ يناير كانون_الثاني ינואר ינו",
    "feb february février févr fevrier февраля февраль фев лютого лютий лют فبراير شباط פברואר פבר",
    "mar march mars марта март мар березня березень бер مارس آذار מרץ מרס",
    "apr april avril avr апреля апрель апр квітня квітень кві أبريل نيسان אפריל אפר",
    "may mai мая май травня травень тра مايو أيار מאי",
    "jun june juin июня июнь июн червня червень чер يونيو يونيه حزيران יוני יונ",
    "jul july juillet juil июля июль июл липня липень лип يوليو يوليه تموز יולי יול",
    "aug august août aout августа август авг серпня серпень сер أغسطس آب אוגוסט אוג",
    "sep sept september septembre сентября сентябрь сен вересня вересень вер سبتمبر أيلول ספטמבר ספט",
    "oct october octobre октября октябрь окт жовтня жовтень жов أكتوبر تشرين_الأول אוקטובר אוק",
    "nov november novembre ноября ноябрь ноя листопада листопад лис نوفمبر تشرين_الثاني נובמבר נוב",
    "dec december décembre déc decembre декабря декабрь дек грудня грудень гру ديسمبر كانون_الأول דצמבר דצמ",
)

MONTHS = {plain(name): number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
"""Name as `columns.plain` compares it -> 1 to 12."""
