from pgtoll cimport calls


cdef class InForce:
    cdef public object picture, now, _elapsed, observe, strict, impersonators, stale, doubts
    cdef public object readable, _settled, facts, _standings, _standings_of
    cdef public object judged, verdicts, checks
    cdef object __weakref__
    cpdef double elapsed(self) except? -1
