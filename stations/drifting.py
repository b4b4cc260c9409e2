"""Which stations are set otherwise than their template wants, many at a time: one query per template."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, Func, Q, TextField, Value
from django.db.models.functions import Lower, Trim

from stations import configuration, patterns
from stations.models import ConfigurationKey, ConfigurationTemplate, Station


def drifting() -> set[int]:
    """The keys of all stations that differ; one that never said what is wanted differs as well."""
    found: set[int] = set()
    for template, stations in by_template().items():
        found |= stations - in_step(template, stations)
    return found


def by_template() -> dict[ConfigurationTemplate, set[int]]:
    """The stations of each template, as `configuration.template_for` finds it for one."""
    templates = list(ConfigurationTemplate.objects.order_by("-priority", "name"))
    first = [template for template in templates if template.is_for_onboarding]
    found: dict[ConfigurationTemplate, set[int]] = defaultdict(set)
    if templates:
        for station in Station.objects.only("vendor", "model", "firmware", "registration").order_by():
            is_new = station.registration == Station.Registration.PENDING
            if template := fitting(station, first if is_new else templates):
                found[template].add(station.pk)
    return found


def fitting(station: Station, templates: Iterable[ConfigurationTemplate]) -> ConfigurationTemplate | None:
    """The first that fits."""
    for one in templates:
        if patterns.matches(vendor=one.vendor, model=one.model, firmware=one.firmware, of=station):
            return one
    return None


def in_step(template: ConfigurationTemplate, stations: set[int]) -> set[int]:
    """Those of these stations that have every value that the template wants, as `configuration.same` compares."""
    wanted = {
        key.casefold(): configuration.text_of(value)
        for key, value in template.wanted.items()
        if configuration.is_of_templates(key)
    }
    if not wanted:
        return stations
    fits = Q()
    for key, value in wanted.items():
        plain = ",".join(part.strip() for part in value.split(","))
        is_switch = plain.casefold() in {"true", "false"}
        fits |= Q(folded=key, plain__iexact=plain) if is_switch else Q(folded=key, plain=plain)
    rows = ConfigurationKey.objects.filter(station__in=stations).order_by()
    plain_value = Func(
        Trim(F("value")),
        Value(r"\s*,\s*"),
        Value(","),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    right = rows.alias(folded=Lower("key"), plain=plain_value).filter(fits)
    counted = right.values("station").annotate(count=Count("folded", distinct=True))
    return set(counted.filter(count=len(wanted)).values_list("station", flat=True))
