"""The text of dates and times, and formats for them."""

import datetime

SEEDS = [
    b"2024-02-29T23:59:59.123456+05:30", b"20240229T235959,5Z", b"2024-W09-4", b"2024W094T10", b"12:30:15.000001-00:00:01.5", b"24:00", b"2024-060",
    b"0001-01-01 00:00", b"9999-12-31T23:59:59.999999-23:59", b"%Y-%m-%d %H:%M:%S.%f %z %Z %:z %j %U %% %-d", b"%G-W%V-%u %C %y %c %x %X %p",
]
TIMES = [
    datetime.datetime(1, 1, 1), datetime.datetime(2024, 2, 29, 12, 30, 15, 5, datetime.timezone.utc),
    datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, datetime.timezone(datetime.timedelta(hours=-23, seconds=1))),
]


def check(data):
    text = data[:60].decode("utf-8", "surrogateescape")
    for kind in (datetime.date, datetime.time, datetime.datetime):
        try:
            value = kind.fromisoformat(text)
        except ValueError:
            continue
        assert kind.fromisoformat(value.isoformat()) == value, text
        assert kind.fromisoformat(str(value)) == value, text
        hash(value), repr(value), value.__reduce_ex__(4)
        if kind is datetime.datetime:
            try:
                assert datetime.datetime.fromtimestamp(value.timestamp(), value.tzinfo or datetime.timezone.utc)
                value.astimezone(datetime.timezone.utc)
            except (OverflowError, ValueError):
                pass
    for time in TIMES:
        for value in (time, time.date(), time.timetz()):
            try:
                value.strftime(text)
                format(value, text)
            except (ValueError, UnicodeEncodeError):
                pass
    for kind in (datetime.date, datetime.time, datetime.datetime):
        # States of pickles.
        for arguments in ((data[:10],), (data[:6],), (data[:4],), (text[:10],), (data[:10], datetime.timezone.utc)):
            try:
                value = kind(*arguments)
                # The day of such a state may be none of its month.
                repr(value), value.isoformat(), hash(value)
            except (TypeError, ValueError):
                pass
