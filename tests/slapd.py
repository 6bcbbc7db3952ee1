"""OpenLDAP's server, of the tests' own: a folder, a port, a few people."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

SUFFIX = "dc=hotline,dc=example"
MODULES = Path("/usr/lib/ldap")
CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath {modules}
moduleload back_mdb
database mdb
suffix "{suffix}"
rootdn "cn=root,{suffix}"
directory {folder}/db
access to attrs=userPassword by anonymous auth by * none
access to * by * none
"""
ENTRY = """\
dn: uid={number},ou=people,{suffix}
objectClass: inetOrgPerson
uid: {number}
cn: {number}
sn: {number}
userPassword: {password}

"""


def why_not() -> str:
    """Return why there can be no server here; empty where there can."""
    given = os.environ.get("HOTLINE_TEST_SLAPD_REASON", "")
    return given or ("" if program("slapd") else "slapd (OpenLDAP) is not installed")


def program(name: str) -> str | None:
    """Return the path of one of OpenLDAP's programs."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Slapd:
    """A directory with the people given, that listens while the block runs."""

    def __init__(self, folder: Path, people: dict[str, str]) -> None:
        self._folder, self._people = folder, people
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        self.url = f"ldap://127.0.0.1:{self.port}"

    def __enter__(self) -> "Slapd":
        (self._folder / "db").mkdir(parents=True)
        config = self._folder / "slapd.conf"
        config.write_text(
            CONFIG.format(modules=MODULES, suffix=SUFFIX, folder=self._folder), encoding="utf-8"
        )
        tree = f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: hotline\ndc: hotline\n\n"
        tree += f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people\n\n"
        tree += "".join(
            ENTRY.format(number=number, suffix=SUFFIX, password=password)
            for number, password in self._people.items()
        )
        subprocess.run(
            [str(program("slapadd")), "-f", str(config)], input=tree.encode(), check=True, capture_output=True
        )
        self._process = subprocess.Popen(
            [str(program("slapd")), "-f", str(config), "-h", self.url, "-d", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        return self

    def _wait(self) -> None:
        for _ in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("slapd did not begin to listen")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
