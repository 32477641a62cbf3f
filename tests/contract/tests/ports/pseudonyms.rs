mod under_index_key {
    contract::pseudonyms_suite!(crypto::HmacPseudonyms::under_index_key(
        &crypto::IndexKey::generate().expect("there is randomness")
    ));
}

mod under_master_key {
    contract::pseudonyms_suite!(crypto::HmacPseudonyms::under_master_key(
        &crypto::MasterKey::generate("k1".parse().expect("it is an id")).expect("there is randomness")
    ));
}

mod plain {
    contract::pseudonyms_suite!(support::PlainPseudonyms);
}
