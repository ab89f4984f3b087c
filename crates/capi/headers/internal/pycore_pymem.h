/* Memory. */
%fn _PyMem_GetCurrentAllocatorName
%fn _PyMem_Strdup
