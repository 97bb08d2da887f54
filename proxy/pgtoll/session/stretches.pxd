cimport cython

from pgtoll.wire cimport heads

cdef int _ROW, _COMPLETE
cdef Py_ssize_t _MOST
cdef bytes _PLAIN, _ENDS, _TAGS
cdef object _CLIENT, _CAPPED


@cython.locals(
    size=Py_ssize_t, count=Py_ssize_t, held=Py_ssize_t, capped=bint, over=bint, plain=bint,
    kind=int, length=Py_ssize_t, end=Py_ssize_t,
)
cpdef object stretch(
    bytes data, Py_ssize_t at, steps, bint holds, bint unsure, bint all_held, Py_ssize_t room
)
