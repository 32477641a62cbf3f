mod os {
    contract::ids_suite!(crypto::OsIds::try_new().expect("there is randomness"));
}

mod sequence {
    contract::ids_suite!(support::SequenceIds::default());
}
