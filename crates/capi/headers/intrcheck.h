/* Interrupts and forks. */
%fn PyOS_AfterFork
%fn PyOS_InterruptOccurred
%since 3.7
%fn PyOS_AfterFork_Child
%fn PyOS_AfterFork_Parent
%fn PyOS_BeforeFork
%end
