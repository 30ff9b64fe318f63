"""What every page needs.

``rendering`` sets up the templates, ``assets`` serves style sheets and scripts, ``navigation`` builds the header's
links, ``headers`` sets the security headers and ``faults`` shows errors; ``addresses`` and ``numbers`` parse ids and
numbers; ``fields``, ``widgets`` and ``confirm_form`` are for forms; ``typed`` keeps typed text until it is saved;
``downloads`` sends files; ``mail`` sends e-mail; ``asgi`` keeps slow clients out of the threads.
"""
