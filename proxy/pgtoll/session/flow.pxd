from pgtoll.session.names cimport Names
from pgtoll.session.rounds cimport Rounds
from pgtoll.session.transaction cimport Transaction


cdef class Flow:
    cdef public Names names
    cdef public Transaction tx
    cdef public Rounds rounds
    cdef public object failed_at
    cdef public str closing
    cdef public Py_ssize_t sent, done, statement_limit
    cdef public bint requests_pass, copies_pass, replies_pass
    cdef public bint clear, altered, skipping, copy_due, copy_in, copy_ended
    cdef public bint roll_back, acted, rewound
