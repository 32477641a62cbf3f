mod argon2 {
    contract::passwords_suite!(server::passwords::Argon2Passwords::default());
}

mod plain {
    contract::passwords_suite!(support::PlainPasswords::default());
}
