from libc.string cimport memchr

cdef enum:
    HEAD_BYTES = 5


cdef inline int kind_at(bytes data, Py_ssize_t at):
    return (<const unsigned char *> data)[at]


cdef inline Py_ssize_t length_at(bytes data, Py_ssize_t at):
    cdef const unsigned char *b = <const unsigned char *> data
    return (
        (<Py_ssize_t> b[at + 1] << 24) | (<Py_ssize_t> b[at + 2] << 16)
        | (<Py_ssize_t> b[at + 3] << 8) | <Py_ssize_t> b[at + 4]
    )


cdef inline Py_ssize_t zero_at(bytes data, Py_ssize_t start, Py_ssize_t end):
    cdef const char *b = <const char *> data
    cdef const char *found
    if start >= end:
        return -1
    found = <const char *> memchr(b + start, 0, end - start)
    return found - b if found != NULL else -1
