"""Frames so long that reading them would hold up every other socket: read on a thread of their own, one at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from ocpp_consumer import rpc
from ocpp_consumer.masking import mask_text

P = ParamSpec("P")
T = TypeVar("T")

# In characters; nearly all that stations say is far shorter.
LONG = 16 * 1024

_thread = ThreadPoolExecutor(1, thread_name_prefix="long texts")


async def work_out(make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function that touches nothing of the event loop answers, while other sockets are served."""
    return await asyncio.get_running_loop().run_in_executor(_thread, lambda: make(*args, **kwargs))


async def read(text: str) -> tuple[rpc.Frame, str]:
    """What a text frame says, and the text as it may be kept."""
    return await work_out(lambda: (rpc.parse(text), mask_text(text)))
