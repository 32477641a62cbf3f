//! All secrets at rest come to be sealed by the newest master key.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::fixture::{Fixture, OPENID};
use async_trait::async_trait;
use domain::{
    client::{ClientInfo, Origin},
    event::{Actor, EventFilter, EventKind, OperatorName},
    key_ring::KeyRingChange,
    resealing::{
        KeyOverview, MasterKeyState, SealedKind, SealedRowId, SealingChange, SealingPorts, SealingWorkKind,
        SealingWorkState, ShowKeys, StartSealingWork,
    },
    sealing::{MasterKeyId, SealError, Sealed, SealedPlace, Sealer},
    store::{Change, Changes, Committed, Repositories, Store, StoreError},
    tasks::Tasks,
    time::{Clock, Timestamp},
};
use futures::future::BoxFuture;
use support::{PlainSealer, TokioTasks};
use zeroize::Zeroizing;

/// Writes the name of the key before what the plain sealer makes.
struct NamedKeys(&'static [&'static str]);

impl Sealer for NamedKeys {
    fn seal(&self, secret: &[u8], place: &SealedPlace) -> Result<Sealed, SealError> {
        let sealed = PlainSealer.seal(secret, place)?;
        Ok(Sealed::new([self.0[0].as_bytes(), b":", sealed.as_bytes()].concat()))
    }

    fn open(&self, sealed: &Sealed, place: &SealedPlace) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key = self.key_of(sealed).ok_or(SealError::Broken)?;
        if !self.keys().contains(&key) {
            return Err(SealError::UnknownMasterKey);
        }
        PlainSealer.open(&Sealed::new(sealed.as_bytes()[key.as_str().len() + 1..].to_vec()), place)
    }

    fn newest_key(&self) -> MasterKeyId {
        self.keys().remove(0)
    }

    fn keys(&self) -> Vec<MasterKeyId> {
        self.0.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn key_of(&self, sealed: &Sealed) -> Option<MasterKeyId> {
        let name = sealed.as_bytes().split(|byte| *byte == b':').next()?;
        str::from_utf8(name).ok()?.parse().ok()
    }
}

/// Runs nothing: its instance is gone before it could.
struct NoTasks;

impl Tasks for NoTasks {
    fn spawn(&self, _: BoxFuture<'static, ()>) {}
}

fn ports(fixture: &Fixture, keys: &'static [&'static str]) -> SealingPorts {
    SealingPorts {
        store: fixture.store(),
        sealer: Arc::new(NamedKeys(keys)),
        clock: fixture.clock.clone(),
        ids: fixture.ids.clone(),
        tasks: Arc::new(TokioTasks),
    }
}

async fn show(ports: &SealingPorts) -> KeyOverview {
    ShowKeys::new(Arc::new(StartSealingWork::new(ports.clone())), ports.clone()).execute().await.unwrap()
}

fn li() -> OperatorName {
    "li".parse().unwrap()
}

async fn reseal(fixture: &Fixture, ports: &SealingPorts) {
    let origin = Origin { at: fixture.clock.now(), client: ClientInfo::default() };
    StartSealingWork::new(ports.clone()).reseal(&li(), &origin).await.unwrap();
}

/// What is shown once no work goes on.
async fn settled(ports: &SealingPorts) -> KeyOverview {
    loop {
        let shown = show(ports).await;
        if shown.work.as_ref().unwrap().state != SealingWorkState::Running {
            return shown;
        }
        tokio::task::yield_now().await;
    }
}

/// Seals the session_key of each of these people by the newest of `keys`.
async fn log_in(fixture: &Fixture, keys: &'static [&'static str], openids: impl IntoIterator<Item = String>) {
    let store = fixture.store();
    for openid in openids {
        fixture.log_in(&openid, 1).await;
        for row in store.sealed_rows().page(SealedKind::SessionKeys, None, 9_999).await.unwrap() {
            let SealedRowId::SessionKey(identity, _) = &row.id else { continue };
            if identity.openid.as_str() == openid {
                let sealed = [keys[0].as_bytes(), b":", row.sealed.as_bytes()].concat();
                let change =
                    SealingChange::Reseal { id: row.id, seen: row.sealed, next: Sealed::new(sealed) };
                store.commit(Changes::from_iter([change])).await.unwrap();
            }
        }
    }
}

/// The master keys with their states, and how many session_keys each seals.
fn uses(shown: &KeyOverview) -> Vec<(&str, MasterKeyState, Option<u64>)> {
    let keys = shown.master_keys.iter();
    keys.map(|key| (key.id.as_str(), key.state, key.sealed.first().map(|(_, rows)| *rows))).collect()
}

