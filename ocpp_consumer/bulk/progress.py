"""How far jobs are, counted in one query for all of them."""

from collections.abc import Sequence

from django.db.models import Count, Max, Min, Q

from stations.models import BulkCommand, BulkStep, Command

Outcome = BulkStep.Outcome


def progress(bulks: Sequence[BulkCommand]) -> dict[int, dict[str, int]]:
    """By job: how many stations in all, by outcome, refused, by the state of their command; and which wave it is."""
    open_ones = Q(outcome__in=[Outcome.WAITING, Outcome.IN_PROGRESS])
    counts = {
        "stations": Count("pk"),
        **{outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome},
        "refused": Count("pk", filter=~Q(refusal="")),
        **{state.value: Count("pk", filter=Q(command__state=state)) for state in Command.State},
        "waves": Max("wave"),
        "wave_now": Min("wave", filter=open_ones),
    }
    rows = BulkStep.objects.filter(bulk__in=bulks).order_by().values_list("bulk").annotate(**counts)
    counted = {row[0]: [value or 0 for value in row[1:]] for row in rows}
    nothing = [0] * len(counts)
    told = {bulk.pk: dict(zip(counts, counted.get(bulk.pk, nothing), strict=True)) for bulk in bulks}
    for one in told.values():
        one["wave"] = one.pop("wave_now") or one["waves"]
    return told
