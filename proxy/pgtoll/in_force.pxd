from pgtoll cimport calls


cdef class InForce:
    cdef public object picture, now, _elapsed, observe, strict, impersonators, stale, doubts
    cdef public object readable, _settled, facts, _standings, _standings_of, _standings_lapsed
    cdef public object problem
    cdef public double confirmed, grace
    cdef public object judged, verdicts, checks, tally, ways, sight
    cdef object __weakref__
    cdef double seconds(self) except? -1
