from pgtoll.session.flow cimport Flow
from pgtoll.wire.splitter cimport Splitter


cdef class Session:
    cdef readonly Flow _conversation
    cdef object _judge, _requests, _answers
    cdef Splitter _from_client, _from_server
    cpdef Py_ssize_t pass_client(self, bytes data) except -1
    cpdef Py_ssize_t pass_server(self, bytes data) except -1
    cdef bint _plain(self) except -1
