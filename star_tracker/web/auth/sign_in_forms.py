"""The forms in which somebody shows who they are: Flask-Security's and ours. Each try is counted before it is made."""

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
from star_tracker.records.accounts.sign_in import Credentials, hold_account, record_failure
from star_tracker.records.accounts.tries import MustWaitError, begin_try, give_back
from star_tracker.web.auth.access import current_context, current_settings, current_user
from star_tracker.web.auth.sessions import this_session
from star_tracker.web.platform.fields import RecordForm

HOW_TO_CHOOSE = "At least 12 characters. Three or more words that do not belong together are easy to keep."


class CountedTries:
    """A form in which somebody shows who they are: each try is counted before it is made, and too many must wait.

    Attributes:
        is_slow: whether comparing takes so long that nothing may be held meanwhile, as with passwords.
    """

    is_slow = False

    def prove(self, typed: str, user: User | None, compare: Callable[[], bool]) -> bool:
        """Whether ``compare()`` says so, if this address may be tried at all, and the account is still as it was read.

        A code is compared while the account is held, until the page commits, so that it works once. What ``is_slow``
        is compared before.

        Args:
            typed: the address, as it was typed.
            user: whose account that is; None if there is none.
            compare: compares, and says at the fields what is wrong.
        """
        form: Any = self
        if not self._was_tried():
            return compare() and False  # it says what is missing
        context = current_context()
        seen = Credentials.of(user) if user else None
        try:
            attempt = begin_try(fold_address(typed), now=context.now)
        except MustWaitError as error:
            form.form_errors = [*form.form_errors, _words_for_wait(error)]
            return False
        steps: tuple[Callable[[], bool], ...] = (compare, lambda: self._hold(user, seen))
        with db.session.no_autoflush:  # a password that comparing hashes anew is written once the account is held
            is_right = all(step() for step in (steps if self.is_slow else reversed(steps)))
        if is_right:
            give_back(attempt)
            if self.is_slow:
                db.session.commit()
            return True
        record_failure(context, attempt, user)
        if attempt.locks:
            form.form_errors = [*form.form_errors, _words_for_wait(MustWaitError(COUNTED_FOR, is_locked=True))]
        return False

    def _was_tried(self) -> bool:
        """Whether there was something to compare: a form sent half empty is no try."""
        form: Any = self
        return all(field.data for field in form if field.name in ("email", "password", "code", "credential"))

    def _hold(self, user: User | None, seen: Credentials | None) -> bool:
        form: Any = self
        if user and seen and hold_account(user, seen):
            return True
        form.form_errors = [*form.form_errors, "This account was changed a moment ago: sign in again"]
        return False


def _words_for_wait(error: MustWaitError) -> str:
    """Why nobody may try now, and what to do."""
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
        """Compare them, if this address may be tried."""
        compare, typed = super().validate, self.email.data or ""
        self.ifield, self.user = self.email, get_user_by_email(typed)
        return self.prove(typed, self.user, lambda: bool(compare(**kwargs)))


class CodeForm(CountedTries, TwoFactorVerifyCodeForm):
    """The code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it; people write it in groups."""
        self.code.data = "".join((self.code.data or "").split())
        compare, user = super().validate, _person(self.user)
        return self.prove(user.email, user, lambda: bool(compare(**kwargs)))


class RecoveryCodeForm(CountedTries, MfRecoveryForm):
    """A recovery code instead."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it."""
        self.code.data = (self.code.data or "").strip().lower()
        compare, user = super().validate, _person(self.user)
        return self.prove(user.email, user, lambda: bool(compare(**kwargs)))


class AgainForm(CountedTries, VerifyForm):
    """The password again, before something that matters."""

    is_slow = True

    def validate(self, **kwargs: Any) -> bool:
        """Compare it; from now on the session stands under another token."""
        compare, user = super().validate, _person(self.user)
        valid = self.prove(user.email, user, lambda: bool(compare(**kwargs)))
        if valid:
            this_session().change_token()
        return valid


class PasskeyForm(CountedTries, WebAuthnSigninResponseForm):
    """A passkey as the second step."""

    def validate(self, **kwargs: Any) -> bool:
        """Take only a passkey of the person whose password was right: another's is no second factor of theirs."""
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

        return self.prove(user.email, user, is_theirs)


def _person(user: Any) -> User:
    """Whom Flask-Security names to a form, itself or by Flask-Login's stand-in for who is signed in."""
    person = current_user() if user == current_user() else user
    assert isinstance(person, User)  # noqa: S101 - the page has looked
    return person


class ChangePasswordForm(CountedTries, RecordForm):
    """Another password, by somebody who gives the one they have.

    Attributes:
        was: the hash that theirs was compared with.
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
        """Look at the new one first: that costs nothing."""
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

        return self.prove(user.email, user, is_theirs)


class ChoosePasswordForm(RecordForm):
    """A new password, by the link that somebody was given."""

    password = PasswordField(
        "New password",
        widget=GovPasswordInput(),
        description=HOW_TO_CHOOSE,
        validators=[InputRequired("Enter a password")],
    )
    submit = SubmitField("Keep this password", widget=GovSubmitInput())


class ForgottenForm(RecordForm):
    """Who asks for a link."""

    email = StringField(
        "E-mail address", widget=GovTextInput(), validators=[InputRequired("Enter your e-mail address")]
    )
    submit = SubmitField("Send me a link", widget=GovSubmitInput())
