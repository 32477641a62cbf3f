//! The rows with sealed secrets, and the work on them.

use std::sync::Arc;

use domain::{
    assertion::{PublicKey, SigningKey, SigningKeyChange, SigningKeyId},
    identity::IdentityChange,
    key_ring::{Generation, KeyRingChange},
    operator::{Operator, OperatorChange, Role},
    phone::PhoneChange,
    push::{Push, PushChange},
    resealing::{
        SealedCounts, SealedKind, SealedRow, SealedRowId, SealingChange, SealingWork, SealingWorkKind,
        SealingWorkState,
    },
    sealing::Sealed,
    store::{Changes, Committed, Store},
    version::Version,
};

use super::{
    conflict,
    pushes::push,
    put,
    samples::{at, at_both_apps, id, key, phone, sealed, stranger, text, user_id, uuid},
    the_winner,
};

fn operator(name: &str, totp: Option<Sealed>) -> Operator {
    Operator {
        name: name.parse().expect("valid"),
        role: Role::Operator,
        password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".parse().expect("valid"),
        totp,
        totp_step: None,
        disabled_at: None,
        created_at: at(1),
        signed_in_at: None,
        version: Version::FIRST,
    }
}

fn signing_key(generation: u32) -> SigningKey {
    SigningKey {
        generation: Generation::new(generation),
        id: SigningKeyId::new(uuid(generation.into())),
        public: PublicKey { x: [1; 32], y: [2; 32] },
        sealed: sealed(7),
        signs_from: at(1),
    }
}

/// Fills a store with some rows of each kind, and returns their ids in order.
async fn fill(store: &Arc<dyn Store>) -> [Vec<SealedRowId>; 5] {
    let [here, there] = at_both_apps("oRing");
    let (later, other_case) = (id("oRingZ"), id("oring"));
    let mut changes = Changes::default();
    for (identity, generations) in [(&here, 3), (&there, 2), (&later, 1), (&other_case, 1)] {
        changes.push(IdentityChange::Add(stranger(identity.clone())));
        for generation in 1..=generations {
            changes.push(KeyRingChange::Add { identity: identity.clone(), key: key(generation) });
        }
    }
    changes.extend([2, 1, 3].map(|number| PhoneChange::Bind(phone(number, number * 10))));
    changes.extend([1, 2].map(|generation| SigningKeyChange::Add(signing_key(generation))));
    let operators = [operator("li", Some(sealed(9))), operator("an", Some(sealed(8))), operator("wu", None)];
    changes.extend(operators.map(OperatorChange::Add));
    let pushes = [1, 2, 3].map(|number| push(&here, number));
    let [first, second, third] = pushes.clone();
    changes.extend([first, second, Push { content: None, ..third }].map(PushChange::Add));
    assert_eq!(store.commit(changes).await.expect("commits"), Committed::Done);
    let keys = |identity, generations| {
        let id =
            move |generation| SealedRowId::SessionKey(Clone::clone(identity), Generation::new(generation));
        (1..=generations).map(id)
    };
    // Of the two apps the one with capital letters comes first.
    let session_keys =
        keys(&there, 2).chain(keys(&here, 3)).chain(keys(&later, 1)).chain(keys(&other_case, 1));
    [
        session_keys.collect(),
        [1, 2, 3].map(|number| SealedRowId::Phone(user_id(number))).into(),
        [1, 2].map(|generation| SealedRowId::SigningKey(Generation::new(generation))).into(),
        ["an", "li"].map(|name| SealedRowId::Operator(name.parse().expect("valid"))).into(),
        pushes[..2].iter().map(|push| SealedRowId::Push(push.id)).collect(),
    ]
}

async fn page(
    store: &Arc<dyn Store>,
    kind: SealedKind,
    after: Option<&SealedRowId>,
    limit: u32,
) -> Vec<SealedRow> {
    store.sealed_rows().page(kind, after, limit).await.expect("reads")
}

/// The ids of all rows of a kind, read page by page.
async fn walk(store: &Arc<dyn Store>, kind: SealedKind, limit: u32) -> Vec<SealedRowId> {
    let mut ids: Vec<SealedRowId> = Vec::new();
    loop {
        let rows = page(store, kind, ids.last(), limit).await;
        if rows.is_empty() {
            return ids;
        }
        assert!(rows.len() <= limit as usize);
        ids.extend(rows.into_iter().map(|row| row.id));
    }
}

async fn row(store: &Arc<dyn Store>, kind: SealedKind, id: &SealedRowId) -> Option<SealedRow> {
    page(store, kind, None, 99).await.into_iter().find(|row| row.id == *id)
}

