"""Codes that people and programs write for places: as they are kept, or refused with those that look like them."""

from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stations.models import Location, Station

# To look for what is near takes some 0.05 s among 5,000 codes; a list in which all is wrong is of another house.
MOST_LOOKED_FOR = 5


def codes_of(model: type[Location | Station]) -> dict[str, str]:
    """Their codes, by the same without case."""
    return {code.casefold(): code for code in model._default_manager.values_list("code", flat=True)}


def codes_of_all() -> dict[str, str]:
    """Those of locations and of stations."""
    return codes_of(Location) | codes_of(Station)


def as_kept(said: list[str], codes: dict[str, str]) -> list[str]:
    """Codes as they are written, each once; ValidationError for those of nothing, with what is near a few of them."""
    typed = [one.strip() for one in said]
    wrong = [one for one in typed if one.casefold() not in codes]
    if wrong:
        near = codes if len(wrong) <= MOST_LOOKED_FOR else {}
        raise ValidationError([refusal_of(one, near) for one in wrong])
    return list(dict.fromkeys(codes[one.casefold()] for one in typed))


def refusal_of(said: str, codes: dict[str, str]) -> ValidationError:
    """That nothing has this code, and what has nearly this one."""
    near = [codes[one] for one in get_close_matches(said.casefold(), codes, n=3)]
    if near:
        values = {"code": said, "near": ", ".join(near)}
        return ValidationError(_("There is no place %(code)s. Did you mean: %(near)s?"), params=values)
    return ValidationError(_("There is no place %(code)s."), params={"code": said})
