"""The audit trail: ``audit`` lists entries, ``audit_names`` their subjects, ``audit_chain`` verifies the chain."""
