from conferencing.models.api_key import ApiKey
from conferencing.models.guess import Guess, GuessBudget
from conferencing.models.heartbeat import Heartbeat
from conferencing.models.idempotency import IdempotencyKey
from conferencing.models.order import LANES, Lane, Order, OrderKind, OrderState, Pace

__all__ = [
    "LANES",
    "ApiKey",
    "Guess",
    "GuessBudget",
    "Heartbeat",
    "IdempotencyKey",
    "Lane",
    "Order",
    "OrderKind",
    "OrderState",
    "Pace",
]
