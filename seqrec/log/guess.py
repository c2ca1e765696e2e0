"""Guesses which column plays which role, from its name first and its values second."""

import re
from dataclasses import dataclass
from datetime import datetime

from seqrec.log.columns import TimeFormat
from seqrec.log.reader import CsvProfile
from seqrec.log.source import Sample

# Names are compared in lower case without spaces and signs; earlier names win.
_NAMES: dict[str, tuple[str, ...]] = {
    "user": ("user", "userid", "customer", "customerid", "visitorid", "visitor", "memberid",
             "clientid", "client", "caseid", "case", "reviewerid", "accountid", "uid",
             "kunde", "kundennummer", "cliente", "用户id", "用户"),
    "item": ("item", "itemid", "productid", "product", "sku", "stockcode", "movieid", "asin",
             "articleid", "article", "songid", "activity", "page", "url", "artikel", "articulo",
             "商品编号", "商品id", "商品"),
    "time": ("timestamp", "time", "datetime", "eventtime", "date", "invoicedate", "ts",
             "unixtime", "createdat", "completetimestamp", "datum", "fecha", "下单时间", "时间",
             "position"),
    "event": ("event", "eventtype", "action", "behavior", "behaviour", "behaviortype", "type",
              "事件", "行为"),
    "session": ("session", "sessionid", "invoice", "invoiceno", "orderid", "order", "basketid",
                "transactionid", "visitid", "belegnr", "pedido", "订单号", "会话"),
    "title": ("title", "itemtitle", "name", "itemname", "productname", "description",
              "bezeichnung", "titulo", "商品名称", "标题"),
    "category": ("category", "categoryid", "genre", "genres", "department", "kategorie",
                 "categoria", "类别", "分类"),
}  # fmt: skip
_STRPTIME = {
    TimeFormat.DAY_FIRST: ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"),
    TimeFormat.MONTH_FIRST: ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
    TimeFormat.DOTTED: ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y"),
}
_MIN_SHARE = 0.5  # of the values seen that a time format must read
_MIN_EPOCH_S = 10**8  # below it, whole numbers are positions: 1973 as Unix seconds
_MIN_EPOCH_MS = 10**11


@dataclass(frozen=True)
class Guess:
    """A column for each role (None where no column fits) and how the times are written."""

    columns: dict[str, str | None]
    time_format: TimeFormat
    reasons: dict[str, str]


def guess_roles(sample: Sample | CsvProfile) -> Guess:
    """The most likely column for each role, each with the reason for the choice."""
    if isinstance(sample, CsvProfile):
        sample = sample.to_sample()
    columns: dict[str, str | None] = {}
    reasons: dict[str, str] = {}
    for role, names in _NAMES.items():
        column = _by_name(sample.columns, names, set(columns.values()))
        columns[role] = column
        if column is not None:
            reasons[role] = f"a column called '{column}'"
    if columns["time"] is None:
        columns["time"] = _by_values(sample, {name for name in columns.values() if name})
        if columns["time"] is not None:
            reasons["time"] = "its values read as times"
    time_column = columns["time"]
    time_format = guess_time_format(sample.column(time_column)) if time_column else None
    if time_format is not None:
        reasons["time"] = f"{reasons['time']}; written as {time_format.value}"
    return Guess(columns, time_format or TimeFormat.ISO, reasons)


def guess_time_format(values: list[str]) -> TimeFormat | None:
    """The format that reads most of the values, or None where none reads half of them.

    Where day and month cannot be told apart, day first is taken: the page shows the choice.
    """
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return None
    shares = {
        time_format: sum(_reads(value, time_format) for value in filled) / len(filled)
        for time_format in TimeFormat
    }
    best = max(shares, key=lambda time_format: shares[time_format])
    return best if shares[best] >= _MIN_SHARE else None


def _reads(value: str, time_format: TimeFormat) -> bool:
    if time_format in _STRPTIME:
        return any(_strptime(value, pattern) for pattern in _STRPTIME[time_format])
    if time_format is TimeFormat.ISO:
        return bool(re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}.*)?", value))
    if not re.fullmatch(r"\d{1,18}(\.\d+)?", value):
        return False
    number = float(value)
    if time_format is TimeFormat.EPOCH_MS:
        return number >= _MIN_EPOCH_MS
    if time_format is TimeFormat.EPOCH_S:
        return _MIN_EPOCH_S <= number < _MIN_EPOCH_MS
    return number < _MIN_EPOCH_S


def _strptime(value: str, pattern: str) -> bool:
    try:
        datetime.strptime(value, pattern)
    except ValueError:
        return False
    return True


def _by_name(
    columns: tuple[str, ...], names: tuple[str, ...], taken: set[str | None]
) -> str | None:
    plain = {re.sub(r"[\W_]+", "", column.lower()): column for column in reversed(columns)}
    for name in names:
        column = plain.get(name)
        if column is not None and column not in taken:
            return column
    return None


def _by_values(sample: Sample, taken: set[str]) -> str | None:
    for column in sample.columns:
        time_format = guess_time_format(sample.column(column)) if column not in taken else None
        if time_format is not None and time_format is not TimeFormat.ORDER:
            return column
    return None
