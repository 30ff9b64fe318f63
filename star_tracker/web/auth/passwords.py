"""Passwords: strength, hashing, and changing one's own."""

from typing import Any

from flask import render_template
from flask_security import PasswordUtil, login_user
from passlib.context import CryptContext
from werkzeug.wrappers import Response
from zxcvbn import zxcvbn

from star_tracker.domain.errors import DomainError
from star_tracker.records.accounts import sign_in
from star_tracker.records.transactions import release_connection
from star_tracker.web.auth.access import current_actor, current_context
from star_tracker.web.auth.sign_in_forms import ChangePasswordForm
from star_tracker.web.platform.fields import add_error, is_sent_and_valid
from star_tracker.web.platform.mail import notify
from star_tracker.web.platform.typed import redirect_saved


class PatientContext(CryptContext):
    """Hashes and compares passwords without holding a lock or a connection: argon2 is slow."""

    def hash(self, *args: Any, **kwargs: Any) -> str:
        """A password's hash."""
        release_connection()
        return str(super().hash(*args, **kwargs))

    def verify(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a password has this hash."""
        release_connection()
        return bool(super().verify(*args, **kwargs))


class StrongPasswords(PasswordUtil):
    """Passwords must be long and hard to guess."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Refuse a password that is short, common, or made from the person's name and address.

        There are no composition rules: zxcvbn estimates how easily it could be guessed.
        """
        faults, password = super().validate(password, is_register, **kwargs)
        if faults:
            return faults, password
        user = kwargs.get("user")
        personal = [user.email, *user.email.replace("@", ".").split("."), *user.name.split()] if user else []
        if zxcvbn(password[:72], user_inputs=[*personal, "star tracker", "family star"])["score"] < 3:
            return ["This password would be guessed: use three or more words that do not belong together"], password
        return None, password


def change_password() -> str | Response:
    """Change one's password, after entering the current one; all other sessions end."""
    form = ChangePasswordForm()
    if is_sent_and_valid(form):
        user_id, new = current_actor().user_id or 0, form.new_password.data or ""
        try:
            user = sign_in.change_password(current_context(), user_id=user_id, was=form.was, password=new)
        except DomainError as error:
            add_error(form, error)
        else:
            login_user(user, authn_via=["change"])
            notify(user.email, "The password of your Star Tracker account was changed.")
            message = "Your password was changed. You have been signed out everywhere else."
            return redirect_saved(message, "account.show")
    return render_template("auth/security/change_password.html", form=form)