/// Every row of each kind is read once, in order, however long the pages are, and counted.
pub async fn every_row_is_read_once(store: Arc<dyn Store>) {
    for kind in SealedKind::ALL {
        assert_eq!(page(&store, *kind, None, 9).await, []);
    }
    let filled = fill(&store).await;
    for (kind, ids) in SealedKind::ALL.iter().copied().zip(filled) {
        for limit in [1, 2, 3, 99] {
            assert_eq!(walk(&store, kind, limit).await, ids, "{kind:?} {limit}");
        }
        assert_eq!(store.sealed_rows().count(kind).await.expect("counts"), ids.len() as u64);
    }
    assert_eq!(page(&store, SealedKind::SessionKeys, None, 1).await[0].sealed, key(1).sealed);
    assert_eq!(page(&store, SealedKind::Phones, None, 1).await[0].sealed, phone(1, 10).sealed);
}

/// A row is sealed anew if it still holds what was seen, and no other row changes with it.
pub async fn resealing(store: Arc<dyn Store>) {
    let filled = fill(&store).await;
    let next = Sealed::new(vec![0xFF; 512]);
    for (kind, ids) in SealedKind::ALL.iter().copied().zip(filled) {
        let [first, others @ ..] = &*page(&store, kind, None, 99).await else { panic!("there are rows") };
        let reseal = |seen: &Sealed| SealingChange::Reseal {
            id: ids[0].clone(),
            seen: seen.clone(),
            next: next.clone(),
        };
        conflict(&store, [reseal(&sealed(200))]).await;
        put(&store, [reseal(&first.sealed)]).await;
        conflict(&store, [reseal(&first.sealed)]).await;
        assert_eq!(row(&store, kind, &ids[0]).await.map(|row| row.sealed), Some(next.clone()), "{kind:?}");
        assert_eq!(page(&store, kind, Some(&ids[0]), 99).await, others);
    }
    // Whoever has read the operator before has to read them again.
    let an = store.operators().find(&"an".parse().expect("valid")).await.expect("reads").expect("is there");
    assert_eq!((an.totp, an.version), (Some(next), Version::FIRST.next()));
    conflict(&store, [OperatorChange::Update(operator("an", Some(sealed(8))))]).await;
    let missing = SealedRowId::Phone(user_id(99));
    conflict(&store, [SealingChange::Reseal { id: missing, seen: sealed(1), next: sealed(2) }]).await;
}

fn work(number: u64) -> SealingWork {
    SealingWork {
        kind: SealingWorkKind::Reseal,
        state: SealingWorkState::Running,
        started_at: at(1),
        started_by: None,
        seen_at: at(2),
        done: number,
        total: 3,
        counts: SealedCounts::new(),
        complete: None,
        version: Version::FIRST,
    }
}

async fn on_record(store: &Arc<dyn Store>) -> Option<SealingWork> {
    store.sealed_rows().work().await.expect("reads")
}

/// The work comes back as it was. There is one, which is replaced if nobody did meanwhile.
pub async fn recording_work(store: Arc<dyn Store>) {
    assert_eq!(on_record(&store).await, None);
    conflict(&store, [SealingChange::UpdateWork(work(1))]).await;
    let longest = "k".repeat(32);
    let counts: SealedCounts = SealedKind::ALL
        .iter()
        .flat_map(|kind| [((text(&longest), *kind), 9_007_199_254_740_993), ((text("k-1"), *kind), 0)])
        .collect();
    let full = SealingWork {
        kind: SealingWorkKind::Count,
        state: SealingWorkState::Stopped,
        started_by: Some("h".repeat(64).parse().expect("valid")),
        complete: Some((counts.clone(), at(7))),
        counts,
        ..work(2)
    };
    put(&store, [SealingChange::AddWork(full.clone())]).await;
    conflict(&store, [SealingChange::AddWork(work(3))]).await;
    assert_eq!(on_record(&store).await.as_ref(), Some(&full));
    put(&store, [SealingChange::UpdateWork(work(4))]).await;
    conflict(&store, [SealingChange::UpdateWork(work(5))]).await;
    assert_eq!(on_record(&store).await, Some(SealingWork { version: Version::FIRST.next(), ..work(4) }));
}

/// Of many that begin a work at the same moment, one does.
pub async fn one_of_many_begins_a_work(store: Arc<dyn Store>) {
    let winner = the_winner(&store, |number| SealingChange::AddWork(work(number))).await;
    assert_eq!(on_record(&store).await, Some(work(winner)));
    let next = |number| SealingChange::UpdateWork(SealingWork { done: number, ..work(winner) });
    let winner = the_winner(&store, next).await;
    assert_eq!(on_record(&store).await.map(|work| work.done), Some(winner));
}
