//! `_heapq`: heaps in lists.

use taipan_object::{CompareOp, Object, Own, PyList, PyResult, Thread, compare, err, native_module};

fn out_of_range(t: &Thread) -> taipan_object::Raised {
    err!(t, IndexError, "index out of range")
}

/// Whether `a` belongs nearer to the top than `b`; comparisons may not change the heap's length.
fn above(t: &Thread, heap: &PyList, a: &Object, b: &Object, max: bool) -> PyResult<bool> {
    let (x, y) = if max { (b, a) } else { (a, b) };
    if let Some(result) = compare::plain_compare(x, y, CompareOp::Lt) {
        return Ok(result);
    }
    let n = heap.len();
    let result = compare::rich_compare_bool(t, x, y, CompareOp::Lt)?;
    if heap.len() != n {
        return Err(err!(t, RuntimeError, "list changed size during iteration"));
    }
    Ok(result)
}

fn item(t: &Thread, heap: &PyList, i: usize) -> PyResult {
    heap.get(i).ok_or_else(|| out_of_range(t))
}

/// Moves the item at `pos` up until its parent is above it.
fn sift_down(t: &Thread, heap: &PyList, start: usize, mut pos: usize, max: bool) -> PyResult<()> {
    if pos >= heap.len() {
        return Err(out_of_range(t));
    }
    let new = item(t, heap, pos)?;
    while pos > start {
        let parent = (pos - 1) >> 1;
        let other = item(t, heap, parent)?;
        if !above(t, heap, &new, &other, max)? {
            break;
        }
        heap.exchange(pos, parent);
        pos = parent;
    }
    Ok(())
}

/// Moves the item at `pos` to a leaf along the upper children, then up to where it belongs.
fn sift_up(t: &Thread, heap: &PyList, pos: usize, max: bool) -> PyResult<()> {
    let end = heap.len();
    let start = pos;
    let mut pos = pos;
    if pos >= end {
        return Err(out_of_range(t));
    }
    let limit = end >> 1;
    while pos < limit {
        let mut child = 2 * pos + 1;
        if child + 1 < end {
            let (a, b) = (item(t, heap, child)?, item(t, heap, child + 1)?);
            if !above(t, heap, &a, &b, max)? {
                child += 1;
            }
        }
        heap.exchange(pos, child);
        pos = child;
    }
    sift_down(t, heap, start, pos, max)
}

fn push(t: &Thread, heap: &PyList, value: &Object, max: bool) -> PyResult<()> {
    heap.append(t, value.own())?;
    sift_down(t, heap, 0, heap.len() - 1, max)
}

fn pop(t: &Thread, heap: &PyList, max: bool) -> PyResult {
    let Some(last) = heap.len().checked_sub(1) else { return Err(out_of_range(t)) };
    let last = heap.remove(last).ok_or_else(|| out_of_range(t))?;
    if heap.len() == 0 {
        return Ok(last);
    }
    let top = heap.replace(0, last).ok_or_else(|| out_of_range(t))?;
    sift_up(t, heap, 0, max)?;
    Ok(top)
}

fn replace(t: &Thread, heap: &PyList, value: &Object, max: bool) -> PyResult {
    if heap.len() == 0 {
        return Err(out_of_range(t));
    }
    let top = heap.replace(0, value.own()).ok_or_else(|| out_of_range(t))?;
    sift_up(t, heap, 0, max)?;
    Ok(top)
}

fn push_pop(t: &Thread, heap: &PyList, value: &Object, max: bool) -> PyResult {
    let Some(top) = heap.get(0) else { return Ok(value.own()) };
    let (x, y) = if max { (value, &*top) } else { (&*top, value) };
    if !compare::rich_compare_bool(t, x, y, CompareOp::Lt)? {
        return Ok(value.own());
    }
    replace(t, heap, value, max)
}

