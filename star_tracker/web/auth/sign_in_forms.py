"""Forms for signing in and for passwords, Flask-Security's and ours. Each attempt is counted before it is made."""

from collections.abc import Callable
from typing import Any

from flask import session
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnSigninResponseForm,
    verify_password,
)
from flask_security.proxies import _datastore, _security
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired

from star_tracker.domain.accounts import fold_address
from star_tracker.domain.tries import COUNTED_FOR
from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.queries.accounts.people import get_user_by_email
from star_tracker.records.accounts.sign_in import Credentials, lock_user, record_failure
from star_tracker.records.accounts.tries import MustWaitError, count_try, uncount_try
from star_tracker.web.auth.access import current_context, current_settings, current_user
from star_tracker.web.auth.sessions import server_session
from star_tracker.web.platform.fields import RecordForm

HOW_TO_CHOOSE = "At least 12 characters. Three or more words that do not belong together are easy to keep."


class CountedTries:
    """A form that authenticates somebody, with a rate limit.

    Attributes:
        is_slow: whether comparing is too slow to hold a lock meanwhile, as with passwords.
    """

    is_slow = False

    def authenticate(self, typed: str, user: User | None, compare: Callable[[], bool]) -> bool:
        """Whether an attempt is allowed, ``compare()`` is true, and the account is still as it was read.

        A code is compared while the account is locked, until the page commits, so that it works once. If ``is_slow``,
        the account is locked after comparing.

        Args:
            typed: the address, as it was typed.
            user: whose account it is; None if there is none.
            compare: compares, and adds errors to the fields.
        """
        form: Any = self
        if not self._is_filled_in():
            return compare() and False  # it adds errors for what is missing
        context = current_context()
        seen = Credentials.of(user) if user else None
        try:
            attempt = count_try(fold_address(typed), now=context.now)
        except MustWaitError as error:
            form.form_errors = [*form.form_errors, _words_for_wait(error)]
            return False
        steps: tuple[Callable[[], bool], ...] = (compare, lambda: self._lock(user, seen))
        with db.session.no_autoflush:  # a password that comparing rehashes is written once the account is locked
            is_correct = all(step() for step in (steps if self.is_slow else reversed(steps)))
        if is_correct:
            uncount_try(attempt)
            if self.is_slow:
                db.session.commit()
            return True
        record_failure(context, attempt, user)
        if attempt.locks:
            form.form_errors = [*form.form_errors, _words_for_wait(MustWaitError(COUNTED_FOR, is_locked=True))]
        return False

    def _is_filled_in(self) -> bool:
        """Whether there is something to compare: an incomplete form is not an attempt."""
        form: Any = self
        return all(field.data for field in form if field.name in ("email", "password", "code", "credential"))

    def _lock(self, user: User | None, seen: Credentials | None) -> bool:
        form: Any = self
        if user and seen and lock_user(user, seen):
            return True
        form.form_errors = [*form.form_errors, "This account was changed a moment ago: sign in again"]
        return False


def _words_for_wait(error: MustWaitError) -> str:
    """Why an attempt is not allowed now, and what to do."""
    if not error.is_locked:
        seconds = int(error.wait.total_seconds()) + 1
        return (
            f"Wait {seconds} second{'' if seconds == 1 else 's'}, then try again: there have been several wrong tries"
        )
    by_mail = ", or choose a new password by e-mail (“I cannot sign in”)" if current_settings().mail else ""
    return (
        f"There have been too many wrong tries. Wait an hour, or ask your administrator to unlock the account{by_mail}"
    )


class SignInForm(CountedTries, LoginForm):
    """E-mail address and password."""

    is_slow = True
    remember = None  # type: ignore[assignment] # so that no browser is remembered beyond its session

    def validate(self, **kwargs: Any) -> bool:
        """Compare them."""
        compare, typed = super().validate, self.email.data or ""
        self.ifield, self.user = self.email, get_user_by_email(typed)
        return self.authenticate(typed, self.user, lambda: bool(compare(**kwargs)))


