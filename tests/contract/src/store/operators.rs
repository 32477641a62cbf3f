//! Operators and their sessions.

use std::sync::Arc;

use domain::{
    operator::{Operator, OperatorChange, OperatorSession, Role},
    store::{Committed, Store},
    version::Version,
};

use super::{
    commit, conflict, put,
    samples::{at, digest, sealed},
    the_winner,
};

fn operator(name: &str) -> Operator {
    Operator {
        name: name.parse().expect("valid"),
        role: Role::Operator,
        password: format!("$argon2id$v=19$m=19456,t=2,p=1${}", "s".repeat(224)).parse().expect("valid"),
        totp: Some(sealed(9)),
        totp_step: Some(u32::MAX),
        disabled_at: Some(at(3)),
        created_at: at(1),
        signed_in_at: Some(at(2)),
        version: Version::FIRST,
    }
}

fn session(number: u64, name: &str, seen_at: i64) -> OperatorSession {
    OperatorSession {
        token_hash: digest(number),
        operator: name.parse().expect("valid"),
        created_at: at(0),
        seen_at: at(seen_at),
    }
}

async fn find(store: &Arc<dyn Store>, name: &str) -> Option<Operator> {
    store.operators().find(&name.parse().expect("valid")).await.expect("reads")
}

async fn find_session(store: &Arc<dyn Store>, number: u64) -> Option<OperatorSession> {
    store.operators().session(&digest(number)).await.expect("reads")
}

/// Operators come back as they were, in the order of their names, which respect case.
pub async fn round_trip(store: Arc<dyn Store>) {
    assert_eq!(find(&store, "li").await, None);
    let plain = Operator {
        role: Role::Viewer,
        totp: None,
        totp_step: None,
        disabled_at: None,
        signed_in_at: None,
        ..operator("li")
    };
    let all = [operator("Li"), operator(&"h".repeat(64)), plain];
    put(&store, all.iter().cloned().map(OperatorChange::Add)).await;
    assert_eq!(find(&store, "Li").await.as_ref(), Some(&all[0]));
    assert_eq!(find(&store, "li").await.as_ref(), Some(&all[2]));
    assert_eq!(find(&store, "LI").await, None);
    assert_eq!(store.operators().all().await.expect("reads"), all);
    conflict(&store, [OperatorChange::Add(operator("li"))]).await;
}

/// An update is done where nobody changed the row meanwhile.
pub async fn updating(store: Arc<dyn Store>) {
    conflict(&store, [OperatorChange::Update(operator("li"))]).await;
    put(&store, [OperatorChange::Add(operator("li"))]).await;
    let changed = Operator { role: Role::Viewer, totp: None, disabled_at: None, ..operator("li") };
    put(&store, [OperatorChange::Update(changed.clone())]).await;
    let expected = Operator { version: Version::new(2), ..changed.clone() };
    assert_eq!(find(&store, "li").await, Some(expected));
    conflict(&store, [OperatorChange::Update(changed)]).await;
}

/// Of many updates of what all of them read, one is done.
pub async fn one_of_many_updates_wins(store: Arc<dyn Store>) {
    put(&store, [OperatorChange::Add(operator("li"))]).await;
    let step = |number| u32::try_from(number).expect("small");
    let update =
        |number| OperatorChange::Update(Operator { totp_step: Some(step(number)), ..operator("li") });
    let winner = the_winner(&store, update).await;
    assert_eq!(find(&store, "li").await.and_then(|operator| operator.totp_step), Some(step(winner)));
}

/// Sessions are opened once each, and end one by one or all of an operator.
pub async fn sessions(store: Arc<dyn Store>) {
    assert_eq!(find_session(&store, 1).await, None);
    let opened = [session(1, "li", 5), session(2, "li", 6), session(3, "han", 7)];
    put(&store, opened.iter().cloned().map(OperatorChange::OpenSession)).await;
    assert_eq!(find_session(&store, 1).await.as_ref(), Some(&opened[0]));
    conflict(&store, [OperatorChange::OpenSession(session(1, "han", 9))]).await;
    put(&store, [OperatorChange::EndSession(digest(2))]).await;
    assert_eq!(find_session(&store, 2).await, None);
    assert_eq!(commit(&store, [OperatorChange::EndSession(digest(2))]).await, Committed::Done);
    put(&store, [OperatorChange::EndSessions("li".parse().expect("valid"))]).await;
    assert_eq!(find_session(&store, 1).await, None);
    assert_eq!(find_session(&store, 3).await.as_ref(), Some(&opened[2]));
}

/// A session is seen later, never earlier, and the oldest are swept.
pub async fn touching_and_sweeping(store: Arc<dyn Store>) {
    let touch = async |number, seen_at| {
        store.operators().touch(&digest(number), at(seen_at)).await.expect("writes");
    };
    let opened = [session(1, "li", 5), session(2, "li", 6), session(3, "han", 7)];
    put(&store, opened.map(OperatorChange::OpenSession)).await;
    touch(1, 10).await;
    touch(1, 8).await;
    touch(9, 8).await;
    assert_eq!(find_session(&store, 1).await, Some(session(1, "li", 10)));
    let sweep = async |before, limit| store.operators().sweep(at(before), limit).await.expect("sweeps");
    assert_eq!(sweep(6, 10).await, 0);
    assert_eq!(sweep(9, 1).await, 1);
    assert_eq!(sweep(9, 10).await, 1);
    assert_eq!(find_session(&store, 1).await, Some(session(1, "li", 10)));
    assert_eq!(find_session(&store, 2).await, None);
}
