"""Replacements for parts of Flask-Security: how it changes accounts, and codes that work once."""

from typing import Any, cast

from flask import current_app
from flask_security import MfRecoveryCodesUtil, SQLAlchemyUserDatastore, Totp, UserMixin, WebAuthnMixin
from passlib.totp import TOTP, TotpMatch

from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.records.accounts.sign_in import audit_sign_in
from star_tracker.records.transactions import begin_write
from star_tracker.web.auth.access import current_context, current_settings
from star_tracker.web.auth.sessions import server_session
from star_tracker.web.platform.mail import notify


class Datastore(SQLAlchemyUserDatastore):
    """Accounts, for Flask-Security.

    Its pages read, change and commit in one transaction. Before a change, a writing transaction is begun
    (``begin_write``), here or in the forms: SQLite may refuse to upgrade a reading one.
    """

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> UserMixin | None:
        """The person; whose session this is was read with it (``records.accounts.sessions``)."""
        user = server_session().user
        if user and wanted == {"fs_uniquifier": user.fs_uniquifier}:
            return user
        return super().find_user(case_insensitive, **wanted)

    def set_webauthn_user_handle(self, user: UserMixin, user_handle: str | None = None) -> None:
        """Set the person's id for passkeys, and commit it, so that no lock is held while the page is rendered."""
        begin_write()
        super().set_webauthn_user_handle(user, user_handle)
        db.session.commit()

    def create_webauthn(self, *args: Any, **kwargs: Any) -> None:
        """Add a passkey."""
        begin_write()
        super().create_webauthn(*args, **kwargs)

    def delete_webauthn(self, webauthn: WebAuthnMixin) -> None:
        """Remove a passkey."""
        begin_write()
        super().delete_webauthn(webauthn)

    def tf_set(
        self, user: UserMixin, primary_method: str, totp_secret: str | None = None, phone: str | None = None
    ) -> None:
        """Store the authenticator's secret without the library's encryption: the column is encrypted."""
        plain = None if totp_secret is None else TOTP.using(secrets=_totp_secrets()).from_source(totp_secret)
        super().tf_set(user, primary_method, plain.to_json(encrypt=False) if plain else None, phone)


def _totp_secrets() -> dict[str, str]:
    secrets: dict[str, str] = current_app.config["SECURITY_TOTP_SECRETS"]
    return secrets


class UsedOnce(Totp):
    """Codes of an authenticator app, each of which works once."""

    def get_totp_uri(self, username: str, totp_secret: str) -> str:
        """The content of the QR code, with the present name of the service, in which a colon is not allowed."""
        issuer = f"Star Tracker, {current_settings().service_name}".replace(":", " ")
        return str(TOTP.using(secrets=_totp_secrets()).from_source(totp_secret).to_uri(username, issuer))

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The counter of the last code used."""
        return user.tf_last_counter if isinstance(user, User) else None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Store the counter of the last code used."""
        cast(User, user).tf_last_counter = tmatch.counter


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes for a lost phone; their column is encrypted (``models.people``)."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """Replace the codes."""
        begin_write()
        audit_account_action("make recovery codes", cast(User, user))
        return super().create_recovery_codes(user)

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Delete a used code; the form that compared it has locked the account."""
        audit_account_action("use recovery code", cast(User, user))
        notify(user.email, "A recovery code was used to sign in to your Star Tracker account.")
        return super().delete_recovery_code(user, code)


def audit_account_action(action: str, user: User) -> None:
    """Audit that somebody signed in or out, or changed how they sign in."""
    audit_sign_in(current_context(), action, user)
