"""How a station answers: the handler only decides, and what follows happens after the answer has been sent."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from ocpp.routing import on
from ocpp.v16.enums import Action

from ocpp_consumer.simulator.describe import describe

if TYPE_CHECKING:
    from ocpp_consumer.simulator.station import Station

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Work = Callable[[], Coroutine[Any, Any, None]]


class Handlers:
    """What all handlers share."""

    def __init__(self, station: "Station") -> None:
        self.station = station
        self._afterwards: list[tuple[str, Work]] = []

    def afterwards(self, name: str, work: Work) -> None:
        """Has the work done as soon as the answer is out."""
        self._afterwards.append((name, work))

    def act(self) -> None:
        """Begins what the last answers promised; the link calls it after every frame."""
        promised, self._afterwards = self._afterwards, []
        for name, work in promised:
            self.station.tasks.spawn(work(), name=name)


def answers(action: Action) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Marks the handler of an action for the library, and tells what was asked and answered."""

    def mark(handler: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        @wraps(handler)
        def told(*args: Parameters.args, **payload: Parameters.kwargs) -> Answer:
            station = cast(Handlers, args[0]).station
            try:
                answer = handler(*args, **payload)
            except Exception as error:
                station.warn(f"<- {action.value} could not be answered: {error!r}")
                raise
            asked = f"{action.value} {describe(dict(payload))}".rstrip()
            station.say(f"<- {asked} => {describe(answer) or 'ok'}")
            return answer

        return cast(Callable[Parameters, Answer], on(action)(told))

    return mark
