cdef class Licensee:
    cdef public object _gate, _role, user, impersonates, _replication, _doubt, _picture
    cdef double _until
    cdef bint _clear
    cdef public object observes, standing, lacked
