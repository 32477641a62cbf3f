//! The adapter before answers as they were recorded, byte for byte.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use contract::code_exchange::{Fault, Scene, Situation, Stage};
use domain::access_token::CountForcedRefreshes;
use serde_json::Value;
use server::clock::SystemClock;
use support::MemoryStore;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wechat_adapter::{Transport, WeChat, WeChatConfig, WeChatPorts};

const SAMPLES: &str = include_str!("../../../crates/wechat-adapter/tests/fixtures/wire_samples.json");
const SUCCESS: &str = r#"{"session_key":"tiihtNczf5v6AKRyjwEUhQ==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#;
const SUCCESS_OF_BOUND_APP: &str = r#"{"session_key":"tiihtNczf5v6AKRyjwEUhQ==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","unionid":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA"}"#;
const GATEWAY_PAGE: &str =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n";
const APP: &str = "wx4f4bc4dec97d474b";

contract::code_exchange_suite!(BeforeTheRecord);

struct BeforeTheRecord;

/// One answer of the record.
#[derive(Clone)]
enum Take {
    Bytes(Vec<u8>),
    Reset,
    Silence,
}

#[async_trait]
impl Stage for BeforeTheRecord {
    async fn set(&self, situation: Situation) -> Scene {
        let unionid = matches!(situation, Situation::FreshCodeOfBoundApp)
            .then(|| "ocMvos6NjeKLIBqg5Mr9QjxrP1FA".parse().expect("it is a unionid"));
        Scene {
            gateway: Arc::new(gateway(takes(situation)).await),
            app: APP.parse().expect("it is an app id"),
            code: "0a3xyz".parse().expect("it is a code"),
            openid: "oGZUI0egBJY1zhBYw2KhdUfwVJJE".parse().expect("it is an openid"),
            unionid,
        }
    }
}

fn takes(situation: Situation) -> VecDeque<Take> {
    match situation {
        Situation::FreshCode => [plain(SUCCESS), errcode(40163)].into(),
        Situation::FreshCodeOfBoundApp => [plain(SUCCESS_OF_BOUND_APP)].into(),
        Situation::UnknownCode => [errcode(40029)].into(),
        Situation::Errcode(number) => [errcode(number), errcode(number)].into(),
        Situation::Before(fault, times) => (0..times).map(|_| take(fault)).chain([plain(SUCCESS)]).collect(),
        Situation::After(fault) => [take(fault), errcode(40163)].into(),
    }
}

fn take(fault: Fault) -> Take {
    match fault {
        Fault::Busy => errcode(-1),
        Fault::BadGateway => answer("502 Bad Gateway", "text/html", GATEWAY_PAGE),
        Fault::NotJson => answer("200 OK", "text/html", GATEWAY_PAGE),
        Fault::Truncated => plain(&SUCCESS[..SUCCESS.len() / 2]),
        Fault::Empty => plain(""),
        Fault::Huge => plain(&" ".repeat(1024 * 1024)),
        Fault::Reset => Take::Reset,
        Fault::Timeout => Take::Silence,
    }
}

/// The recorded answer with this errcode, or one of the same form where none was recorded.
fn errcode(errcode: i32) -> Take {
    let samples: Vec<Value> = serde_json::from_str(SAMPLES).expect("the samples are JSON");
    let start = format!(r#"{{"errcode":{errcode},"#);
    let mut bodies = samples.iter().filter_map(|sample| sample["body"].as_str());
    match bodies.find(|body| body.starts_with(&start)) {
        Some(body) => plain(body),
        None => plain(&format!(r#"{start}"errmsg":"not recorded, rid: 66c69111-4157f271-729ca238"}}"#)),
    }
}

fn plain(body: &str) -> Take {
    answer("200 OK", "text/plain", body)
}

fn answer(status: &str, content_type: &str, body: &str) -> Take {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: keep-alive\r\nContent-Type: {content_type}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    Take::Bytes([head.as_bytes(), body.as_bytes()].concat())
}

async fn gateway(takes: VecDeque<Take>) -> WeChat {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(serve(listener, Arc::new(Mutex::new(takes))));
    let secret = "0123456789abcdef0123456789abcdef".parse().expect("it is a secret");
    let config = WeChatConfig {
        base_url: address.into(),
        total_timeout: Duration::from_secs(2),
        ..WeChatConfig::new(vec![(APP.parse().expect("it is an app id"), secret)])
    };
    let transport = Transport::try_new(&config).expect("TLS is available");
    let clock = Arc::new(SystemClock);
    let budget = Arc::new(CountForcedRefreshes::new(Arc::new(MemoryStore::default()), clock.clone()));
    let ports = WeChatPorts { clock, budget: Some(budget), tally: None };
    WeChat::try_new(config, transport, ports).expect("the configuration is valid")
}

async fn serve(listener: TcpListener, takes: Arc<Mutex<VecDeque<Take>>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let takes = takes.clone();
        tokio::spawn(async move {
            while has_asked(&mut stream).await {
                let take = takes.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                match take.expect("the gateway asks no more often than the record answers") {
                    Take::Bytes(bytes) => {
                        if stream.write_all(&bytes).await.is_err() {
                            return;
                        }
                    }
                    Take::Reset => return stream.set_zero_linger().expect("the socket is open"),
                    Take::Silence => {
                        // The gateway says no more on this connection, so this ends when it leaves.
                        let _ = stream.read_u8().await;
                        return;
                    }
                }
            }
        });
    }
}

/// Reads a request to its end.
async fn has_asked(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return false,
        }
    }
    true
}
