"""Steps to TwiML: valid by Twilio's own list of verbs, and worded so that people understand."""

import xml.etree.ElementTree as ET
from itertools import product

import pytest
from pytest_django import Settings

from calls.states import LineAction
from conferencing.carrier import twiml
from conferencing.room_menu import Answer
from conferencing.steps import (
    AskCode,
    AskToConfirm,
    AskToTake,
    CodeTrouble,
    Connect,
    Farewell,
    Forward,
    Goodbye,
    Join,
    Menu,
    Nothing,
    RoomAnswer,
    RoomMenu,
    Speech,
    Step,
    TakeMessage,
    TimeLeft,
    WhoIsHere,
)
from conferencing.tests.carrier.conftest import shared

URLS = ("action", "statusCallback", "url", "recordingStatusCallback", "transcribeCallback")
NASTY = '<Hangup/> & "quotes" \x00\x07\ud83d\ufffe\u202e ]]> 🎉 ' + "x" * 500


def join(**changes: object) -> Join:
    told = {"conference_name": "", "seconds_left": 300, "deadline": 1_800_000_000}
    return Join(call_id="call_1", conference_id="conf_1", **(told | changes))


def room_menu(**changes: object) -> RoomMenu:
    return RoomMenu(**({"call_id": "call_1", "stay": 2, "seconds_left": 300} | changes))


LINE = "+12125550100"
KEYS = tuple((str(n), action) for n, action in enumerate(LineAction))
PHONES = tuple((f"call_{n}", f"+121255501{n:02}") for n in range(10))
VOICE = Speech("en-GB", "Polly.Amy")

EVERY_STEP: list[Step] = [
    *(AskCode("call_1", trouble, n) for trouble, n in product([None, *CodeTrouble], [0, 2])),
    *(AskToConfirm("call_1", name, n) for name, n in product(["", "Standup", NASTY], [0, 2])),
    *(join(conference_name=name, rejoins=r) for name, r in product(["", NASTY], [True, False])),
    join(seconds_left=-5),
    join(seconds_left=14_400),
    *(Goodbye(farewell) for farewell in Farewell),
    Nothing(),
    *(AskCode("call_1", trouble, menu=True, preface=NASTY) for trouble in [None, *CodeTrouble]),
    *(
        Menu("call_1", KEYS, text, misses, 5, VOICE)
        for text, misses in product(["", NASTY], [0, 2])
    ),
    *(Forward("call_1", PHONES, LINE, 20, n, text) for n, text in product([0, 1], ["", NASTY])),
    *(AskToTake("call_2", caller, NASTY, VOICE) for caller in (LINE, "anonymous", "", NASTY)),
    Connect(),
    *(TakeMessage("call_1", 180, text, VOICE) for text in ("", NASTY)),
    *(join(rejoins=True, answer=answer) for answer in RoomAnswer),
    *(room_menu(answer=answer, may_extend=True) for answer in [None, *RoomAnswer]),
    *(room_menu(answer=WhoIsHere(8 * (NASTY,), more)) for more in (0, 240)),
    *(room_menu(answer=TimeLeft(seconds), muted=True) for seconds in (0, 14_400)),
]


def spoken(step: Step) -> str:
    return " ".join(say.text or "" for say in ET.fromstring(twiml.render(step)).iter("Say"))


def find(step: Step, verb: str) -> ET.Element:
    found = ET.fromstring(twiml.render(step)).find(f".//{verb}")
    assert found is not None
    return found


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_every_step_is_valid(step: Step) -> None:
    known = shared("twiml_voice_elements.json")["elements"]

    def check(element: ET.Element) -> None:
        assert set(element.attrib) <= set(known[element.tag]["attributes"]), element.tag
        assert {child.tag for child in element} <= set(known[element.tag]["nests"])
        for child in element:
            check(child)

    document = twiml.render(step)
    assert document.startswith('<?xml version="1.0" encoding="UTF-8"?><Response')
    assert len(document.encode()) < 4_000  # Twilio takes 64 kB, and 4,000 letters inline
    check(ET.fromstring(document))


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_every_url_is_absolute_and_on_our_public_address(step: Step) -> None:
    root = ET.fromstring(twiml.render(step))
    urls = [e.get(name) for e in root.iter() for name in URLS if e.get(name)]
    urls += [redirect.text for redirect in root.iter("Redirect")]
    assert all(url.startswith("http://testserver/twilio/") for url in urls)


