cimport cython

from pgtoll.session.flow cimport Flow
from pgtoll.session.names cimport Names
from pgtoll.session.rounds cimport Round
from pgtoll.wire cimport heads

cdef int _QUERY, _PARSE, _BIND, _EXECUTE, _DESCRIBE, _SYNC, _COPY_DATA
cdef int _OTHER, _PASSES, _ENDS, _GOES_ON
cdef int _READY, _COMPLETE, _NOTICE, _IDLE, _ERROR
cdef Py_ssize_t _READY_LENGTH, _MOST_STEPS, _MOST
cdef bytes _MEANING
cdef bytes _TAGS, _NO_TYPES
cdef tuple _SHORT_ROUNDS
cdef object _NOT_WAITING, _QUERY_ROUND, _NO_CHANGES


@cython.locals(
    size=Py_ssize_t, at=Py_ssize_t, limit=Py_ssize_t, length=Py_ssize_t, end=Py_ssize_t,
    middle=Py_ssize_t, last=Py_ssize_t, kind=int, names=Names,
)
cpdef Py_ssize_t pass_requests(Flow c, bytes data) except -1


@cython.locals(
    size=Py_ssize_t, at=Py_ssize_t, length=Py_ssize_t, end=Py_ssize_t, kind=int, meaning=int,
    idle=bint, over=Round,
)
cpdef Py_ssize_t pass_replies(Flow c, bytes data, Py_ssize_t start=*) except -1


@cython.locals(size=Py_ssize_t, at=Py_ssize_t, length=Py_ssize_t)
cpdef Py_ssize_t pass_copy(bytes data, Py_ssize_t start) except -1
