"""Runs one page in a simulated session, inside the app's own navigation."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

_ROOT = Path(__file__).parents[2]


def open_page(path: str, **query: str) -> AppTest:
    """The page after its first run; `path` as in `pages/explore/data.py`."""
    app = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(path).run()


def texts(app: AppTest) -> str:
    """All that the page says in its main part, in one string."""
    kinds = (app.title, app.subheader, app.text, app.markdown, app.caption, app.info, app.warning)
    return "\n".join(str(element.value) for kind in (*kinds, app.error) for element in kind)