class TestAskCode:
    def test_asks_for_as_many_digits_as_a_code_has(self, settings: Settings) -> None:
        settings.CONFERENCE_CODE_LENGTH = 6
        step = AskCode("call_1")
        assert spoken(step) == "Welcome. Please enter your 6 digit conference code."
        gather = find(step, "Gather")
        assert gather.get("numDigits") == "6"
        assert gather.get("finishOnKey") == "#"
        assert gather.get("input") == "dtmf"

    def test_silence_leads_to_the_question_again(self) -> None:
        redirect = find(AskCode("call_1", silences=1), "Redirect")
        assert redirect.text == "http://testserver/twilio/voice/code-silence/call_1?n=2#rc=2&rp=all"
        root = ET.fromstring(twiml.render(AskCode("call_1")))
        assert [verb.tag for verb in root] == ["Gather", "Redirect"]

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            (CodeTrouble.WRONG, "not right"),
            (CodeTrouble.ENDED, "over"),
            (CodeTrouble.FULL, "full"),
            (CodeTrouble.STRANGERS_REFUSED, "phone that was invited"),
        ],
    )
    def test_says_what_the_trouble_is_and_asks_again(
        self, trouble: CodeTrouble, words: str
    ) -> None:
        said = spoken(AskCode("call_1", trouble))
        assert words in said
        assert "code" in said.split(words)[1]


class TestAskToConfirm:
    def test_says_who_calls_and_what_to_press(self) -> None:
        said = spoken(AskToConfirm("call_1", "Standup"))
        assert "the conference Standup" in said
        assert "press 1" in said

    def test_the_hash_key_is_an_answer_too(self) -> None:
        assert find(AskToConfirm("call_1", ""), "Gather").get("finishOnKey") == ""


class TestJoin:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (300, "5 minutes left"),
            (299, "5 minutes left"),
            (269, "4 minutes left"),
            (61, "1 minute left"),
            (59, "less than a minute left"),
            (0, "less than a minute left"),
            (14_400, "240 minutes left"),
        ],
    )
    def test_says_how_long_is_left(self, seconds: int, words: str) -> None:
        assert f"You have {words}." in spoken(join(seconds_left=seconds))

    def test_says_the_name_if_there_is_one(self) -> None:
        assert "You are joining the conference Standup." in spoken(join(conference_name="Standup"))
        assert "You are joining the conference." in spoken(join())

    def test_the_leg_wears_its_belt(self) -> None:
        assert find(join(seconds_left=300), "Dial").get("timeLimit") == "315"
        assert find(join(seconds_left=-9), "Dial").get("timeLimit") == "15"
        # Twilio's own limit for a call: above it the attribute is refused.
        assert find(join(seconds_left=14_400), "Dial").get("timeLimit") == "14400"

    def test_the_room_is_ours_alone_and_known_by_our_ids(self) -> None:
        room = find(join(), "Conference")
        assert room.text == "conf_1"
        assert room.get("participantLabel") == "call_1"
        assert room.get("endConferenceOnExit") == "false"
        assert room.get("startConferenceOnEnter") == "true"
        assert room.get("maxParticipants") == "250"

    def test_callback_and_events_are_the_same_at_every_entrance(self) -> None:
        """Twilio keeps to what the first participant brings, whoever that is."""
        entrances = [join(), join(rejoins=True), join(seconds_left=3, conference_name="Standup")]
        entrances.append(Join("call_2", "conf_1", "", 9, 9))
        names = ("statusCallback", "statusCallbackEvent", "statusCallbackMethod")
        brought = {
            tuple(find(step, "Conference").get(name) for name in names) for step in entrances
        }
        assert brought == {
            (
                "http://testserver/twilio/room/conf_1#rc=3&rp=all",
                "start end join leave mute hold announcement",
                "POST",
            )
        }

    def test_what_follows_the_room_knows_the_deadline(self) -> None:
        action = find(join(deadline=1_800_000_000), "Dial").get("action")
        after_room = "http://testserver/twilio/voice/after-room/call_1"
        assert action == f"{after_room}?deadline=1800000000&stay=0#rc=2&rp=all"

    def test_who_comes_back_hears_neither_greeting_nor_beep(self) -> None:
        again = join(rejoins=True)
        assert ET.fromstring(twiml.render(again))[0].tag == "Dial"
        assert find(again, "Conference").get("beep") == "false"
        assert find(join(), "Conference").get("beep") == "onEnter"


