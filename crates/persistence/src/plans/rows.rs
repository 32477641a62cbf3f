//! Rows to look for: so many that a database prefers an index to reading them all.

use std::time::Duration;

use domain::{
    app::App,
    client::ClientInfo,
    diagnosis::{Diagnosed, Diagnosis, DiagnosisChange, DiagnosisFilter, DiagnosisId, Step},
    event::{Actor, Event, EventKind, Subject},
    hourly_count::{CountKey, Counted, Hour, HourlyCount, HourlyCountChange},
    identity::{Identity, IdentityChange, Pseudonym},
    ids::{EventId, IdentityId, PushId, SessionId, UserId},
    operator::{Operator, OperatorChange, OperatorSession, Role},
    phone::{BlindIndex, Phone, PhoneChange, PhoneNumber},
    push::{Push, PushChange, PushFilter, PushState},
    sealing::{SealedPlace, Sealer},
    session::{Digest, LoginRoute, Session, SessionChange, SessionState, Token, Tokens},
    store::{Changes, Committed, Store},
    time::Timestamp,
    user::{Profile, Union, User, UserChange, UserStatus},
    version::Version,
    webhook::{
        DeliveryChange, DeliveryFilter, DeliveryId, DeliveryState, DeliveryUpdate, NewDelivery, OrderingKey,
        WebhookName,
    },
    wechat::Answer,
};
use support::{PlainBlindIndex, PlainSealer, SequenceTokens};
use uuid::Uuid;

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

const USERS: u32 = 1_000;
/// Who logged in and did not register; their numbers follow those of the users.
const STRANGERS: u32 = 500;
const EVENTS: u32 = 5_000;
const DIAGNOSES: u32 = 1_000;
const PUSHES: u32 = 1_000;
const HOURS: u32 = 2_000;
const DELIVERIES: u32 = 2_000;

/// Rows of a commit.
const BATCH: u32 = 250;

/// The user of every tenth event and diagnosis.
pub(super) const BUSY: u32 = 7;

/// A user whose nickname is in the middle of those that begin with [`NICKNAME`].
pub(super) const IN_THE_MIDDLE: u32 = 100;

/// How every tenth nickname begins.
pub(super) const NICKNAME: &str = "微信用户";

/// The openid of a user, the unionid of another one and the nickname of a third.
pub(super) const SHARED: &str = "shared";

