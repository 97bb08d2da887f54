cimport cython


cdef class Prepared:
    cdef readonly bytes sql
    cdef readonly object era, settings
    cdef readonly tuple types


cdef class Meanings:
    cdef public dict known, new, flying
    cpdef Prepared of(self, bytes name)


cdef class Change:
    cdef readonly Py_ssize_t at
    cdef readonly Meanings kind
    cdef readonly bytes name
    cdef readonly Prepared value


cdef class Names:
    cdef public object era
    cdef public bint odd, named_portals
    cdef public Meanings statements, portals
    cdef public list changes
    cdef readonly bytes said, bound
    cdef object _last
    cdef Py_ssize_t _kept
    cdef bint _lost, _blurred
    cpdef look_again(self)
    cpdef stands_for(self, Prepared prepared, Py_ssize_t at)
    cpdef binds_to(self, Prepared prepared, Py_ssize_t at)
    @cython.locals(statements=Meanings, prepared=Prepared)
    cpdef bint says_again(self, bytes sql, settings)
    @cython.locals(statements=Meanings, portals=Meanings, statement=bytes)
    cpdef bint binds_again(self, bytes name)
    @cython.locals(changes=list, change=Change, flying=dict)
    cpdef end_round(self)
    @cython.locals(change=Change, unnamed=Prepared)
    cpdef answered(self, changes, failed_at, bint idle)
    cpdef Prepared statement(self, bytes name)
    cdef Prepared _found(self, Meanings kind, bytes name)
    cdef _change(self, Py_ssize_t at, Meanings kind, bytes name, Prepared value)
    @cython.locals(flying=dict)
    cdef _landed(self, Change change)
    @cython.locals(known=dict, value=Prepared, older=Prepared)
    cdef _apply(self, Change change)


cdef Py_ssize_t _size(Prepared prepared) except -1
