"""An encrypted file written and read in a stream: AES-256-GCM in chunks, each bound to its place.

Every chunk is authenticated with its number and with whether it is the last, so that a file cut short, or put
together in another order, is found out (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar).
"""

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hotline.backup.errors import DamagedError, WrongBackupKeyError

MAGIC = b"HOTLINE-BACKUP-1\n"
SALT = 16
CHECK = 16
PREFIX = 7
CHUNK = 1024 * 1024
TAG = 16


def _keys(secret: str, salt: bytes) -> tuple[AESGCM, bytes]:
    """Return the cipher for `secret` and what tells a wrong secret from a damaged file."""
    derived = Scrypt(salt=salt, length=32 + CHECK, n=2**15, r=8, p=1).derive(secret.encode())
    return AESGCM(derived[:32]), derived[32:]


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4) + bytes([is_last])


class ClosingStream(io.RawIOBase):
    """Encrypts what is written to it into `file`, which stays open."""

    def __init__(self, file: BinaryIO, secret: str) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._cipher, check = _keys(secret, salt)
        self._file, self._number, self._waiting = file, 0, bytearray()
        file.write(MAGIC + salt + check + self._prefix)

    def writable(self) -> bool:
        """Return that it is for writing."""
        return True

    def write(self, data: object) -> int:
        """Take `data` in; whole chunks are written as soon as more follows."""
        given = bytes(data)  # type: ignore[call-overload] # whatever offers its bytes
        self._waiting += given
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(given)

    def close(self) -> None:
        """Write the last chunk."""
        if not self.closed:
            self._put(bytes(self._waiting), is_last=True)
        super().close()

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, chunk, None))
        self._number += 1


class OpeningStream(io.RawIOBase):
    """Decrypts `file`, whose `MAGIC` has been read. Raises `WrongBackupKeyError`, `DamagedError`."""

    def __init__(self, file: BinaryIO, secret: str) -> None:
        salt, check, self._prefix = file.read(SALT), file.read(CHECK), file.read(PREFIX)
        if len(self._prefix) < PREFIX:
            raise DamagedError(part="header")
        self._cipher, expected = _keys(secret, salt)
        if check != expected:
            raise WrongBackupKeyError
        self._file, self._number, self._ready = file, 0, b""
        self._ahead = file.read(CHUNK + TAG)

    def readable(self) -> bool:
        """Return that it is for reading."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill `buffer` as far as one chunk goes; 0 at the end."""
        view = memoryview(buffer)  # type: ignore[arg-type] # the protocol's own buffer
        if not self._ready and self._ahead:
            self._ready = self._next()
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _next(self) -> bytes:
        sealed, self._ahead = self._ahead, self._file.read(CHUNK + TAG)
        nonce = _nonce(self._prefix, self._number, is_last=not self._ahead)
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag as error:
            raise DamagedError(part=f"chunk {self._number}") from error
