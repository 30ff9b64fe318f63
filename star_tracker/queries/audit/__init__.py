"""The audit trail: ``audit`` its entries, ``audit_names`` what they are about, ``audit_chain`` whether it is whole."""
