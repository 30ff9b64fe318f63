"""What every page stands on.

``rendering`` prepares the templates, ``assets`` serves what they load, ``navigation`` says where one can go,
``headers`` sets the security headers and ``faults`` says what went wrong; ``addresses`` and ``numbers`` know what may
stand in an address; ``fields``, ``widgets`` and ``confirm_form`` are what forms are made of; ``typed`` has what is
typed kept until it is saved; ``downloads`` answers with files; ``mail`` sends e-mail; ``asgi`` keeps slow readers out
of the threads.
"""
