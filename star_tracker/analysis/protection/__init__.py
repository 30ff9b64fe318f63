"""R9's second step: which further figures of a published return are hidden, so that no small count can be worked out.

``intervals`` works out the least and the most that each count can be, from what is published and from how counts add
up; where a count of 1 to t-1 would be told, ``hiding`` hides the smallest other count of a sum. ``counts`` says how the
tables of families, Stars and so on add up; ``pairs`` does so for averages, change and stages, where measures are
published too; ``published`` does both for a return.
"""
