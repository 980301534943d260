"""What a template says beside its columns, in six languages."""

from __future__ import annotations

from wideberth.formats.lists.columns import Language
from wideberth.formats.lists.notice import NOTICE

NOTICES: dict[Language, str] = {
    "en": NOTICE,
    "ar": "الإخطار لا يمنح إذناً ولا ضماناً."
    " والمكان الذي لا يرد في قائمة يحتفظ بكامل حمايته بموجب القانون الدولي الإنساني.",
    "fr": "La notification ne donne ni autorisation ni garantie. Un lieu absent d'une liste garde"
    " toute sa protection en droit international humanitaire.",
    "ru": "Уведомление не даёт ни разрешения, ни гарантии. Место, которого нет в списке, сохраняет всю защиту"
    " международного гуманитарного права.",
    "uk": "Повідомлення не дає ні дозволу, ні гарантії. Місце, якого немає у списку, зберігає весь захист"
    " міжнародного гуманітарного права.",
    "he": "הודעה אינה נותנת היתר ואינה ערבות."
    " מקום שאינו מופיע ברשימה שומר על מלוא הגנתו לפי המשפט ההומניטרי הבין-לאומי.",
}

HELP: dict[Language, tuple[str, ...]] = {
    "en": (
        "Help",
        "One row a site or movement. The row marked EXAMPLE is not read: leave it or write over it.",
        "Places: decimal degrees on WGS84 with five digits, or degrees, minutes and seconds with N, S, E, W.",
        "Dates: 2030-11-23, with the time 2030-11-23 08:00 and the time zone in its column.",
        "Lengths with their unit (250 m, 2 km). Do not write names, telephone numbers or plates of people.",
    ),
    "ar": (
        "مساعدة",
        "صف واحد لكل موقع أو حركة. الصف المعلّم «مثال» لا يُقرأ: اتركه أو اكتب فوقه.",
        "الأماكن: درجات عشرية على WGS84 بخمسة أرقام، أو درجات ودقائق وثوان مع N و S و E و W.",
        "التواريخ: 2030-11-23، ومع الوقت 2030-11-23 08:00، والمنطقة الزمنية في عمودها.",
        "الأطوال مع وحدتها (250 m، 2 km). لا تكتب أسماء الأشخاص ولا أرقام هواتفهم ولا لوحات مركباتهم.",
    ),
    "fr": (
        "Aide",
        "Une ligne par site ou mouvement. La ligne EXEMPLE n'est pas lue : laissez-la ou remplacez-la.",
        "Lieux : degrés décimaux WGS84 à cinq chiffres, ou degrés, minutes et secondes avec N, S, E, W.",
        "Dates : 2030-11-23, avec l'heure 2030-11-23 08:00 et le fuseau horaire dans sa colonne.",
        "Longueurs avec leur unité (250 m, 2 km). N'écrivez ni noms, ni téléphones, ni plaques de personnes.",
    ),
    "ru": (
        "Справка",
        "Одна строка — один объект или перемещение. Строка с пометкой ПРИМЕР не читается: её можно заменить.",
        "Места: десятичные градусы WGS84 с пятью знаками или градусы, минуты и секунды с N, S, E, W.",
        "Даты: 2030-11-23, со временем 2030-11-23 08:00, часовой пояс в своём столбце.",
        "Длины с единицей (250 m, 2 km). Не пишите имён, телефонов и номеров машин людей.",
    ),
    "uk": (
        "Довідка",
        "Один рядок — один об'єкт або переміщення. Рядок ПРИКЛАД не читається: його можна замінити.",
        "Місця: десяткові градуси WGS84 з п'ятьма знаками або градуси, хвилини й секунди з N, S, E, W.",
        "Дати: 2030-11-23, з часом 2030-11-23 08:00, часовий пояс у своєму стовпці.",
        "Довжини з одиницею (250 m, 2 km). Не пишіть імен, телефонів і номерів машин людей.",
    ),
    "he": (
        "עזרה",
        "שורה אחת לכל אתר או תנועה. השורה המסומנת «דוגמה» אינה נקראת: אפשר להשאיר אותה או לכתוב במקומה.",
        "מקומות: מעלות עשרוניות ב-WGS84 עם חמש ספרות, או מעלות, דקות ושניות עם N, S, E, W.",
        "תאריכים: 2030-11-23, עם שעה 2030-11-23 08:00, ואזור הזמן בעמודה שלו.",
        "אורכים עם יחידה (250 m, 2 km). אין לכתוב שמות, טלפונים או לוחיות רישוי של אנשים.",
    ),
}
"""The title of the page and its lines."""
