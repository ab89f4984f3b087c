//! All channels, and what can be done with one. Knows no Python but what is on its way.

use super::Unbound;
use crate::shared::{Fallback, Shared};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Why something can't be done with a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    NotFound,
    Closed,
    /// The interpreter has given the end up.
    Released,
    Empty,
    NotEmpty,
    /// It was closed while somebody waited.
    ClosedWaiting,
}

/// An end of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Both,
    Send,
    Recv,
}

/// How it goes with an item whose sender waits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Waiting,
    Received,
    Dropped,
}

/// Where the sender of an item waits.
pub struct Waiter(Mutex<Progress>, Condvar);

impl Waiter {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Progress::Waiting), Condvar::new()))
    }

    fn settle(&self, progress: Progress) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *now == Progress::Waiting {
            *now = progress;
            self.1.notify_all();
        }
    }

    /// Waits for news, at most so long.
    pub fn wait(&self, limit: Duration) -> Progress {
        let now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != Progress::Waiting {
            return *now;
        }
        *self.1.wait_timeout(now, limit).unwrap_or_else(PoisonError::into_inner).0
    }
}

struct Item {
    /// `None` once the sender's interpreter has ended.
    data: Option<Shared>,
    sender: i64,
    unbound: Unbound,
    waiter: Option<Arc<Waiter>>,
}

impl Drop for Item {
    fn drop(&mut self) {
        if let Some(waiter) = &self.waiter {
            waiter.settle(Progress::Dropped);
        }
    }
}

/// An interpreter that uses an end, or has given it up.
struct User {
    interpreter: i64,
    open: bool,
}

/// The users of one end.
#[derive(Default)]
struct Users(Vec<User>);

impl Users {
    fn find(&self, interpreter: i64) -> Option<&User> {
        self.0.iter().find(|user| user.interpreter == interpreter)
    }

    /// Notes a user. One that has given the end up can't have it back.
    fn associate(&mut self, interpreter: i64) -> Result<(), Refusal> {
        match self.find(interpreter) {
            Some(user) if user.open => Ok(()),
            Some(_) => Err(Refusal::Released),
            None => {
                self.0.push(User { interpreter, open: true });
                Ok(())
            }
        }
    }

    /// Notes that an interpreter gives the end up; `always` also one that never used it.
    fn release(&mut self, interpreter: i64, always: bool) {
        match self.0.iter_mut().find(|user| user.interpreter == interpreter) {
            Some(user) => user.open = false,
            None if always => self.0.push(User { interpreter, open: false }),
            None => {}
        }
    }
}

struct Channel {
    open: bool,
    /// The sending end is closed, the receiving end will be once it is empty.
    closing: bool,
    items: VecDeque<Item>,
    senders: Users,
    receivers: Users,
    unbound: Unbound,
    fallback: Fallback,
}

impl Channel {
    fn has_open_ends(&self) -> bool {
        let (senders, receivers) = (&self.senders.0, &self.receivers.0);
        (senders.is_empty() && receivers.is_empty()) || senders.iter().chain(receivers).any(|user| user.open)
    }
}

/// A channel's entry; it outlives its channel, until nobody refers to it.
struct Entry {
    id: i64,
    channel: Option<Channel>,
    /// Objects of type `ChannelID`.
    references: u64,
}

struct Store {
    /// The newest last.
    all: Vec<Entry>,
    next: i64,
}

static STORE: Mutex<Store> = Mutex::new(Store { all: Vec::new(), next: 0 });

