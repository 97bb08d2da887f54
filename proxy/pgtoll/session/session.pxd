cimport cython

from pgtoll.session cimport clear
from pgtoll.session.clearance cimport Clearance
from pgtoll.session.flow cimport Flow
from pgtoll.wire cimport heads
from pgtoll.wire.splitter cimport Splitter


cdef bytes _NEEDLE


cdef class Session:
    cdef readonly Flow _conversation
    cdef Clearance _clearance
    cdef object _judge, _requests, _answers
    cdef Splitter _from_client, _from_server
    @cython.locals(c=Flow, clearance=Clearance, splitter=Splitter, rest=Py_ssize_t)
    cpdef Py_ssize_t pass_client(self, bytes data) except -1
    @cython.locals(c=Flow, splitter=Splitter, rest=Py_ssize_t)
    cpdef Py_ssize_t pass_server(self, bytes data) except -1
    cdef bint _plain(self) except -1


cdef Py_ssize_t _past(Splitter splitter, bytes data, Py_ssize_t rest, Py_ssize_t passed) except -1
