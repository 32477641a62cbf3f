//! Leases.

use std::sync::Arc;

use domain::{
    lease::{InstanceId, Lease, LeaseChange, LeaseName},
    store::Store,
    version::Version,
};

use super::{
    conflict, put,
    samples::{text, uuid},
    the_winner,
};

fn lease(name: &str, holder: u64) -> Lease {
    let holder = Some(InstanceId::new(uuid(holder)));
    Lease { name: LeaseName::Webhook(text(name)), holder, version: Version::FIRST }
}

async fn find(store: &Arc<dyn Store>, name: &str) -> Option<Lease> {
    store.leases().find(&LeaseName::Webhook(text(name))).await.expect("reads")
}

/// The first holder is recorded once, and leases are apart, to the last byte of their names.
pub async fn the_first_holder(store: Arc<dyn Store>) {
    let longest = "~".repeat(64);
    let leases = [lease("shop", 1), lease("SHOP", 2), lease(&longest, 3)];
    assert_eq!(find(&store, "shop").await, None);
    put(&store, leases.clone().map(LeaseChange::Add)).await;
    conflict(&store, [LeaseChange::Add(lease("shop", 4))]).await;
    for (name, lease) in ["shop", "SHOP", &longest].into_iter().zip(leases) {
        assert_eq!(find(&store, name).await, Some(lease));
    }
}

/// A lease is written on the version on record only, and given back so, too.
pub async fn updating(store: Arc<dyn Store>) {
    let first = lease("shop", 1);
    conflict(&store, [LeaseChange::Update(first.clone())]).await;
    put(&store, [LeaseChange::Add(first.clone())]).await;
    let taken = lease("shop", 2);
    put(&store, [LeaseChange::Update(taken.clone())]).await;
    conflict(&store, [LeaseChange::Update(first)]).await;
    let on_record = Lease { version: Version::FIRST.next(), ..taken };
    assert_eq!(find(&store, "shop").await.as_ref(), Some(&on_record));
    let free = Lease { holder: None, ..on_record };
    put(&store, [LeaseChange::Update(free.clone())]).await;
    assert_eq!(find(&store, "shop").await, Some(Lease { version: free.version.next(), ..free }));
}

/// Of many instances that take a lease at the same moment, one gets it.
pub async fn one_of_many_takers_wins(store: Arc<dyn Store>) {
    let winner = the_winner(&store, |number| LeaseChange::Add(lease("shop", number))).await;
    assert_eq!(find(&store, "shop").await, Some(lease("shop", winner)));
    let winner = the_winner(&store, |number| LeaseChange::Update(lease("shop", number))).await;
    let version = Version::FIRST.next();
    assert_eq!(find(&store, "shop").await, Some(Lease { version, ..lease("shop", winner) }));
}
