"""Searches that read what stations write, each with texts that make a careless one begin anew at every letter."""

import time
from collections.abc import Callable, Iterator

from charging.metering import number_of
from ocpp_consumer import masking, rpc
from ocpp_consumer.tests.faults import hostile

# In seconds of our own processor time for a frame of full length; a hundredth of a search that begins anew would do.
MOST_SECONDS = 0.5
SEARCHES = (masking.ASSIGNED, masking.CREDENTIALS, masking.LINK, masking.TELLING)


def slow() -> Iterator[str]:
    """Which of them take too long, with which text."""
    for pump, text in zip(hostile.PUMPS, hostile.PUMPED, strict=True):
        readers: dict[str, Callable[[str], object]] = {search.pattern: search.findall for search in SEARCHES}
        readers |= {"mask": masking.mask_text, "parse": rpc.parse, "number": number_of}
        for name, read in readers.items():
            began = time.thread_time()
            read(text)
            if (took := time.thread_time() - began) > MOST_SECONDS:
                yield f"{name} took {took:.1f} s for {pump[:20]!r} and again"
