"""A log whose titles try to run, to fetch and to be read as something else."""

IMAGE = "http://evil.example/x.png"
TITLES = (
    f"<img src=x onerror=\"window.ran=1;fetch('{IMAGE}')\">",
    f"![pixel]({IMAGE})",
    f'=HYPERLINK("{IMAGE}","click")',
    "[click](javascript:window.ran=1) <script>window.ran=1</script>",
    "\u202eevil\u202c שלום עולם",
    "🛒 \U0001d4b9\U0001d452\U0001d4b6\U0001d4c1 :red[hot] $x^2$ `tick`",
    "+1 **bold** _it_ ~~out~~",
    "a | b\ttab 'quote' \"double\" &amp; <b>b</b>",
)
N_USERS = 24
N_STEPS = 5


def hostile_csv() -> str:
    """Users who each walk round the titles; the category is hostile too."""
    rows = [
        (f"<b>u{user:02}</b>", f"i{place}", 1_700_000_000 + user * 90_000 + step * 300, place)
        for user in range(N_USERS)
        for step in range(N_STEPS)
        for place in [(user + step) % len(TITLES)]
    ]
    lines = [
        f"{user},{item},{time},{_quoted(TITLES[place])},{_quoted(TITLES[place % 3])}"
        for user, item, time, place in rows
    ]
    return "\n".join(["user,item,time,title,category", *lines]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
