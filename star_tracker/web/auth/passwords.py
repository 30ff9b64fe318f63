"""Passwords: which are refused, how they are hashed and compared, and the page on which one's own is changed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_security import PasswordUtil, login_user
from passlib.context import CryptContext
from werkzeug.wrappers import Response
from zxcvbn import zxcvbn

from star_tracker.domain.errors import DomainError
from star_tracker.records.accounts import sign_in
from star_tracker.records.transactions import give_connection_back
from star_tracker.web.auth.access import current_actor, current_context
from star_tracker.web.auth.sign_in_forms import ChangePasswordForm
from star_tracker.web.platform.fields import add_error, is_sent_and_valid
from star_tracker.web.platform.mail import notify


class PatientContext(CryptContext):
    """Passwords are hashed and compared while nobody waits for us: argon2 takes long."""

    def hash(self, *args: Any, **kwargs: Any) -> str:
        """A password's hash."""
        give_connection_back()
        return str(super().hash(*args, **kwargs))

    def verify(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a password has this hash."""
        give_connection_back()
        return bool(super().verify(*args, **kwargs))


class StrongPasswords(PasswordUtil):
    """Long, and not one that is tried first."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Refuse a password that is short, common, or made of the person's own name and address.

        There are no rules of composition: how easily it would be guessed is estimated from lists of common passwords,
        names and words, and from the person's own.
        """
        faults, password = super().validate(password, is_register, **kwargs)
        if faults:
            return faults, password
        user = kwargs.get("user")
        own = [user.email, *user.email.replace("@", ".").split("."), *user.name.split()] if user else []
        if zxcvbn(password[:72], user_inputs=[*own, "star tracker", "family star"])["score"] < 3:
            return ["This password would be guessed: use three or more words that do not belong together"], password
        return None, password


def change_password() -> str | Response:
    """Change one's password, by the one that one has; every other session ends."""
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
            flash("Your password was changed. You have been signed out everywhere else.")
            return redirect(url_for("account.show"))
    return render_template("auth/security/change_password.html", form=form)
