"""Leaves that are no quantities: days, whole numbers, yes and no, text; and keys that are months or years.

Read strictly: no day from a number of seconds, no 1 from ``true``, no ``01`` beside ``1``.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from .quantity import Notation, Reader, as_date, fault, kind_of, read_number, shown


def _read_day(raw: Any) -> dt.date:
    day = as_date(raw)
    if day is None:
        raise fault("date", f"{shown(raw)} is not a day of the calendar", "write days as 2024-01-31")
    return day


def _read_whole(raw: Any, lowest: int | None = None, highest: int | None = None) -> int:
    if isinstance(raw, str) and re.match(r"[-+]?[0-9]{1,15}\Z", raw.strip()):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise fault("whole", f"a whole number is needed here, not {shown(raw)}")
    if (lowest is not None and raw < lowest) or (highest is not None and raw > highest):
        wanted = f"{lowest} or more" if highest is None else f"between {lowest} and {highest}"
        raise fault("whole", f"the whole number must be {wanted}, not {raw}")
    return raw


def _whole_key(what: str, lowest: int, highest: int) -> Any:
    def read(raw: Any) -> int:
        text = str(raw)
        # '01' beside '1' would be two rows for one month
        if not re.match(r"[1-9][0-9]*\Z", text) or not lowest <= int(text[:9]) <= highest:
            raise fault("key", f"{shown(raw)} is not a {what}", f"a {what} is a number from {lowest} to {highest}")
        return int(text)

    return Reader(read)


def _read_real(raw: Any) -> float:
    return read_number(raw, "")


def _read_flag(raw: Any) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in known:
        return known[raw.strip().lower()]
    raise fault("flag", f"yes or no is needed here, not {shown(raw)}")


def _read_text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, dt.date):
        return raw.isoformat()
    raise fault("text", f"text is needed here, not {kind_of(raw)}", "put it in quotes" if raw is not None else "")


Day = Annotated[dt.date, Reader(_read_day), Notation("day")]
Whole = Annotated[int, Reader(lambda raw: _read_whole(raw)), Notation("whole")]
WholeFromOne = Annotated[int, Reader(lambda raw: _read_whole(raw, 1)), Notation("whole", lowest=1)]
Real = Annotated[float, Reader(_read_real), Notation("real")]
Flag = Annotated[bool, Reader(_read_flag), Notation("flag")]
Text = Annotated[str, Reader(_read_text), Notation("text")]
Month = Annotated[int, _whole_key("month", 1, 12), Notation("month")]
Year = Annotated[int, _whole_key("year", 1900, 2200), Notation("year")]
