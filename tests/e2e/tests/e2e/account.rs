//! Blocking, unblocking and erasing a user.

use domain::account::AccountError;
use e2e::{Api, Fixture, Phone, Server, timed};

use crate::{
    concurrent::{concurrently, for_each_person, start_servers, wait_until_refused},
    operator::Operator,
    session::protected_routes,
};

/// With this setting, each user is registered by their first login.
const SILENT: [(&str, &str); 1] = [("YAOSHI_APP__REGISTRATION", "silent")];

const BLOCKS: u32 = 1000;
const ERASURES: u32 = 250;

/// Of so many users, one is checked once more at the end.
const CHECKED_EVERY: usize = 25;

/// Ends the account of a user.
#[derive(Clone, Copy)]
enum Ending {
    Block,
    Erasure,
}

impl Ending {
    async fn execute(self, operator: &Operator, user_id: &str) {
        match self {
            Self::Block => operator.block(user_id).await,
            Self::Erasure => operator.erase(user_id).await,
        }
    }
}

/// A user whose account ended during a login.
struct FormerUser {
    phone: Phone,
    user_id: String,
    /// The token from before, and that of the concurrent login if it succeeded.
    tokens: Vec<String>,
}

/// Ends the accounts of `count` users, each during a login, and checks that no user keeps a valid token.
async fn end_accounts_during_logins(fixture: &Fixture, servers: usize, ending: Ending, count: u32) {
    let servers = start_servers(fixture, servers, &SILENT).await;
    let apis: Vec<_> = servers.iter().map(Server::api).collect();
    let operator = Operator::connect(fixture).await;
    let end = async |number| end_account_during_login(fixture, &apis, &operator, ending, number).await;
    let users = for_each_person(count, end).await;
    // Both outcomes occur: the login is first, or the end of the account is.
    let successful = users.iter().filter(|user| user.tokens.len() == 2).count();
    assert!((1..users.len()).contains(&successful), "{successful} of {count} logins succeeded");
    for user in users.iter().step_by(CHECKED_EVERY) {
        check_refused(&apis, ending, user).await;
        check_unblocked(&operator, ending, apis[0], user).await;
    }
}

async fn end_account_during_login(
    fixture: &Fixture,
    apis: &[&Api],
    operator: &Operator,
    ending: Ending,
    number: u32,
) -> FormerUser {
    let phone = fixture.phone();
    let (login, latency) = timed(apis[0].login(&phone.code()).send()).await;
    let login = login.expect(200);
    let (user_id, mut tokens) = (login.user_id(), vec![login.token()]);
    // The session is in the cache of every server.
    for api in apis {
        api.session(&tokens[0]).await.expect(200);
    }
    let (api, code) = (apis[number as usize / 2 % apis.len()], phone.code());
    let login = match number % 2 {
        0 => api.login(&code),
        _ => api.login_with_key(&code, "attempt-of-this-login"),
    };
    let end = ending.execute(operator, &user_id);
    let (login, ()) = concurrently(number, latency, login.send(), end).await;
    match ending {
        Ending::Block => {
            if login.status == 200 {
                tokens.push(login.token());
            } else {
                login.expect(403).expect_recover("user_blocked", "operator");
            }
            wait_until_refused(apis, &tokens).await;
            // No session is left that would be valid again without the block.
            assert_eq!(operator.presented(&tokens[0]).await.record.unrevoked_sessions, 0);
            let login = api.login(&phone.code()).send().await;
            login.expect(403).expect_recover("user_blocked", "operator");
        }
        Ending::Erasure => {
            let login = login.expect(200);
            // A login that came after the erasure is somebody else's.
            if login.user_id() == user_id {
                tokens.push(login.token());
            }
            wait_until_refused(apis, &tokens).await;
            let again = api.login(&phone.code()).send().await.expect(200);
            assert_ne!(again.user_id(), user_id);
        }
    }
    FormerUser { phone, user_id, tokens }
}

/// Checks that the user stays without a valid token.
async fn check_refused(apis: &[&Api], ending: Ending, user: &FormerUser) {
    for api in apis {
        for token in &user.tokens {
            let refused = api.session(token).await;
            match ending {
                Ending::Block => refused.expect(403).expect_recover("user_blocked", "operator"),
                Ending::Erasure => refused.expect(401).expect_recover("invalid_token", "login_again"),
            }
        }
    }
}

/// A block can be lifted, an erasure cannot. No session becomes valid again.
async fn check_unblocked(operator: &Operator, ending: Ending, api: &Api, user: &FormerUser) {
    let unblocked = operator.unblock(&user.user_id).await;
    let login = api.login(&user.phone.code()).send().await;
    match ending {
        Ending::Block => {
            unblocked.expect("the user is blocked");
            assert_eq!(login.expect(200).user_id(), user.user_id);
            for token in &user.tokens {
                api.session(token).await.expect(401).expect_recover("session_revoked", "login_again");
            }
        }
        Ending::Erasure => {
            assert!(matches!(unblocked, Err(AccountError::Erased)), "{unblocked:?}");
            assert_ne!(login.expect(200).user_id(), user.user_id);
        }
    }
}

pub(crate) async fn no_login_survives_a_concurrent_block(fixture: &Fixture) {
    end_accounts_during_logins(fixture, 1, Ending::Block, BLOCKS).await;
}

pub(crate) async fn no_login_survives_a_concurrent_block_with_two_servers(fixture: &Fixture) {
    end_accounts_during_logins(fixture, 2, Ending::Block, BLOCKS).await;
}

pub(crate) async fn no_login_survives_a_concurrent_erasure(fixture: &Fixture) {
    end_accounts_during_logins(fixture, 1, Ending::Erasure, ERASURES).await;
}

pub(crate) async fn no_login_survives_a_concurrent_erasure_with_two_servers(fixture: &Fixture) {
    end_accounts_during_logins(fixture, 2, Ending::Erasure, ERASURES).await;
}

pub(crate) async fn a_blocked_user_is_refused_on_every_route(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let before = api.login(&phone.code()).send().await.expect(200).token();
    let token = api.sign_up(&phone).await;
    let user_id = api.me(&token).await.expect(200).text("/id");
    let operator = Operator::connect(fixture).await;
    operator.block(&user_id).await;
    wait_until_refused(&[api], &[token.clone(), before]).await;
    let body = phone.user_info().to_json();
    for (method, path) in protected_routes(api).await {
        let refused = api.request(method, &path).json(&body).bearer(&token).send().await.expect(403);
        refused.expect_recover("user_blocked", "operator");
    }
    let login = api.login(&phone.code()).send().await.expect(403);
    login.expect_recover("user_blocked", "operator");
    let tutorial = [
        ("/login/", serde_json::json!({ "code": phone.code() })),
        (
            "/getinfo/",
            serde_json::json!({ "token": token, "encryptedData": body["encrypted_data"], "iv": body["iv"] }),
        ),
    ];
    for (path, body) in tutorial {
        let refused = api.post(path, &body).send().await.expect(200).json();
        assert_eq!(
            (&refused["problem"], &refused["status"]),
            (&"user_blocked".into(), &8.into()),
            "{refused}"
        );
    }
}
