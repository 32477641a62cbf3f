mod es256 {
    contract::assertion_signer_suite!(crypto::Es256Signer::new());
}

mod plain {
    contract::assertion_signer_suite!(support::PlainAssertionSigner::default());
}