#[tokio::test]
async fn rows_are_counted_by_master_key_in_the_background() {
    let fixture = Fixture::default();
    log_in(&fixture, &["k1"], [OPENID.to_owned()]).await;
    log_in(&fixture, &["k0"], ["oLost".to_owned()]).await;
    let ports = ports(&fixture, &["k2", "k1"]);
    let first = show(&ports).await;
    assert_eq!(uses(&first), [("k2", MasterKeyState::Newest, None), ("k1", MasterKeyState::Older, None)]);
    let shown = settled(&ports).await;
    let expected = [
        ("k2", MasterKeyState::Newest, Some(0)),
        ("k1", MasterKeyState::Older, Some(1)),
        ("k0", MasterKeyState::Missing, Some(1)),
    ];
    assert_eq!(uses(&shown), expected);
    let work = shown.work.unwrap();
    assert_eq!((work.kind, work.done, work.total), (SealingWorkKind::Count, 2, 2));
    assert_eq!(shown.counted_at, Some(fixture.clock.now()));
    // Fresh counts stay.
    log_in(&fixture, &["k2"], ["oNew".to_owned()]).await;
    assert_eq!(uses(&settled(&ports).await), expected);
    fixture.clock.advance(Duration::from_mins(10));
    show(&ports).await;
    assert_eq!(uses(&settled(&ports).await)[0], ("k2", MasterKeyState::Newest, Some(1)));
}

#[tokio::test]
async fn all_that_opens_comes_to_be_sealed_by_the_newest_key() {
    let fixture = Fixture::default();
    // More than a page.
    log_in(&fixture, &["k1"], (0..450).map(|number| format!("o{number}"))).await;
    log_in(&fixture, &["k0"], ["oLost".to_owned()]).await;
    let ports = ports(&fixture, &["k2", "k1"]);
    reseal(&fixture, &ports).await;
    let shown = settled(&ports).await;
    let expected = [
        ("k2", MasterKeyState::Newest, Some(450)),
        ("k1", MasterKeyState::Older, Some(0)),
        ("k0", MasterKeyState::Missing, Some(1)),
    ];
    assert_eq!(uses(&shown), expected);
    let work = shown.work.unwrap();
    assert_eq!((work.kind, work.state), (SealingWorkKind::Reseal, SealingWorkState::Done));
    assert_eq!((work.done, work.started_by), (451, Some(li())));
    let store: &dyn Store = &*fixture.store;
    for row in store.sealed_rows().page(SealedKind::SessionKeys, None, 999).await.unwrap() {
        let SealedRowId::SessionKey(identity, _) = &row.id else { panic!("{row:?}") };
        let key = ports.sealer.key_of(&row.sealed).unwrap();
        assert_eq!(key.as_str() == "k0", identity.openid.as_str() == "oLost");
    }
    let filter = EventFilter::Kind(EventKind::ResealingStarted);
    let events = store.events().latest(&filter, None, 9).await.unwrap();
    assert_eq!(events.iter().map(|event| &event.actor).collect::<Vec<_>>(), [&Actor::Operator(li())]);
}

#[tokio::test]
async fn of_two_who_begin_one_does() {
    let fixture = Fixture::default();
    log_in(&fixture, &["k1"], [OPENID.to_owned()]).await;
    let ports = SealingPorts { tasks: Arc::new(NoTasks), ..ports(&fixture, &["k2", "k1"]) };
    reseal(&fixture, &ports).await;
    let begun = show(&ports).await.work.unwrap();
    reseal(&fixture, &ports).await;
    assert_eq!(show(&ports).await.work, Some(begun.clone()));
    assert_eq!(begun.state, SealingWorkState::Running);
    // Its instance is gone: it is seen to have stopped, and may begin again.
    fixture.clock.advance(Duration::from_secs(30));
    let stopped = SealingPorts { tasks: Arc::new(TokioTasks), ..ports };
    reseal(&fixture, &stopped).await;
    let shown = settled(&stopped).await;
    assert_eq!(uses(&shown)[0], ("k2", MasterKeyState::Newest, Some(1)));
}

/// A store in which somebody removes a row just before the first commit that seals rows anew.
struct Meddled {
    store: Arc<dyn Store>,
    is_done: AtomicBool,
}

#[async_trait]
impl Store for Meddled {
    fn repositories(&self) -> &dyn Repositories {
        self.store.repositories()
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        if let Some(Change::Sealing(SealingChange::Reseal { id, .. })) = changes.iter().next()
            && let SealedRowId::SessionKey(identity, generation) = id.clone()
            && !self.is_done.swap(true, Ordering::Relaxed)
        {
            self.store.commit(Changes::from_iter([KeyRingChange::Remove { identity, generation }])).await?;
        }
        self.store.commit(changes).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.time().await
    }
}

#[tokio::test]
async fn a_row_that_is_removed_meanwhile_keeps_no_other_from_being_sealed() {
    let fixture = Fixture::default();
    log_in(&fixture, &["k1"], ["oA", "oB", "oC"].map(str::to_owned)).await;
    let meddled = Arc::new(Meddled { store: fixture.store(), is_done: AtomicBool::new(false) });
    let ports = SealingPorts { store: meddled, ..ports(&fixture, &["k2", "k1"]) };
    reseal(&fixture, &ports).await;
    settled(&ports).await;
    let store: &dyn Store = &*fixture.store;
    let rows = store.sealed_rows().page(SealedKind::SessionKeys, None, 9).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(ports.sealer.key_of(&row.sealed), Some(ports.sealer.newest_key()));
    }
}
