"""Times as people write them, in their own locale: `10:42 AM`, `Yesterday`, `Mon`, `Oct 22`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime


def people_locale() -> QLocale:
    """The locale to write times and numbers in: the application's, but never C's, which is for machines."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
    return locale


def clock_time(time_ms: int, locale: QLocale) -> str:
    """Hours and minutes of a moment (milliseconds since 1970), in local time."""
    moment = _local(time_ms).time()
    text = locale.toString(QTime(moment.hour(), moment.minute()), QLocale.FormatType.ShortFormat)
    return text.replace("\u202f", "\u00a0")  # the locale's narrow space all but vanishes at the size of times


def list_time(time_ms: int, now_ms: int, locale: QLocale) -> str:
    """The time in a list: of today the clock time, then Yesterday, the weekday within a week, the date.

    Both in milliseconds since 1970; empty for 0. A moment after today (a clock gone wrong) shows its date.
    """
    if time_ms == 0:
        return ""
    day, today = _local(time_ms).date(), _local(now_ms).date()
    age = day.daysTo(today)
    if age == 0:
        return clock_time(time_ms, locale)
    if age == 1:
        return QCoreApplication.translate("Times", "Yesterday")
    if 1 < age < 7:
        return locale.dayName(day.dayOfWeek(), QLocale.FormatType.ShortFormat)
    if day.year() == today.year():
        return _day_and_month(day, locale)
    return locale.toString(day, QLocale.FormatType.ShortFormat)


def day_name(time_ms: int, now_ms: int, locale: QLocale) -> str:
    """The day in a conversation's day pill: Today, Yesterday, the weekday within a week, the whole date."""
    day, today = _local(time_ms).date(), _local(now_ms).date()
    age = day.daysTo(today)
    if age == 0:
        return QCoreApplication.translate("Times", "Today")
    if age == 1:
        return QCoreApplication.translate("Times", "Yesterday")
    if 1 < age < 7:
        return locale.dayName(day.dayOfWeek(), QLocale.FormatType.LongFormat)
    return locale.toString(day, QLocale.FormatType.LongFormat)


def full_time(time_ms: int, locale: QLocale) -> str:
    """Date and time in full, for tool tips and screen readers."""
    return locale.toString(_local(time_ms), QLocale.FormatType.LongFormat)


def milliseconds_to_midnight(now_ms: int) -> int:
    """How long until the local date changes, at least 1."""
    now = _local(now_ms)
    return max(1, now.msecsTo(now.date().addDays(1).startOfDay()))


def _local(time_ms: int) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(time_ms)


def _day_and_month(day: QDate, locale: QLocale) -> str:
    short = locale.dateFormat(QLocale.FormatType.ShortFormat)
    month_first = "M" in short and "d" in short and short.index("M") < short.index("d")
    return locale.toString(day, "MMM d" if month_first else "d MMM")


def waiting_time(minutes: int, locale: QLocale) -> str:
    """How long somebody waits, in its largest unit: `25 min`, `3 h`, `2 d`."""
    say = QCoreApplication.translate
    if minutes < 60:
        return say("Times", "{minutes} min").format(minutes=locale.toString(minutes))
    if minutes < 24 * 60:
        return say("Times", "{hours} h").format(hours=locale.toString(minutes // 60))
    return say("Times", "{days} d").format(days=locale.toString(minutes // (24 * 60)))
