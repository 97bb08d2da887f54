cimport cython


cdef class Node:
    cdef public str kind
    cdef public dict fields
    cpdef str text(self, str field)
    cpdef bint has(self, str field) except -1
    @cython.locals(held=dict)
    cpdef list nodes(self, str field)
    @cython.locals(nodes=list)
    cpdef Node node(self, str field)
    @cython.locals(node=Node)
    cpdef list strings(self, str field)


@cython.locals(node=dict, items=list)
cdef list _unwrap(str held, value, frozenset without=*)
