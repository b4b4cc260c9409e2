"""A driver's app: everything over real HTTP, waiting for conditions and never for time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from drivepower.tests.house import House

PATIENCE = 45.0
POLL = 0.8  # an app that asks more often than once a second is throttled before long
PASSWORD = "a-long-road-of-mountains"


class Driver:
    """An app that has logged in."""

    def __init__(self, client: httpx.AsyncClient, bank: str) -> None:
        self.client = client
        self.bank = bank

    @classmethod
    @asynccontextmanager
    async def signed_up(cls, house: House, email: str) -> AsyncIterator["Driver"]:
        """Sign up, then log in with what was signed up."""
        async with httpx.AsyncClient(base_url=house.url, timeout=10) as client:
            signed_up = await client.post("/api/auth/signup", json={"email": email, "password": PASSWORD, "name": "A"})
            assert signed_up.status_code == httpx.codes.CREATED, signed_up.text
            async with cls.logged_in(house, email, PASSWORD) as driver:
                yield driver

    @classmethod
    @asynccontextmanager
    async def logged_in(cls, house: House, email: str, password: str) -> AsyncIterator["Driver"]:
        """Log in."""
        async with httpx.AsyncClient(base_url=house.url, timeout=10) as client:
            answer = await client.post("/api/auth/login", json={"login": email, "password": password})
            assert answer.status_code == httpx.codes.OK, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
            yield cls(client, house.environment["SANDBOX_BANK_URL"])

    async def get(self, path: str) -> dict[str, Any]:
        """A successful answer."""
        answer = await self.client.get(path)
        assert answer.status_code == httpx.codes.OK, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def post(self, path: str, *, expect: int, **body: Any) -> dict[str, Any]:
        """An answer with the status that is expected."""
        answer = await self.client.post(path, json=body)
        assert answer.status_code == expect, answer.text
        answered: dict[str, Any] = answer.json()
        return answered

    async def wait_for(self, path: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first answer of which the condition holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds(body := await self.get(path)):
                await asyncio.sleep(POLL)
        return body

    async def top_up(self, amount: str) -> None:
        """Open an invoice, pay it at the sandbox bank, and wait until the wallet has it."""
        invoice = await self.post("/api/v1/balance/topup-qr", expect=201, amount=amount)
        paid = await self.client.post(f"{invoice['app_link']}/pay")
        assert paid.status_code in (httpx.codes.OK, httpx.codes.FOUND), paid.text
        await self.wait_for(f"/api/v1/payment/status/{invoice['invoice_id']}", lambda body: body["status"] == 1)

    async def balance(self) -> tuple[str, str, str]:
        """What can be spent, what is held, what is owed."""
        body = await self.get("/api/v1/balance/current")
        return body["balance"], body["held"], body["owed"]

    async def session_when(self, session_id: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The session as soon as the condition holds of it."""
        body = await self.wait_for(f"/api/v1/charging/status/{session_id}", lambda body: holds(body["session"]))
        session: dict[str, Any] = body["session"]
        return session

    async def settled(self, session_id: str) -> dict[str, Any]:
        """The session once its money has moved."""
        return await self.session_when(session_id, lambda session: session["state"] == "settled")
