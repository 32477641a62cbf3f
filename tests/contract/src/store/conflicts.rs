//! Rows on record, every change that conflicts with them, and changes to them that do not.

use std::sync::Arc;

use domain::{
    event::{Event, EventFilter},
    identity::{Identity, IdentityChange, IdentityId, IdentityRecord},
    key_ring::{Generation, KeyRingChange},
    one_time_code::{CodeAttempt, CodeAttemptChange},
    phone::{Phone, PhoneChange},
    session::{Session, SessionChange},
    store::{Change, Changes, Repositories, Store},
    user::{User, UserChange},
    version::Version,
};

use super::{
    put,
    samples::{
        at, at_both_apps, attempt, attempt_elsewhere, digest, elsewhere, event_of, exchanged, id, key,
        pending, phone, revocation, session, session_id, session_of, stranger, succession, union, user,
        user_id,
    },
};

/// The numbers of the users, sessions and attempts on record.
const NUMBERS: std::ops::RangeInclusive<u64> = 9_001..=9_006;

fn someone(openid: &str) -> [IdentityId; 2] {
    at_both_apps(openid)
}

/// Puts rows of every kind on record. Conflicts and [`updates`] are about different ones.
pub(super) async fn put_on_record(store: &Arc<dyn Store>) {
    let ids = ["oConflict", "oUpdate"].into_iter().flat_map(someone);
    let mut changes: Changes = ids.clone().map(|id| IdentityChange::Add(stranger(id))).collect();
    changes.extend(ids.clone().map(|identity| KeyRingChange::Add { identity, key: key(1) }));
    changes.extend((9_001..).zip(ids).map(|(number, id)| event_of(id, number)));
    changes.extend(NUMBERS.map(|number| UserChange::Add(on_record(number))));
    changes.extend([
        SessionChange::Open(session(9_001)),
        SessionChange::Open(Session { revoked: Some(revocation(1)), ..session(9_002) }),
        SessionChange::Open(session_of(9_001, 9_003)),
        SessionChange::Open(session(9_004)),
        SessionChange::Open(session(9_005)),
        SessionChange::Open(session(9_006)),
    ]);
    changes.extend(NUMBERS.map(|number| CodeAttemptChange::Claim(attempt(number))));
    changes.extend(NUMBERS.map(|number| PhoneChange::Bind(phone(number, number))));
    store.commit(changes).await.expect("the store answers");
    let done = CodeAttempt { outcome: exchanged(1), ..attempt(9_002) };
    let written_again: [Change; 3] = [
        IdentityChange::Update(stranger(id("oConflict"))).into(),
        UserChange::Update(on_record(9_001)).into(),
        CodeAttemptChange::Replace { seen: attempt(9_002), next: done }.into(),
    ];
    put(store, written_again).await;
}

fn on_record(number: u64) -> User {
    User { union: Some(union(&format!("u{number}"))), ..user(number) }
}

/// Every way in which a change conflicts with what [`put_on_record`] puts there.
pub(super) fn all() -> Vec<(&'static str, Change)> {
    let mut all = Vec::new();
    all.extend(of_users().map(|(name, change)| (name, change.into())));
    all.extend(of_identities().map(|(name, change)| (name, change.into())));
    all.extend(of_key_rings().map(|(name, change)| (name, change.into())));
    all.extend(of_sessions().map(|(name, change)| (name, change.into())));
    all.extend(of_code_attempts().map(|(name, change)| (name, change.into())));
    all.extend(of_phones().map(|(name, change)| (name, change.into())));
    all.push(("an event whose id is taken", event_of(elsewhere("oConflict"), 9_001).into()));
    all
}

