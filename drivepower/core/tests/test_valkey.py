from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache


def connections_made(_number: int = 0) -> int:
    """How many Valkey has ever had, as a thread of its own reads it: Django gives each its own cache object."""
    return int(cache._cache.get_client().info("stats")["total_connections_received"])  # type: ignore[attr-defined]


def test_requests_share_their_connections() -> None:
    before = connections_made()
    for number in range(20):
        with ThreadPoolExecutor(1) as thread:
            last = thread.submit(connections_made, number).result()
    assert last - before < 20
