/* The module os. */
%since 3.6
%fn PyOS_FSPath
%end
