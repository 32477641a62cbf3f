//! Failures become diagnoses.

use std::{sync::Arc, time::Duration};

use crate::fixture::{APP, Fixture, OPENID};
use domain::{
    diagnosis::{
        Diagnosis, DiagnosisFilter, Failure, Failures, Step, Whom, WriteDiagnoses, WriteDiagnosesPorts,
        Written,
    },
    event::EventKind,
    identity::Pseudonyms,
    store::Store,
};
use support::PlainPseudonyms;

fn failures(fixture: &Fixture) -> Arc<Failures> {
    Arc::new(Failures::new(fixture.clock.clone(), 2))
}

fn failure(number: u32, whom: Whom) -> Failure {
    Failure {
        request_id: format!("request-{number}").parse().unwrap(),
        step: Step::Decryption,
        code: "undecryptable".parse().unwrap(),
        cause: Some("the data could not be decrypted".parse().unwrap()),
        answer: None,
        whom,
    }
}

async fn write(fixture: &Fixture, failures: &Arc<Failures>) -> Written {
    let ports = WriteDiagnosesPorts {
        store: fixture.store(),
        ids: fixture.ids.clone(),
        pseudonyms: Arc::new(PlainPseudonyms),
    };
    WriteDiagnoses::new(ports, Arc::clone(failures)).execute().await
}

async fn on_record(fixture: &Fixture) -> Vec<Diagnosis> {
    let store: &dyn Store = &*fixture.store;
    store.diagnoses().latest(&DiagnosisFilter::All, None, 99).await.unwrap()
}

fn of_caller(caller: &domain::session::Caller) -> Whom {
    let (session, user) = (Some(caller.session_id), caller.state.user_id());
    Whom { app: Some(APP.parse().unwrap()), session, user, ..Whom::default() }
}

#[tokio::test]
async fn a_diagnosis_has_the_keys_and_what_was_done_before() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.clock.advance(Duration::from_secs(90));
    let failures = failures(&fixture);
    failures.hand_over(|| failure(1, of_caller(&caller)));
    // What happens after the failure is none of its diagnosis.
    fixture.clock.advance(Duration::from_secs(1));
    fixture.log_in(OPENID, 2).await;
    assert_eq!(write(&fixture, &failures).await.done, 1);
    let [diagnosis] = &*on_record(&fixture).await else { panic!("there is one") };
    let keys: Vec<_> =
        diagnosis.keys.iter().map(|key| (key.generation.number(), key.age, key.is_superseded)).collect();
    assert_eq!(keys, [(1, Duration::from_secs(90), false)]);
    let before: Vec<_> = diagnosis.before.iter().map(|event| event.kind).collect();
    // The login was nobody's yet that had an id.
    assert_eq!(before, [EventKind::Registered]);
    let identity = diagnosis.whom.identity().unwrap();
    assert_eq!((identity.openid.as_str(), diagnosis.whom.user_id), (OPENID, caller.state.user_id()));
    assert_eq!(diagnosis.whom.pseudonym, Some(PlainPseudonyms.of(&identity)));
}

#[tokio::test]
async fn what_is_too_much_in_a_second_is_dropped_and_counted() {
    let fixture = Fixture::default();
    let failures = failures(&fixture);
    for number in 0..5 {
        failures.hand_over(|| failure(number, Whom::default()));
    }
    fixture.clock.advance(Duration::from_secs(1));
    failures.hand_over(|| failure(5, Whom::default()));
    let written = write(&fixture, &failures).await;
    assert_eq!((written.done, written.dropped, written.failed.is_none()), (3, 3, true));
    let written = write(&fixture, &failures).await;
    assert_eq!((written.done, written.dropped), (0, 0));
    assert_eq!(on_record(&fixture).await.len(), 3);
}

#[tokio::test]
async fn who_was_erased_is_not_named_again() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let user = caller.state.user_id().unwrap();
    let failures = failures(&fixture);
    failures.hand_over(|| failure(1, of_caller(&caller)));
    write(&fixture, &failures).await;
    failures.hand_over(|| failure(2, of_caller(&caller)));
    fixture.erase_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(on_record(&fixture).await, []);
    write(&fixture, &failures).await;
    let [diagnosis] = &*on_record(&fixture).await else { panic!("there is one") };
    let whom = &diagnosis.whom;
    assert_eq!((whom.user_id, &whom.openid, whom.pseudonym, &diagnosis.cause), (None, &None, None, &None));
}

#[tokio::test]
async fn who_is_erased_meanwhile_is_not_named_either() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let command = fixture.account_command(caller.state.user_id().unwrap());
    let failures = failures(&fixture);
    failures.hand_over(|| failure(1, of_caller(&caller)));
    let other = fixture.another_instance();
    fixture.store.before_next_commit(async move {
        other.erase_user().execute(&command).await.unwrap();
    });
    write(&fixture, &failures).await;
    assert_eq!(on_record(&fixture).await, []);
}
