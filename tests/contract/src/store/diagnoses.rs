//! Diagnoses.

use std::{sync::Arc, time::Duration};

use domain::{
    diagnosis::{
        Diagnosed, Diagnosis, DiagnosisChange, DiagnosisFilter, DiagnosisId, EarlierEvent, KeyThen, Step,
    },
    event::EventKind,
    identity::{IdentityId, Pseudonym},
    key_ring::Generation,
    session::Person,
    store::Store,
    wechat::Answer,
};
use uuid::Uuid;

use super::{
    conflict, put,
    samples::{LOOKALIKES, at, at_both_apps, id, text, user_id},
};

fn minted(millis: i64, number: u128) -> DiagnosisId {
    DiagnosisId::new(Uuid::from_u128(DiagnosisId::lowest_at(at(millis)).as_uuid().as_u128() + number))
}

/// A diagnosis of nobody, with a number of its own.
fn diagnosis(number: i64) -> Diagnosis {
    Diagnosis {
        id: minted(number, 0),
        request_id: text(&format!("5f3a9c01-{number:010x}")),
        at: at(number),
        step: Step::Login,
        whom: Diagnosed::default(),
        code: text("invalid_code"),
        cause: None,
        answer: None,
        keys: Vec::new(),
        before: Vec::new(),
    }
}

fn of(identity: &IdentityId, number: i64) -> Diagnosis {
    let whom = Diagnosed {
        app_id: Some(identity.app_id.clone()),
        openid: Some(identity.openid.clone()),
        pseudonym: Some(Pseudonym::new(number.unsigned_abs())),
        user_id: None,
    };
    Diagnosis { whom, ..diagnosis(number) }
}

fn add(diagnosis: &Diagnosis) -> DiagnosisChange {
    DiagnosisChange::Add(Box::new(diagnosis.clone()))
}

async fn latest(store: &Arc<dyn Store>, filter: &DiagnosisFilter) -> Vec<Diagnosis> {
    store.diagnoses().latest(filter, None, 99).await.expect("reads")
}

/// Diagnoses of every step come back as they were.
pub async fn round_trip(store: Arc<dyn Store>) {
    let steps = (1..).zip(Step::ALL.iter().copied());
    let mut diagnoses: Vec<_> = steps.map(|(number, step)| Diagnosis { step, ..diagnosis(number) }).collect();
    let key = |number, seconds, is_superseded| KeyThen {
        generation: Generation::new(number),
        age: Duration::from_secs(seconds),
        is_superseded,
    };
    let kinds = (1..).zip(EventKind::ALL.iter().copied());
    let full = of(&id("oSample"), 8);
    diagnoses.push(Diagnosis {
        whom: Diagnosed { user_id: Some(user_id(7)), ..full.whom.clone() },
        cause: Some(text("the store failed: 连接被拒绝")),
        answer: Some(Answer { errcode: -1, rid: Some(text("5f3a9c01-6ab1e2a0-1f2b3c4d")) }),
        keys: vec![key(3, 0, false), key(2, 86_400, true)],
        before: kinds.map(|(number, kind)| EarlierEvent { kind, at: at(number) }).collect(),
        ..full
    });
    diagnoses.push(Diagnosis { answer: Some(Answer { errcode: i64::MAX, rid: None }), ..diagnosis(9) });
    put(&store, diagnoses.iter().map(add)).await;
    diagnoses.reverse();
    assert_eq!(latest(&store, &DiagnosisFilter::All).await, diagnoses);
}

/// The longest values fit.
pub async fn longest_values(store: Arc<dyn Store>) {
    let longest = IdentityId { app_id: text(&"~".repeat(64)), openid: text(&"😀".repeat(32)) };
    let written = Diagnosis {
        request_id: text(&"~".repeat(64)),
        code: text(&"~".repeat(64)),
        cause: Some(text(&"😀".repeat(500))),
        answer: Some(Answer { errcode: i64::MIN, rid: Some(text(&"~".repeat(64))) }),
        ..of(&longest, 1)
    };
    put(&store, [add(&written)]).await;
    assert_eq!(latest(&store, &DiagnosisFilter::All).await, [written]);
}

/// A diagnosis is added under an id that no other has.
pub async fn an_id_is_used_once(store: Arc<dyn Store>) {
    put(&store, [add(&diagnosis(1))]).await;
    let other = Diagnosis { code: text("code_used"), ..diagnosis(1) };
    conflict(&store, [add(&diagnosis(2)), add(&other)]).await;
    assert_eq!(latest(&store, &DiagnosisFilter::All).await, [diagnosis(1)]);
}

