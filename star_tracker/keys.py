"""The encryption keys for names, notes and council references: several at once, so that they can be rotated.

The newest key encrypts; every key decrypts. Equal texts have different ciphertexts, so a value that must be looked up
also has an index: a keyed hash, which reveals nothing without the key.
"""

import base64
import hashlib
import hmac
import stat
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from star_tracker.domain.texts import fold_text

KEY_FILE = "encryption.key"
OTHER_KEY = (
    "what is recorded, or part of it, was encrypted with another key: set STAR_TRACKER_ENCRYPTION_KEYS to every key "
    "that is in use, the newest first"
)


class WrongKeyError(ValueError):
    """A key is not valid, or something was encrypted with another one; the message says what to do."""


class KeyRing:
    """The keys of one installation, newest first.

    >>> old, new = KeyRing.new_key(), KeyRing.new_key()
    >>> KeyRing([new, old]).decrypt(KeyRing([old]).encrypt("Ada"))
    'Ada'
    >>> KeyRing([new, old]).index("C-1") in KeyRing([old]).indexes("C-1")
    False
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Set up the ciphers.

        Raises:
            WrongKeyError: there is no key, or one is damaged.
        """
        if not keys:
            raise WrongKeyError("there is no encryption key")
        try:
            ciphers = [Fernet(key) for key in keys]
        except ValueError as error:
            raise WrongKeyError("an encryption key is damaged: star-tracker keys new makes a good one") from error
        self._keys = tuple(key.encode() for key in keys)
        self._ciphers = MultiFernet(ciphers)
        self._newest = ciphers[0]

    @staticmethod
    def new_key() -> str:
        """A new random key: 32 bytes as URL-safe base64."""
        return Fernet.generate_key().decode()

    def encrypt(self, text: str) -> str:
        """The ciphertext, by the newest key."""
        return self._newest.encrypt(text.encode()).decode()

    def decrypt(self, hidden: str) -> str:
        """The plain text.

        Raises:
            WrongKeyError: none of these keys encrypted it, or it was altered.
        """
        try:
            return self._ciphers.decrypt(hidden).decode()
        except (InvalidToken, ValueError) as error:
            raise WrongKeyError(OTHER_KEY) from error

    def is_newest(self, hidden: str) -> bool:
        """Whether the newest key encrypted this."""
        try:
            self._newest.decrypt(hidden)
        except (InvalidToken, ValueError):
            return False
        return True

    def index(self, text: str) -> str:
        """The keyed hash by which a text is looked up, ignoring case; "" for ""."""
        return self.indexes(text)[0]

    def indexes(self, text: str) -> list[str]:
        """The index under each key, newest first, so that what an older key indexed is still found."""
        folded = fold_text(text).encode()
        if not folded:
            return [""] * len(self._keys)
        return [hmac.digest(self._derive(key, b"index"), folded, "sha256").hex() for key in self._keys]

    def fingerprints(self) -> list[str]:
        """A hash that identifies each key without revealing it, newest first."""
        return [self._derive(key, b"fingerprint").hex() for key in self._keys]

    def derive(self, purpose: str) -> str:
        """A key for something outside the record, 32 bytes as hexadecimal, always the same for the same purpose."""
        return self._derive(self._keys[0], b"key for " + purpose.encode()).hex()

    def for_purpose(self, purpose: str) -> "KeyRing":
        """Separate keys for one purpose: what they encrypt, this key ring cannot decrypt.

        >>> ring = KeyRing([KeyRing.new_key()])
        >>> ring.for_purpose("one").decrypt(ring.for_purpose("one").encrypt("Ada"))
        'Ada'
        """
        derived = [self._derive(key, b"keys for " + purpose.encode()) for key in self._keys]
        return KeyRing([base64.urlsafe_b64encode(key).decode() for key in derived])

    @staticmethod
    def _derive(key: bytes, purpose: bytes) -> bytes:
        return hmac.digest(key, b"star-tracker " + purpose, hashlib.sha256)


def read_key_file(instance: Path) -> str:
    """The key in the instance folder, created at the first call and readable by its owner alone.

    Only for trying things out: a key beside the database does not protect a copy of the folder.
    """
    path = instance / KEY_FILE
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        path.write_text(KeyRing.new_key())
    return path.read_text().strip()
