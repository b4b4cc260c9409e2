"""What to do about a maker's code: as its meaning says; of one that nobody knows, where its meaning is written down."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from drivepower.portal.explain import ways
from drivepower.portal.explain.facts import Around
from drivepower.portal.explain.sentences import states
from drivepower.portal.explain.shapes import Step
from stations.makers_codes import codes_in
from stations.models import StatusSpan

MOST = 3


def known(one: StatusSpan, around: Around) -> tuple[Step, ...] | None:
    """The next step of its code, if there is one; None where nobody knows the code, or there is none."""
    meaning = around.makers.meaning(*states.heard_with(one, around.frames))
    if meaning is None:
        return None
    return (Step(meaning.step, "station"),) if meaning.step else ()


def offers(spans: Iterable[StatusSpan], around: Around) -> Iterator[Step]:
    """Where those may say what unknown codes mean who may write that down."""
    if not around.tells_codes:
        return
    vendor = around.makers.vendor
    for code in unknown(spans, around)[:MOST]:
        page = ways.address("stations_makerscode_add", vendor=vendor, code=code)
        yield Step(_("Say what this code means: %(code)s.") % {"code": code}, link=page)


def unknown(spans: Iterable[StatusSpan], around: Around) -> Sequence[str]:
    """The codes that came with these statuses and that nobody knows, each once."""
    found = dict[str, str]()
    for one in spans:
        said = states.heard_with(one, around.frames)
        if around.makers.meaning(*said) is None and (names := codes_in(*said)):
            found.setdefault(names[0].lower(), names[0])
    return list(found.values())
