"""Signing in: Flask-Security's pages, configured for this service.

The templates (``templates/auth/security/``), messages, access rules, counting of attempts (``sign_in_forms``) and
audit entries are ours. The demonstration does not use these pages: people sign in with one click (``demo``).
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from flask import Flask, session
from flask_login import user_logged_out
from flask_security import (
    EmailValidateException,
    MailUtil,
    Security,
    tf_code_confirmed,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)

from star_tracker.config import Settings
from star_tracker.domain.accounts import get_address
from star_tracker.domain.permissions import Rule, anyone, nobody, signed_in
from star_tracker.extensions import db
from star_tracker.models import Passkey, User, UserRole
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.accounts.tries import forget_failures
from star_tracker.records.transactions import begin_write
from star_tracker.web.auth import sign_in_forms as forms
from star_tracker.web.auth.access import FRESH, declare_access
from star_tracker.web.auth.passwords import PatientContext, StrongPasswords, change_password
from star_tracker.web.auth.security_parts import Datastore, RecoveryCodes, UsedOnce, audit_account_action
from star_tracker.web.auth.sessions import ServerSideSessions, server_session
from star_tracker.web.platform.mail import notify

WHO_MAY_ENTER: Mapping[str, Rule] = {
    "login": anyone,
    "logout": anyone,
    "verify": signed_in,
    "change_password": signed_in,
    "tf_select": anyone,
    "two_factor_setup": anyone,
    "two_factor_setup_validate": signed_in,
    "two_factor_token_validation": anyone,
    "two_factor_rescue": nobody,
    "mf_recovery": anyone,
    "mf_recovery_codes": signed_in,
    "wan_register": signed_in,
    "wan_register_response": signed_in,
    "wan_delete": signed_in,
    "wan_signin": anyone,
    "wan_signin_response": anyone,
}
"""Who may enter each of Flask-Security's pages. Those for anyone check in the session how far somebody has come."""

REPLACED_VIEWS: Mapping[str, Callable[..., Any]] = {"change_password": change_password}
"""Our replacement for a view that hashes the new password within a transaction."""

TEMPLATES = {
    "LOGIN_USER": "login_user",
    "MULTI_FACTOR_RECOVERY": "mf_recovery",
    "MULTI_FACTOR_RECOVERY_CODES": "mf_recovery_codes",
    "TWO_FACTOR_SELECT": "two_factor_select",
    "TWO_FACTOR_SETUP": "two_factor_setup",
    "TWO_FACTOR_VERIFY_CODE": "two_factor_verify_code",
    "VERIFY": "verify",
    "WAN_REGISTER": "wan_register",
    "WAN_SIGNIN": "wan_signin",
}
"""Our templates in place of Flask-Security's, by the names in its settings."""

WORDS = {
    "GENERIC_AUTHN_FAILED": "The e-mail address or the password is not right: check both and try again",
    "DISABLED_ACCOUNT": "This account has been closed: ask your administrator",
    "INVALID_PASSWORD": "That is not your password: try again",
    "PASSWORD_NOT_PROVIDED": "Enter your password",
    "EMAIL_NOT_PROVIDED": "Enter your e-mail address",
    "INVALID_EMAIL_ADDRESS": "Enter an e-mail address like name@example.org",
    "PASSWORD_INVALID_LENGTH": "The password must have at least %(length)s characters, and at most 128",
    "TWO_FACTOR_INVALID_TOKEN": "That code is not right, or has been used: enter the one that your app shows now",
    "TWO_FACTOR_LOGIN_SUCCESSFUL": "You are signed in.",
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": "Your authenticator app was set up.",
    "TWO_FACTOR_PERMISSION_DENIED": "Sign in first.",
    "TWO_FACTOR_SETUP_EXPIRED": "That took too long: begin again.",
    "INVALID_RECOVERY_CODE": "That is not one of your recovery codes, or it has been used",
    "NO_RECOVERY_CODES_SETUP": "You have no recovery codes yet: make some",
    "REAUTHENTICATION_REQUIRED": "This needs your password again, to be sure that it is you.",
    "REAUTHENTICATION_SUCCESSFUL": "Thank you.",
    "UNAUTHENTICATED": "Sign in first.",
    "API_ERROR": "That did not work: begin again",
    "WEBAUTHN_EXPIRED": "That took too long: begin again.",
    "WEBAUTHN_NAME_REQUIRED": "Give the passkey a name, such as Work tablet",
    "WEBAUTHN_NAME_INUSE": "You have a passkey of that name: choose another",
    "WEBAUTHN_NAME_NOT_FOUND": "You have no passkey of that name",
    "WEBAUTHN_CREDENTIAL_DELETED": "The passkey was removed.",
    "WEBAUTHN_REGISTER_SUCCESSFUL": "The passkey was added.",
    "WEBAUTHN_CREDENTIAL_ID_INUSE": "This passkey is registered already",
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": "This passkey is not registered here",
    "WEBAUTHN_NO_VERIFY": "The passkey was not accepted: try again",
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": "This passkey cannot be used here",
}
"""Flask-Security's messages, reworded to say what to do."""


