"""What the activity feed reads: pages of calls, and the conferences that are live.

Every page costs a fixed number of queries and of index entries, however many calls there are.
"""

from calls.activity.badges import CHOICES
from calls.activity.filters import Filters
from calls.activity.live import LiveConference, live_conferences
from calls.activity.pages import MOST_EXPORTED, PAGE, Page, among, everything, page
from calls.activity.people import country, written
from calls.activity.row import Message, Row
from calls.activity.search import conditions

__all__ = [
    "CHOICES",
    "MOST_EXPORTED",
    "PAGE",
    "Filters",
    "LiveConference",
    "Message",
    "Page",
    "Row",
    "among",
    "conditions",
    "country",
    "everything",
    "live_conferences",
    "page",
    "written",
]
