cdef class Meanings:
    cdef public dict known, new
    cdef public object flying


cdef class Names:
    cdef public object era
    cdef public bint odd, named_portals
    cdef public Meanings statements, portals
    cdef public list changes
    cdef object _last
    cdef Py_ssize_t _kept
    cdef bint _lost, _blurred
    cpdef bint says_again(self, bytes sql, settings)
    cpdef bint binds_again(self, bytes statement)
    cpdef answered(self, changes, failed_at, bint idle)
