cimport cython

from pgtoll.session.flow cimport Flow
from pgtoll.session.names cimport Names, Prepared
from pgtoll.wire cimport heads

cdef int _PARSE, _BIND, _EXECUTE, _DESCRIBE
cdef bytes _PORTAL, _UNNAMED
cdef Py_ssize_t LEAST


cdef class Repeat:
    cdef readonly Prepared prepared
    cdef readonly bytes sql
    cdef public object parsed, bound, ran, described, plan
    cdef public bint whole, tracked
    cdef public Py_ssize_t times


cdef class Repeats:
    cdef readonly dict known, texts
    cdef public bint sure
    cdef Repeat _bound
    @cython.locals(one=Repeat)
    cpdef parse(self, Flow c, bytes data, plan)
    @cython.locals(one=Repeat)
    cpdef bind(self, Flow c, bytes name, plan)
    @cython.locals(one=Repeat)
    cpdef execute(self, Flow c, plan)


@cython.locals(size=Py_ssize_t, count=Py_ssize_t)
cpdef bint may_repeat(bytes data, Py_ssize_t at) except -1


@cython.locals(size=Py_ssize_t, end=Py_ssize_t)
cpdef Py_ssize_t message_end(bytes data, Py_ssize_t at) except -1


@cython.locals(
    known=dict, names=Names, sent=Py_ssize_t, at=Py_ssize_t, size=Py_ssize_t, limit=Py_ssize_t,
    tracked=bint, one=Repeat, found=Repeat, steps=list, kind=int, length=Py_ssize_t, end=Py_ssize_t,
)
cpdef Py_ssize_t pass_again(Flow c, Repeats repeats, bytes data, Py_ssize_t start) except -1


@cython.locals(last=Py_ssize_t, found=Repeat)
cdef Repeat _bound_again(dict known, bytes data, Py_ssize_t at, Py_ssize_t end)


@cython.locals(one=Repeat)
cdef _tell(Flow c, Repeats repeats)
