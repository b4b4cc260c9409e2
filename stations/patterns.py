"""Which stations a pattern of vendor, model and firmware means: `*` and `?`, without regard to case."""

from fnmatch import fnmatchcase

from stations.models import Station


def matches(*, vendor: str, model: str, firmware: str, of: Station) -> bool:
    """Whether all three patterns fit what the station last said of itself."""
    said = ((of.vendor, vendor), (of.model, model), (of.firmware, firmware))
    return all(fnmatchcase(text.strip().casefold(), pattern.strip().casefold()) for text, pattern in said)
