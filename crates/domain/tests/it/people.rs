//! People, as operators find and see them.

use std::sync::Arc;

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, client, exchanged_with_union};
use domain::{
    app::RegistrationMethod,
    event::{Actor, EventFilter, EventKind},
    export::{ExportError, ExportPorts, ExportSelf, ExportSelfError, ExportUser},
    ids::UserId,
    people::{
        PeopleQuery, SearchPeople, SearchPeopleError, ShowPerson, ShowPersonCommand, ShowPersonError, Shown,
    },
    phone::{BindPhoneCommand, MockPhoneNumbers, PhoneCodeCommand, PhoneNumber},
};
use support::{PlainBlindIndex, PlainSealer};
use uuid::Uuid;

const NUMBER: &str = "13800138000";
const PHONE_CODE: &str = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144";

fn query(text: &str) -> PeopleQuery {
    PeopleQuery::read(text).unwrap()
}

fn search(fixture: &Fixture) -> SearchPeople {
    SearchPeople::new(fixture.store(), fixture.apps.clone(), Some(Arc::new(PlainBlindIndex)))
}

async fn found(fixture: &Fixture, text: &str) -> Vec<UserId> {
    let users = search(fixture).execute(&query(text), None, 9).await.unwrap();
    users.into_iter().map(|user| user.id).collect()
}

/// A user at two apps, with a phone number.
async fn user(fixture: &Fixture) -> UserId {
    fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "oUnion")).await;
    let (_, caller) = fixture.registered().await;
    fixture.log_in_at(OTHER_APP, exchanged_with_union("oElsewhere", 2, "oUnion")).await;
    let mut phone_numbers = MockPhoneNumbers::new();
    phone_numbers.expect_exchange().returning(|_, _| Ok(PhoneNumber::try_new("86", NUMBER).unwrap()));
    let code = PhoneCodeCommand { code: PHONE_CODE.parse().unwrap(), idempotency_key: None };
    let command = BindPhoneCommand { caller, code, client: client() };
    fixture.bind_phone(phone_numbers).execute(command).await.unwrap();
    caller.state.user_id().unwrap()
}

fn export_user(fixture: &Fixture) -> ExportUser {
    let (store, clock) = (fixture.store(), fixture.clock.clone());
    ExportUser::new(ExportPorts { store, sealer: Arc::new(PlainSealer), clock })
}

#[test]
fn what_was_typed_is_read() {
    assert_eq!(PeopleQuery::read("  "), None);
    let id = Uuid::from_u128(7);
    assert_eq!(query(&format!(" {id} ")), PeopleQuery::User(UserId::new(id)));
    let index = |query| {
        let PeopleQuery::Phone(number) = query else { panic!("{query:?} is no number") };
        number.e164()
    };
    for typed in [NUMBER, "138 0013 8000", "138-0013-8000", "+8613800138000", "+86 138 0013 8000"] {
        assert_eq!(index(query(typed)), "+8613800138000");
    }
    assert_eq!(index(query("+15551234567")), "+15551234567");
    for typed in ["oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH", "阿明", "138", "+", "+阿明"] {
        assert!(matches!(query(typed), PeopleQuery::Text { .. }), "{typed}");
    }
}

#[tokio::test]
async fn a_user_is_found_by_all_that_names_them() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let id = user(&fixture).await;
    for text in
        [&*id.to_string(), OPENID, "oElsewhere", "oUnion", NUMBER, "+86 138-0013-8000", "FIR", "first"]
    {
        assert_eq!(found(&fixture, text).await, [id], "{text}");
    }
    for text in [&*Uuid::from_u128(7).to_string(), "oElse", "13800138001", "second", "irst"] {
        assert_eq!(found(&fixture, text).await, [], "{text}");
    }
    let without_key = SearchPeople::new(fixture.store(), fixture.apps.clone(), None);
    let error = without_key.execute(&query(NUMBER), None, 9).await.unwrap_err();
    assert!(matches!(error, SearchPeopleError::NoIndexKey), "{error:?}");
}

#[tokio::test]
async fn an_erased_user_is_found_by_their_id_alone() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let id = user(&fixture).await;
    fixture.erase_user().execute(&fixture.account_command(id)).await.unwrap();
    assert_eq!(found(&fixture, &id.to_string()).await, [id]);
    for text in [OPENID, "oElsewhere", "oUnion", NUMBER, "first"] {
        assert_eq!(found(&fixture, text).await, [], "{text}");
    }
}

#[tokio::test]
async fn looking_at_a_whole_person_stays_on_record() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let id = user(&fixture).await;
    let show = ShowPerson::new(fixture.store(), Arc::new(PlainSealer), fixture.ids.clone());
    let by = Actor::Operator("li.lei".parse().unwrap());
    let command = |shown| ShowPersonCommand { user: id, by: by.clone(), shown, origin: fixture.origin() };
    let looks = async || {
        let events =
            fixture.store().events().latest(&EventFilter::Kind(EventKind::PersonShown), None, 9).await;
        events.unwrap()
    };
    let details = show.execute(&command(Shown::Masked)).await.unwrap();
    assert_eq!((details.user.id, details.identities.len(), details.shown), (id, 2, Shown::Masked));
    assert_eq!(details.phone.unwrap().number.masked(), "+86 138******00");
    assert!(details.sessions.len() >= 2 && !details.events.is_empty());
    assert_eq!(looks().await, []);
    let details = show.execute(&command(Shown::Whole)).await.unwrap();
    let [look] = &*looks().await else { panic!("one look") };
    assert_eq!((&look.actor, look.subject.user_id), (&by, Some(id)));
    assert_eq!(&details.events[0], look);
    let nobody = ShowPersonCommand { user: UserId::new(Uuid::from_u128(7)), ..command(Shown::Masked) };
    let error = show.execute(&nobody).await.unwrap_err();
    assert!(matches!(error, ShowPersonError::NotFound), "{error:?}");
}

#[tokio::test]
async fn an_export_has_everything_once() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let id = user(&fixture).await;
    let export = export_user(&fixture);
    let exported = export.execute(id).await.unwrap();
    assert_eq!((exported.user.id, exported.at, exported.identities.len()), (id, fixture.now(), 2));
    assert_eq!(exported.phone.unwrap().number.e164(), "+8613800138000");
    // The login before the registration is among them, and the oldest comes first.
    let kinds: Vec<_> = exported.events.iter().map(|event| event.kind).collect();
    let first = [EventKind::LoggedIn, EventKind::LoggedIn, EventKind::Registered];
    assert_eq!(kinds[..3], first);
    let mut ids: Vec<_> = exported.events.iter().map(|event| event.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), fixture.store.all_events().len());
    assert!(exported.sessions.iter().any(|session| session.revoked.is_some()), "ended ones, too");
    let error = export.execute(UserId::new(Uuid::from_u128(7))).await.unwrap_err();
    assert!(matches!(error, ExportError::NotFound), "{error:?}");
}

#[tokio::test]
async fn people_export_their_own_data_once_they_have_registered() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let caller = fixture.caller(&login.token).await;
    let export = || export_user(&fixture);
    let error = ExportSelf::new(export()).execute(&caller).await.unwrap_err();
    assert!(matches!(error, ExportSelfError::NotRegistered), "{error:?}");
    let (_, caller) = fixture.registered().await;
    let exported = ExportSelf::new(export()).execute(&caller).await.unwrap();
    assert_eq!(Some(exported.user.id), caller.state.user_id());
}