fn heapify_all(t: &Thread, heap: &PyList, max: bool) -> PyResult<()> {
    for i in (0..heap.len() >> 1).rev() {
        sift_up(t, heap, i, max)?;
    }
    Ok(())
}

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
///
/// Usage:
///
/// heap = []            # creates an empty heap
/// heappush(heap, item) # pushes a new item on the heap
/// item = heappop(heap) # pops the smallest item from the heap
/// item = heap[0]       # smallest item on the heap without popping it
/// heapify(x)           # transforms list into a heap, in-place, in linear time
/// item = heapreplace(heap, item) # pops and returns smallest item, and adds
///                                # new item; the heap size is unchanged
///
/// Our API differs from textbook heap algorithms as follows:
///
/// - We use 0-based indexing.  This makes the relationship between the
///   index for a node and the indexes for its children slightly less
///   obvious, but is more suitable since Python uses 0-based indexing.
///
/// - Our heappop() method returns the smallest item, not the largest.
///
/// These two make it possible to view the heap as a regular Python list
/// without surprises: heap[0] is the smallest item, and heap.sort()
/// maintains the heap invariant!
///
#[native_module(name = "_heapq")]
pub mod heapq {
    use super::*;

    /// Push item onto heap, maintaining the heap invariant.
    #[function(sig = "(heap, item, /)")]
    fn heappush(t: &Thread, heap: &PyList, item: &Object) -> PyResult<()> {
        push(t, heap, item, false)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[function(sig = "(heap, item, /)")]
    fn heappushpop(t: &Thread, heap: &PyList, item: &Object) -> PyResult {
        push_pop(t, heap, item, false)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[function(sig = "(heap, /)")]
    fn heappop(t: &Thread, heap: &PyList) -> PyResult {
        pop(t, heap, false)
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[function(sig = "(heap, item, /)")]
    fn heapreplace(t: &Thread, heap: &PyList, item: &Object) -> PyResult {
        replace(t, heap, item, false)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[function(sig = "(heap, /)")]
    fn heapify(t: &Thread, heap: &PyList) -> PyResult<()> {
        heapify_all(t, heap, false)
    }

    /// Push item onto max heap, maintaining the heap invariant.
    #[function(sig = "(heap, item, /)")]
    fn heappush_max(t: &Thread, heap: &PyList, item: &Object) -> PyResult<()> {
        push(t, heap, item, true)
    }

    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max()
    /// followed by a separate call to heappop_max().
    #[function(sig = "(heap, item, /)")]
    fn heappushpop_max(t: &Thread, heap: &PyList, item: &Object) -> PyResult {
        push_pop(t, heap, item, true)
    }

    /// Maxheap variant of heappop.
    #[function(sig = "(heap, /)")]
    fn heappop_max(t: &Thread, heap: &PyList) -> PyResult {
        pop(t, heap, true)
    }

    /// Maxheap variant of heapreplace.
    #[function(sig = "(heap, item, /)")]
    fn heapreplace_max(t: &Thread, heap: &PyList, item: &Object) -> PyResult {
        replace(t, heap, item, true)
    }

    /// Maxheap variant of heapify.
    #[function(sig = "(heap, /)")]
    fn heapify_max(t: &Thread, heap: &PyList) -> PyResult<()> {
        heapify_all(t, heap, true)
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "__about__", super::ABOUT)
    }
}

/// `heapq.__about__`.
const ABOUT: &str = "Heap queues\n\
\n\
[explanation by François Pinard]\n\
\n\
Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\n\
all k, counting elements from 0.  For the sake of comparison,\n\
non-existing elements are considered to be infinite.  The interesting\n\
property of a heap is that a[0] is always its smallest element.\n\
\n\
The strange invariant above is meant to be an efficient memory\n\
representation for a tournament.  The numbers below are 'k', not a[k]:\n\
\n\
\u{20}                                  0\n\
\n\
\u{20}                 1                                 2\n\
\n\
\u{20}         3               4                5               6\n\
\n\
\u{20}     7       8       9       10      11      12      13      14\n\
\n\
\u{20}   15 16   17 18   19 20   21 22   23 24   25 26   27 28   29 30\n\
\n\
\n\
In the tree above, each cell 'k' is topping '2*k+1' and '2*k+2'.  In\n\
a usual binary tournament we see in sports, each cell is the winner\n\
over the two cells it tops, and we can trace the winner down the tree\n\
to see all opponents s/he had.  However, in many computer applications\n\
of such tournaments, we do not need to trace the history of a winner.\n\
To be more memory efficient, when a winner is promoted, we try to\n\
replace it by something else at a lower level, and the rule becomes\n\
that a cell and the two cells it tops contain three different items,\n\
but the top cell \"wins\" over the two topped cells.\n\
\n\
If this heap invariant is protected at all time, index 0 is clearly\n\
the overall winner.  The simplest algorithmic way to remove it and\n\
find the \"next\" winner is to move some loser (let's say cell 30 in the\n\
diagram above) into the 0 position, and then percolate this new 0 down\n\
the tree, exchanging values, until the invariant is re-established.\n\
This is clearly logarithmic on the total number of items in the tree.\n\
By iterating over all items, you get an O(n ln n) sort.\n\
\n\
A nice feature of this sort is that you can efficiently insert new\n\
items while the sort is going on, provided that the inserted items are\n\
not \"better\" than the last 0'th element you extracted.  This is\n\
especially useful in simulation contexts, where the tree holds all\n\
incoming events, and the \"win\" condition means the smallest scheduled\n\
time.  When an event schedule other events for execution, they are\n\
scheduled into the future, so they can easily go into the heap.  So, a\n\
heap is a good structure for implementing schedulers (this is what I\n\
used for my MIDI sequencer :-).\n\
\n\
Various structures for implementing schedulers have been extensively\n\
studied, and heaps are good for this, as they are reasonably speedy,\n\
the speed is almost constant, and the worst case is not much different\n\
than the average case.  However, there are other representations which\n\
are more efficient overall, yet the worst cases might be terrible.\n\
\n\
Heaps are also very useful in big disk sorts.  You most probably all\n\
know that a big sort implies producing \"runs\" (which are pre-sorted\n\
sequences, which size is usually related to the amount of CPU memory),\n\
followed by a merging passes for these runs, which merging is often\n\
very cleverly organised[1].  It is very important that the initial\n\
sort produces the longest runs possible.  Tournaments are a good way\n\
to that.  If, using all the memory available to hold a tournament, you\n\
replace and percolate items that happen to fit the current run, you'll\n\
produce runs which are twice the size of the memory for random input,\n\
and much better for input fuzzily ordered.\n\
\n\
Moreover, if you output the 0'th item on disk and get an input which\n\
may not fit in the current tournament (because the value \"wins\" over\n\
the last output value), it cannot fit in the heap, so the size of the\n\
heap decreases.  The freed memory could be cleverly reused immediately\n\
for progressively building a second heap, which grows at exactly the\n\
same rate the first heap is melting.  When the first heap completely\n\
vanishes, you switch heaps and start a new run.  Clever and quite\n\
effective!\n\
\n\
In a word, heaps are useful memory structures to know.  I use them in\n\
a few applications, and I think it is good to keep a 'heap' module\n\
around. :-)\n\
\n\
--------------------\n\
[1] The disk balancing algorithms which are current, nowadays, are\n\
more annoying than clever, and this is a consequence of the seeking\n\
capabilities of the disks.  On devices which cannot seek, like big\n\
tape drives, the story was quite different, and one had to be very\n\
clever to ensure (far in advance) that each tape movement will be the\n\
most effective possible (that is, will best participate at\n\
\"progressing\" the merge).  Some tapes were even able to read\n\
backwards, and this was also used to avoid the rewinding time.\n\
Believe me, real good tape sorts were quite spectacular to watch!\n\
From all times, sorting has always been a Great Art! :-)\n\
";
