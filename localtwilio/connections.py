"""Connections to the application, many at once and cheap each."""

import asyncio

import httpx

POOLS, EACH = 16, 12
# Applications close idle connections after about two seconds; reusing one then looks like a
# broken answer, which Twilio would not retry.
KEEPALIVE_SECONDS = 1.0


class Connections:
    """Small pools, filled one after the other.

    Every request walks through all connections of its pool, and through all requests that wait
    for one: a single pool of 200 takes seconds for a thousand webhooks, these take one.
    """

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=EACH, keepalive_expiry=KEEPALIVE_SECONDS)
        self._pools = [
            httpx.AsyncHTTPTransport(limits=limits, trust_env=False) for _ in range(POOLS)
        ]
        self._busy = [0] * POOLS
        self._room = asyncio.Semaphore(POOLS * EACH)

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The whole response. Raises httpx.TransportError; follows no redirect, keeps no cookie."""
        async with self._room:
            index = next(i for i, busy in enumerate(self._busy) if busy < EACH)
            self._busy[index] += 1
            try:
                response = await self._pools[index].handle_async_request(request)
                response.request = request
                try:
                    await response.aread()
                finally:
                    await response.aclose()
            finally:
                self._busy[index] -= 1
        return response

    async def close(self) -> None:
        for pool in self._pools:
            await pool.aclose()
