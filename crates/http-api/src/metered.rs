//! Runs the use cases whose outcomes are counted, and counts how each run ends. Every route to such a
//! use case goes through here.

use std::error::Error;

use domain::{
    app::AppId,
    hourly_count::Counted,
    key_ring::Fit,
    login::{LoggedIn, LoginCommand, LoginError, Standing},
    open_data::{DecryptOpenDataCommand, DecryptOpenDataError, Decrypted},
    phone::{BindPhoneCommand, BindPhoneError, BoundPhone},
    profile::{RefreshProfileCommand, RefreshProfileError, Refreshed},
    push::{ReceivePushCommand, ReceivedPush},
    registration::{Novelty, RegisterCommand, RegisterError, Registered},
    session::{Caller, Session},
};
use metrics::{counter, describe_counter};

use crate::{
    api::Api,
    observe::note,
    problem::{Problem, ProblemCode},
};

const LOGINS: &str = "yaoshi_logins_total";
const REGISTRATIONS: &str = "yaoshi_registrations_total";
const PHONES: &str = "yaoshi_phone_bindings_total";
const PUSHES: &str = "yaoshi_pushes_total";
const KEY_RING_FIT: &str = "yaoshi_key_ring_fit_total";
const OPEN_DATA_FAILURES: &str = "yaoshi_open_data_failures_total";

/// The label `app` of a request that names no configured app, or whose token opens no session.
const UNKNOWN_APP: &str = "unknown";

/// Describes the counters of this module to the recorder.
pub(crate) fn describe() {
    describe_counter!(LOGINS, "Logins by app and outcome: the session's state, or the problem's code");
    describe_counter!(REGISTRATIONS, "Registrations by app and outcome: new, known, or the problem's code");
    describe_counter!(
        PHONES,
        "Phone numbers that were to be bound, by app and outcome: bound, or the problem's code"
    );
    describe_counter!(
        PUSHES,
        "Messages that WeChat pushed, by app and outcome: what became of them, or the problem's code"
    );
    describe_counter!(KEY_RING_FIT, "Which key of the ring open data fitted, by app");
    describe_counter!(OPEN_DATA_FAILURES, "Open data that was refused, by app and the problem's code");
}

/// Logs in.
pub(crate) async fn log_in(api: &Api, command: LoginCommand) -> Result<LoggedIn, Problem> {
    let app = label(api, Some(&command.app_id));
    note(|noted| noted.app(api.apps.index_of(&command.app_id)));
    let configured = api.apps.get(&command.app_id).map(|app| &app.id);
    count(api, configured, &[Counted::Code]);
    let result = api.login.execute(command).await;
    count(api, configured, &steps_of(&result));
    let result = result.map_err(|error| login_refused(api, error));
    if let Ok(LoggedIn { session, .. }) = &result {
        note_session(api, session);
    }
    let outcome = match &result {
        Ok(LoggedIn { standing: Standing::Registered(_), .. }) => "registered",
        Ok(LoggedIn { standing: Standing::Unregistered, .. }) => "unregistered",
        Err(problem) => problem.code().kind().code,
    };
    counter!(LOGINS, "app" => app, "outcome" => outcome).increment(1);
    result
}

/// Registers the user of a session. `caller` is who sent the token, if it still opens the session.
pub(crate) async fn register(
    api: &Api,
    caller: Option<&Caller>,
    command: RegisterCommand,
) -> Result<Registered, Problem> {
    let result = api.register.execute(command).await;
    let registered = result.as_ref().ok().map(|registered| &registered.session.identity.app_id);
    let app = label(api, registered.or_else(|| Some(&api.apps.at(caller?.app).id)));
    match &result {
        Ok(Registered { fit: Some(fit), .. }) => count_fit(&app, *fit),
        Ok(Registered { fit: None, .. }) => {}
        Err(error) => count_refusal(&app, registration_refusal(error)),
    }
    let result = result.map_err(registration_refused);
    if let Ok(Registered { session, .. }) = &result {
        count(api, Some(&session.identity.app_id), &[Counted::Registered]);
        note_session(api, session);
    }
    let outcome = match &result {
        Ok(Registered { novelty: Novelty::New, .. }) => "new",
        Ok(Registered { novelty: Novelty::Known, .. }) => "known",
        Err(problem) => problem.code().kind().code,
    };
    counter!(REGISTRATIONS, "app" => app, "outcome" => outcome).increment(1);
    result
}

