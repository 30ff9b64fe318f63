"""The forms, one module a topic; ``fields`` has what they share.

A form checks what was typed; the rules are the record's.
"""
