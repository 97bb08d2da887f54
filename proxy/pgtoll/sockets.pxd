cimport cython

from pgtoll cimport calls

cdef int _IN, _OUT
cdef Py_ssize_t HIGH_WATER, LOW_WATER
cdef double STAY_SECONDS
cdef int WAIT_MILLISECONDS


cdef class Poller:
    cdef public object loop
    cdef object _epoll
    cdef int _fd
    cdef list _by_fd
    cdef bytearray _ready
    @cython.locals(until=double, count=int)
    cpdef poll(self)
    @cython.locals(number=int, passed=bint, transport=SocketTransport)
    cdef bint _serve(self, int count) except -1
    cpdef watch(self, SocketTransport transport, int before, int now)


cdef class Receiver:
    cpdef bint data_received(self, bytes data) except -1


cdef class SocketTransport:
    cdef public int fd
    cdef Poller _poller
    cdef object _sock, _protocol, _unsent
    cdef Receiver _receiver
    cdef int _watched
    cdef bint _reading, _much, _ended, _finished, _closing, _full
    cdef Py_ssize_t _unsent_bytes
    @cython.locals(passed=bint)
    cpdef bint serve(self, int events) except -1
    @cython.locals(data=bytes)
    cdef bint _read(self) except -1
    @cython.locals(count=Py_ssize_t)
    cdef _flush(self)
    cdef _is_flushed(self)
    @cython.locals(wanted=int, before=int)
    cdef _watch(self)
    cdef _break(self, exc)
    cdef _end(self, exc)
    @cython.locals(count=Py_ssize_t)
    cpdef write(self, bytes data)
    cpdef pause_reading(self)
    cpdef resume_reading(self)
    cpdef close(self)
