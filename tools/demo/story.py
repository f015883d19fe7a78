"""The story, as a play. Every line waits for what it tells; what does not happen ends it."""

import wave
from io import BytesIO
from pathlib import Path

from tools.demo.house import DESK, MAIN_LINE, WARNING_BEFORE, House
from tools.demo.people import Person
from tools.phones_client import Json

MAX_DURATION = 14  # seconds that the conference may last
EXTENSION = 10  # seconds that it gets then
CALLS = 8  # rows that the feed holds in the end: a leg each


def play(house: House) -> None:
    a_conference(house)
    desk = house.stage.enter("Dora", DESK)
    a_call_that_is_taken(house, desk)
    a_message(house)
    a_missed_call(house, desk)


def a_conference(house: House) -> None:
    house.teller.act("A conference: Alice dials in, Bob and Carol are called")
    alice = house.stage.enter("Alice", "+12125550111")
    bob = house.stage.enter("Bob", "+12125550112")
    carol = house.stage.enter("Carol", "+12125550113")
    people = [_invited(alice, "dial_in"), _invited(bob, "dial_out"), _invited(carol, "dial_out")]
    conference = house.api.opens("Budget", people, MAX_DURATION)

    alice.reads_text()
    alice.dials(conference.number)
    alice.hears("conference code")
    alice.presses(_mistyped(conference.code))
    alice.hears("not right")
    alice.presses(conference.code)
    alice.is_in(conference.id)

    bob.answers()
    bob.hears("press 1")
    bob.presses("1")
    bob.is_in(conference.id)
    alice.says(2, "Good morning, Bob.")
    bob.hears("good morning")
    conference.is_extended(EXTENSION)

    carol.answers()
    carol.hears("press 1")
    carol.presses("1")
    carol.is_in(conference.id)
    conference.removes(carol)
    carol.is_idle()
    conference.shows(carol, "left")

    alice.steps_out()
    alice.hears("press 1 to mute")
    alice.presses("1")
    alice.hears("you are muted")
    alice.is_in(conference.id)
    conference.shows_muted(alice)

    lasts = MAX_DURATION + EXTENSION
    house.teller.tell(f"Alice and Bob stay: {lasts} seconds after she came in, it is over.")
    alice.hears(f"{WARNING_BEFORE} seconds left")
    bob.hears(f"{WARNING_BEFORE} seconds left")
    alice.hears("time is up")
    bob.hears("time is up")
    conference.ends("time_limit")


def a_call_that_is_taken(house: House, desk: Person) -> None:
    house.teller.act("The main line: Erik wants to talk to a person")
    erik = house.stage.enter("Erik", "+12125550116")
    erik.dials(MAIN_LINE)
    erik.hears("to talk to a person, press 1")
    erik.presses("1")
    desk.answers()
    desk.hears("to take it, press 1")
    desk.presses("1")
    desk.is_connected()
    erik.says(2, "Hello, do you repair violins?")
    desk.hears("violins")
    desk.says(2, "We do. Bring it in any day.")
    erik.hears("bring it in")
    erik.hangs_up()
    desk.is_idle()
    house.api.call_of(erik, "forwarded")


def a_message(house: House) -> None:
    house.teller.act("The main line: Fay leaves a message")
    fay = house.stage.enter("Fay", "+12125550117")
    fay.dials(MAIN_LINE)
    fay.hears("to leave a message, press 2")
    fay.presses("2")
    fay.hears("(beep)")
    fay.speaks(6, "This is Fay. Please call me back about the violin.")
    fay.hears("thank you for your message")
    fay.is_idle()
    call = house.api.call_of(fay, "voicemail")
    seconds = _seconds(house.api.audio_of(call["voicemail"]))
    house.teller.tell(f"{seconds:.1f} s of audio, kept in {_file(house.media, call)}")


def a_missed_call(house: House, desk: Person) -> None:
    house.teller.act("The main line: nobody is at the desk")
    gus = house.stage.enter("Gus", "+12125550118")
    gus.dials(MAIN_LINE)
    gus.hears("to talk to a person, press 1")
    gus.presses("1")
    desk.rings()
    gus.hangs_up()
    desk.is_idle()
    house.api.call_of(gus, "missed")


def _invited(person: Person, mode: str) -> Json:
    return {"phone_number": person.number, "mode": mode, "name": person.name}


def _mistyped(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _seconds(audio: bytes) -> float:
    with wave.open(BytesIO(audio)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def _file(media: Path, call: Json) -> Path:
    return next(media.rglob(f"{call['voicemail']}.*"))
