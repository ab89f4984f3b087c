//! `_ssl.SSLSession`: what a client keeps to resume a conversation.

use crate::context::SSLContext;
use crate::openssl::session::Session;
use taipan_object::{
    CompareOp, Data, Head, Object, Own, Owned, PyResult, Thread, class, new_object, object, singletons,
};

/// `_ssl.SSLSession`.
#[object]
pub struct SSLSession {
    /// The session.
    pub session: Data<Session>,
    /// The context that it belongs to.
    pub context: Owned<SSLContext>,
}

impl SSLSession {
    /// A session of a context.
    pub fn create(t: &Thread, session: Session, context: &SSLContext) -> PyResult<Owned<Self>> {
        new_object(t, Self { head: Head::new(), session: Data(session), context: context.own() })
    }
}

#[class(name = "_ssl.SSLSession", heap, no_new, flags(HAVE_GC))]
impl SSLSession {
    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), true) = (other.downcast::<Self>(), matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return Ok(singletons::not_implemented().own());
        };
        let _ = t;
        let equal = core::ptr::eq(self, other) || self.session.id() == other.session.id();
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    /// Session creation time (seconds since epoch).
    #[getter]
    fn time(&self, _t: &Thread) -> i64 {
        self.session.time()
    }

    /// Session timeout (delta in seconds).
    #[getter]
    fn timeout(&self, _t: &Thread) -> i64 {
        self.session.timeout()
    }

    /// Ticket life time hint.
    #[getter]
    fn ticket_lifetime_hint(&self, _t: &Thread) -> u64 {
        self.session.ticket_lifetime_hint()
    }

    /// Session ID.
    #[getter]
    fn id(&self, _t: &Thread) -> Vec<u8> {
        self.session.id()
    }

    /// Does the session contain a ticket?
    #[getter]
    fn has_ticket(&self, _t: &Thread) -> bool {
        self.session.has_ticket()
    }
}
