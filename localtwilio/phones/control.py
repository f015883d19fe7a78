"""The control API: a person's hands on a handset, for scripts and for the page."""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.exchange.calls import Call
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.handsets import Behaviour, Handset
from localtwilio.phones.requests import (
    Problem,
    answering_problems,
    body_of,
    speech_of,
    valid_number,
)

ON_RING = ("wait", "answer", "busy", "no_answer", "machine", "fail", "for_ever")
ON_SMS = re.compile(r"^(deliver|fail:\d{5})$")


class Control:
    """`/phones` and what is below it."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[Route]:
        actions = {
            "dial": self.dial,
            "answer": self.answer,
            "reject": self.reject,
            "hang_up": self.hang_up,
            "press": self.press,
            "speak": self.speak,
            "behaviour": self.behaviour,
        }
        return [
            Route("/phones", answering_problems(self.all)),
            Route("/phones/{number}", answering_problems(self.one)),
            *(
                Route(f"/phones/{{number}}/{name}", answering_problems(act), methods=["POST"])
                for name, act in actions.items()
            ),
        ]

    async def all(self, _: Request) -> Response:
        phones = [handset.as_json() for handset in self._exchange.handsets.values()]
        return JSONResponse({"phones": phones, "lines": list(self._exchange.lines)})

    async def one(self, request: Request) -> Response:
        return JSONResponse(self._handset(request).as_json())

    async def dial(self, request: Request) -> Response:
        handset, body = self._handset(request), await body_of(request)
        body.only("to")
        to = valid_number(body.text("to"), "to")
        if to == handset.number:
            raise Problem(400, "to: a phone cannot call itself")
        call = self._exchange.dial_in(handset.number, to)
        return JSONResponse({"call_sid": call.sid}, 201)

    async def answer(self, request: Request) -> Response:
        handset, call = await self._ringing_leg(request)
        call.answer()
        return JSONResponse(handset.as_json())

    async def reject(self, request: Request) -> Response:
        handset, call = await self._ringing_leg(request)
        call.end("busy", "callee")
        return JSONResponse(handset.as_json())

    async def hang_up(self, request: Request) -> Response:
        handset, body = self._handset(request), await body_of(request)
        body.only("call_sid")
        call = _choose(handset, body.values.get("call_sid"), _hangable, "no call to hang up")
        _put_down(call)
        return JSONResponse(handset.as_json())

    async def press(self, request: Request) -> Response:
        handset, body = self._handset(request), await body_of(request)
        body.only("digits", "call_sid")
        digits = body.keys("digits")
        call = _choose(handset, body.values.get("call_sid"), _talking, "no call is in progress")
        handset.type_keys(call, digits)
        return JSONResponse(handset.as_json())

    async def speak(self, request: Request) -> Response:
        """Words with their seconds, or sound from a microphone: a WAV file as the body."""
        handset = self._handset(request)
        speech, call_sid = await speech_of(request)
        call = _choose(handset, call_sid, _talking, "no call is in progress")
        handset.say(call, speech)
        return JSONResponse(handset.as_json())

    async def behaviour(self, request: Request) -> Response:
        """Only what is named changes."""
        handset, body = self._handset(request), await body_of(request)
        body.only("on_ring", "after", "press", "speak", "on_sms")
        old = handset.behaviour
        on_sms = body.text("on_sms", old.on_sms)
        if not ON_SMS.match(on_sms):
            raise Problem(400, "on_sms: must be deliver, or fail: and a code such as fail:30003")
        handset.behaviour = Behaviour(
            on_ring=body.choice("on_ring", old.on_ring, ON_RING),
            after=body.number("after", old.after),
            press=body.keys("press", old.press) if body.values.get("press", "-") else "",
            speak=body.number("speak", old.speak),
            on_sms=on_sms,
        )
        return JSONResponse(handset.as_json())

    def _handset(self, request: Request) -> Handset:
        number = valid_number(request.path_params["number"])
        if number in self._exchange.lines:
            raise Problem(404, f"number: {number} is a line of the account, not a handset")
        return self._exchange.handset(number)

    async def _ringing_leg(self, request: Request) -> tuple[Handset, Call]:
        handset, body = self._handset(request), await body_of(request)
        body.only("call_sid")
        return handset, _choose(
            handset, body.values.get("call_sid"), _incoming, "it is not ringing"
        )


def _choose(
    handset: Handset, call_sid: object, fits: Callable[[list[Call]], list[Call]], why: str
) -> Call:
    """The leg with that SID, or else the one that fits best; 409 when there is none."""
    if call_sid is not None:
        if not isinstance(call_sid, str):
            raise Problem(400, "call_sid: must be a string")
        named = handset.find(call_sid)
        candidates = fits([named]) if named else []
    else:
        candidates = fits(list(handset.live.values()))
    if not candidates:
        raise Problem(409, f"{handset.number}: {why}")
    return candidates[0]


def _incoming(legs: list[Call]) -> list[Call]:
    """The one that has rung longest first."""
    return [leg for leg in legs if leg.status == "ringing" and leg.direction != "inbound"]


def _talking(legs: list[Call]) -> list[Call]:
    """One that waits for the person first; then the newest."""
    talking = [leg for leg in reversed(legs) if leg.status == "in-progress"]
    return sorted(talking, key=lambda leg: leg.awaiting not in ("digits", "message"))


def _hangable(legs: list[Call]) -> list[Call]:
    """A talking leg first, then one that is being dialled; a ringing one can be declined."""
    order = {"in-progress": 0, "ringing": 1}
    alive = [leg for leg in reversed(legs) if leg.status in order]
    return sorted(alive, key=lambda leg: (order[leg.status], leg.direction != "inbound"))


def _put_down(call: Call) -> None:
    if call.direction == "inbound":
        call.hang_up("caller")
    elif call.status == "ringing":
        call.end("busy", "callee")
    else:
        call.hang_up("callee")
