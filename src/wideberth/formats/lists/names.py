"""What the columns of notification lists are called, in six languages.

A meaning stands alone on its line; below it the names in each language, separated by semicolons. The first of
each language is what the template writes. Lines that begin with white space and no language go on.
"""

from __future__ import annotations

TABLE = """\
id
  en: id; identifier; site id; facility id; plan; plan id; reference; ref; ref no; code; no; number;
      pcode
  ar: المعرف; رقم التعريف; الرقم; رقم; رقم الموقع; الرمز; المرجع
  fr: identifiant; id du site; référence; réf; numéro; n°; code du site
  ru: идентификатор; номер; №; код; ид; номер объекта
  uk: ідентифікатор; номер; №; код; ід; номер об'єкта
  he: מזהה; מספר; מס; קוד; מספר אתר; אסמכתא
name
  en: name; site name; facility name; facility; site; location name; place; title; label; name en;
      name (en); name english; name of site; name of facility; hospital name; school name
  ar: الاسم; اسم الموقع; اسم المنشأة; المنشأة; الموقع; اسم المرفق; التسمية; اسم
  fr: nom; nom du site; nom de l'établissement; établissement; site; lieu; désignation; libellé
  ru: название; наименование; имя; название объекта; наименование объекта; объект; учреждение
  uk: назва; найменування; назва об'єкта; об'єкт; заклад; назва закладу
  he: שם; שם האתר; שם המוסד; שם המתקן; מתקן; אתר; כינוי
kind
  en: kind; type; category; site type; facility type; type of site; type of facility; amenity; class;
      sector; facility type standard; kind of site
  ar: النوع; نوع الموقع; نوع المنشأة; الفئة; التصنيف; نوع المرفق
  fr: type; catégorie; type de site; nature; type d'établissement; genre
  ru: тип; вид; категория; тип объекта; вид объекта
  uk: тип; вид; категорія; тип об'єкта; вид об'єкта
  he: סוג; סוג האתר; קטגוריה; סוג מתקן; סוג המוסד
record
  en: record; record type; entry; site or movement
  ar: نوع السجل; موقع أو حركة
  fr: enregistrement; site ou mouvement
  ru: запись; тип записи; объект или перемещение
  uk: запис; тип запису; об'єкт або переміщення
  he: רשומה; סוג רשומה; אתר או תנועה
lat
  en: lat; latitude; y; lat dd; latitude dd; gps latitude; lat n; latitude n; latitude wgs84; lat
      wgs84; ycoord; gps lat; point y; latitude decimal degrees; latitude degrees; latitude north
  ar: خط العرض; دائرة العرض; العرض; خط عرض; احداثي العرض
  fr: latitude; lat; latitude nord; latitude gps
  ru: широта; северная широта; широта wgs84; с.ш.
  uk: широта; північна широта; широта wgs84; пн.ш.
  he: קו רוחב; רוחב; רוחב גאוגרפי; רוחב גיאוגרפי; נ״צ רוחב
lon
  en: lon; longitude; long; lng; x; lon dd; longitude dd; gps longitude; long e; longitude e;
      longitude wgs84; lon wgs84; xcoord; gps lon; gps long; point x; longitude decimal degrees;
      longitude degrees; longitude east
  ar: خط الطول; الطول; خط طول; احداثي الطول
  fr: longitude; long; longitude est; longitude gps
  ru: долгота; восточная долгота; долгота wgs84; в.д.
  uk: довгота; східна довгота; довгота wgs84; сх.д.
  he: קו אורך; אורך; אורך גאוגרפי; אורך גיאוגרפי; נ״צ אורך
coordinates
  en: coordinates; coordinate; position; lat lon; lat/lon; lat, lon; latlon; lat long; latitude
      longitude; gps; gps coordinates; coords; latitude, longitude; geolocation; grid; grid reference
  ar: الإحداثيات; إحداثيات; احداثيات الموقع; الموقع الجغرافي; خط العرض وخط الطول
  fr: coordonnées; coordonnées gps; position; latitude longitude; géolocalisation
  ru: координаты; координаты gps; координата; местоположение; широта долгота; положение
  uk: координати; координати gps; координата; місцезнаходження; широта довгота; розташування
  he: קואורדינטות; נקודת ציון; נ״צ; מיקום; קואורדינטה; קו רוחב קו אורך
mgrs
  en: mgrs; mgrs grid; mgrs reference; usng; utmref; mgrs coordinates
  ar: إحداثيات mgrs; شبكة mgrs
  fr: coordonnées mgrs; carroyage mgrs
  ru: координаты mgrs
  uk: координати mgrs
  he: קואורדינטות mgrs; נ״צ mgrs
datum
  en: datum; geodetic datum; coordinate system; crs; srs; reference system
  ar: المسند; المرجع الجيوديسي; نظام الإحداثيات
  fr: datum géodésique; système de coordonnées; système géodésique
  ru: система координат; датум; ск
  uk: система координат; датум
  he: דאטום; מערכת קואורדינטות; רשת ייחוס
radius
  en: radius; buffer; protection radius; safety radius; circle radius
  ar: نصف القطر; نصف قطر الحماية
  fr: rayon; rayon de protection
  ru: радиус; радиус защиты
  uk: радіус; радіус захисту
  he: רדיוס; רדיוס הגנה
half_width
  en: half width; half-width; corridor half width; lateral tolerance; cross track
  ar: نصف العرض; نصف عرض الممر
  fr: demi-largeur; demi-largeur du couloir
  ru: полуширина; полуширина коридора
  uk: півширина; півширина коридору
  he: חצי רוחב; חצי רוחב המסדרון
address
  en: address; street; street address; full address; addr full; addr; location address; short address;
      location
  ar: العنوان; الشارع
  fr: adresse; rue; adresse complète
  ru: адрес; улица; полный адрес
  uk: адреса; вулиця; повна адреса
  he: כתובת; רחוב; כתובת מלאה
admin
  en: area; country; governorate; province; state; region; district; city; town; locality; admin1;
      admin2; admin3; adm1; adm2; adm3; admin 1; admin 2; admin 3; sub district; village;
      municipality; oblast; county
  ar: المنطقة; البلد; الدولة; المحافظة; الولاية; المديرية; المدينة; القضاء; الناحية; البلدة; القرية;
      المحلية
  fr: zone géographique; pays; gouvernorat; région; département; ville; commune; village; localité;
      préfecture
  ru: район; страна; область; регион; город; населённый пункт; село
  uk: район; країна; область; регіон; місто; населений пункт; село; громада
  he: אזור; מדינה; מחוז; נפה; עיר; יישוב; כפר; נפת
source
  en: source; data source; information source; origin of data; reported by
  ar: المصدر; مصدر المعلومات
  fr: source de données; source d'information; origine des données
  ru: источник; источник данных
  uk: джерело; джерело даних
  he: מקור; מקור המידע
grade
  en: grade; quality; verification; confidence; verification status; reliability; location precision;
      verified
  ar: الدرجة; درجة التحقق; الجودة; حالة التحقق; الموثوقية
  fr: qualité; vérification; fiabilité; niveau de vérification
  ru: качество; проверка; достоверность; статус проверки
  uk: якість; перевірка; достовірність; статус перевірки
  he: דירוג; אימות; מהימנות; איכות
review
  en: review; review date; revalidation date; valid until; re-validate by; next review; validate by
  ar: تاريخ المراجعة; المراجعة; صالح حتى; تاريخ إعادة التحقق
  fr: révision; date de révision; valable jusqu'au; date de revalidation
  ru: пересмотр; дата пересмотра; действительно до; дата проверки
  uk: перегляд; дата перегляду; дійсно до; дата перевірки
  he: בדיקה חוזרת; תאריך בדיקה; בתוקף עד; תאריך אימות
start
  en: start; from time; start date; start datetime; begin; begins; departure time; departure; etd;
      valid from; date from; start date and time; from date; date of departure; departure date
  ar: البداية; تاريخ البداية; من تاريخ; وقت المغادرة; المغادرة; تاريخ المغادرة; يبدأ
  fr: début; date de début; départ prévu; heure de départ; à partir du; date de départ
  ru: начало; дата начала; время отправления; время выезда; дата выезда; начало движения
  uk: початок; дата початку; час відправлення; час виїзду; дата виїзду; початок руху
  he: התחלה; תאריך התחלה; שעת יציאה; מועד יציאה; תחילה
end
  en: end; to time; end date; end datetime; ends; arrival time; arrival; eta; valid to; date to;
      until; end date and time; to date; date of arrival; arrival date
  ar: النهاية; تاريخ النهاية; إلى تاريخ; وقت الوصول; الوصول; تاريخ الوصول; ينتهي; حتى
  fr: fin; date de fin; heure d'arrivée; arrivée prévue; jusqu'au; date d'arrivée
  ru: конец; окончание; дата окончания; время прибытия; дата прибытия; конец движения
  uk: кінець; закінчення; дата закінчення; час прибуття; дата прибуття; кінець руху
  he: סיום; תאריך סיום; שעת הגעה; מועד הגעה; סוף
date
  en: date; day; date of movement; movement date; travel date
  ar: التاريخ; اليوم; تاريخ الحركة; تاريخ التنقل
  fr: date; jour; date du mouvement; date du déplacement
  ru: дата; день; дата перемещения; дата движения
  uk: дата; день; дата переміщення; дата руху
  he: תאריך; יום; תאריך התנועה
start_time
  en: start time; time from; from hour; time start; hour from
  ar: ساعة البداية; وقت البداية; من الساعة
  fr: heure de début; de l'heure; heure début
  ru: время начала; час начала; время с
  uk: час початку; година початку; час з
  he: שעת התחלה; משעה
end_time
  en: end time; time to; to hour; time end; hour to
  ar: ساعة النهاية; وقت النهاية; إلى الساعة
  fr: heure de fin; à l'heure; heure fin
  ru: время окончания; время конца; время по
  uk: час закінчення; час кінця; час по
  he: שעת סיום; עד שעה
time
  en: time; time at point; waypoint time; timestamp; time over; datetime; date and time; date time
  ar: الوقت; الساعة; وقت النقطة; التاريخ والوقت
  fr: heure; heure au point; heure de passage; date et heure
  ru: время; время прохождения; дата и время
  uk: час; час проходження; дата і час
  he: שעה; זמן; זמן בנקודה; תאריך ושעה
zone
  en: time zone; timezone; tz; zone; utc offset
  ar: المنطقة الزمنية; التوقيت
  fr: fuseau horaire; fuseau
  ru: часовой пояс; зона
  uk: часовий пояс; зона
  he: אזור זמן
party
  en: organisation; organization; party; agency; org; operator; actor; partner; responsible
      organisation; ngo
  ar: المنظمة; الجهة; الطرف; الوكالة; الجهة المسؤولة; الشريك; المشغل
  fr: organisation; partie; agence; organisme; opérateur; partenaire; ong
  ru: организация; сторона; агентство; оператор; партнёр
  uk: організація; сторона; агентство; оператор; партнер
  he: ארגון; גוף; צד; סוכנות; מפעיל
activity
  en: activity; activity type; type of activity
  ar: النشاط; نوع النشاط
  fr: activité; type d'activité
  ru: деятельность; вид деятельности
  uk: діяльність; вид діяльності
  he: פעילות; סוג פעילות
callsign
  en: callsign; call sign; radio callsign; flight; flight number
  ar: النداء; إشارة النداء; رمز النداء
  fr: indicatif; indicatif radio; indicatif d'appel
  ru: позывной; радиопозывной
  uk: позивний; радіопозивний
  he: אות קריאה; כינוי בקשר
from
  en: from; origin; start point; departure point; from location; departure location; point of
      departure; start location
  ar: من; نقطة الانطلاق; نقطة البداية; المنشأ; مكان المغادرة
  fr: de; origine; point de départ; lieu de départ
  ru: откуда; пункт отправления; начальная точка; точка отправления
  uk: звідки; пункт відправлення; початкова точка; точка відправлення
  he: מ; מוצא; נקודת מוצא; נקודת התחלה; מקום יציאה
via
  en: via; through; stopover; stop; via points; stops
  ar: عبر; مرورا ب; نقاط التوقف
  fr: par; étapes; étape; en passant par
  ru: через; промежуточные точки; остановки
  uk: через; проміжні точки; зупинки
  he: דרך; נקודות ביניים; עצירות
to
  en: to; destination; end point; arrival point; to location; arrival location; point of arrival; end
      location
  ar: إلى; الوجهة; نقطة الوصول; المقصد; مكان الوصول; نقطة النهاية
  fr: à; vers; destination; point d'arrivée; lieu d'arrivée
  ru: куда; пункт назначения; конечная точка; точка прибытия; пункт прибытия
  uk: куди; пункт призначення; кінцева точка; точка прибуття; пункт прибуття
  he: אל; יעד; נקודת סיום; נקודת הגעה; מקום הגעה
waypoints
  en: waypoints; route; way points; route points; itinerary; route waypoints
  ar: المسار; نقاط المسار; نقاط الطريق; خط السير
  fr: itinéraire; points de passage; route; points de route
  ru: маршрут; точки маршрута; путевые точки
  uk: маршрут; точки маршруту; шляхові точки
  he: מסלול; נקודות מסלול; נקודות דרך; ציר
sequence
  en: sequence; seq; order; point no; waypoint no; leg; point number; waypoint number
  ar: التسلسل; الترتيب; رقم النقطة
  fr: ordre; séquence; numéro de point
  ru: порядок; номер точки; последовательность
  uk: порядок; номер точки; послідовність
  he: סדר; מספר נקודה; רצף
lower
  en: lower; lower limit; min altitude; floor; altitude from; minimum altitude; altitude min
  ar: الحد الأدنى; أدنى ارتفاع; الارتفاع الأدنى
  fr: limite inférieure; plancher; altitude minimale; altitude min
  ru: нижний предел; нижняя граница; минимальная высота; высота от
  uk: нижня межа; мінімальна висота; висота від
  he: גבול תחתון; גובה מינימלי; גובה מ
upper
  en: upper; upper limit; max altitude; ceiling; altitude to; maximum altitude; altitude max
  ar: الحد الأعلى; أقصى ارتفاع; الارتفاع الأقصى
  fr: limite supérieure; plafond; altitude maximale; altitude max
  ru: верхний предел; верхняя граница; максимальная высота; высота до
  uk: верхня межа; максимальна висота; висота до
  he: גבול עליון; גובה מרבי; גובה עד
note
  en: note; notes; remarks; remark; comment; comments; description; details
  ar: ملاحظات; ملاحظة; تعليق; تعليقات; الوصف
  fr: remarques; remarque; note; notes; commentaire; commentaires; observations; description
  ru: примечание; примечания; комментарий; замечания; описание
  uk: примітка; примітки; коментар; зауваження; опис
  he: הערות; הערה; תיאור
contact
  en: contact; phone; telephone; tel; mobile; email; e-mail; contact name; contact person; contact
      number; focal point; contact phone; contact email; phone number; mobile number; driver; driver
      name; passengers; whatsapp; email address; fax; passport; id number; date of birth; plate;
      vehicle plate; contact details; skype
  ar: جهة الاتصال; الهاتف; رقم الهاتف; الجوال; البريد الإلكتروني; اسم السائق; السائق; الركاب; شخص
      الاتصال; للتواصل; رقم الجوال
  fr: contact; téléphone; tél; courriel; personne de contact; portable; chauffeur; passagers; point
      focal; numéro de téléphone
  ru: контакт; телефон; контактное лицо; эл. почта; электронная почта; водитель; пассажиры; мобильный;
      контакты; номер телефона
  uk: контакт; телефон; контактна особа; ел. пошта; електронна пошта; водій; пасажири; мобільний;
      контакти; номер телефону
  he: איש קשר; טלפון; נייד; דואר אלקטרוני; נהג; נוסעים; מייל; דוא״ל; מספר טלפון
shape
  en: shape; wkt; geometry; geom; the geom
  ar: الشكل
  fr: géométrie
  ru: геометрия
  uk: геометрія
  he: גאומטריה
state
  en: state of plan
priority
  en: priority
variant
  en: variant of
pad
  en: pad
vertical_pad
  en: vertical pad
time_pad
  en: time pad
frequency_from
  en: frequency from
frequency_to
  en: frequency to
"""
