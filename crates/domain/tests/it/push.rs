//! Pushes: what WeChat tells the server of an app.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, app, identity};
use domain::{
    app::{App, RegistrationMethod},
    event::{Actor, EventKind},
    identity::OpenId,
    phone::{BlindIndex, Phone, PhoneChange, PhoneNumber},
    push::{
        KEPT, MockPushReader, MockPushRelay, PushFault, PushFilter, PushForm, PushFormat, PushMessage,
        PushQuery, PushSettings, PushState, ReceivePush, ReceivePushCommand, ReceivePushError,
        ReceivePushPorts, RelayPush, RelayPushPorts,
    },
    sealing::Sealed,
    session::Digest,
    store::{Changes, Committed, Store},
    user::{Profile, UserStatus},
};
use support::{PlainBlindIndex, PlainSealer};

/// A server with an app that takes pushes and one that does not.
fn fixture() -> Fixture {
    let pushed = App {
        push: Some(PushSettings {
            token: "mockPushToken01".parse().unwrap(),
            aes_keys: Vec::new(),
            relay: None,
        }),
        ..app(APP, RegistrationMethod::OpenData, None)
    };
    Fixture::with_apps(vec![pushed, app(OTHER_APP, RegistrationMethod::OpenData, None)])
}

/// A message made now, with these members beside the usual ones.
fn message<const N: usize>(fixture: &Fixture, members: [(&str, &str); N]) -> PushMessage {
    let seconds = (fixture.now().as_millis() / 1_000).to_string();
    let usual = [("MsgType", "event"), ("FromUserName", "oPlatform"), ("CreateTime", &*seconds)];
    let members: BTreeMap<_, _> =
        usual.into_iter().chain(members).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    // Messages differ where their members do.
    let number = members.iter().flat_map(|(name, value)| name.bytes().chain(value.bytes()));
    let number = number.fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&number.to_be_bytes());
    let form = PushForm { format: PushFormat::Json, is_encrypted: false };
    PushMessage { json: format!("{members:?}"), members, digest: Digest::new(digest), form }
}

fn receive_with(fixture: &Fixture, reader: MockPushReader) -> ReceivePush {
    let ports = ReceivePushPorts {
        store: fixture.store(),
        reader: Arc::new(reader),
        sealer: Arc::new(PlainSealer),
        clock: fixture.clock.clone(),
        ids: fixture.ids.clone(),
        apps: fixture.apps.clone(),
    };
    let relay = RelayPushPorts {
        store: fixture.store(),
        relay: Arc::new(MockPushRelay::new()),
        sealer: Arc::new(PlainSealer),
        clock: fixture.clock.clone(),
        apps: fixture.apps.clone(),
    };
    ReceivePush::new(ports, fixture.erase_user(), RelayPush::new(relay))
}

fn command(app: &str) -> ReceivePushCommand<'static> {
    ReceivePushCommand { app_id: app.parse().unwrap(), query: PushQuery::default(), body: b"<xml/>" }
}

/// What becomes of a message.
async fn receive(fixture: &Fixture, message: &PushMessage) -> Result<PushState, ReceivePushError> {
    let mut reader = MockPushReader::new();
    let message = message.clone();
    reader.expect_read().returning(move |_, _, _, _| Ok(message.clone()));
    receive_with(fixture, reader).execute(&command(APP)).await.map(|received| received.state)
}

async fn inbox(fixture: &Fixture) -> Vec<(PushState, Option<OpenId>, bool)> {
    let pushes = fixture.store().pushes().latest(&PushFilter::All, None, 100).await.unwrap();
    pushes.into_iter().map(|push| (push.state, push.openid, push.content.is_some())).collect()
}

const REVOKE: (&str, &str) = ("Event", "user_authorization_revoke");
const CANCEL: (&str, &str) = ("Event", "user_authorization_cancellation");
const CLEANED: (&str, &str) = ("Event", "user_info_modified");

async fn bind_phone(fixture: &Fixture) {
    let user = fixture.record(OPENID).await.user.unwrap();
    let number = PhoneNumber::try_new("86", "13800138000").unwrap();
    let phone = Phone {
        user_id: user.id,
        sealed: Sealed::new(b"86 13800138000".to_vec()),
        blind_index: PlainBlindIndex.index_of(&number),
        bound_at: fixture.now(),
    };
    let changes: Changes = [PhoneChange::Bind(phone)].into_iter().collect();
    assert_eq!(fixture.store.commit(changes).await.unwrap(), Committed::Done);
}

