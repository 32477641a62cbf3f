//! What is noted of a request while it is served, for its log line and its diagnosis: whose it is, and
//! why it failed.

use std::{cell::RefCell, error::Error};

use domain::{
    app::AppIndex,
    identity::Pseudonym,
    ids::{IdentityId, SessionId, UserId},
    session::Caller,
    wechat::Answer,
};

use crate::{error_chain::error_chain, problem::Problem};

tokio::task_local! {
    /// What is noted of the request that the current task serves.
    pub(super) static NOTED: RefCell<Noted>;
}

/// What is noted of one request. Nothing is allocated unless the request fails.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// The app.
    pub(super) app: Option<AppIndex>,
    /// The session that the request was sent in.
    pub(super) session: Option<SessionId>,
    /// The user.
    pub(super) user: Option<UserId>,
    /// What logs call the person.
    pub(super) pseudonym: Option<Pseudonym>,
    /// The person whom WeChat named, where that is not known from the session.
    pub(super) identity: Option<Box<IdentityId>>,
    /// What WeChat answered.
    pub(super) answer: Option<Answer>,
    /// The error of the use case and its sources.
    pub(super) cause: Option<String>,
    /// The failure, where the response does not have it as a problem.
    pub(super) problem: Option<Problem>,
}

impl Noted {
    /// Notes the app.
    pub(crate) const fn app(&mut self, app: Option<AppIndex>) {
        self.app = app;
    }

    /// Notes who sent the request.
    pub(crate) const fn caller(&mut self, caller: &Caller) {
        self.app = Some(caller.app);
        self.session = Some(caller.session_id);
        self.pseudonym = Some(caller.pseudonym);
        self.user = caller.state.user_id();
    }

    /// Notes whose session was opened or changed.
    pub(crate) const fn person(&mut self, pseudonym: Pseudonym, user: Option<UserId>) {
        self.pseudonym = Some(pseudonym);
        self.user = user;
    }

    /// Notes whom WeChat named.
    pub(crate) fn identity(&mut self, identity: &IdentityId, pseudonym: Pseudonym) {
        self.pseudonym = Some(pseudonym);
        self.identity = Some(Box::new(identity.clone()));
    }

    /// Notes what WeChat answered.
    pub(crate) fn answer(&mut self, answer: Option<&Answer>) {
        self.answer = answer.cloned();
    }

    /// Notes why a use case failed.
    pub(crate) fn cause(&mut self, error: &dyn Error) {
        self.cause = Some(error_chain(error));
    }

    /// Notes a failure that the response has in another form than a problem's.
    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }
}

/// Notes something of the request that the current task serves. Outside of one it does nothing.
pub(crate) fn note(write: impl FnOnce(&mut Noted)) {
    let _ = NOTED.try_with(|noted| write(&mut noted.borrow_mut()));
}
