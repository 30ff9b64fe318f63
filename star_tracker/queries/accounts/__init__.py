"""People: ``people`` for forms, filters and sign-in; ``accounts`` their accounts; ``account_requests`` requests."""
