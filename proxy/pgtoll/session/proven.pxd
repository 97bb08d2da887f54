cimport cython

from pgtoll.session.flow cimport Flow
from pgtoll.session.names cimport Names
from pgtoll.session.transaction cimport Transaction
from pgtoll.wire cimport heads

cdef int _QUERY, _PARSE, _BIND, _DESCRIBE, _EXECUTE, _SYNC
cdef int _ROW_DESCRIPTION, _ROW, _COMPLETE
cdef bytes _ENDS, _TAGS


@cython.locals(tx=Transaction)
cdef bint _rests(Flow c) except -1


@cython.locals(
    kind=int, at=Py_ssize_t, size=Py_ssize_t, length=Py_ssize_t, start=Py_ssize_t,
    end=Py_ssize_t, last=Py_ssize_t,
)
cdef object _read(bytes data, Py_ssize_t limit)


@cython.locals(kind=int, at=Py_ssize_t, length=Py_ssize_t, end=Py_ssize_t)
cdef Py_ssize_t _query_part(bytes data, Py_ssize_t last) except -1


@cython.locals(kind=int, at=Py_ssize_t, length=Py_ssize_t)
cdef Py_ssize_t _round_part(bytes data, Py_ssize_t last, Py_ssize_t steps) except -1
