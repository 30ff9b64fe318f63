"""Writes about ``stars``, about ``drafts``, which are Stars in progress, and about ``priorities``, agreed after one."""
