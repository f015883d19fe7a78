from conferencing.models.api_key import ApiKey
from conferencing.models.enquiry import Enquiry
from conferencing.models.guess import Guess, GuessBudget
from conferencing.models.heartbeat import Heartbeat
from conferencing.models.idempotency import IdempotencyKey
from conferencing.models.order import LANES, Lane, Order, OrderKind, OrderState, Pace
from conferencing.models.slot import Slot, Turn

__all__ = [
    "LANES",
    "ApiKey",
    "Enquiry",
    "Guess",
    "GuessBudget",
    "Heartbeat",
    "IdempotencyKey",
    "Lane",
    "Order",
    "OrderKind",
    "OrderState",
    "Pace",
    "Slot",
    "Turn",
]
