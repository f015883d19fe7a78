"""Phone numbers as people write them, and the countries they are of."""

from functools import lru_cache

import phonenumbers

from calls import wording

# What stands in the place of a number that the caller withholds: words, and numbers that spell them
# on a keypad.
WITHHELD = frozenset(
    {
        "",
        "anonymous",
        "Anonymous",
        "restricted",
        "Restricted",
        "unavailable",
        "unknown",
        "+266696687",
        "+7378742833",
        "+86282452253",
        "+464",
    }
)


@lru_cache(maxsize=4096)
def written(number: str) -> str:
    """As people write it, with the country's code."""
    return "Withheld number" if number in WITHHELD else wording.number(number)


@lru_cache(maxsize=4096)
def country(number: str) -> str:
    """The English name of its country; empty where the number tells none."""
    # Its names are slow to load, and only this page needs them.
    from phonenumbers.geodata.locale import LOCALE_DATA  # noqa: PLC0415

    if number in WITHHELD:
        return ""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return ""
    names: dict[str, str] = LOCALE_DATA.get(region or "", {})
    name = names.get("en", "")
    return names.get(name[1:], "") if name.startswith("*") else name
