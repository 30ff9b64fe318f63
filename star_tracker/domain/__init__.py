"""The rules of the service in plain Python: no framework, no database, no clock (R11).

``scales`` names the areas, stages and reasons; ``periods`` the quarters and spans of months; ``star_rules`` says
which Stars may be recorded (R6); ``schedule`` when the next one is due (R7); ``permissions`` who may do what;
``accounts`` which account an address means and how one stands; ``tries`` how often something may be tried;
``looks`` what the audit trail calls the ways of looking; ``figures`` how a number is written (R9); ``errors`` how a
rule says no; ``checked`` what may be written down. Everything else in the package may import from
here, and nothing here imports it.
"""
