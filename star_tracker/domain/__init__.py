"""The rules of the service in plain Python: no framework, no database, no clock (R11).

``scales`` names the areas, stages and reasons; ``days`` and ``quarters`` the spans of time; ``star_rules`` says
which Stars may be recorded (R6); ``schedule`` when the next one is due (R7); ``permissions`` who may do what;
``accounts`` which account an address belongs to and its state; ``tries`` how often something may be tried; ``looks``
the audit trail's codes for looking at something; ``figures`` how a number is written (R9); ``errors`` how a rule
refuses; ``checked`` what may be stored. Everything else in the package may import from here, and nothing here imports
it.
"""
