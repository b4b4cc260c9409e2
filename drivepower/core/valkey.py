"""Django's cache in Valkey, with connections that outlive a request."""

from functools import cached_property, lru_cache

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class PooledCache(RedisCache):
    """Django makes a cache object for every request: its own one would connect anew each time."""

    @cached_property
    def _cache(self) -> RedisCacheClient:
        return client(tuple(self._servers))  # type: ignore[attr-defined]  # the stubs leave it out


@lru_cache
def client(servers: tuple[str, ...]) -> RedisCacheClient:
    """This process's connections to these servers."""
    return RedisCacheClient(list(servers))