class TestRoomMenu:
    def test_says_what_the_keys_do(self) -> None:
        assert spoken(room_menu()) == (
            "Press 1 to mute yourself, 2 to hear who is here, 3 for the time that is left,"
            " 9 to leave, or star to go back."
        )

    def test_offers_what_may_be_had(self) -> None:
        assert "1 to be heard again, 2" in spoken(room_menu(muted=True))
        assert "left, 4 for five more minutes, 9" in spoken(room_menu(may_extend=True))

    def test_every_key_is_an_answer_and_silence_leads_to_the_same_place(self) -> None:
        step = room_menu(asked=3, misses=1)
        gather = find(step, "Gather")
        assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("1", "")
        link = "http://testserver/twilio/voice/room-menu/call_1?stay=2&asked=3&n=1#rc=2&rp=all"
        assert gather.get("action") == find(step, "Redirect").text == link

    @pytest.mark.parametrize(("left", "patience"), [(300, "5"), (5, "5"), (1, "1")])
    def test_waits_no_longer_than_the_conference_lasts(self, left: int, patience: str) -> None:
        assert find(room_menu(seconds_left=left), "Gather").get("timeout") == patience

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (WhoIsHere(()), "Nobody else is here."),
            (WhoIsHere(("Bert",)), "Here with you: Bert."),
            (WhoIsHere(("Bert", "Carl")), "Here with you: Bert and Carl."),
            (WhoIsHere(("Bert", "Carl"), 1), "Here with you: Bert, Carl and 1 caller."),
            (WhoIsHere((), 2), "Here with you: 2 callers."),
            (WhoIsHere(("Bert",), 1, unnamed=False), "Here with you: Bert and 1 other."),
            (WhoIsHere(("Bert",), 9, unnamed=False), "Here with you: Bert and 9 others."),
            (TimeLeft(252), "4 minutes and 12 seconds left."),
            (TimeLeft(61), "1 minute and 1 second left."),
            (TimeLeft(60), "1 minute left."),
            (TimeLeft(59), "59 seconds left."),
            (TimeLeft(0), "Less than a second left."),
            (RoomAnswer.NO_MORE_TIME, "This conference cannot last any longer."),
            (RoomAnswer.NOT_UNDERSTOOD, "I did not understand that."),
        ],
    )
    def test_says_the_answer_before_it_asks_again(self, answer: Answer, words: str) -> None:
        assert spoken(room_menu(answer=answer)).startswith(f"{words} Press 1 ")

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (RoomAnswer.MUTED, "You are muted."),
            (RoomAnswer.HEARD_AGAIN, "You can be heard again."),
            (RoomAnswer.FIVE_MORE_MINUTES, "Five more minutes."),
        ],
    )
    def test_who_goes_back_hears_what_was_done(self, answer: RoomAnswer, words: str) -> None:
        assert spoken(join(rejoins=True, answer=answer)).startswith(words)
        assert find(join(rejoins=True, answer=answer), "Conference").get("beep") == "false"


def test_a_name_is_spoken_and_never_obeyed() -> None:
    for step in (join(conference_name=NASTY), AskToConfirm("call_1", NASTY)):
        said = spoken(step)
        assert '<Hangup/> & "quotes" ' in said
        assert len(said) < 300


@pytest.mark.parametrize("farewell", Farewell)
def test_a_farewell_says_why_and_goodbye_and_hangs_up(farewell: Farewell) -> None:
    said = spoken(Goodbye(farewell))
    assert said.endswith(" Goodbye.")
    assert len(said) > len(" Goodbye.") + 5
    assert ET.fromstring(twiml.render(Goodbye(farewell)))[-1].tag == "Hangup"


def test_each_farewell_has_its_words() -> None:
    assert len({spoken(Goodbye(farewell)) for farewell in Farewell}) >= len(Farewell) - 1
    assert "over" in spoken(Goodbye(Farewell.ENDED))
    assert "full" in spoken(Goodbye(Farewell.FULL))


def test_who_has_gone_hears_nothing() -> None:
    assert list(ET.fromstring(twiml.render(Nothing()))) == []
