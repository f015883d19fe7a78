"""The rows of the table, in its order. Each has a name, a goal, and `run(world)`."""

from tests.chaos.row import Row
from tests.chaos.rows.crowd import WITHOUT_CALLBACKS, Crowd
from tests.chaos.rows.dial_outs import DialOuts
from tests.chaos.rows.guests import LateAnswers, Machines
from tests.chaos.rows.kills import Kills
from tests.chaos.rows.outages import AllKilled, Deploys, PostgresRestarted, RedisDead, RedisFlushed
from tests.chaos.rows.overload import Overload
from tests.chaos.rows.soak import Soak
from tests.chaos.rows.sqlite import Sqlite

ROWS: tuple[Row, ...] = (
    Crowd(),
    WITHOUT_CALLBACKS,
    Overload(),
    Kills(),
    DialOuts(),
    LateAnswers(),
    Machines(),
    RedisDead(),
    RedisFlushed(),
    PostgresRestarted(),
    Sqlite(),
    Deploys(),
    AllKilled(),
    Soak(),
)
