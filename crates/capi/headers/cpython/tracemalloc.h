/* Memory of extension modules for tracemalloc. */
%fn int PyTraceMalloc_Track(unsigned int, uintptr_t, size_t)
%fn int PyTraceMalloc_Untrack(unsigned int, uintptr_t)
