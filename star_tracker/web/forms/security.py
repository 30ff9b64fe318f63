"""Flask-Security's forms, with wrong tries counted and a locked account refused before anything is compared."""

from datetime import timedelta
from typing import Any

from flask import session
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnSigninResponseForm,
)
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.extensions import db
from star_tracker.records.sign_in import audit_sign_in, count_failure, get_wait, is_locked
from star_tracker.web.access import current_actor, current_settings
from star_tracker.web.forms.fields import RecordForm
from star_tracker.web.sessions import this_session


class CountedTries:
    """A form in which somebody shows who they are: every wrong try is counted, and too many must wait."""

    def refuse_or_count(self, email: str, user: Any, valid: Any) -> bool:
        """Whether ``valid()`` says so, if this address may be tried at all."""
        form: Any = self
        now = current_settings().now()
        if (wait := get_wait(email, now=now)) > timedelta(0):
            form.form_errors = [*form.form_errors, words_for_wait(email, wait)]
            return False
        if valid():
            return True
        if self.was_tried():
            locks = count_failure(email, now=now)
            action = "lock" if locks else "fail to sign in"
            audit_sign_in(action, user, actor=current_actor(), now=now)
            if locks:
                form.form_errors = [*form.form_errors, words_for_wait(email, get_wait(email, now=now))]
            db.session.commit()
        return False

    def was_tried(self) -> bool:
        """Whether there was something to compare: a form sent half empty is no try."""
        form: Any = self
        return all(field.data for field in form if field.name in ("email", "password", "code"))


def words_for_wait(email: str, wait: timedelta) -> str:
    """Why nobody may try now, and what to do."""
    settings = current_settings()
    if not is_locked(email, now=settings.now()):
        seconds = int(wait.total_seconds()) + 1
        return (
            f"Wait {seconds} second{'' if seconds == 1 else 's'}, then try again: there have been several wrong tries"
        )
    by_mail = ", or choose a new password by e-mail (“I cannot sign in”)" if settings.mail else ""
    return (
        f"There have been too many wrong tries. Wait an hour, or ask your administrator to unlock the account{by_mail}"
    )


class SignInForm(CountedTries, LoginForm):
    """E-mail address and password."""

    remember = None  # type: ignore[assignment] # so that no browser is remembered beyond its session

    def validate(self, **kwargs: Any) -> bool:
        """Compare them, if this address may be tried."""
        compare = super().validate
        return self.refuse_or_count(self.email.data or "", None, lambda: compare(**kwargs))


class CodeForm(CountedTries, TwoFactorVerifyCodeForm):
    """The code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it; people write it in groups."""
        self.code.data = "".join((self.code.data or "").split())
        compare = super().validate
        user: Any = self.user
        return self.refuse_or_count(user.email, user, lambda: compare(**kwargs))


class RecoveryCodeForm(CountedTries, MfRecoveryForm):
    """A recovery code instead."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it."""
        self.code.data = (self.code.data or "").strip().lower()
        compare = super().validate
        user: Any = self.user
        return self.refuse_or_count(user.email, user, lambda: compare(**kwargs))


class AgainForm(CountedTries, VerifyForm):
    """The password again, before something that matters."""

    def validate(self, **kwargs: Any) -> bool:
        """Compare it; from now on the session stands under another token."""
        compare = super().validate
        user: Any = self.user
        valid = self.refuse_or_count(user.email, user, lambda: compare(**kwargs))
        if valid:
            this_session().change_token()
        return valid


class PasskeyForm(WebAuthnSigninResponseForm):
    """A passkey as the second step."""

    def validate(self, **kwargs: Any) -> bool:
        """Take only a passkey of the person whose password was right: another's is no second factor of theirs."""
        valid = bool(super().validate(**kwargs))
        user: Any = self.user
        if valid and session.get("tf_user_id") != user.fs_uniquifier:
            self.credential.errors = ["This passkey belongs to another account"]
            return False
        return valid


class ChoosePasswordForm(RecordForm):
    """A new password, by the link that somebody was given."""

    password = PasswordField(
        "New password",
        widget=GovPasswordInput(),
        description="At least 12 characters. Three or more words that do not belong together are easy to keep.",
        validators=[InputRequired("Enter a password")],
    )
    submit = SubmitField("Keep this password", widget=GovSubmitInput())


class ForgottenForm(RecordForm):
    """Who asks for a link."""

    email = StringField(
        "E-mail address", widget=GovTextInput(), validators=[InputRequired("Enter your e-mail address")]
    )
    submit = SubmitField("Send me a link", widget=GovSubmitInput())
