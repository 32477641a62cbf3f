mod hmac {
    contract::blind_index_suite!(crypto::HmacBlindIndex::new(
        crypto::IndexKey::generate().expect("there is randomness")
    ));
}

mod plain {
    contract::blind_index_suite!(support::PlainBlindIndex);
}
