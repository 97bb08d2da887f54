from cpython.bytearray cimport PyByteArray_AS_STRING, PyByteArray_FromStringAndSize
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.exc cimport PyErr_SetFromErrno
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec
from libc.errno cimport EAGAIN, EINTR, errno

cdef extern from *:
    """
    #include <sys/epoll.h>
    #include <sys/socket.h>
    #define PGTOLL_READ_BYTES 32768
    #define PGTOLL_AT_ONCE 128
    static char pgtoll_room[PGTOLL_READ_BYTES];
    """
    enum:
        READ_BYTES "PGTOLL_READ_BYTES"
        AT_ONCE "PGTOLL_AT_ONCE"
        MSG_DONTWAIT
        MSG_NOSIGNAL
    ctypedef union epoll_data_t:
        int fd
    ctypedef struct epoll_event "struct epoll_event":
        unsigned int events
        epoll_data_t data
    int epoll_wait(int epoll, epoll_event *events, int most, int timeout) nogil
    ssize_t c_recv "recv" (int fd, void *buffer, size_t size, int flags)
    ssize_t c_send "send" (int fd, const void *buffer, size_t size, int flags)
    char *pgtoll_room


cdef inline bytearray room():
    return PyByteArray_FromStringAndSize(NULL, AT_ONCE * sizeof(epoll_event))


cdef inline epoll_event *_events(bytearray ready):
    return <epoll_event *> PyByteArray_AS_STRING(ready)


cdef inline int poll(epoll, int fd, bytearray ready, int milliseconds) except -1:
    cdef epoll_event *events = _events(ready)
    cdef int count
    if not milliseconds:  # who asks for the interpreter meanwhile would have it for long
        count = epoll_wait(fd, events, AT_ONCE, 0)
    else:
        with nogil:
            count = epoll_wait(fd, events, AT_ONCE, milliseconds)
    if count < 0:
        if errno != EINTR:
            PyErr_SetFromErrno(OSError)
        return 0
    return count


cdef inline int fd_at(bytearray ready, int number):
    return _events(ready)[number].data.fd


cdef inline unsigned int events_at(bytearray ready, int number):
    return _events(ready)[number].events


cdef inline double now():
    cdef timespec at
    clock_gettime(CLOCK_MONOTONIC, &at)
    return at.tv_sec + at.tv_nsec * 1e-9


cdef inline bytes receive(int fd, bint much):
    cdef char *room = pgtoll_room
    cdef bytes data = None
    cdef ssize_t count
    if much:
        data = PyBytes_FromStringAndSize(NULL, READ_BYTES)
        room = data
    count = c_recv(fd, room, READ_BYTES, MSG_DONTWAIT)
    if count < 0:
        if errno == EAGAIN or errno == EINTR:
            return None
        PyErr_SetFromErrno(OSError)
    if much and count == READ_BYTES:
        return data
    return PyBytes_FromStringAndSize(room, count)


cdef inline ssize_t send(int fd, bytes data) except -1:
    cdef ssize_t count = c_send(fd, <const char *> data, len(data), MSG_DONTWAIT | MSG_NOSIGNAL)
    if count < 0:
        if errno == EAGAIN or errno == EINTR:
            return 0
        PyErr_SetFromErrno(OSError)
    return count
