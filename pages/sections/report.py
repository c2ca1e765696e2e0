"""The Report page: its files and its preview."""

from collections.abc import Callable

import streamlit as st

from pages.shared.session import demo_mode
from pages.shared.texts import plain
from seqrec.report.archive import write_archive
from seqrec.report.blocks import Block, KeyFigures, Picture, Report, Table, Words
from seqrec.report.html_file import write_html
from seqrec.report.pdf import find_browser, write_pdf
from seqrec.translation.cells import told_name, told_values
from seqrec.translation.texts import tr


def draw_downloads(report: Report, compose: Callable[[], Report]) -> None:
    """Buttons for the files, which are made when they are pressed.

    Args:
        report: in the reader's language.
        compose: makes it again: outside of a page in English, as all tables for other programs are.
    """
    # A PDF starts a browser on the server, which is not for every passer-by.
    browser = None if demo_mode() else find_browser()
    with st.container(horizontal=True):
        st.download_button(
            tr("Download the report (HTML)"),
            lambda: write_html(report),
            "report.html",
            "text/html",
            key="report-html",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        if browser is not None:
            st.download_button(
                "PDF",
                lambda: write_pdf(write_html(report), browser),
                "report.pdf",
                "application/pdf",
                key="report-pdf",
                on_click="ignore",
            )
        st.download_button(
            tr("All tables (zip of CSV)"),
            lambda: write_archive(compose()),
            "tables.zip",
            "application/zip",
            key="report-tables",
            on_click="ignore",
            disabled=not report.tables,
        )
    if browser is None:
        st.caption(tr("For a PDF, open the HTML file in a browser and print it."))


def draw_preview(report: Report) -> None:
    """The report as the page can show it."""
    st.header(tr("Preview"))
    st.text(report.title)  # in a heading, Markdown would make a link of an address in it
    st.text(report.source)
    for number, section in enumerate(report.sections):
        st.subheader(section.title, divider="grey")
        for place, block in enumerate(section.blocks):
            _draw(block, f"report-{number}-{place}")
    st.subheader(tr("Method"), divider="grey")
    st.text(report.method)


def _draw(block: Block, key: str) -> None:
    match block:
        case Words(text):
            st.text(text)
        case KeyFigures(numbers):
            with st.container(horizontal=True):
                for name, number in numbers.items():
                    st.metric(name, number, border=True, width=165)
        case Picture(question, figure, alt):
            st.markdown(f"**{plain(question)}**")
            st.plotly_chart(figure, key=key, alt=alt)
        case Table():
            st.caption(plain(block.caption))
            st.dataframe(
                told_values(block.shown),
                hide_index=True,
                column_config={
                    name: st.column_config.NumberColumn(told_name(name), format="percent")
                    if name in block.percent
                    else st.column_config.Column(told_name(name))
                    for name in map(str, block.shown)
                },
                alt=block.caption,
            )
