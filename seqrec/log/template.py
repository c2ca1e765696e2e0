"""A small file that shows which columns a log has."""


def template_csv() -> bytes:
    """CSV in UTF-8: a header with every common role and three rows."""
    return (
        b"user,item,time,event,session,title,category\n"
        b"u1,i7,2026-01-31 09:30:00,view,s1,Blue mug,Kitchen\n"
        b"u1,i9,2026-01-31 09:34:10,purchase,s1,Tea towel,Kitchen\n"
        b"u2,i7,2026-02-01 18:02:45,view,s2,Blue mug,Kitchen\n"
    )