def set_up_security(app: Flask, settings: Settings) -> None:
    """Set up Flask-Security with server-side sessions."""
    app.session_interface = ServerSideSessions()
    app.config.update(
        {f"SECURITY_{name}": value for name, value in _configuration(settings).items()}
        | {
            f"SECURITY_MSG_{name}": (words, "success" if words.endswith(".") else "error")
            for name, words in WORDS.items()
        }
    )

    security = Security(
        app,
        Datastore(db, User, cast(Any, UserRole), Passkey),  # it asks a role for its name alone
        login_form=forms.SignInForm,
        verify_form=forms.VerifyPasswordForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        wan_signin_response_form=forms.PasskeyForm,
        mail_util_cls=Addresses,
        password_util_cls=StrongPasswords,
        totp_cls=UsedOnce,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    security.want_json(lambda _request: False)
    security.principal.identity_loaders.clear()  # who may do what is asked of domain.permissions
    security.pwd_context = PatientContext(**security.pwd_context.to_dict())
    for endpoint in [name for name in app.view_functions if name.startswith("security.")]:
        name = endpoint.partition(".")[2]
        rule = WHO_MAY_ENTER[name]
        view = app.view_functions[endpoint] = _copy(REPLACED_VIEWS.get(name, app.view_functions[endpoint]))
        declare_access(view, nobody if settings.demo and name != "logout" else rule)


def _copy(view: Callable[..., Any]) -> Callable[..., Any]:
    """A copy of a view for this application: the original is shared by all applications in the process."""

    @wraps(view)
    def enter(**parts: Any) -> Any:
        return view(**parts)

    return enter


def _configuration(settings: Settings) -> dict[str, Any]:
    secret = hmac.digest(settings.secret_key.encode(), b"star-tracker authenticator set-up", hashlib.sha256).hex()
    return {
        **{f"{page}_TEMPLATE": f"auth/security/{name}.html" for page, name in TEMPLATES.items()},
        "STATIC_FOLDER": None,  # its scripts; static/js/passkeys.js does what they do
        "LOGIN_URL": "/sign-in",
        "LOGOUT_URL": "/sign-out",
        "LOGOUT_CSRF": True,
        "VERIFY_URL": "/sign-in/again",
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/",
        "RETURN_GENERIC_RESPONSES": True,
        "CHANGEABLE": True,
        "CHANGE_URL": "/account/password",
        "PASSWORD_LENGTH_MIN": 12,
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SINGLE_HASH": {"argon2"},
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_SETUP_URL": "/account/authenticator",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
        "TWO_FACTOR_SELECT_URL": "/sign-in/second-step",
        "TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
        "TWO_FACTOR_POST_SETUP_VIEW": "/account",
        "TOTP_SECRETS": {"1": secret},
        "TOTP_ISSUER": "Star Tracker",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
        "WEBAUTHN": True,
        "WAN_RP_NAME": "Star Tracker",
        "WAN_ALLOW_AS_FIRST_FACTOR": False,
        "WAN_ALLOW_AS_VERIFY": [],
        "WAN_REGISTER_URL": "/account/passkeys",
        "WAN_DELETE_URL": "/account/passkeys/remove",
        "WAN_SIGNIN_URL": "/sign-in/passkey",
        "FRESHNESS": FRESH,
        "FRESHNESS_GRACE_PERIOD": FRESH,
        "DATETIME_FACTORY": settings.now,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
    }


class Addresses(MailUtil):
    """Normalises e-mail addresses."""

    def normalize(self, email: str) -> str:
        """The address as stored with accounts.

        Raises:
            EmailValidateException: it is not an address.
        """
        if address := get_address(email):
            return address
        raise EmailValidateException(WORDS["INVALID_EMAIL_ADDRESS"])


@user_authenticated.connect
def _begin_session(_app: Flask, user: User, authn_via: list[str] | None, **_more: Any) -> None:
    server_session().begin_for(user.id)
    if authn_via != ["change"]:
        forget_failures(user.email)
        audit_account_action("sign in", user)


@user_logged_out.connect  # type: ignore[untyped-decorator] # Flask-Login has no hints
def _end_sessions(_app: Flask, user: Any, **_more: Any) -> None:
    """Signing out ends all of this person's sessions, on every device."""
    if isinstance(user, User):
        begin_write()
        end_sessions(user)
        server_session().end()
        audit_account_action("sign out", user)
        db.session.commit()


@tf_code_confirmed.connect
def _after_code(_app: Flask, user: User, **_more: Any) -> None:
    if session.get("tf_state") == "validating_profile":
        _after_authenticator(_app, user)


@tf_profile_changed.connect
def _after_authenticator(_app: Flask, user: Any, **_more: Any) -> None:
    audit_account_action("set up authenticator", user)
    notify(user.email, "An authenticator app was set up for your Star Tracker account.")


@wan_registered.connect
def _after_passkey(_app: Flask, user: Any, **_more: Any) -> None:
    audit_account_action("add passkey", user)
    notify(user.email, "A passkey was added to your Star Tracker account.")


@wan_deleted.connect
def _after_passkey_removed(_app: Flask, user: Any, **_more: Any) -> None:
    audit_account_action("remove passkey", user)
    notify(user.email, "A passkey was removed from your Star Tracker account.")
