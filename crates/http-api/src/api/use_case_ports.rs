//! The ports of each use case, out of all ports.

use domain::{
    account::AccountPorts,
    assertion::{IssueAssertionPorts, RotateSigningKeys, RotateSigningKeysPorts},
    diagnosis::WriteDiagnosesPorts,
    encrypted_channel::GetEncryptKeysPorts,
    export::ExportPorts,
    login::LoginPorts,
    phone::{BindPhonePorts, ConfirmPhonePorts, ConfirmPhones},
    push::{ReceivePushPorts, RelayPushPorts},
    registration::RegisterPorts,
    session::{AuthenticatePorts, CheckSessionKeyPorts, EndPorts},
    session_key_check::ResetPorts,
    signature::SignPorts,
};

use super::Ports;

impl Ports {
    pub(super) fn login(&self) -> LoginPorts {
        let ports = self.clone();
        LoginPorts {
            store: ports.store,
            exchange: ports.exchange,
            sealer: ports.opener.sealer,
            tokens: ports.tokens,
            clock: ports.clock,
            ids: ports.ids,
            tasks: ports.tasks,
            apps: ports.apps,
            lifetime: ports.lifetime,
            max_sessions: ports.max_sessions,
            cache: ports.cache,
        }
    }

    pub(super) fn confirming(&self) -> ConfirmPhonePorts {
        let ports = self.clone();
        ConfirmPhonePorts {
            store: ports.store,
            phone_numbers: ports.phone_numbers,
            sealer: ports.opener.sealer,
            tokens: ports.tokens,
            clock: ports.clock,
            tasks: ports.tasks,
        }
    }

    pub(super) fn binding(&self, confirm: ConfirmPhones) -> BindPhonePorts {
        let ports = self.clone();
        BindPhonePorts {
            store: ports.store,
            confirm,
            index: ports.phone_index,
            sealer: ports.opener.sealer,
            clock: ports.clock,
            ids: ports.ids,
        }
    }

    pub(super) fn register(&self, confirm: ConfirmPhones) -> RegisterPorts {
        let ports = self.clone();
        RegisterPorts {
            store: ports.store,
            opener: ports.opener,
            confirm,
            index: ports.phone_index,
            tokens: ports.tokens,
            clock: ports.clock,
            ids: ports.ids,
            apps: ports.apps,
            lifetime: ports.lifetime,
            cache: ports.cache,
        }
    }

    pub(super) fn authenticate(&self) -> AuthenticatePorts {
        let ports = self.clone();
        AuthenticatePorts {
            store: ports.store,
            tokens: ports.tokens,
            clock: ports.clock,
            apps: ports.apps,
            pseudonyms: ports.pseudonyms,
            lifetime: ports.lifetime,
            cache: ports.cache,
            touches: ports.touches,
        }
    }

    /// What rotating signing keys needs.
    pub fn rotating(&self) -> RotateSigningKeysPorts {
        let ports = self.clone();
        RotateSigningKeysPorts {
            store: ports.store,
            signer: ports.assertion_signer,
            sealer: ports.opener.sealer,
            clock: ports.clock,
            ids: ports.ids,
            ring: ports.signing_keys,
        }
    }

    /// What writing diagnoses needs.
    pub fn diagnosing(&self) -> WriteDiagnosesPorts {
        let ports = self.clone();
        WriteDiagnosesPorts { store: ports.store, ids: ports.ids, pseudonyms: ports.pseudonyms }
    }

    pub(super) fn issuing(&self) -> Option<IssueAssertionPorts> {
        let rotate = RotateSigningKeys::new(self.rotating());
        let ports = self.clone();
        Some(IssueAssertionPorts {
            signer: ports.assertion_signer,
            clock: ports.clock,
            ring: ports.signing_keys,
            rotate,
            issuer: ports.issuer?,
        })
    }

    pub(super) fn checking(&self) -> CheckSessionKeyPorts {
        let ports = self.clone();
        CheckSessionKeyPorts {
            store: ports.store,
            check: ports.session_key_check,
            signer: ports.signer,
            sealer: ports.opener.sealer,
            clock: ports.clock,
        }
    }

    pub(super) fn encrypted_channel(&self) -> GetEncryptKeysPorts {
        let ports = self.clone();
        GetEncryptKeysPorts {
            store: ports.store,
            encrypt_keys: ports.encrypt_keys,
            signer: ports.signer,
            sealer: ports.opener.sealer,
            clock: ports.clock,
        }
    }

    pub(super) fn signing(&self) -> SignPorts {
        let ports = self.clone();
        SignPorts {
            store: ports.store,
            check: ports.session_key_check,
            signer: ports.signer,
            sealer: ports.opener.sealer,
            clock: ports.clock,
            ids: ports.ids,
            apps: ports.apps,
        }
    }

    /// What replacing session keys at WeChat needs.
    pub fn resetting(&self) -> ResetPorts {
        let ports = self.clone();
        ResetPorts {
            store: ports.store,
            check: ports.session_key_check,
            signer: ports.signer,
            sealer: ports.opener.sealer,
            clock: ports.clock,
            tasks: ports.tasks,
        }
    }

    pub(super) fn receiving_pushes(&self) -> ReceivePushPorts {
        let ports = self.clone();
        ReceivePushPorts {
            store: ports.store,
            reader: ports.push_reader,
            sealer: ports.opener.sealer,
            clock: ports.clock,
            ids: ports.ids,
            apps: ports.apps,
        }
    }

    /// What passing messages on to back ends needs.
    pub fn relaying_pushes(&self) -> RelayPushPorts {
        let ports = self.clone();
        RelayPushPorts {
            store: ports.store,
            relay: ports.push_relay,
            sealer: ports.opener.sealer,
            clock: ports.clock,
            apps: ports.apps,
        }
    }

    pub(super) fn account(&self) -> AccountPorts {
        let ports = self.clone();
        AccountPorts { store: ports.store, ids: ports.ids, cache: ports.cache }
    }

    pub(super) fn exporting(&self) -> ExportPorts {
        let ports = self.clone();
        ExportPorts { store: ports.store, sealer: ports.opener.sealer, clock: ports.clock }
    }

    pub(super) fn ending(&self) -> EndPorts {
        let ports = self.clone();
        EndPorts { store: ports.store, clock: ports.clock, ids: ports.ids, cache: ports.cache }
    }
}