/// Each search finds its own, newest first, page after page.
pub async fn searches_and_pages(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let rid = |number, rid: &str| Diagnosis {
        answer: Some(Answer { errcode: 40029, rid: Some(text(rid)) }),
        ..diagnosis(number)
    };
    let of_user = |diagnosis: Diagnosis, user| {
        let whom = Diagnosed { user_id: Some(user_id(user)), ..diagnosis.whom.clone() };
        Diagnosis { whom, ..diagnosis }
    };
    let named = |diagnosis: Diagnosis, pseudonym| {
        let whom = Diagnosed { pseudonym: Some(Pseudonym::new(pseudonym)), ..diagnosis.whom.clone() };
        Diagnosis { whom, ..diagnosis }
    };
    let diagnoses = [
        rid(1, "rid-1"),
        rid(2, "RID-1"),
        named(of_user(of(&here, 3), 1), 70),
        named(of(&here, 4), 70),
        named(of_user(of(&there, 5), 1), 71),
        of_user(of(&id("oSample "), 6), 2),
        Diagnosis { request_id: diagnosis(1).request_id, ..diagnosis(7) },
    ];
    for diagnosis in &diagnoses {
        put(&store, [add(diagnosis)]).await;
    }
    let table: [(_, &[usize]); 8] = [
        (DiagnosisFilter::All, &[7, 6, 5, 4, 3, 2, 1]),
        (DiagnosisFilter::Request(diagnosis(1).request_id), &[7, 1]),
        (DiagnosisFilter::Request(text("5f3a9c01")), &[]),
        (DiagnosisFilter::Rid(text("rid-1")), &[1]),
        (DiagnosisFilter::OpenId(text("oSample")), &[5, 4, 3]),
        (DiagnosisFilter::Identity(Pseudonym::new(70)), &[4, 3]),
        (DiagnosisFilter::User(user_id(1)), &[5, 3]),
        (DiagnosisFilter::User(user_id(3)), &[]),
    ];
    for (filter, expected) in table {
        let expected: Vec<_> = expected.iter().map(|number| diagnoses[number - 1].clone()).collect();
        assert_eq!(latest(&store, &filter).await, expected, "{filter:?}");
        let mut paged: Vec<Diagnosis> = Vec::new();
        loop {
            let before = paged.last().map(|diagnosis| diagnosis.id);
            let page = store.diagnoses().latest(&filter, before, 2).await.expect("reads");
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, expected, "{filter:?}");
    }
}

/// The diagnoses of openids that look alike are apart.
pub async fn openids_differ_by_every_byte(store: Arc<dyn Store>) {
    let diagnoses: Vec<_> = (1..).zip(LOOKALIKES).map(|(number, openid)| of(&id(openid), number)).collect();
    put(&store, diagnoses.iter().map(add)).await;
    for (diagnosis, openid) in diagnoses.iter().zip(LOOKALIKES) {
        let found = latest(&store, &DiagnosisFilter::OpenId(text(openid))).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), [diagnosis]);
    }
}

/// The diagnoses of a person are removed, those of the same commit included; those of others stay.
pub async fn forgetting(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let whom = Diagnosed { user_id: Some(user_id(1)), ..Diagnosed::default() };
    let of_user = Diagnosis { whom, ..diagnosis(1) };
    let others = [of(&there, 3), of(&id("oSample "), 4), diagnosis(5)];
    put(&store, [&of_user, &of(&here, 2)].map(add)).await;
    put(&store, others.iter().map(add)).await;
    let person = Person { user: Some(user_id(1)), identities: vec![here.clone()] };
    put(&store, [add(&of(&here, 6)), DiagnosisChange::Forget(person)]).await;
    let left: Vec<_> = others.iter().rev().cloned().collect();
    assert_eq!(latest(&store, &DiagnosisFilter::All).await, left);
    put(&store, [DiagnosisChange::Forget(Person { user: None, identities: vec![here] })]).await;
    assert_eq!(latest(&store, &DiagnosisFilter::All).await, left);
}

/// A sweep removes the oldest diagnoses, so many at most, and none of those that are to be kept.
pub async fn sweeping(store: Arc<dyn Store>) {
    let last_of_9 = (1 << 80) - 1;
    let ids = [minted(8, 5), minted(9, 0), minted(9, last_of_9), minted(10, 0), minted(11, 1)];
    put(&store, ids.map(|id| add(&Diagnosis { id, ..diagnosis(1) }))).await;
    let sweep = async |before, limit| store.diagnoses().sweep(at(before), limit).await.expect("sweeps");
    assert_eq!(sweep(8, 9).await, 0);
    assert_eq!(sweep(10, 2).await, 2);
    assert_eq!(sweep(10, 9).await, 1);
    assert_eq!(sweep(10, 9).await, 0);
    let left: Vec<_> =
        latest(&store, &DiagnosisFilter::All).await.iter().map(|diagnosis| diagnosis.id).collect();
    assert_eq!(left, [ids[4], ids[3]]);
}
