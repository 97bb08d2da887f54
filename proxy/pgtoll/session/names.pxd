cimport cython


cdef class Meanings:
    cdef public dict known, new
    cdef public object flying


cdef class Names:
    cdef public object era
    cdef public bint odd, named_portals
    cdef public Meanings statements, portals
    cdef public list changes
    cdef readonly bytes said, bound
    cpdef look_again(self)
    cdef object _last
    cdef Py_ssize_t _kept
    cdef bint _lost, _blurred
    @cython.locals(statements=Meanings)
    cpdef bint says_again(self, bytes sql, settings)
    @cython.locals(statements=Meanings, portals=Meanings)
    cpdef bint binds_again(self, bytes statement)
    cpdef answered(self, changes, failed_at, bint idle)
