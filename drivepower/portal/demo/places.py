"""Where the demo's stations stand: seventeen places in and around Bishkek."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Place:
    """One location, and whether the demo's host company owns the ground."""

    code: str
    en: str
    ru: str
    address: str
    latitude: Decimal
    longitude: Decimal
    hosted: bool = False


def place(code: str, en: str, ru: str, address: str, at: tuple[str, str], *, hosted: bool = False) -> Place:
    """A place with its coordinates as text, so that no digit is lost."""
    return Place(code, en, ru, address, Decimal(at[0]), Decimal(at[1]), hosted)


PLACES = (
    place("BSK-ALATOO", "Ala-Too Square", "Площадь Ала-Тоо", "Chüy Avenue 114, Bishkek", ("42.876300", "74.603700")),
    place("BSK-VICTORY", "Victory Square", "Площадь Победы", "Frunze Street 390, Bishkek", ("42.879300", "74.615600")),
    place("BSK-PHILH", "Philharmonic", "Филармония", "Chüy Avenue 253, Bishkek", ("42.877900", "74.587300")),
    place("BSK-TSUM", "TSUM", "ЦУМ", "Chüy Avenue 155, Bishkek", ("42.876100", "74.614500"), hosted=True),
    place(
        "BSK-BPARK",
        "Bishkek Park",
        "Бишкек Парк",
        "Kievskaya Street 148, Bishkek",
        ("42.874900", "74.590600"),
        hosted=True,
    ),
    place("BSK-OSH", "Osh Bazaar", "Ошский рынок", "Beishenalieva Street 42, Bishkek", ("42.874700", "74.570400")),
    place(
        "BSK-RAIL",
        "Railway Station",
        "Железнодорожный вокзал",
        "Erkindik Boulevard 1, Bishkek",
        ("42.863800", "74.605700"),
    ),
    place(
        "BSK-WEST",
        "West Bus Station",
        "Западный автовокзал",
        "Jibek Jolu Avenue 263, Bishkek",
        ("42.884800", "74.566700"),
    ),
    place(
        "BSK-EAST",
        "East Bus Station",
        "Восточный автовокзал",
        "Jibek Jolu Avenue 2, Bishkek",
        ("42.883700", "74.629000"),
    ),
    place(
        "BSK-ASIA",
        "Asia Mall",
        "Азия Молл",
        "Chingiz Aitmatov Avenue 3, Bishkek",
        ("42.855700", "74.585200"),
        hosted=True,
    ),
    place(
        "BSK-VEFA",
        "Vefa Center",
        "Вефа Центр",
        "Maxim Gorky Street 27/1, Bishkek",
        ("42.857000", "74.609700"),
        hosted=True,
    ),
    place("BSK-SOUTH", "South Gate", "Южные ворота", "Baytik Baatyr Street, Bishkek", ("42.812500", "74.611800")),
    place("FRU-AIRPORT", "Manas Airport", "Аэропорт Манас", "Manas International Airport", ("43.053600", "74.469500")),
    place("CHU-KANT", "Kant", "Кант", "Lenin Street 60, Kant", ("42.891100", "74.850800")),
    place("CHU-TOKMOK", "Tokmok", "Токмок", "Lenin Street 350, Tokmok", ("42.841900", "75.301500")),
    place("CHU-SOKULUK", "Sokuluk", "Сокулук", "Frunze Street 118, Sokuluk", ("42.859600", "74.291500")),
    place("CHU-ALAARCHA", "Ala-Archa Gate", "Ворота Ала-Арча", "Ala-Archa National Park", ("42.644500", "74.478600")),
)
