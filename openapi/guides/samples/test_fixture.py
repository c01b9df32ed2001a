import hashlib
import hmac
import json
import subprocess
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest


@pytest.fixture(scope="session")
def mock_url():
    command = ["npx", "binance-accounts", "mock", "--quiet", "--exit-with-parent"]
    # The mock ends when its standard input does.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mock:
        yield mock.stdout.readline().strip().removeprefix("export BINANCE_BASE_URL=")
        mock.stdin.close()


class Account:
    """An account of the mock, with a key of its own."""

    def __init__(self, url):
        self.url = url
        self.key = None
        created = self.control("POST", "keys")
        self.key, self.secret = created["apiKey"], created["secret"]

    def control(self, method, path, body=None):
        headers = {"X-MBX-APIKEY": self.key} if self.key else {}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/__mock/{path}", data, headers, method=method)) as response:
            return json.loads(response.read() or "null")

    def get(self, path, **parameters):
        query = urlencode({**parameters, "timestamp": int(time.time() * 1000)})
        signature = hmac.new(self.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        request = Request(f"{self.url}{path}?{query}&signature={signature}", headers={"X-MBX-APIKEY": self.key})
        with urlopen(request) as response:
            return json.load(response)


@pytest.fixture
def account(mock_url):
    return Account(mock_url)


def test_an_alarm_at_a_margin_call(account):
    account.control("PUT", "state", {"scenario": "marginCall"})
    assert account.get("/papi/v1/account")["accountStatus"] == "MARGIN_CALL"


def test_what_the_mock_noticed(account):
    account.control("PUT", "faults", [{"fault": "error", "example": "overloaded", "times": 1}])
    with pytest.raises(HTTPError, match="503"):
        account.get("/papi/v1/um/account", recvWindow=5000)
    journal = account.control("GET", "journal")
    assert [entry["status"] for entry in journal["entries"]] == [503]
    assert journal["warnings"] == []
