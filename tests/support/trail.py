"""What the audit trail says, for the tests."""

from flask import Flask

from star_tracker.domain.looks import DOWNLOAD, READ, SEARCH
from star_tracker.extensions import db
from star_tracker.models import AuditEntry


def list_looks(app: Flask) -> list[AuditEntry]:
    """Every entry about something that was read, searched or downloaded, oldest first."""
    with app.app_context():
        looks = db.session.query(AuditEntry).filter(AuditEntry.action.in_([READ, SEARCH, DOWNLOAD]))
        return looks.order_by(AuditEntry.id).all()