fn store<R>(work: impl FnOnce(&mut Store) -> R) -> R {
    work(&mut STORE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Runs `work` with the entry of a channel. What it gives may be dropped by the caller, without the lock.
fn with_entry<R>(id: i64, work: impl FnOnce(&mut Entry) -> R) -> Result<R, Refusal> {
    store(|store| store.all.iter_mut().find(|entry| entry.id == id).map(work)).ok_or(Refusal::NotFound)
}

/// Runs `work` with an open channel.
fn with<R>(id: i64, work: impl FnOnce(&mut Channel) -> Result<R, Refusal>) -> Result<R, Refusal> {
    with_entry(id, |entry| match entry.channel.as_mut().filter(|channel| channel.open) {
        Some(channel) => work(channel),
        None => Err(Refusal::Closed),
    })?
}

/// Makes a channel, to which nobody refers yet.
pub fn create(unbound: Unbound, fallback: Fallback) -> i64 {
    let channel = Channel {
        open: true,
        closing: false,
        items: VecDeque::new(),
        senders: Users::default(),
        receivers: Users::default(),
        unbound,
        fallback,
    };
    store(|store| {
        let id = store.next;
        store.next += 1;
        store.all.push(Entry { id, channel: Some(channel), references: 0 });
        id
    })
}

/// Removes a channel altogether.
pub fn destroy(id: i64) -> Result<(), Refusal> {
    let gone = store(|store| {
        let at = store.all.iter().position(|entry| entry.id == id)?;
        Some(store.all.remove(at))
    });
    gone.map(drop).ok_or(Refusal::NotFound)
}

/// The channels that are there, the newest first: number and defaults.
pub fn list() -> Vec<(i64, Unbound, Fallback)> {
    store(|store| {
        let alive = |entry: &Entry| entry.channel.as_ref().map(|c| (entry.id, c.unbound, c.fallback));
        store.all.iter().rev().filter_map(alive).collect()
    })
}

/// A reference of a `ChannelID`: the last one takes the channel along.
pub struct Hold(i64);

impl Hold {
    pub fn new(id: i64) -> Result<Self, Refusal> {
        with_entry(id, |entry| entry.references += 1)?;
        Ok(Self(id))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let gone = store(|store| {
            let at = store.all.iter().position(|entry| entry.id == self.0)?;
            store.all[at].references = store.all[at].references.saturating_sub(1);
            (store.all[at].references == 0).then(|| store.all.remove(at))
        });
        drop(gone);
    }
}

/// What items of a channel are sent with, where the sender does not say.
pub fn defaults(id: i64) -> Result<(Unbound, Fallback), Refusal> {
    with(id, |channel| Ok((channel.unbound, channel.fallback)))
}

/// The number of items.
pub fn count(id: i64) -> Result<usize, Refusal> {
    with(id, |channel| Ok(channel.items.len()))
}

/// Whether an interpreter may send.
pub fn check_send(id: i64) -> Result<(), Refusal> {
    with(id, |channel| if channel.closing { Err(Refusal::Closed) } else { Ok(()) })
}

/// Appends an item.
pub fn send(
    id: i64,
    interpreter: i64,
    data: Shared,
    unbound: Unbound,
    waiter: Option<Arc<Waiter>>,
) -> Result<(), Refusal> {
    let mut item = Some(Item { data: Some(data), sender: interpreter, unbound, waiter });
    // An item that is refused is dropped here, without the lock.
    with(id, |channel| {
        if channel.closing {
            return Err(Refusal::Closed);
        }
        channel.senders.associate(interpreter)?;
        channel.items.extend(item.take());
        Ok(())
    })
}

/// Takes an item back whose sender has given up waiting. Gives whether it was still there.
pub fn take_back(id: i64, waiter: &Arc<Waiter>) -> bool {
    let mine = |item: &Item| item.waiter.as_ref().is_some_and(|other| Arc::ptr_eq(other, waiter));
    let taken = with_entry(id, |entry| {
        let items = &mut entry.channel.as_mut()?.items;
        let at = items.iter().position(mine)?;
        items.remove(at)
    });
    matches!(taken, Ok(Some(_)))
}

/// Takes the first item: what was sent, or what became of it with its sender.
pub fn receive(id: i64, interpreter: i64) -> Result<Result<Shared, Unbound>, Refusal> {
    let (received, closed) = with_entry(id, |entry| {
        let Some(channel) = entry.channel.as_mut().filter(|channel| channel.open) else {
            return (Err(Refusal::Closed), None);
        };
        if let Err(refusal) = channel.receivers.associate(interpreter) {
            return (Err(refusal), None);
        }
        let received = channel.items.pop_front().ok_or(Refusal::Empty);
        let done = channel.closing && channel.items.is_empty();
        (received, if done { entry.channel.take() } else { None })
    })?;
    drop(closed);
    let mut item = received?;
    if let Some(waiter) = &item.waiter {
        waiter.settle(Progress::Received);
    }
    Ok(item.data.take().ok_or(item.unbound))
}

/// Closes a channel for all.
pub fn close(id: i64, end: End, force: bool) -> Result<(), Refusal> {
    let closed = with_entry(id, |entry| {
        let channel = entry.channel.as_mut().ok_or(Refusal::Closed)?;
        if !channel.open || (!force && end == End::Send && channel.closing) {
            return Err(Refusal::Closed);
        }
        if force || channel.items.is_empty() {
            return Ok(entry.channel.take());
        }
        if end != End::Send {
            return Err(Refusal::NotEmpty);
        }
        channel.closing = true;
        Ok(None)
    })??;
    drop(closed);
    Ok(())
}

/// Gives up ends of a channel for an interpreter.
pub fn release(id: i64, interpreter: i64, end: End) -> Result<(), Refusal> {
    with(id, |channel| {
        if end != End::Recv {
            channel.senders.release(interpreter, true);
        }
        if end != End::Send {
            channel.receivers.release(interpreter, true);
        }
        channel.open = channel.has_open_ends();
        Ok(())
    })
}

/// Whether an interpreter has an end open.
pub fn is_associated(id: i64, interpreter: i64, send: bool) -> Result<bool, Refusal> {
    with(id, |channel| {
        if send && channel.closing {
            return Err(Refusal::Closed);
        }
        let users = if send { &channel.senders } else { &channel.receivers };
        Ok(users.find(interpreter).is_some_and(|user| user.open))
    })
}

/// An interpreter has ended: its items lose their data, and it gives up its ends.
pub fn interpreter_ended(id: i64) {
    let mut gone = Vec::new();
    store(|store| {
        for channel in store.all.iter_mut().filter_map(|entry| entry.channel.as_mut()) {
            let items = std::mem::take(&mut channel.items);
            for mut item in items {
                if item.sender == id {
                    if item.unbound == Unbound::Remove {
                        gone.push((None, Some(item)));
                        continue;
                    }
                    gone.push((item.data.take(), None));
                }
                channel.items.push_back(item);
            }
            channel.senders.release(id, false);
            channel.receivers.release(id, false);
            channel.open = channel.open && channel.has_open_ends();
        }
    });
}

/// What `get_info()` tells.
#[derive(Default)]
pub struct Info {
    pub open: bool,
    pub closing: bool,
    pub closed: bool,
    /// Items; then interpreters: senders, that have released; receivers, that have released; both, released from both,
    /// released from the sending end, from the receiving end.
    pub numbers: [usize; 9],
    /// Of this interpreter: uses the sending end, has released it, uses the receiving end, has released it.
    pub own: [bool; 4],
}

/// The state of a channel.
pub fn info(id: i64, interpreter: i64) -> Result<Info, Refusal> {
    with_entry(id, |entry| {
        let mut info = Info::default();
        let Some(channel) = entry.channel.as_ref().filter(|channel| channel.open) else {
            info.closed = true;
            return info;
        };
        info.closing = channel.closing;
        info.open = !channel.closing;
        info.numbers[0] = channel.items.len();
        for sender in &channel.senders.0 {
            let place = match channel.receivers.find(sender.interpreter) {
                None if sender.open => 1,
                None => 2,
                Some(receiver) => match (sender.open, receiver.open) {
                    (true, true) => 5,
                    (false, false) => 6,
                    (true, false) => 7,
                    (false, true) => 8,
                },
            };
            info.numbers[place] += 1;
        }
        for receiver in &channel.receivers.0 {
            if channel.senders.find(receiver.interpreter).is_none() {
                info.numbers[if receiver.open { 3 } else { 4 }] += 1;
            }
        }
        let own = |users: &Users| users.find(interpreter).map(|user| user.open);
        let (send, recv) = (own(&channel.senders), own(&channel.receivers));
        info.own = [send == Some(true), send == Some(false), recv == Some(true), recv == Some(false)];
        info
    })
}
