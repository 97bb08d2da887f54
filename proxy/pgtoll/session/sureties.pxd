cdef class Sureties:
    cdef public bint doubted, holds
    cdef public set moved, filled
    cpdef doubt(self)
