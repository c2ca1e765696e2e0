"""Where a result is counted: this machine, or Spark where it is installed."""

import streamlit as st

from pages.shared.session import demo_mode
from seqrec.mining.spark.address import LOCAL
from seqrec.mining.spark.choice import COST
from seqrec.mining.spark.installed import spark_is_here
from seqrec.translation.texts import tr


def choose_spark(page: str) -> str | None:
    """The address of the Spark that is to count; None for this machine.

    Nothing is drawn where Spark is not installed. The choice is not part of the page's address: a
    link must not make this machine call another.
    """
    if not spark_is_here() or demo_mode():
        return None
    with st.expander(tr("Count on Spark")):
        places = st.columns([1, 2], vertical_alignment="bottom")
        wanted = places[0].toggle(tr("Count on Spark"), key=f"{page}-spark")
        url = places[1].text_input(
            tr("Address of Spark"),
            LOCAL,
            key=f"{page}-spark-url",
            max_chars=300,
            help=tr(
                "local[2]: two threads on this machine; spark://host:7077: a cluster, whose "
                "workers read the workspace under the same path; sc://host:15002: Spark Connect."
            ),
        )
        st.caption(tr(COST))
    return url.strip() if wanted else None
