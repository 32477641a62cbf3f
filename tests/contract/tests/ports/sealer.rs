mod aes_gcm {
    use crypto::{AesGcmSealer, MasterKey, MasterKeys};

    contract::sealer_suite!(sealer(["k1"]));

    /// The same after the master key was replaced.
    mod with_an_older_key {
        contract::sealer_suite!(super::sealer(["k2", "k1"]));
    }

    fn sealer<const KEYS: usize>(ids: [&str; KEYS]) -> AesGcmSealer {
        let keys = ids.map(|id| {
            let byte = id.as_bytes()[1];
            MasterKey::new(id.parse().expect("it is an id"), [byte; 32])
        });
        AesGcmSealer::new(&MasterKeys::try_new(keys).expect("the ids differ"))
    }
}

mod plain {
    contract::sealer_suite!(support::PlainSealer);
}
