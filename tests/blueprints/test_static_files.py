"""Files of the site: named by their version, kept by browsers for a year."""

import re

from flask.testing import FlaskClient

from blueprints import static_files


def kept(client: FlaskClient, address: str) -> str | None:
    """Return how long a browser may keep what is at `address`."""
    with client.get(address) as answer:
        return answer.headers.get("Cache-Control")


def test_pages_name_files_by_version_and_browsers_keep_them(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    address = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{10})"', page)
    assert address
    assert kept(client, address[1]) == static_files.KEPT


def test_a_file_asked_for_without_its_version_is_asked_for_again(client: FlaskClient) -> None:
    assert kept(client, "/static/app.css") != static_files.KEPT
    assert kept(client, "/static/missing.css?v=1") != static_files.KEPT