#[tokio::test]
async fn a_withdrawn_phone_number_is_gone_and_everything_else_stays() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    bind_phone(&fixture).await;
    let before = fixture.record(OPENID).await.user.unwrap();
    let message = message(&fixture, [REVOKE, ("OpenID", OPENID), ("RevokeInfo", "8"), ("AppID", APP)]);
    assert_eq!(receive(&fixture, &message).await.unwrap(), PushState::Applied);
    let after = fixture.record(OPENID).await.user.unwrap();
    assert_eq!(fixture.store().phones().of_user(after.id).await.unwrap(), None);
    assert_eq!((&after.profile, after.status), (&before.profile, UserStatus::Active));
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 1);
    assert_eq!(fixture.events(OPENID).await[..2], [EventKind::AuthorizationRevoked, EventKind::PhoneUnbound]);
    let event = fixture.store.all_events().pop().unwrap();
    assert_eq!(event.actor, Actor::WeChat);
    assert_eq!(event.detail.unwrap().as_str(), "8");
    assert_eq!(event.subject.user_id, caller.state.user_id());
    assert_eq!(inbox(&fixture).await, [(PushState::Applied, Some(OPENID.parse().unwrap()), true)]);
}

#[tokio::test]
async fn a_further_delivery_changes_nothing() {
    let fixture = fixture();
    fixture.registered().await;
    bind_phone(&fixture).await;
    let message = message(&fixture, [REVOKE, ("OpenID", OPENID), ("RevokeInfo", "8")]);
    receive(&fixture, &message).await.unwrap();
    bind_phone(&fixture).await;
    let events = fixture.events(OPENID).await;
    for _ in 0..3 {
        assert_eq!(receive(&fixture, &message).await.unwrap(), PushState::Applied);
    }
    assert_eq!(fixture.events(OPENID).await, events);
    let user = fixture.record(OPENID).await.user.unwrap();
    assert!(fixture.store().phones().of_user(user.id).await.unwrap().is_some());
    assert_eq!(inbox(&fixture).await.len(), 1);
}

#[tokio::test]
async fn deliveries_at_once_are_applied_once() {
    let fixture = fixture();
    fixture.registered().await;
    bind_phone(&fixture).await;
    let message = message(&fixture, [REVOKE, ("OpenID", OPENID), ("RevokeInfo", "8")]);
    let (other, second) = (fixture.clone(), message.clone());
    fixture.store.before_next_commit(async move {
        receive(&other, &second).await.unwrap();
    });
    assert_eq!(receive(&fixture, &message).await.unwrap(), PushState::Applied);
    assert_eq!(fixture.store.conflicts(), 1);
    let revoked = fixture.events(OPENID).await;
    let revoked = revoked.iter().filter(|kind| **kind == EventKind::AuthorizationRevoked).count();
    assert_eq!(revoked, 1);
}

#[tokio::test]
async fn a_profile_that_wechat_cleaned_loses_nickname_and_picture() {
    let fixture = fixture();
    fixture.registered().await;
    assert_ne!(fixture.record(OPENID).await.user.unwrap().profile, Profile::default());
    let message = message(&fixture, [CLEANED, ("OpenID", OPENID)]);
    assert_eq!(receive(&fixture, &message).await.unwrap(), PushState::Applied);
    let profile = fixture.record(OPENID).await.user.unwrap().profile;
    assert_eq!((profile.nickname.as_str(), profile.avatar_url.as_str()), ("", ""));
    assert_eq!(fixture.events(OPENID).await[0], EventKind::ProfileErased);
}

#[tokio::test]
async fn who_deletes_the_wechat_account_is_erased() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    bind_phone(&fixture).await;
    let revoke = message(&fixture, [REVOKE, ("OpenID", OPENID), ("RevokeInfo", "13")]);
    receive(&fixture, &revoke).await.unwrap();
    let cancel = message(&fixture, [CANCEL, ("OpenID", OPENID)]);
    assert_eq!(receive(&fixture, &cancel).await.unwrap(), PushState::Applied);
    let user = fixture.user(caller.state.user_id().unwrap()).await;
    assert_eq!((user.status, &user.profile), (UserStatus::Erased, &Profile::default()));
    assert_eq!(fixture.store().identities().find(&identity(OPENID)).await.unwrap(), None);
    assert_eq!(fixture.store().phones().of_user(user.id).await.unwrap(), None);
    assert_eq!(fixture.live_sessions_of(Some(user.id), vec![identity(OPENID)]).await, []);
    // What WeChat said of the person is gone, too.
    assert_eq!(inbox(&fixture).await, [(PushState::Applied, None, false), (PushState::Applied, None, false)]);
    let event = fixture.store.all_events().pop().unwrap();
    assert_eq!((event.kind, event.actor), (EventKind::UserErased, Actor::WeChat));
    assert_eq!(receive(&fixture, &cancel).await.unwrap(), PushState::Applied);
}

