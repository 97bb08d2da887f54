from libc.string cimport memchr, memcmp

cdef extern from *:
    """
    #define _GNU_SOURCE
    #include <string.h>
    void *memmem(const void *, size_t, const void *, size_t);
    """
    void *memmem(const void *data, size_t size, const void *word, size_t length)

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


cdef inline bint is_at(bytes word, bytes data, Py_ssize_t start, Py_ssize_t end):
    if word is None or len(word) != end - start or end > len(data):
        return False
    return memcmp(<const char *> word, (<const char *> data) + start, end - start) == 0


cdef inline bint is_tagged(bytes data, Py_ssize_t at, bytes tags):
    cdef const char *found = (<const char *> data) + at
    cdef const char *tag = <const char *> tags
    cdef Py_ssize_t number
    if len(data) - at < 4:
        return False
    for number in range(len(tags) // 4):
        if memcmp(found, tag + 4 * number, 4) == 0:
            return True
    return False


cdef inline bint holds(bytes data, bytes word):
    return memmem(<const char *> data, len(data), <const char *> word, len(word)) != NULL