/// Takes a message that WeChat pushed.
pub(crate) async fn receive_push(
    api: &Api,
    command: ReceivePushCommand<'_>,
) -> Result<ReceivedPush, Problem> {
    let app = label(api, Some(&command.app_id));
    note(|noted| noted.app(api.apps.index_of(&command.app_id)));
    let result = api.receive_push.execute(&command).await.map_err(refused);
    let outcome = match &result {
        Ok(ReceivedPush { state, .. }) => state.as_str(),
        Err(problem) => problem.code().kind().code,
    };
    counter!(PUSHES, "app" => app, "outcome" => outcome).increment(1);
    result
}

/// Binds a phone number to the caller's user.
pub(crate) async fn bind_phone(api: &Api, command: BindPhoneCommand) -> Result<BoundPhone, Problem> {
    let app = label_of_caller(api, &command.caller);
    let result = api.bind_phone.execute(command).await.map_err(binding_refused);
    let outcome = result.as_ref().err().map_or("bound", |problem| problem.code().kind().code);
    counter!(PHONES, "app" => app, "outcome" => outcome).increment(1);
    result
}

/// Refreshes a profile from open data.
pub(crate) async fn refresh_profile(api: &Api, command: RefreshProfileCommand) -> Result<Refreshed, Problem> {
    let app = label_of_caller(api, &command.caller);
    let result = api.refresh_profile.execute(command).await;
    match &result {
        Ok(Refreshed { fit, .. }) => count_fit(&app, *fit),
        Err(error) => count_refusal(&app, refresh_refusal(error)),
    }
    result.map_err(refused)
}

/// Decrypts open data.
pub(crate) async fn decrypt_open_data(
    api: &Api,
    command: DecryptOpenDataCommand,
) -> Result<Decrypted, Problem> {
    let app = label_of_caller(api, &command.caller);
    let result = api.decrypt_open_data.execute(command).await;
    match &result {
        Ok(Decrypted { fit, .. }) => count_fit(&app, *fit),
        Err(error) => count_refusal(&app, decryption_refusal(error)),
    }
    result.map_err(refused)
}

/// How far a login came after its code was received.
fn steps_of(result: &Result<LoggedIn, LoginError>) -> Vec<Counted> {
    match result {
        Ok(LoggedIn { standing: Standing::Registered(_), .. }) => {
            vec![Counted::Exchanged, Counted::Session, Counted::Registered]
        }
        Ok(LoggedIn { standing: Standing::Unregistered, .. }) => vec![Counted::Exchanged, Counted::Session],
        Err(LoginError::UserBlocked(_)) => vec![Counted::Exchanged],
        Err(
            LoginError::UnknownApp
            | LoginError::Exchange(_)
            | LoginError::InProgress
            | LoginError::Seal(_)
            | LoginError::Store(_)
            | LoginError::CutOff,
        ) => Vec::new(),
    }
}

/// Counts steps of a login at a configured app for the overview.
fn count(api: &Api, app: Option<&AppId>, steps: &[Counted]) {
    if app.is_some() {
        api.tally.count(app, steps.iter().cloned());
    }
}

/// Notes whose session this is.
fn note_session(api: &Api, session: &Session) {
    let pseudonym = api.pseudonyms.of(&session.identity);
    note(|noted| noted.person(pseudonym, session.state.user_id()));
}

/// The problem of an error, whose words are noted for the diagnosis.
fn refused<E: Error + Into<Problem>>(error: E) -> Problem {
    note(|noted| noted.cause(&error));
    error.into()
}