#[tokio::test]
async fn a_stranger_who_deletes_the_wechat_account_is_erased() {
    let fixture = fixture();
    fixture.log_in(OPENID, 1).await;
    let cancel = message(&fixture, [CANCEL, ("OpenID", OPENID)]);
    assert_eq!(receive(&fixture, &cancel).await.unwrap(), PushState::Applied);
    assert_eq!(fixture.store().identities().find(&identity(OPENID)).await.unwrap(), None);
    assert_eq!(fixture.live_sessions_of(None, vec![identity(OPENID)]).await, []);
    let event = fixture.store.all_events().pop().unwrap();
    assert_eq!(
        (event.kind, event.subject.openid, event.subject.user_id),
        (EventKind::UserErased, None, None)
    );
}

#[tokio::test]
async fn nothing_is_guessed() {
    let fixture = fixture();
    fixture.registered().await;
    bind_phone(&fixture).await;
    let before = fixture.record(OPENID).await;
    let kept = [
        message(&fixture, [CANCEL]),
        message(&fixture, [CLEANED, ("OpenID", "")]),
        message(&fixture, [CANCEL, ("OpenID", OPENID), ("AppID", OTHER_APP)]),
        message(&fixture, [CANCEL, ("OpenID", OPENID), ("CreateTime", "soon")]),
    ];
    for message in &kept {
        assert_eq!(receive(&fixture, message).await.unwrap(), PushState::Kept, "{message:?}");
    }
    // Somebody who is not on record.
    let unknown = message(&fixture, [CANCEL, ("OpenID", "oNobody")]);
    assert_eq!(receive(&fixture, &unknown).await.unwrap(), PushState::Applied);
    assert_eq!(fixture.record(OPENID).await, before);
    assert_eq!(inbox(&fixture).await.len(), kept.len() + 1);
}

#[tokio::test]
async fn nobody_is_told_success_who_wants_an_answer() {
    let fixture = fixture();
    let paid = message(&fixture, [("Event", "xpay_goods_deliver_notify"), ("OpenId", OPENID)]);
    for _ in 0..2 {
        assert!(matches!(receive(&fixture, &paid).await, Err(ReceivePushError::Unanswered)));
    }
    let checked = message(&fixture, [("Event", "wxa_media_check"), ("trace_id", "60a")]);
    assert_eq!(receive(&fixture, &checked).await.unwrap(), PushState::Waiting);
    assert_eq!(
        inbox(&fixture).await,
        [
            (PushState::Waiting, Some("oPlatform".parse().unwrap()), true),
            (PushState::Waiting, Some(OPENID.parse().unwrap()), true)
        ]
    );
}

#[tokio::test]
async fn a_message_that_the_inbox_would_have_forgotten_is_refused() {
    let fixture = fixture();
    fixture.registered().await;
    let cancel = message(&fixture, [CANCEL, ("OpenID", OPENID)]);
    fixture.clock.advance(KEPT + Duration::from_secs(1));
    assert!(matches!(receive(&fixture, &cancel).await, Err(ReceivePushError::TooOld)));
    assert_eq!(fixture.record(OPENID).await.user.unwrap().status, UserStatus::Active);
    assert_eq!(inbox(&fixture).await, []);
}

#[tokio::test]
async fn an_app_without_pushes_takes_none() {
    let fixture = fixture();
    for app in [OTHER_APP, "wx0000000000000000"] {
        let receive = receive_with(&fixture, MockPushReader::new());
        assert!(matches!(receive.execute(&command(app)).await, Err(ReceivePushError::NotFound)));
        let verified = receive.verify_url(&app.parse().unwrap(), &PushQuery::default());
        assert!(matches!(verified, Err(ReceivePushError::NotFound)));
    }
}

#[tokio::test]
async fn what_is_not_wechats_is_refused() {
    let fixture = fixture();
    let mut reader = MockPushReader::new();
    reader.expect_read().returning(|_, _, _, _| Err(PushFault::InvalidSignature));
    reader.expect_is_signed().return_const(false);
    let receive = receive_with(&fixture, reader);
    let refused = |result: Result<(), ReceivePushError>| {
        matches!(result, Err(ReceivePushError::Refused(PushFault::InvalidSignature)))
    };
    assert!(refused(receive.execute(&command(APP)).await.map(drop)));
    assert!(refused(receive.verify_url(&APP.parse().unwrap(), &PushQuery::default())));
    assert_eq!(inbox(&fixture).await, []);
}

#[tokio::test]
async fn a_message_of_no_kind_and_one_without_end_are_refused() {
    let fixture = fixture();
    let kindless = PushMessage { members: BTreeMap::new(), ..message(&fixture, []) };
    let endless = PushMessage { json: "x".repeat(64 * 1024), ..message(&fixture, [REVOKE]) };
    for message in [kindless, endless] {
        let refused = receive(&fixture, &message).await;
        assert!(matches!(refused, Err(ReceivePushError::Refused(PushFault::Malformed))));
    }
}
