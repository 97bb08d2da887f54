cimport cython

from pgtoll.in_force cimport InForce
from pgtoll.session.clearance cimport Clearance


cdef class Licensee(Clearance):
    cdef public InForce _gate
    cdef public object _role, user, impersonates, _replication, _doubt, _picture
    cdef double _until
    cdef bint _clear, _free
    cdef public object observes, standing, lacked
    @cython.locals(gate=InForce)
    cdef bint cleared(self) except -1
