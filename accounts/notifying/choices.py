"""Which notifications a person wants by which channel: the table of kinds, and what they have said otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from accounts.models import Channel, NotificationChoice, User
from accounts.notifying.kinds import CHOSEN, KINDS

Said = Mapping[tuple[str, str], bool]


def said_by(people: Iterable[User]) -> dict[int, Said]:
    """What these people have said, by the person's key; one query."""
    said: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
    for choice in NotificationChoice.objects.filter(user__in=list(people)):
        said[choice.user_id][choice.kind, choice.channel] = choice.is_wanted
    return dict(said)


def is_wanted(kind: str, channel: Channel, said: Said) -> bool:
    """Whether somebody who said this is told of that kind by that channel."""
    return said.get((kind, channel), channel in KINDS[kind].channels)


def all_of(user: User) -> dict[str, dict[str, bool]]:
    """Every kind with every channel, as it is for a person."""
    said = said_by([user]).get(user.pk, {})
    return {kind: {channel.value: is_wanted(kind, channel, said) for channel in Channel} for kind in CHOSEN}


def change(*, user: User, choices: Mapping[str, Mapping[str, bool]]) -> None:
    """Keep what a person says, kind by kind and channel by channel; what they do not name stays."""
    rows = [
        NotificationChoice(user=user, kind=kind, channel=channel, is_wanted=wanted)
        for kind, by_channel in sorted(choices.items())
        for channel, wanted in sorted(by_channel.items())
    ]
    NotificationChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind", "channel"], update_fields=["is_wanted"]
    )
