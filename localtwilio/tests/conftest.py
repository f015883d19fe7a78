"""One network and one webhook server for the session; each test has people of its own."""

from collections.abc import Iterator

import pytest

from localtwilio.tests.support import network as networks
from localtwilio.tests.support.application import Application, Server
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import LINES, TOKEN, Network


@pytest.fixture(scope="session")
def running_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    yield from networks.start(tmp_path_factory.mktemp("localtwilio") / "log")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield from Server().run()


@pytest.fixture
def network(running_network: Network) -> Iterator[Network]:
    yield running_network
    running_network.calm_down()


@pytest.fixture
def app(server: Server) -> Iterator[Application]:
    """Whatever a test is about: every webhook it caused was signed with the account's token."""
    application = server.application()
    yield application
    unsigned = [r.url for r in application.received if not r.signed_with(TOKEN)]
    assert not unsigned, f"requests without a right signature: {unsigned}"


@pytest.fixture
def line(network: Network, app: Application) -> str:
    """A number of the account; a call to it asks the application at /voice."""
    network.line(LINES[0]).update(
        voice_url=app.url("/voice"),
        voice_method="POST",
        voice_fallback_url="",
        voice_fallback_method="POST",
        status_callback="",
        status_callback_method="POST",
    )
    return LINES[0]


@pytest.fixture
def alice(network: Network) -> Handset:
    return network.handset()


@pytest.fixture
def bob(network: Network) -> Handset:
    return network.handset()


@pytest.fixture
def carol(network: Network) -> Handset:
    return network.handset()


@pytest.fixture
def room(network: Network) -> str:
    return network.room()
