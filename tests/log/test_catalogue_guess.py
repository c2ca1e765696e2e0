from seqrec.log.catalogue_guess import guess_catalogue, looks_like_catalogue
from seqrec.log.source import CatalogueMapping, Sample

MOVIES = tuple((str(n), f"Film number {n} (1995)", ("Comedy|Drama", "Action")[n % 2])
               for n in range(1, 30))  # fmt: skip


def test_columns_of_a_catalogue_are_found_by_name():
    columns = ("Artikel", "Bezeichnung", "Warengruppe", "Langtext", "Bild")
    rows = (
        ("1", "Becher", "Küche", "Ein schöner Becher für jeden Tag", "a.png"),
        ("2", "Teller", "Küche", "Ein großer Teller für viele Gäste", "b.png"),
    )
    sample = Sample(columns, rows, ())
    guess = guess_catalogue(sample)
    assert guess.mapping == CatalogueMapping(
        "Artikel", "Bezeichnung", "Warengruppe", "Langtext", "Bild"
    )
    assert guess.reasons["title"] == "a column called 'Bezeichnung'"


def test_columns_of_a_catalogue_without_header_are_found_by_values():
    guess = guess_catalogue(Sample(("column 1", "column 2", "column 3"), MOVIES, ()))
    assert guess.mapping == CatalogueMapping("column 1", "column 2", "column 3")
    assert guess.reasons["item"] == "no two rows have the same value"


def test_a_file_with_one_row_an_item_looks_like_a_catalogue():
    assert looks_like_catalogue(Sample(("movieId", "title", "genres"), MOVIES, ()))
    assert looks_like_catalogue(Sample(("column 1", "column 2", "column 3"), MOVIES, ()))


def test_a_log_does_not_look_like_a_catalogue():
    events = tuple((f"u{n % 3}", f"i{n}", str(1291193100 + n)) for n in range(30))
    assert not looks_like_catalogue(Sample(("user", "item", "time"), events, ()))
    assert not looks_like_catalogue(Sample(("column 1", "column 2", "column 3"), events, ()))
