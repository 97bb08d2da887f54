from pgtoll.session.sureties cimport Sureties


cdef class Transaction:
    cdef public object explicit
    cdef public Sureties sureties
    cdef public bint failed, unsettled, watched, judged, fills, fickle, accounted, fires
    cdef bint _owed, _owed_watched
    cpdef lose_sight(self)
