cimport cython

from pgtoll_policy.grammar cimport Node


cdef class Walk:
    cdef public set reads, writes, inserts, updates, deletes, truncates, empties, functions
    cdef public set told, untold, operators, types, columns, others, only, whole, makes
    cdef public bint keeps, probes, ddl, by_constants
    cdef public list settings
    cdef public str opaque
    cdef public object executes
    cdef list _pending
    @cython.locals(node=Node, pending=list)
    cpdef run(self, Node root)


cdef _relation(Node node)
cdef str _constant(Node node)
