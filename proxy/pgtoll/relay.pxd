cimport cython

from pgtoll.session.session cimport Session
from pgtoll.sockets cimport Receiver, SocketTransport


cdef class Link:
    cdef public object judge, caller, since
    cdef public Session session
    cdef object _edge
    cdef public Relay client, server
    cdef public bint paused
    cdef bint _ending, gone
    cdef object __weakref__


cdef class Relay(Receiver):
    cdef public object transport
    cdef SocketTransport _socket
    cdef public Relay twin
    cdef Link _link
    cdef Session _session
    cdef bint _client, _open
    cdef public long long taken
    cdef dict _may_read
    @cython.locals(size=Py_ssize_t, passed=Py_ssize_t, session=Session)
    cpdef bint data_received(self, bytes data) except -1
    cpdef write(self, bytes data)
    cdef bint _read(self, bytes data, Py_ssize_t passed) except -1
