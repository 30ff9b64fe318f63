"""Every write to the record. Each function is keyword-only, one transaction, one audit row or more, and refuses with a
``DomainError`` that names the field.

``transactions`` opens the transaction; ``audit`` adds its rows; ``families`` records families, parents and
interventions, ``family_names`` what they are called, ``family_texts`` checks both; ``restrictions`` says who may see a
family; ``stars`` records Stars, ``priorities`` what is agreed after one; ``returns`` what a lead signed off;
``importing`` a whole Star CSV at once, after ``import_plan`` compared it with the record, through ``bulk``, which
writes many rows as fast as the database takes them. ``people`` says who may sign in, ``sign_in`` what happens when they
do, ``tries`` how often they tried, ``links`` makes and takes the links by which a password is chosen, ``sessions``
keeps what a browser may not; ``keys`` knows the keys that the record is encrypted with, and ``upserts`` how to insert
what may be there already.
"""