class CodeForm(CountedTries, TwoFactorVerifyCodeForm):
    """The code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it without spaces, as people type digits in groups."""
        self.code.data = "".join((self.code.data or "").split())
        compare, user = super().validate, _person(self.user)
        return self.authenticate(user.email, user, lambda: bool(compare(**kwargs)))


class RecoveryCodeForm(CountedTries, MfRecoveryForm):
    """A recovery code instead."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it."""
        self.code.data = (self.code.data or "").strip().lower()
        compare, user = super().validate, _person(self.user)
        return self.authenticate(user.email, user, lambda: bool(compare(**kwargs)))


class VerifyPasswordForm(CountedTries, VerifyForm):
    """The password again, before something that matters."""

    is_slow = True

    def validate(self, **kwargs: Any) -> bool:
        """Compare it, and then continue the session under a new token."""
        compare, user = super().validate, _person(self.user)
        valid = self.authenticate(user.email, user, lambda: bool(compare(**kwargs)))
        if valid:
            server_session().change_token()
        return valid


class PasskeyForm(CountedTries, WebAuthnSigninResponseForm):
    """A passkey as the second step."""

    def validate(self, **kwargs: Any) -> bool:
        """Accept only a passkey of the person whose password was correct."""
        compare, user = super().validate, _datastore.find_user(fs_uniquifier=session.get("tf_user_id", ""))
        if not isinstance(user, User):
            self.credential.errors = ["Sign in first."]
            return False

        def is_theirs() -> bool:
            if not compare(**kwargs):
                return False
            if self.user is not user:
                self.credential.errors = ["This passkey belongs to another account"]
            return self.user is user

        return self.authenticate(user.email, user, is_theirs)


def _person(user: Any) -> User:
    """The ``User`` that Flask-Security gives to a form, perhaps as Flask-Login's proxy."""
    person = current_user() if user == current_user() else user
    assert isinstance(person, User)  # noqa: S101 - the page has checked it
    return person


class ChangePasswordForm(CountedTries, RecordForm):
    """A new password, with the current one.

    Attributes:
        was: the hash that the current password was compared with.
    """

    is_slow = True
    was: str | None = None
    password = PasswordField(
        "The password you have", widget=GovPasswordInput(), validators=[InputRequired("Enter your password")]
    )
    new_password = PasswordField(
        "New password",
        widget=GovPasswordInput(),
        description=HOW_TO_CHOOSE,
        validators=[InputRequired("Enter a password")],
    )
    new_password_confirm = PasswordField(
        "New password once more",
        widget=GovPasswordInput(),
        validators=[EqualTo("new_password", "The two new passwords differ: type the same one twice")],
    )
    submit = SubmitField("Change it", widget=GovSubmitInput())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the new password first, because that is fast."""
        if not super().validate(extra_validators):
            return False
        user, passwords = _person(current_user()), _security.password_util
        typed, new = passwords.normalize(self.password.data or ""), self.new_password.data or ""
        faults, self.new_password.data = passwords.validate(new, False, user=user)
        if not faults and self.new_password.data == typed:
            faults = ["Choose a password that differs from the one you have"]
        if faults:
            self.new_password.errors = faults
            return False

        def is_theirs() -> bool:
            self.was = user.password
            if self.was and verify_password(typed, self.was):
                return True
            self.password.errors = ["That is not your password: try again"]
            return False

        return self.authenticate(user.email, user, is_theirs)


class ChoosePasswordForm(RecordForm):
    """A new password, chosen with a one-time link."""

    password = PasswordField(
        "New password",
        widget=GovPasswordInput(),
        description=HOW_TO_CHOOSE,
        validators=[InputRequired("Enter a password")],
    )
    submit = SubmitField("Keep this password", widget=GovSubmitInput())


class ForgottenForm(RecordForm):
    """The address to send a link to."""

    email = StringField(
        "E-mail address", widget=GovTextInput(), validators=[InputRequired("Enter your e-mail address")]
    )
    submit = SubmitField("Send me a link", widget=GovSubmitInput())
