//! Reads arbitrary answers of back ends, to pushes that are passed on and to webhooks. The first two bytes choose the
//! status.
#![no_main]

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use domain::{
    push::{PushId, PushRelay, RelayedPush},
    webhook::{WebhookEndpoint, WebhookFault, WebhookOutcome},
};
use fuzzing::{APP_ID, Answering, NOW};
use libfuzzer_sys::fuzz_target;
use support::FixedClock;
use tokio::runtime::{Builder, Runtime};
use webhook_adapter::{WebhookClient, WebhookConfig};

/// The longest answer that is read.
const MAX_ANSWER_BYTES: usize = 8 * 1024;

struct BackEnd {
    runtime: Runtime,
    answering: Answering,
    client: WebhookClient,
    endpoint: WebhookEndpoint,
}

static BACK_END: LazyLock<BackEnd> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let answering = runtime.block_on(Answering::start());
    let client = WebhookClient::try_new(&WebhookConfig::default(), Arc::new(FixedClock::at(NOW))).unwrap();
    let endpoint = WebhookEndpoint {
        url: format!("http://{}/", answering.address()).parse().unwrap(),
        secrets: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap()],
        allows_private: true,
    };
    BackEnd { runtime, answering, client, endpoint }
});

fuzz_target!(|input: (u16, &[u8])| {
    let (status, body) = (200 + input.0 % 400, input.1);
    // An answer with one of these has no body.
    if matches!(status, 204 | 304) {
        return;
    }
    let BackEnd { runtime, answering, client, endpoint } = &*BACK_END;
    let answer = body.to_vec();
    answering.answer(move |_| (status, answer.clone()));
    let app_id = APP_ID.parse().unwrap();
    let id: PushId = "0192e4a0-0000-7000-8000-000000000001".parse().unwrap();
    let push = RelayedPush { id, app_id: &app_id, received_at: NOW, message: r#"{"Event":"debug_demo"}"# };
    let result = runtime.block_on(client.relay(endpoint, &push, Duration::from_secs(5)));

    let text = str::from_utf8(body).ok().filter(|_| body.len() <= MAX_ANSWER_BYTES);
    match (&result, text) {
        (Ok(response), Some(text)) => assert_eq!((response.status, &*response.body), (status, text.trim())),
        (Err(fault), None) => assert_eq!(*fault, WebhookFault::Unreadable),
        (result, text) => panic!("{text:?} is read as {result:?}"),
    }
    let outcome = WebhookOutcome::from(&result);
    assert_eq!(WebhookOutcome::read(&outcome.name()), Ok(outcome));
});
