"""Parts of Flask-Security in our own way: how it changes accounts, and codes that open once."""

from typing import Any, cast

from flask import current_app
from flask_security import MfRecoveryCodesUtil, SQLAlchemyUserDatastore, Totp, UserMixin, WebAuthnMixin
from passlib.totp import TOTP, TotpMatch

from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.records.accounts.sign_in import audit_sign_in
from star_tracker.records.transactions import begin_to_write
from star_tracker.web.auth.access import current_context, current_settings
from star_tracker.web.platform.mail import notify


class Datastore(SQLAlchemyUserDatastore):
    """People as Flask-Security finds and changes them.

    Its pages read, change and commit in one transaction. Where they change something, that begins anew as one that
    writes (``begin_to_write``), here or in their forms: SQLite refuses to go on from reading to writing.
    """

    def set_webauthn_user_handle(self, user: UserMixin, user_handle: str | None = None) -> None:
        """Name the person to their passkeys; at once, so that nothing is held while the page is drawn."""
        begin_to_write()
        super().set_webauthn_user_handle(user, user_handle)
        db.session.commit()

    def create_webauthn(self, *args: Any, **kwargs: Any) -> None:
        """Add a passkey."""
        begin_to_write()
        super().create_webauthn(*args, **kwargs)

    def delete_webauthn(self, webauthn: WebAuthnMixin) -> None:
        """Remove a passkey."""
        begin_to_write()
        super().delete_webauthn(webauthn)

    def tf_set(
        self, user: UserMixin, primary_method: str, totp_secret: str | None = None, phone: str | None = None
    ) -> None:
        """Keep the authenticator's secret as the record keeps every secret, under the record's keys alone."""
        plain = None if totp_secret is None else TOTP.using(secrets=_totp_secrets()).from_source(totp_secret)
        super().tf_set(user, primary_method, plain.to_json(encrypt=False) if plain else None, phone)


def _totp_secrets() -> dict[str, str]:
    secrets: dict[str, str] = current_app.config["SECURITY_TOTP_SECRETS"]
    return secrets


class UsedOnce(Totp):
    """Codes of an authenticator app, each of which opens once."""

    def get_totp_uri(self, username: str, totp_secret: str) -> str:
        """What the picture says, with the service's name as it is now; a colon would end it."""
        issuer = f"Star Tracker, {current_settings().service_name}".replace(":", " ")
        return str(TOTP.using(secrets=_totp_secrets()).from_source(totp_secret).to_uri(username, issuer))

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The last code's number."""
        return user.tf_last_counter if isinstance(user, User) else None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Remember it."""
        cast(User, user).tf_last_counter = tmatch.counter


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes for the day the phone is lost; the record encrypts them with its own keys (``models.people``)."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """New codes, which take the place of the old ones."""
        begin_to_write()
        note_deed("make recovery codes", cast(User, user))
        return super().create_recovery_codes(user)

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """A code was used; the form that compared it holds the account."""
        note_deed("use recovery code", cast(User, user))
        notify(user.email, "A recovery code was used to sign in to your Star Tracker account.")
        return super().delete_recovery_code(user, code)


def note_deed(action: str, user: User) -> None:
    """Have the audit trail say what somebody did to get in, or to their way in."""
    audit_sign_in(current_context(), action, user)