/// Each search for diagnoses, and its plan.
pub(super) fn diagnosis_filters() -> [(&'static str, &'static [&'static str], DiagnosisFilter); 5] {
    let user = DiagnosisFilter::User(user_id(BUSY));
    [
        (
            "diagnoses of a request",
            &["diagnoses.diagnoses_request"],
            DiagnosisFilter::Request("r7".parse().unwrap()),
        ),
        ("diagnoses by rid", &["diagnoses.diagnoses_rid"], DiagnosisFilter::Rid("r7".parse().unwrap())),
        (
            "diagnoses of an openid",
            &["diagnoses.diagnoses_openid"],
            DiagnosisFilter::OpenId(identity_id(BUSY).openid),
        ),
        (
            "diagnoses of a pseudonym",
            &["diagnoses.diagnoses_pseudonym"],
            DiagnosisFilter::Identity(Pseudonym::new(BUSY.into())),
        ),
        ("diagnoses of a user", &["diagnoses.diagnoses_user"], user),
    ]
}

pub(super) fn app() -> App {
    App {
        id: identity_id(0).app_id,
        registration: Vec::new(),
        phone_join: domain::app::PhoneJoin::Never,
        open_platform: Some("platform".parse().unwrap()),
        offers: Vec::new(),
        push: None,
    }
}

fn uuid(number: u32) -> Uuid {
    Uuid::from_u128(0x0197_f000_0000_7000_8000_0000_0000_0000 + u128::from(number))
}

pub(super) fn user_id(number: u32) -> UserId {
    UserId::new(uuid(number))
}

pub(super) fn event_id(number: u32) -> EventId {
    EventId::new(uuid(number))
}

pub(super) fn diagnosis_id(number: u32) -> DiagnosisId {
    DiagnosisId::new(uuid(number))
}

pub(super) fn push_id(number: u32) -> PushId {
    PushId::new(uuid(number))
}

pub(super) fn national_number(user: u32) -> String {
    format!("138{user:08}")
}

pub(super) fn operator_token() -> Token {
    format!("ys_{:043}", 0).parse().unwrap()
}

pub(super) fn identity_id(user: u32) -> IdentityId {
    let openid = if user == 1 { SHARED.to_owned() } else { format!("o{user}") };
    IdentityId { app_id: "wx0123456789abcdef".parse().unwrap(), openid: openid.parse().unwrap() }
}

/// Whom the event or the diagnosis with this number is about.
fn subject_of(number: u32) -> u32 {
    if number.is_multiple_of(10) { BUSY } else { number % USERS }
}

/// Of two webhooks, the one of this event.
pub(super) fn webhook(event: u32) -> WebhookName {
    ["shop", "mail"][event as usize % 2].parse().unwrap()
}

fn delivery(event: u32) -> DeliveryChange {
    DeliveryChange::Add(NewDelivery {
        webhook: webhook(event),
        event: event_id(event),
        ordering_key: OrderingKey::new(uuid(subject_of(event))),
        at: NOW,
    })
}

/// What becomes of the delivery of this event, which is numbered by it.
fn given_up(event: u32) -> DeliveryChange {
    DeliveryChange::Update(DeliveryUpdate {
        id: DeliveryId::new(u64::from(event) + 1),
        tries: 14,
        first_tried_at: Some(NOW),
        next_try_at: None,
        outcome: None,
    })
}

fn digest(number: u32) -> Digest {
    SequenceTokens::default().digest(&number.to_string())
}

/// Each list of pushes, with the plans of its first page and of one that follows.
pub(super) fn push_filters() -> [(&'static str, [&'static [&'static str]; 2], PushFilter); 3] {
    [
        ("pushes", [&["push_inbox.PRIMARY in order"], &["push_inbox.PRIMARY"]], PushFilter::All),
        ("pushes in a state", [&["push_inbox.push_inbox_state"]; 2], PushFilter::State(PushState::Waiting)),
        (
            "pushes about a person",
            [&["push_inbox.push_inbox_openid"]; 2],
            PushFilter::Identity(identity_id(BUSY)),
        ),
    ]
}

const OF_WEBHOOK: &str = "webhook_deliveries.webhook_deliveries_webhook or webhook_deliveries.PRIMARY";
const EVENTS_OF: &str = "events.PRIMARY";

/// Each list of deliveries, with the plans of its first page and of one that follows; the events come after them.
pub(super) fn delivery_filters() -> [(&'static str, [&'static [&'static str]; 2], DeliveryFilter); 4] {
    let webhook = || Some(webhook(0));
    let state = Some(DeliveryState::Undelivered);
    [
        (
            "deliveries",
            [&["webhook_deliveries.PRIMARY in order", EVENTS_OF], &["webhook_deliveries.PRIMARY", EVENTS_OF]],
            DeliveryFilter::default(),
        ),
        (
            "deliveries to a webhook",
            [&[OF_WEBHOOK, OF_WEBHOOK, EVENTS_OF]; 2],
            DeliveryFilter { webhook: webhook(), state: None },
        ),
        (
            "deliveries in a state",
            // Few are given up, but in this table.
            [&["webhook_deliveries.webhook_deliveries_state or webhook_deliveries.PRIMARY", EVENTS_OF]; 2],
            DeliveryFilter { webhook: None, state },
        ),
        (
            "deliveries to a webhook in a state",
            [&[OF_WEBHOOK, EVENTS_OF]; 2],
            DeliveryFilter { webhook: webhook(), state },
        ),
    ]
}

/// Writes all of them.
pub(super) async fn write(store: &dyn Store) {
    commit(store, operator()).await;
    for first in (0..USERS).step_by(BATCH as usize) {
        let mut changes = Changes::default();
        (first..first + BATCH).map(user).for_each(|user| changes.append(user));
        commit(store, changes).await;
    }
    for first in (USERS..USERS + STRANGERS).step_by(BATCH as usize) {
        let mut changes = Changes::default();
        (first..first + BATCH).map(stranger).for_each(|stranger| changes.append(stranger));
        commit(store, changes).await;
    }
    for first in (0..EVENTS).step_by(BATCH as usize) {
        commit(store, (first..first + BATCH).map(event).collect()).await;
    }
    for first in (0..DIAGNOSES).step_by(BATCH as usize) {
        commit(store, (first..first + BATCH).map(diagnosis).collect()).await;
    }
    for first in (0..HOURS).step_by(BATCH as usize) {
        commit(store, (first..first + BATCH).flat_map(counts).collect()).await;
    }
    for first in (0..PUSHES).step_by(BATCH as usize) {
        commit(store, (first..first + BATCH).map(push).collect()).await;
    }
    for first in (0..DELIVERIES).step_by(BATCH as usize) {
        commit(store, (first..first + BATCH).map(delivery).collect()).await;
        commit(store, (first..first + BATCH).step_by(3).map(given_up).collect()).await;
    }
}

async fn commit(store: &dyn Store, changes: Changes) {
    assert_eq!(store.commit(changes).await.unwrap(), Committed::Done);
}

/// An operator with many sessions, and others.
fn operator() -> Changes {
    let mut changes = Changes::default();
    for number in 0..20 {
        changes.push(OperatorChange::Add(Operator {
            name: format!("operator-{number}").parse().unwrap(),
            role: Role::Viewer,
            password: "$".parse().unwrap(),
            totp: None,
            totp_step: None,
            disabled_at: None,
            created_at: NOW,
            signed_in_at: None,
            version: Version::FIRST,
        }));
    }
    let own = SequenceTokens::default().digest(operator_token().expose());
    for token_hash in (0..100).map(digest).chain([own]) {
        changes.push(OperatorChange::OpenSession(OperatorSession {
            token_hash,
            operator: "operator-0".parse().unwrap(),
            created_at: NOW.minus(Duration::from_mins(2)),
            seen_at: NOW.minus(Duration::from_mins(2)),
        }));
    }
    changes
}

/// A user with an identity, a session and a phone number.
fn user(number: u32) -> Changes {
    let nickname = match number {
        3 => SHARED.to_owned(),
        _ if number.is_multiple_of(10) => format!("{NICKNAME}{number:04}"),
        _ => format!("user {number}"),
    };
    let unionid = if number == 2 { SHARED.to_owned() } else { format!("u{number}") };
    let user = User {
        id: user_id(number),
        status: UserStatus::Active,
        union: Some(Union { open_platform: "platform".parse().unwrap(), unionid: unionid.parse().unwrap() }),
        profile: Profile { nickname: nickname.parse().unwrap(), ..Profile::default() },
        version: Version::FIRST,
        created_at: NOW,
        updated_at: NOW,
    };
    let mut changes = seen(number, Some(user.id));
    changes.push(PhoneChange::Bind(phone(number)));
    changes.push(UserChange::Add(user));
    changes
}

/// Somebody with a session who is nobody's user.
fn stranger(number: u32) -> Changes {
    seen(number, None)
}

/// An identity and its session.
fn seen(number: u32, user_id: Option<UserId>) -> Changes {
    let identity = Identity {
        id: identity_id(number),
        unionid: None,
        user_id,
        version: Version::FIRST,
        first_seen_at: NOW,
        last_seen_at: NOW,
    };
    let mut changes = Changes::default();
    changes.push(SessionChange::Open(session(number, user_id)));
    changes.push(IdentityChange::Add(identity));
    changes
}

fn phone(user: u32) -> Phone {
    let number = PhoneNumber::try_new("86", &national_number(user)).unwrap();
    let place = SealedPlace::in_table("phones").at(uuid(user).as_bytes());
    let sealed = PlainSealer.seal(format!("86 {}", national_number(user)).as_bytes(), &place).unwrap();
    Phone { user_id: user_id(user), sealed, blind_index: PlainBlindIndex.index_of(&number), bound_at: NOW }
}

fn session(number: u32, user_id: Option<UserId>) -> Session {
    let end = NOW.plus(Duration::from_hours(24));
    Session {
        id: SessionId::new(uuid(number)),
        token_hash: digest(number),
        identity: identity_id(number),
        state: SessionState::from(user_id),
        route: LoginRoute::Api,
        client: ClientInfo::default(),
        created_at: NOW,
        last_seen_at: NOW,
        idle_expires_at: end,
        absolute_expires_at: end,
        revoked: None,
        succession: None,
    }
}

fn event(number: u32) -> Event {
    let user = subject_of(number);
    Event {
        id: event_id(number),
        kind: EventKind::ALL[number as usize % EventKind::ALL.len()],
        subject: Subject { user_id: Some(user_id(user)), ..Subject::of(&identity_id(user)) },
        at: NOW,
        client: ClientInfo::default(),
        actor: Actor::Person,
        detail: None,
    }
}

/// What is counted so many hours ago.
fn counts(hours: u32) -> [HourlyCountChange; 2] {
    let hour = Hour::of(NOW.minus(Duration::from_hours(hours.into())));
    [Counted::Code, Counted::Errcode(40_029)].map(|counted| {
        let key = CountKey { hour, app_id: Some(identity_id(BUSY).app_id), counted };
        HourlyCountChange::Add(HourlyCount { key, count: 1 })
    })
}

fn push(number: u32) -> PushChange {
    let IdentityId { app_id, openid } = identity_id(subject_of(number));
    let state = if number.is_multiple_of(10) { PushState::Waiting } else { PushState::Applied };
    PushChange::Add(Push {
        id: push_id(number),
        app_id,
        digest: SequenceTokens::default().digest(&format!("push-{number}")),
        event: "user_authorization_revoke".parse().unwrap(),
        openid: Some(openid),
        received_at: NOW,
        state,
        tries: 0,
        next_try_at: (state == PushState::Waiting).then_some(NOW),
        outcome: None,
        content: None,
        version: Version::FIRST,
    })
}

fn diagnosis(number: u32) -> DiagnosisChange {
    let user = subject_of(number);
    let IdentityId { app_id, openid } = identity_id(user);
    DiagnosisChange::Add(Box::new(Diagnosis {
        id: diagnosis_id(number),
        request_id: format!("r{user}").parse().unwrap(),
        at: NOW,
        step: Step::Login,
        whom: Diagnosed {
            app_id: Some(app_id),
            openid: Some(openid),
            pseudonym: Some(Pseudonym::new(user.into())),
            user_id: Some(user_id(user)),
        },
        code: "code_invalid".parse().unwrap(),
        cause: None,
        answer: Some(Answer { errcode: 40_029, rid: Some(format!("r{user}").parse().unwrap()) }),
        keys: Vec::new(),
        before: Vec::new(),
    }))
}
