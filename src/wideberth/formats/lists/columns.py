"""The columns of notification lists and what they are called, in six languages.

Headers are compared without case, accents, marks and white space. The first name of each language is what the
template writes. A header that is not here is told and not read: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

Language = Literal["en", "ar", "fr", "ru", "uk", "he"]
LANGUAGES: tuple[Language, ...] = ("en", "ar", "fr", "ru", "uk", "he")
RIGHT_TO_LEFT = ("ar", "he")

# in the order of LANGUAGES
NAMES: dict[str, tuple[str, str, str, str, str, str]] = {
    "id": (
        "id; identifier; site id; facility id; plan; plan id; reference; ref; ref no; code; no; number; pcode",
        "المعرف; رقم التعريف; الرقم; رقم; رقم الموقع; الرمز; المرجع",
        "identifiant; id du site; référence; réf; numéro; n°; code du site",
        "идентификатор; номер; №; код; ид; номер объекта",
        "ідентифікатор; номер; №; код; ід; номер об'єкта",
        "מזהה; מספר; מס; קוד; מספר אתר; אסמכתא",
    ),
    "name": (
        "name; site name; facility name; facility; site; location name; place; title; label; name en; name (en);"
        " name english; name of site; name of facility; hospital name; school name",
        "الاسم; اسم الموقع; اسم المنشأة; المنشأة; الموقع; اسم المرفق; التسمية; اسم",
        "nom; nom du site; nom de l'établissement; établissement; site; lieu; désignation; libellé",
        "название; наименование; имя; название объекта; наименование объекта; объект; учреждение",
        "назва; найменування; назва об'єкта; об'єкт; заклад; назва закладу",
        "שם; שם האתר; שם המוסד; שם המתקן; מתקן; אתר; כינוי",
    ),
    "kind": (
        "kind; type; category; site type; facility type; type of site; type of facility; amenity; class; sector;"
        " facility type standard; kind of site",
        "النوع; نوع الموقع; نوع المنشأة; الفئة; التصنيف; نوع المرفق",
        "type; catégorie; type de site; nature; type d'établissement; genre",
        "тип; вид; категория; тип объекта; вид объекта",
        "тип; вид; категорія; тип об'єкта; вид об'єкта",
        "סוג; סוג האתר; קטגוריה; סוג מתקן; סוג המוסד",
    ),
    "record": (
        "record; record type; entry; site or movement",
        "نوع السجل; موقع أو حركة",
        "enregistrement; site ou mouvement",
        "запись; тип записи; объект или перемещение",
        "запис; тип запису; об'єкт або переміщення",
        "רשומה; סוג רשומה; אתר או תנועה",
    ),
    "lat": (
        "lat; latitude; y; lat dd; latitude dd; gps latitude; lat n; latitude n; latitude wgs84; lat wgs84; ycoord;"
        " gps lat; point y; latitude decimal degrees; latitude degrees; latitude north",
        "خط العرض; دائرة العرض; العرض; خط عرض; احداثي العرض",
        "latitude; lat; latitude nord; latitude gps",
        "широта; северная широта; широта wgs84; с.ш.",
        "широта; північна широта; широта wgs84; пн.ш.",
        "קו רוחב; רוחב; רוחב גאוגרפי; רוחב גיאוגרפי; נ״צ רוחב",
    ),
    "lon": (
        "lon; longitude; long; lng; x; lon dd; longitude dd; gps longitude; long e; longitude e; longitude wgs84;"
        " lon wgs84; xcoord; gps lon; gps long; point x; longitude decimal degrees; longitude degrees; longitude east",
        "خط الطول; الطول; خط طول; احداثي الطول",
        "longitude; long; longitude est; longitude gps",
        "долгота; восточная долгота; долгота wgs84; в.д.",
        "довгота; східна довгота; довгота wgs84; сх.д.",
        "קו אורך; אורך; אורך גאוגרפי; אורך גיאוגרפי; נ״צ אורך",
    ),
    "coordinates": (
        "coordinates; coordinate; position; lat lon; lat/lon; lat, lon; latlon; lat long; latitude longitude; gps;"
        " gps coordinates; coords; latitude, longitude; geolocation; grid; grid reference",
        "الإحداثيات; إحداثيات; احداثيات الموقع; الموقع الجغرافي; خط العرض وخط الطول",
        "coordonnées; coordonnées gps; position; latitude longitude; géolocalisation",
        "координаты; координаты gps; координата; местоположение; широта долгота; положение",
        "координати; координати gps; координата; місцезнаходження; широта довгота; розташування",
        "קואורדינטות; נקודת ציון; נ״צ; מיקום; קואורדינטה; קו רוחב קו אורך",
    ),
    "mgrs": (
        "mgrs; mgrs grid; mgrs reference; usng; utmref; mgrs coordinates",
        "إحداثيات mgrs; شبكة mgrs",
        "coordonnées mgrs; carroyage mgrs",
        "координаты mgrs",
        "координати mgrs",
        "קואורדינטות mgrs; נ״צ mgrs",
    ),
    "datum": (
        "datum; geodetic datum; coordinate system; crs; srs; reference system",
        "المسند; المرجع الجيوديسي; نظام الإحداثيات",
        "datum géodésique; système de coordonnées; système géodésique",
        "система координат; датум; ск",
        "система координат; датум",
        "דאטום; מערכת קואורדינטות; רשת ייחוס",
    ),
    "radius": (
        "radius; buffer; protection radius; safety radius; circle radius",
        "نصف القطر; نصف قطر الحماية",
        "rayon; rayon de protection",
        "радиус; радиус защиты",
        "радіус; радіус захисту",
        "רדיוס; רדיוס הגנה",
    ),
    "half_width": (
        "half width; half-width; corridor half width; lateral tolerance; cross track",
        "نصف العرض; نصف عرض الممر",
        "demi-largeur; demi-largeur du couloir",
        "полуширина; полуширина коридора",
        "півширина; півширина коридору",
        "חצי רוחב; חצי רוחב המסדרון",
    ),
    "address": (
        "address; street; street address; full address; addr full; addr; location address; short address; location",
        "العنوان; الشارع",
        "adresse; rue; adresse complète",
        "адрес; улица; полный адрес",
        "адреса; вулиця; повна адреса",
        "כתובת; רחוב; כתובת מלאה",
    ),
    "admin": (
        "area; country; governorate; province; state; region; district; city; town; locality; admin1; admin2; admin3;"
        " adm1; adm2; adm3; admin 1; admin 2; admin 3; sub district; village; municipality; oblast; county",
        "المنطقة; البلد; الدولة; المحافظة; الولاية; المديرية; المدينة; القضاء; الناحية; البلدة; القرية; المحلية",
        "zone géographique; pays; gouvernorat; région; département; ville; commune; village; localité; préfecture",
        "район; страна; область; регион; город; населённый пункт; село",
        "район; країна; область; регіон; місто; населений пункт; село; громада",
        "אזור; מדינה; מחוז; נפה; עיר; יישוב; כפר; נפת",
    ),
    "source": (
        "source; data source; information source; origin of data; reported by",
        "المصدر; مصدر المعلومات",
        "source de données; source d'information; origine des données",
        "источник; источник данных",
        "джерело; джерело даних",
        "מקור; מקור המידע",
    ),
    "grade": (
        "grade; quality; verification; confidence; verification status; reliability; location precision; verified",
        "الدرجة; درجة التحقق; الجودة; حالة التحقق; الموثوقية",
        "qualité; vérification; fiabilité; niveau de vérification",
        "качество; проверка; достоверность; статус проверки",
        "якість; перевірка; достовірність; статус перевірки",
        "דירוג; אימות; מהימנות; איכות",
    ),
    "review": (
        "review; review date; revalidation date; valid until; re-validate by; next review; validate by",
        "تاريخ المراجعة; المراجعة; صالح حتى; تاريخ إعادة التحقق",
        "révision; date de révision; valable jusqu'au; date de revalidation",
        "пересмотр; дата пересмотра; действительно до; дата проверки",
        "перегляд; дата перегляду; дійсно до; дата перевірки",
        "בדיקה חוזרת; תאריך בדיקה; בתוקף עד; תאריך אימות",
    ),
    "start": (
        "start; from time; start date; start datetime; begin; begins; departure time; departure; etd; valid from;"
        " date from; start date and time; from date; date of departure; departure date",
        "البداية; تاريخ البداية; من تاريخ; وقت المغادرة; المغادرة; تاريخ المغادرة; يبدأ",
        "début; date de début; départ prévu; heure de départ; à partir du; date de départ",
        "начало; дата начала; время отправления; время выезда; дата выезда; начало движения",
        "початок; дата початку; час відправлення; час виїзду; дата виїзду; початок руху",
        "התחלה; תאריך התחלה; שעת יציאה; מועד יציאה; תחילה",
    ),
    "end": (
        "end; to time; end date; end datetime; ends; arrival time; arrival; eta; valid to; date to; until;"
        " end date and time; to date; date of arrival; arrival date",
        "النهاية; تاريخ النهاية; إلى تاريخ; وقت الوصول; الوصول; تاريخ الوصول; ينتهي; حتى",
        "fin; date de fin; heure d'arrivée; arrivée prévue; jusqu'au; date d'arrivée",
        "конец; окончание; дата окончания; время прибытия; дата прибытия; конец движения",
        "кінець; закінчення; дата закінчення; час прибуття; дата прибуття; кінець руху",
        "סיום; תאריך סיום; שעת הגעה; מועד הגעה; סוף",
    ),
    "date": (
        "date; day; date of movement; movement date; travel date",
        "التاريخ; اليوم; تاريخ الحركة; تاريخ التنقل",
        "date; jour; date du mouvement; date du déplacement",
        "дата; день; дата перемещения; дата движения",
        "дата; день; дата переміщення; дата руху",
        "תאריך; יום; תאריך התנועה",
    ),
    "start_time": (
        "start time; time from; from hour; time start; hour from",
        "ساعة البداية; وقت البداية; من الساعة",
        "heure de début; de l'heure; heure début",
        "время начала; час начала; время с",
        "час початку; година початку; час з",
        "שעת התחלה; משעה",
    ),
    "end_time": (
        "end time; time to; to hour; time end; hour to",
        "ساعة النهاية; وقت النهاية; إلى الساعة",
        "heure de fin; à l'heure; heure fin",
        "время окончания; время конца; время по",
        "час закінчення; час кінця; час по",
        "שעת סיום; עד שעה",
    ),
    "time": (
        "time; time at point; waypoint time; timestamp; time over; datetime; date and time; date time",
        "الوقت; الساعة; وقت النقطة; التاريخ والوقت",
        "heure; heure au point; heure de passage; date et heure",
        "время; время прохождения; дата и время",
        "час; час проходження; дата і час",
        "שעה; זמן; זמן בנקודה; תאריך ושעה",
    ),
    "zone": (
        "time zone; timezone; tz; zone; utc offset",
        "المنطقة الزمنية; التوقيت",
        "fuseau horaire; fuseau",
        "часовой пояс; зона",
        "часовий пояс; зона",
        "אזור זמן",
    ),
    "party": (
        "organisation; organization; party; agency; org; operator; actor; partner; responsible organisation; ngo",
        "المنظمة; الجهة; الطرف; الوكالة; الجهة المسؤولة; الشريك; المشغل",
        "organisation; partie; agence; organisme; opérateur; partenaire; ong",
        "организация; сторона; агентство; оператор; партнёр",
        "організація; сторона; агентство; оператор; партнер",
        "ארגון; גוף; צד; סוכנות; מפעיל",
    ),
    "activity": (
        "activity; activity type; type of activity",
        "النشاط; نوع النشاط",
        "activité; type d'activité",
        "деятельность; вид деятельности",
        "діяльність; вид діяльності",
        "פעילות; סוג פעילות",
    ),
    "callsign": (
        "callsign; call sign; radio callsign; flight; flight number",
        "النداء; إشارة النداء; رمز النداء",
        "indicatif; indicatif radio; indicatif d'appel",
        "позывной; радиопозывной",
        "позивний; радіопозивний",
        "אות קריאה; כינוי בקשר",
    ),
    "from": (
        "from; origin; start point; departure point; from location; departure location; point of departure; start location",
        "من; نقطة الانطلاق; نقطة البداية; المنشأ; مكان المغادرة",
        "de; origine; point de départ; lieu de départ",
        "откуда; пункт отправления; начальная точка; точка отправления",
        "звідки; пункт відправлення; початкова точка; точка відправлення",
        "מ; מוצא; נקודת מוצא; נקודת התחלה; מקום יציאה",
    ),
    "via": (
        "via; through; stopover; stop; via points; stops",
        "عبر; مرورا ب; نقاط التوقف",
        "par; étapes; étape; en passant par",
        "через; промежуточные точки; остановки",
        "через; проміжні точки; зупинки",
        "דרך; נקודות ביניים; עצירות",
    ),
    "to": (
        "to; destination; end point; arrival point; to location; arrival location; point of arrival; end location",
        "إلى; الوجهة; نقطة الوصول; المقصد; مكان الوصول; نقطة النهاية",
        "à; vers; destination; point d'arrivée; lieu d'arrivée",
        "куда; пункт назначения; конечная точка; точка прибытия; пункт прибытия",
        "куди; пункт призначення; кінцева точка; точка прибуття; пункт прибуття",
        "אל; יעד; נקודת סיום; נקודת הגעה; מקום הגעה",
    ),
    "waypoints": (
        "waypoints; route; way points; route points; itinerary; route waypoints",
        "المسار; نقاط المسار; نقاط الطريق; خط السير",
        "itinéraire; points de passage; route; points de route",
        "маршрут; точки маршрута; путевые точки",
        "маршрут; точки маршруту; шляхові точки",
        "מסלול; נקודות מסלול; נקודות דרך; ציר",
    ),
    "sequence": (
        "sequence; seq; order; point no; waypoint no; leg; point number; waypoint number",
        "التسلسل; الترتيب; رقم النقطة",
        "ordre; séquence; numéro de point",
        "порядок; номер точки; последовательность",
        "порядок; номер точки; послідовність",
        "סדר; מספר נקודה; רצף",
    ),
    "lower": (
        "lower; lower limit; min altitude; floor; altitude from; minimum altitude; altitude min",
        "الحد الأدنى; أدنى ارتفاع; الارتفاع الأدنى",
        "limite inférieure; plancher; altitude minimale; altitude min",
        "нижний предел; нижняя граница; минимальная высота; высота от",
        "нижня межа; мінімальна висота; висота від",
        "גבול תחתון; גובה מינימלי; גובה מ",
    ),
    "upper": (
        "upper; upper limit; max altitude; ceiling; altitude to; maximum altitude; altitude max",
        "الحد الأعلى; أقصى ارتفاع; الارتفاع الأقصى",
        "limite supérieure; plafond; altitude maximale; altitude max",
        "верхний предел; верхняя граница; максимальная высота; высота до",
        "верхня межа; максимальна висота; висота до",
        "גבול עליון; גובה מרבי; גובה עד",
    ),
    "note": (
        "note; notes; remarks; remark; comment; comments; description; details",
        "ملاحظات; ملاحظة; تعليق; تعليقات; الوصف",
        "remarques; remarque; note; notes; commentaire; commentaires; observations; description",
        "примечание; примечания; комментарий; замечания; описание",
        "примітка; примітки; коментар; зауваження; опис",
        "הערות; הערה; תיאור",
    ),
    "contact": (
        "contact; phone; telephone; tel; mobile; email; e-mail; contact name; contact person; contact number; focal point;"
        " contact phone; contact email; phone number; mobile number; driver; driver name; passengers; whatsapp;"
        " email address; fax; passport; id number; date of birth; plate; vehicle plate; contact details; skype",
        "جهة الاتصال; الهاتف; رقم الهاتف; الجوال; البريد الإلكتروني; اسم السائق; السائق; الركاب; شخص الاتصال; للتواصل;"
        " رقم الجوال",
        "contact; téléphone; tél; courriel; personne de contact; portable; chauffeur; passagers; point focal;"
        " numéro de téléphone",
        "контакт; телефон; контактное лицо; эл. почта; электронная почта; водитель; пассажиры; мобильный; контакты;"
        " номер телефона",
        "контакт; телефон; контактна особа; ел. пошта; електронна пошта; водій; пасажири; мобільний; контакти;"
        " номер телефону",
        "איש קשר; טלפון; נייד; דואר אלקטרוני; נהג; נוסעים; מייל; דוא״ל; מספר טלפון",
    ),
    "shape": (
        "shape; wkt; geometry; geom; the geom",
        "الشكل",
        "géométrie",
        "геометрия",
        "геометрія",
        "גאומטריה",
    ),
    # what plans hold beside, so that a list that was written is read back as it was
    "state": ("state of plan", "", "", "", "", ""),
    "priority": ("priority", "", "", "", "", ""),
    "variant": ("variant of", "", "", "", "", ""),
    "pad": ("pad", "", "", "", "", ""),
    "vertical_pad": ("vertical pad", "", "", "", "", ""),
    "time_pad": ("time pad", "", "", "", "", ""),
    "frequency_from": ("frequency from", "", "", "", "", ""),
    "frequency_to": ("frequency to", "", "", "", "", ""),
}
"""Meaning of a column -> its names, separated by semicolons."""

HXL = {
    "geo lat": "lat",
    "geo lon": "lon",
    "geo coord": "coordinates",
    "loc name": "name",
    "loc code": "id",
    "loc id": "id",
    "loc type": "kind",
    "org": "party",
    "org name": "party",
    "contact": "contact",
    "contact name": "contact",
    "contact phone": "contact",
    "contact email": "contact",
    "date start": "start",
    "date end": "end",
    "meta source": "source",
    "country name": "admin",
    "country code": "admin",
    "adm1 name": "admin",
    "adm1 code": "admin",
    "adm1 pcode": "admin",
    "adm2 name": "admin",
    "adm2 code": "admin",
    "adm2 pcode": "admin",
    "adm3 name": "admin",
    "adm3 pcode": "admin",
}
"""Tags of the Humanitarian Exchange Language (HXL 1.1) that say what a column is."""

FREE = frozenset(("name", "kind", "address", "admin", "source", "grade", "note", "contact", "id", "party"))
"""Columns of which a list may have several: the first is read, the others are told (all contacts go unread)."""

_BRACKETS = re.compile(r"[(\[（][^()\[\]（）]{0,80}[)\]）]")
_PARTED = re.compile(r"[/|\n\r؛;]| - | – ")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "ё": "е"})
HEADER_LIMIT = 400
"""Characters of a header that are looked at."""


def plain(text: str) -> str:
    """A header as it is compared: case, accents, vowel marks, punctuation and white space do not count."""
    folded = unicodedata.normalize("NFKD", text[:HEADER_LIMIT].casefold()).translate(_LETTERS)
    kept = "".join(c for c in folded if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    kept = unicodedata.normalize("NFC", kept).translate(_LETTERS)
    kept = re.sub(r"['’ʼ`\"״”“]", "", kept)
    return " ".join(re.sub(r"[\W_]+", " ", kept).split()) or kept.strip()


@cache
def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, languages in NAMES.items():
        for names in languages:
            for name in names.split(";"):
                if name.strip():
                    found.setdefault(plain(name), meaning)
    return found


def meaning(header: str) -> str | None:
    """What a column is by its header; None where that is not known or two parts of it disagree."""
    known = _known()
    bare = _BRACKETS.sub(" ", header[:HEADER_LIMIT])
    for text in (header, bare, *(_without_unit(each) for each in (header, bare))):
        found = known.get(plain(text))
        if found is not None:
            return found
    parts = {known.get(plain(part)) for part in _PARTED.split(bare) if part.strip()}
    return parts.pop() if len(parts) == 1 else None


_UNITS = {
    "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "mètres": "m", "м": "m", "метров": "m",
    "متر": "m", "מטר": "m", "מטרים": "m", "км": "km", "كم": "km", "קמ": "km", "km": "km", "ft": "ft",
    "feet": "ft", "nm": "nm", "nmi": "nm", "s": "s", "hz": "hz", "метри": "m", "метры": "m", "metres wgs84": "m",
}  # fmt: skip


def _without_unit(header: str) -> str:
    words = plain(header).split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _UNITS else header


def unit(header: str) -> str | None:
    """The unit that a header names as its last word or in brackets: m, km, ft, nm, s, hz; else None."""
    words = plain(header).split()
    return _UNITS.get(words[-1]) if len(words) > 1 else None


def hxl(tag: str) -> str | None:
    """What a column is by its HXL tag (`#geo+lat`, attributes in any order beyond the first)."""
    words = [word.strip().lower() for word in tag.strip().lstrip("#").replace(" ", "").split("+")]
    pair = " ".join(words[:2])
    return HXL.get(pair) or next(
        (HXL[f"{words[0]} {word}"] for word in words[2:] if f"{words[0]} {word}" in HXL), None
    )


def is_tag(text: str) -> bool:
    """True for an HXL hashtag."""
    return (
        re.fullmatch(r"\s*#[a-z][a-z0-9_]*(\s*\+\s*[a-z][a-z0-9_]*){0,20}\s*", text[:HEADER_LIMIT])
        is not None
    )


def title(name: str, language: Language) -> str:
    """The header that the template writes for a column."""
    chosen = NAMES[name][LANGUAGES.index(language)] or NAMES[name][0]
    return chosen.split(";")[0].strip()
