"""Guesses which column plays which role, from its name first and its values second."""

import re
from dataclasses import dataclass

from seqrec.log.columns import TimeFormat
from seqrec.log.reader import CsvProfile
from seqrec.log.source import Sample
from seqrec.log.time_guess import Hint, guess_times

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
    times = guess_times(sample.column(time_column)) if time_column else None
    if times is not None:
        reasons["time"] = f"{reasons['time']}; written as {times.time_format.value}"
    return Guess(columns, times.time_format if times else TimeFormat.ISO, reasons)


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
        if column not in taken and guess_times(sample.column(column), hint=Hint.NOTHING):
            return column
    return None
