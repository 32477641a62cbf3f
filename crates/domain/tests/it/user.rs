//! Users, as services see them.

use std::sync::Arc;

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, exchanged_with_union, identity};
use domain::{
    app::RegistrationMethod,
    ids::{IdentityId, UserId},
    service::{Scope, Service, ServiceError},
    session::Digest,
    user::{FindUser, FindUserCommand, FindUserError, FoundUser, UserReference, UserStatus},
};
use support::PlainSealer;

fn service(scopes: &[Scope], apps: &[&str]) -> Service {
    Service {
        id: "shop".parse().unwrap(),
        secret_hash: Digest::new([1; 32]),
        scopes: scopes.to_vec(),
        apps: Some(apps.iter().map(|app| app.parse().unwrap()).collect()),
    }
}

async fn find(fixture: &Fixture, service: Service, user: UserReference) -> Result<FoundUser, FindUserError> {
    let find = FindUser::new(fixture.store(), Arc::new(PlainSealer));
    find.execute(FindUserCommand { service, user }).await
}

fn users_of(apps: &[&str]) -> Service {
    service(&[Scope::Users], apps)
}

async fn at_two_apps(fixture: &Fixture) -> UserId {
    let login = fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "oUnion")).await;
    fixture.log_in_at(OTHER_APP, exchanged_with_union("oElsewhere", 2, "oUnion")).await;
    login.session.state.user_id().unwrap()
}

#[tokio::test]
async fn a_service_finds_users_of_its_apps() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    let id = at_two_apps(&fixture).await;
    let elsewhere = IdentityId { app_id: OTHER_APP.parse().unwrap(), openid: "oElsewhere".parse().unwrap() };
    for (apps, reference, count) in [
        (&[APP, OTHER_APP][..], UserReference::Id(id), 2),
        (&[APP], UserReference::Id(id), 1),
        (&[APP], UserReference::Identity(identity(OPENID)), 1),
        (&[OTHER_APP, APP], UserReference::Identity(elsewhere.clone()), 2),
    ] {
        let found = find(&fixture, users_of(apps), reference).await.unwrap();
        assert_eq!((found.user.id, found.identities.len(), found.phone), (id, count, None));
        assert!(found.identities.iter().all(|identity| apps.contains(&identity.id.app_id.as_str())));
    }
    let refused = find(&fixture, users_of(&[APP]), UserReference::Identity(elsewhere)).await.unwrap_err();
    assert!(matches!(refused, FindUserError::Service(ServiceError::OtherApp)), "{refused:?}");
}

#[tokio::test]
async fn who_is_no_user_at_an_app_of_the_service_is_not_found() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let (_, caller) = fixture.registered().await;
    fixture.log_in("oStranger", 3).await;
    let user = caller.state.user_id().unwrap();
    for (apps, reference) in [
        ([OTHER_APP], UserReference::Id(user)),
        ([APP], UserReference::Id(UserId::new(uuid::Uuid::from_u128(7)))),
        ([APP], UserReference::Identity(identity("oStranger"))),
        ([APP], UserReference::Identity(identity("oNobody"))),
    ] {
        let error = find(&fixture, users_of(&apps), reference).await.unwrap_err();
        assert!(matches!(error, FindUserError::NotFound), "{error:?}");
    }
}

#[tokio::test]
async fn the_status_tells_who_was_blocked_or_erased() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let user = caller.state.user_id().unwrap();
    let status = async || {
        let everywhere = Service { apps: None, ..users_of(&[]) };
        find(&fixture, everywhere, UserReference::Id(user)).await.unwrap().user.status
    };
    assert_eq!(status().await, UserStatus::Active);
    fixture.block_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(status().await, UserStatus::Blocked);
    fixture.erase_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(status().await, UserStatus::Erased);
    // They are at no app any more.
    let error = find(&fixture, users_of(&[APP]), UserReference::Id(user)).await.unwrap_err();
    assert!(matches!(error, FindUserError::NotFound), "{error:?}");
}

#[tokio::test]
async fn a_service_without_the_scope_finds_nobody() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let service = service(&[Scope::Introspect, Scope::Sign], &[APP]);
    let reference = UserReference::Id(caller.state.user_id().unwrap());
    let error = find(&fixture, service, reference).await.unwrap_err();
    assert!(matches!(error, FindUserError::Service(ServiceError::MissingScope(Scope::Users))), "{error:?}");
}