fn login_refused(api: &Api, error: LoginError) -> Problem {
    note(|noted| noted.answer(error.answer()));
    if let LoginError::UserBlocked(identity) = &error {
        note(|noted| noted.identity(identity, api.pseudonyms.of(identity)));
    }
    refused(error)
}

fn registration_refused(error: RegisterError) -> Problem {
    if let RegisterError::Phone(phone) = &error {
        note(|noted| noted.answer(phone.answer()));
    }
    refused(error)
}

fn binding_refused(error: BindPhoneError) -> Problem {
    if let BindPhoneError::Confirm(phone) = &error {
        note(|noted| noted.answer(phone.answer()));
    }
    refused(error)
}

/// The label `app`. Clients can name any app, so one that is not configured gets no label of its own.
fn label(api: &Api, app: Option<&AppId>) -> String {
    let configured = app.and_then(|app| api.apps.get(app));
    configured.map_or_else(|| UNKNOWN_APP.to_owned(), |app| app.id.to_string())
}

fn label_of_caller(api: &Api, caller: &Caller) -> String {
    api.apps.at(caller.app).id.to_string()
}

/// Counts which key of the ring fitted.
fn count_fit(app: &str, fit: Fit) {
    let name = match fit {
        Fit::Current => "current",
        Fit::Superseded(1) => "superseded_1",
        Fit::Superseded(_) => "superseded_2",
    };
    counter!(KEY_RING_FIT, "app" => app.to_owned(), "fit" => name).increment(1);
}

/// Counts refused open data by the problem's code. Why data was undecryptable is not told apart: whoever
/// can read that beside their own requests has a padding oracle. `None` is a failure that says nothing
/// about the data.
fn count_refusal(app: &str, cause: Option<&'static str>) {
    if let Some(cause) = cause {
        counter!(OPEN_DATA_FAILURES, "app" => app.to_owned(), "cause" => cause).increment(1);
    }
}

fn registration_refusal(error: &RegisterError) -> Option<&'static str> {
    match error {
        RegisterError::SignatureMismatch => Some(ProblemCode::SignatureMismatch.kind().code),
        RegisterError::Undecryptable(_) => Some(ProblemCode::Undecryptable.kind().code),
        RegisterError::NotFresh => Some(ProblemCode::StaleData.kind().code),
        RegisterError::NotUserInfo => Some(ProblemCode::NotUserInfo.kind().code),
        RegisterError::Session(_)
        | RegisterError::MethodNotAllowed(_)
        | RegisterError::NotFromTutorial
        | RegisterError::Phone(_)
        | RegisterError::PhoneTaken
        | RegisterError::PhoneUnavailable
        | RegisterError::KeyLost(_)
        | RegisterError::Seal(_)
        | RegisterError::Store(_) => None,
    }
}

fn refresh_refusal(error: &RefreshProfileError) -> Option<&'static str> {
    match error {
        RefreshProfileError::SignatureMismatch => Some(ProblemCode::SignatureMismatch.kind().code),
        RefreshProfileError::Undecryptable(_) => Some(ProblemCode::Undecryptable.kind().code),
        RefreshProfileError::NotFresh => Some(ProblemCode::StaleData.kind().code),
        RefreshProfileError::NotUserInfo => Some(ProblemCode::NotUserInfo.kind().code),
        RefreshProfileError::NotRegistered
        | RefreshProfileError::Session(_)
        | RefreshProfileError::KeyLost(_)
        | RefreshProfileError::Store(_) => None,
    }
}

fn decryption_refusal(error: &DecryptOpenDataError) -> Option<&'static str> {
    match error {
        DecryptOpenDataError::SignatureMismatch => Some(ProblemCode::SignatureMismatch.kind().code),
        DecryptOpenDataError::Undecryptable(_) => Some(ProblemCode::Undecryptable.kind().code),
        DecryptOpenDataError::Session(_)
        | DecryptOpenDataError::KeyLost(_)
        | DecryptOpenDataError::Store(_) => None,
    }
}
