/* Numbers of slots for PyType_Slot. */
%slots
