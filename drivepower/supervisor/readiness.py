"""Asks a portal whether it is ready; `python -m drivepower.supervisor.readiness PORT` does it for a container."""

import asyncio
import os
import sys
from contextlib import suppress
from urllib.parse import urlsplit

PATIENCE = 5.0


async def answers(address: str, *, public_url: str) -> bool:
    """Whether /health/ready at `address` gets 200 now, asked the way a proxy passes on a request to `public_url`."""
    server, public = urlsplit(address), urlsplit(public_url)
    request = (
        f"GET /health/ready HTTP/1.1\r\nHost: {public.netloc}\r\n"
        f"X-Forwarded-Proto: {public.scheme}\r\nConnection: close\r\n\r\n"
    )
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(server.hostname, server.port)
            try:
                writer.write(request.encode())
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    return False


if __name__ == "__main__":
    address = f"http://127.0.0.1:{sys.argv[1]}"
    sys.exit(not asyncio.run(answers(address, public_url=os.environ.get("PUBLIC_URL", address))))
