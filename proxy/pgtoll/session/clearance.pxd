cdef class Clearance:
    cdef bint cleared(self) except -1
