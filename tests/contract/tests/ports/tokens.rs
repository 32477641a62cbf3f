mod os {
    contract::tokens_suite!(crypto::OsTokens);
}

mod sequence {
    contract::tokens_suite!(support::SequenceTokens::default());
}
