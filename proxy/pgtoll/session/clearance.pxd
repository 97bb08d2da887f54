cdef class Clearance:
    cpdef bint cleared(self) except -1
