//! The features that have something on record, listed once.

use super::Store;
use crate::{
    access_token::{ForcedRefreshChange, ForcedRefreshes},
    assertion::{SigningKeyChange, SigningKeys},
    diagnosis::{Diagnoses, DiagnosisChange},
    event::{EventChange, Events},
    hourly_count::{HourlyCountChange, HourlyCounts},
    identity::{Identities, IdentityChange},
    key_ring::{KeyRingChange, KeyRings},
    lease::{LeaseChange, Leases},
    one_time_code::{CodeAttemptChange, CodeAttempts},
    operator::{OperatorChange, Operators},
    phone::{PhoneChange, Phones},
    push::{PushChange, Pushes},
    resealing::{SealedRows, SealingChange},
    session::{SessionChange, Sessions},
    upkeep::{SweepHorizonChange, SweepHorizons},
    user::{UserChange, Users},
    webhook::{Deliveries, DeliveryChange},
};

macro_rules! features {
    ($($(#[$doc:meta])* $repository:ident: $port:ident, $variant:ident($change:ident);)+) => {
        /// What is on record: each feature's finders, and its upkeep in bulk. Every call is a
        /// transaction of its own.
        pub trait Repositories: Send + Sync {
            $(
                $(#[$doc])*
                fn $repository(&self) -> &dyn $port;
            )+
        }

        impl<T: $($port +)+> Repositories for T {
            $(
                fn $repository(&self) -> &dyn $port {
                    self
                }
            )+
        }

        impl dyn Store + '_ {
            $(
                $(#[$doc])*
                pub fn $repository(&self) -> &dyn $port {
                    self.repositories().$repository()
                }
            )+
        }

        /// One change to what is on record. Each feature's changes stand in its own folder.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Change {
            $($(#[$doc])* $variant($change),)+
        }

        $(
            impl From<$change> for Change {
                fn from(change: $change) -> Self {
                    Self::$variant(change)
                }
            }
        )+
    };
}

features! {
    /// People who registered.
    users: Users, User(UserChange);
    /// Who WeChat says they are.
    identities: Identities, Identity(IdentityChange);
    /// The session keys of each identity.
    key_rings: KeyRings, KeyRing(KeyRingChange);
    /// Who is logged in.
    sessions: Sessions, Session(SessionChange);
    /// Which codes are being or were exchanged.
    code_attempts: CodeAttempts, CodeAttempt(CodeAttemptChange);
    /// The phone numbers of users.
    phones: Phones, Phone(PhoneChange);
    /// How often access tokens were refreshed by force.
    forced_refreshes: ForcedRefreshes, ForcedRefresh(ForcedRefreshChange);
    /// The keys that sign assertions.
    signing_keys: SigningKeys, SigningKey(SigningKeyChange);
    /// The rows with sealed secrets, and the work on them.
    sealed_rows: SealedRows, Sealing(SealingChange);
    /// Who may use the console, and their sessions there.
    operators: Operators, Operator(OperatorChange);
    /// Why requests failed.
    diagnoses: Diagnoses, Diagnosis(DiagnosisChange);
    /// What WeChat pushed.
    pushes: Pushes, Push(PushChange);
    /// How logins go, hour by hour.
    hourly_counts: HourlyCounts, HourlyCount(HourlyCountChange);
    /// What happened.
    events: Events, Event(EventChange);
    /// Which webhooks are to be told of it.
    deliveries: Deliveries, Delivery(DeliveryChange);
    /// Which instance does what one at a time does.
    leases: Leases, Lease(LeaseChange);
    /// The time that sweeps go by.
    sweep_horizons: SweepHorizons, SweepHorizon(SweepHorizonChange);
}
