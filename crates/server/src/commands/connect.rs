//! `yaoshi config check --connect`: tries the database, and WeChat with each app.

use std::sync::Arc;

use domain::{
    access_token::AccessTokens,
    app::AppId,
    wechat::{CallError, Refusal, Trouble},
};
use futures::future::join_all;
use http_api::error_chain;
use persistence::SchemaError;
use wechat_adapter::{WeChat, WeChatPorts};

use super::{CommandError, print};
use crate::{
    clock::SystemClock,
    configuration::{Configuration, DatabaseSettings},
    running::open_database,
    wiring::{WiringError, wechat},
};

/// What an attempt brought: how it is, or why it failed and what to do.
type Tried = Result<String, String>;

/// Tries everything that the configuration names, and prints a line for each. Fails if something failed.
pub(super) async fn try_all(configuration: &Configuration) -> Result<(), CommandError> {
    let mut failed = 0;
    let mut tell = |name: &str, tried: Tried| {
        failed += usize::from(tried.is_err());
        match tried {
            Ok(text) => print(format_args!("ok      {name}: {text}")),
            Err(text) => print(format_args!("FAILED  {name}: {text}")),
        }
    };
    print("")?;
    tell("database", try_database(&configuration.database).await)?;
    match client(configuration) {
        Ok(client) => {
            let apps = configuration.apps.iter().map(|app| &app.app.id);
            let tried = join_all(apps.clone().map(|app| try_app(&client, app))).await;
            apps.zip(tried).try_for_each(|(app, tried)| tell(&format!("WeChat, app {app}"), tried))?;
        }
        Err(error) => tell("WeChat", Err(error_chain(&error)))?,
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of these failed").into()) }
}

async fn try_database(settings: &DatabaseSettings) -> Tried {
    // Connecting would create it.
    if let Some(file) = settings.url.sqlite_file().filter(|file| !file.exists()) {
        return Err(format!("{} does not exist yet: run `yaoshi migrate`", file.display()));
    }
    let database = open_database(settings).await.map_err(|error| error_chain(&error))?;
    let schema = database.check_schema().await;
    database.close().await;
    match schema {
        Ok(()) => Ok("connected, the tables are up to date".to_owned()),
        Err(error @ SchemaError::Pending { .. }) => {
            Err(format!("connected, but {error}: run `yaoshi migrate`"))
        }
        Err(error @ (SchemaError::Locked | SchemaError::Database(_))) => {
            Err(format!("connected, but {}", error_chain(&error)))
        }
    }
}

fn client(configuration: &Configuration) -> Result<WeChat, WiringError> {
    let (config, transport) = wechat(&configuration.wechat, &configuration.apps)?;
    let ports = WeChatPorts { clock: Arc::new(SystemClock), budget: None, tally: None };
    Ok(WeChat::try_new(config, transport, ports)?)
}

/// Asks for the access token that the app has. That ends no token of a running server.
async fn try_app(wechat: &WeChat, app: &AppId) -> Tried {
    let issued = wechat.current(app).await;
    issued.map(|_| "WeChat gave an access token".to_owned()).map_err(advice)
}

/// Why WeChat gave none, and what to do about it.
fn advice(error: CallError) -> String {
    let (errcode, advice) = match error {
        CallError::RateLimited { .. } => return format!("{error}: try again in a minute"),
        CallError::Unavailable(trouble) => return unavailable(trouble),
        CallError::Refused { refusal, errcode } => (errcode, refused(refusal, errcode)),
    };
    format!("WeChat refuses with errcode {errcode}: {advice}")
}

const fn refused(refusal: Refusal, errcode: i64) -> &'static str {
    match (refusal, errcode) {
        (_, 40013) => "it knows no such app. Take app_id from its console (开发管理)",
        (Refusal::Misconfigured, _) => {
            "app_secret is wrong or was reset. Take the current AppSecret from WeChat's console (开发管理)"
        }
        (Refusal::AddressNotAllowed, _) => {
            "the address of this machine is not on the app's IP whitelist. Add it in WeChat's console (IP白名单); \
             the warning in the log has the address as WeChat sees it"
        }
        (Refusal::Frozen, _) => {
            "the AppSecret or the account is frozen. WeChat's console says why, and unfreezes it"
        }
        (Refusal::AwaitsConfirmation, _) => {
            "an administrator of the app has to confirm calls from this address, in WeChat"
        }
        (Refusal::NotPermitted, _) => "the app has no permission for access tokens",
        (Refusal::QuotaUsedUp, _) => "the quota of this day is used up. It is renewed at midnight in Beijing",
        (Refusal::Unlisted, _) => "the warning in the log has WeChat's own words",
    }
}

fn unavailable(trouble: Trouble) -> String {
    match trouble {
        Trouble::Busy => "WeChat is busy: try again",
        Trouble::Unreachable => {
            "WeChat cannot be reached: check wechat.base_url, DNS and outgoing connections; the warning in the log \
             has the cause"
        }
        Trouble::TimedOut => "WeChat did not answer in time: check outgoing connections, and wechat.total_timeout",
        Trouble::HttpStatus | Trouble::Malformed => {
            "what answers does not speak WeChat's API: check wechat.base_url, and proxies on the way"
        }
        Trouble::TokenRejected | Trouble::Shed => "there is no access token right now: try again",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let table = [
            (Refusal::Misconfigured, 40013, "errcode 40013: it knows no such app. Take app_id"),
            (Refusal::Misconfigured, 40125, "errcode 40125: app_secret is wrong"),
            (Refusal::Misconfigured, 40001, "errcode 40001: app_secret is wrong"),
            (Refusal::AddressNotAllowed, 40164, "errcode 40164: the address of this machine"),
            (Refusal::Frozen, 40243, "errcode 40243: the AppSecret or the account is frozen"),
            (Refusal::AwaitsConfirmation, 89503, "errcode 89503: an administrator"),
            (Refusal::QuotaUsedUp, 45009, "errcode 45009: the quota of this day"),
            (Refusal::Unlisted, 99999, "errcode 99999: the warning in the log"),
        ];
        for (refusal, errcode, expected) in table {
            let text = advice(CallError::Refused { refusal, errcode });
            assert!(text.contains(expected), "{text}");
        }
        let limited = CallError::RateLimited { retry_after: Duration::from_mins(1) };
        assert!(advice(limited).contains("try again in a minute"));
        assert!(advice(CallError::Unavailable(Trouble::TimedOut)).contains("wechat.total_timeout"));
    }
}