fn of_users() -> [(&'static str, UserChange); 6] {
    let second = User { version: Version::new(2), ..on_record(9_001) };
    let taken = Some(union("u9002"));
    [
        ("a user whose id is taken", UserChange::Add(user(9_001))),
        ("a user who is another", UserChange::Add(User { union: taken.clone(), ..user(8_001) })),
        ("an update of an old user", UserChange::Update(on_record(9_001))),
        (
            "an update of a future user",
            UserChange::Update(User { version: Version::new(3), ..second.clone() }),
        ),
        ("an update of no user", UserChange::Update(user(8_001))),
        ("an update to another user", UserChange::Update(User { union: taken, ..second })),
    ]
}

fn of_identities() -> [(&'static str, IdentityChange); 4] {
    let future = Identity { version: Version::new(3), ..stranger(id("oConflict")) };
    [
        ("an identity that is on record", IdentityChange::Add(stranger(id("oConflict")))),
        ("an update of an old identity", IdentityChange::Update(stranger(id("oConflict")))),
        ("an update of a future identity", IdentityChange::Update(future)),
        ("an update of no identity", IdentityChange::Update(stranger(id("oNobody")))),
    ]
}

fn of_key_rings() -> [(&'static str, KeyRingChange); 2] {
    let identity = id("oConflict");
    let missing = Generation::new(2);
    [
        ("a key that is on record", KeyRingChange::Add { identity: identity.clone(), key: key(1) }),
        ("superseding no key", KeyRingChange::Supersede { identity, generation: missing, at: at(5) }),
    ]
}

fn of_sessions() -> [(&'static str, SessionChange); 9] {
    let revoke = |number| SessionChange::Revoke { id: session_id(number), revocation: revocation(9) };
    let succeed =
        |number| SessionChange::Succeed { id: session_id(number), at: at(9), succession: succession(1) };
    let register = |number| SessionChange::Register { id: session_id(number), user: user_id(9_002) };
    let same_id = Session { token_hash: digest(8_001), ..session(9_001) };
    let same_token = Session { token_hash: digest(9_001), ..session(8_001) };
    [
        ("a session whose id is taken", SessionChange::Open(same_id)),
        ("a session whose token is taken", SessionChange::Open(same_token)),
        ("revoking no session", revoke(8_001)),
        ("revoking a revoked session", revoke(9_002)),
        ("succeeding no session", succeed(8_001)),
        ("succeeding a revoked session", succeed(9_002)),
        ("registering no session", register(8_001)),
        ("registering a revoked session", register(9_002)),
        ("registering a registered session", register(9_003)),
    ]
}

fn of_code_attempts() -> [(&'static str, CodeAttemptChange); 7] {
    let replace = |seen: CodeAttempt| {
        let next = CodeAttempt { outcome: exchanged(2), ..seen.clone() };
        CodeAttemptChange::Replace { seen, next }
    };
    let other_claim = CodeAttempt { outcome: pending(99), ..attempt(9_001) };
    let other_outcome = CodeAttempt { outcome: exchanged(9), ..attempt(9_002) };
    [
        ("claiming a claimed code", CodeAttemptChange::Claim(attempt(9_001))),
        ("replacing another claim", replace(other_claim.clone())),
        ("replacing another outcome", replace(other_outcome.clone())),
        ("replacing no attempt", replace(attempt_elsewhere(9_001))),
        ("releasing another claim", CodeAttemptChange::Release(other_claim)),
        ("releasing another outcome", CodeAttemptChange::Release(other_outcome)),
        ("releasing no attempt", CodeAttemptChange::Release(attempt_elsewhere(9_001))),
    ]
}

fn of_phones() -> [(&'static str, PhoneChange); 6] {
    let seen = phone(9_001, 9_001);
    let other = Phone { bound_at: at(99), ..seen.clone() };
    let taken = phone(9_001, 9_002);
    [
        ("a second number", PhoneChange::Bind(phone(9_001, 8_001))),
        ("a number that is taken", PhoneChange::Bind(phone(8_001, 9_001))),
        ("changing to a number that is taken", PhoneChange::Replace { seen, next: taken }),
        ("changing another number", PhoneChange::Replace { seen: other.clone(), next: phone(9_001, 8_001) }),
        ("removing another number", PhoneChange::Unbind(other)),
        ("removing no number", PhoneChange::Unbind(phone(8_001, 9_001))),
    ]
}

/// A change of every kind to rows on record, each of which nothing stands in the way of.
pub(super) fn updates() -> Changes {
    let [here, there] = someone("oUpdate");
    let generation = Generation::FIRST;
    let mut changes = Changes::default();
    let bound = Identity { user_id: Some(user_id(9_004)), ..stranger(here.clone()) };
    changes.push(IdentityChange::Update(bound));
    changes.push(IdentityChange::Update(stranger(there.clone())));
    changes.push(KeyRingChange::Supersede { identity: here, generation, at: at(5) });
    changes.push(KeyRingChange::Remove { identity: there, generation });
    changes.push(UserChange::Update(User { union: None, updated_at: at(5), ..on_record(9_004) }));
    changes.push(SessionChange::Revoke { id: session_id(9_004), revocation: revocation(5) });
    let (id, succession) = (session_id(9_005), succession(8_005));
    changes.push(SessionChange::Succeed { id, at: at(5), succession });
    changes.push(SessionChange::Register { id: session_id(9_006), user: user_id(9_004) });
    let next = CodeAttempt { outcome: exchanged(5), ..attempt(9_004) };
    changes.push(CodeAttemptChange::Replace { seen: attempt(9_004), next });
    changes.push(CodeAttemptChange::Release(attempt(9_005)));
    let next = phone(9_004, 8_004);
    changes.push(PhoneChange::Replace { seen: phone(9_004, 9_004), next });
    changes.push(PhoneChange::Unbind(phone(9_005, 9_005)));
    changes
}

/// All that is on record of what [`put_on_record`] put there.
#[derive(Debug, PartialEq)]
pub(super) struct OnRecord {
    identities: Vec<Option<IdentityRecord>>,
    events: Vec<Vec<Event>>,
    users: Vec<Option<User>>,
    sessions: Vec<Option<Session>>,
    attempts: Vec<Option<CodeAttempt>>,
    phones: Vec<[Option<Phone>; 2]>,
}

impl OnRecord {
    pub(super) async fn read(store: &dyn Repositories) -> Self {
        let (mut identities, mut events) = (Vec::new(), Vec::new());
        for id in ["oConflict", "oUpdate", "oNobody"].into_iter().flat_map(someone) {
            identities.push(store.identities().find(&id).await.expect("finds"));
            events.push(
                store.events().latest(&EventFilter::Identity(id.clone()), None, 9).await.expect("reads"),
            );
        }
        let (mut users, mut sessions, mut attempts) = (Vec::new(), Vec::new(), Vec::new());
        let mut phones = Vec::new();
        for number in NUMBERS.chain([8_001]) {
            users.push(store.users().find(user_id(number)).await.expect("finds"));
            sessions.push(store.sessions().find(session_id(number)).await.expect("finds"));
            for attempt in [attempt(number), attempt_elsewhere(number)] {
                attempts.push(store.code_attempts().find(&attempt.key).await.expect("finds"));
            }
        }
        for number in NUMBERS.chain([8_001, 8_004]) {
            let of_user = store.phones().of_user(user_id(number)).await.expect("finds");
            phones.push([of_user, store.phones().find_by_index(&digest(number)).await.expect("finds")]);
        }
        Self { identities, events, users, sessions, attempts, phones }
    }
}

/// New rows of every kind, under this number, for one person at one app.
pub(super) fn additions(number: u64) -> Changes {
    let id = numbered(number);
    let mut changes = Changes::default();
    changes.push(UserChange::Add(user(number)));
    changes.push(IdentityChange::Add(stranger(id.clone())));
    changes.push(KeyRingChange::Add { identity: id.clone(), key: key(1) });
    changes.push(SessionChange::Open(Session { identity: id.clone(), ..session(number) }));
    changes.push(CodeAttemptChange::Claim(attempt(number)));
    changes.push(PhoneChange::Bind(phone(number, number)));
    changes.push(event_of(id, number));
    changes
}

/// The person that [`additions`] are about: of each two with the same openid, one is at either app.
pub(super) fn numbered(number: u64) -> IdentityId {
    let [here, there] = at_both_apps(&format!("oNumber{}", number / 2));
    if number.is_multiple_of(2) { here } else { there }
}

/// Whether all of [`additions`] is on record, or none of it: it must be one of the two.
pub(super) async fn are_added(store: &dyn Repositories, number: u64) -> bool {
    let id = numbered(number);
    let record = store.identities().find(&id).await.expect("looks");
    let has_key = record.as_ref().is_some_and(|record| record.keys == [key(1)]);
    let added = [
        record.is_some(),
        has_key,
        store.users().find(user_id(number)).await.expect("looks") == Some(user(number)),
        store.sessions().find(session_id(number)).await.expect("looks").is_some(),
        store.code_attempts().find(&attempt(number).key).await.expect("looks").is_some(),
        store.phones().of_user(user_id(number)).await.expect("looks") == Some(phone(number, number)),
        store.events().latest(&EventFilter::Identity(id.clone()), None, 1).await.expect("looks")
            == [event_of(id.clone(), number)],
    ];
    assert_eq!(added, [added[0]; 7], "number {number} is added as a whole or not at all");
    added[0]
}
