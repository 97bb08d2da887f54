cdef class Splitter:
    cdef str _whose
    cdef frozenset _whole, _through
    cdef Py_ssize_t _limit, _missing, _skip
    cdef object _held
    cdef int _skip_kind
    cdef public bint at_boundary
    cpdef Py_ssize_t rest_in(self, bytes data) except -2
    cpdef passed(self, Py_ssize_t count)
    cpdef begun(self, Py_ssize_t rest)
