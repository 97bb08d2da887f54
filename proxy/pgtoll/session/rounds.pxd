cimport cython

cdef Py_ssize_t _MOST_ANSWERED


cdef class Round:
    cdef readonly bint query
    cdef readonly object changes
    cdef readonly Py_ssize_t sent


cdef class Rounds:
    cdef list _items
    cdef Py_ssize_t _first
    cpdef append(self, Round one)
    @cython.locals(items=list, first=Py_ssize_t, found=Round)
    cpdef Round popleft(self)
