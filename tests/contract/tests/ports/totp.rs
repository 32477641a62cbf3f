contract::totp_suite!(crypto::Rfc6238Totp);
