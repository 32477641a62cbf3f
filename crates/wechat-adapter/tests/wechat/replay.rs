//! A WeChat that plays a list of reactions, one to each request.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use domain::{
    app::AppId,
    login::{CodeExchange, ExchangeError, Exchanged, LoginCode},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use url::Url;
use wechat_adapter::{WeChat, WeChatConfig};

/// The app that is configured.
pub(crate) const APP: &str = "wx0123456789abcdef";
/// Its secret, with characters that a query has to escape.
pub(crate) const SECRET: &str = "top+secret&=%#0123456789";
/// A code, likewise.
pub(crate) const CODE: &str = "code+of&wx.login=%#/?";
/// A successful answer as WeChat writes it today.
pub(crate) const SUCCESS: &str =
    r#"{"session_key":"AAECAwQFBgcICQoLDA0O\/w==","openid":"oABCDEFGHIJKLMNOPQRSTUVWXYZ_"}"#;

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reaction {
    /// These bytes are the whole HTTP answer, and the connection stays.
    Answer(Vec<u8>),
    /// These bytes come, and the connection is closed.
    AnswerAndClose(Vec<u8>),
    /// These bytes come one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// The connection is reset.
    Reset,
    /// Nothing comes until the caller leaves.
    Silence,
}

impl Reaction {
    /// Status 200 with this body, as code2Session sends it.
    pub(crate) fn body(body: &str) -> Self {
        Self::status(200, "text/plain", body)
    }

    /// Status 200 with an errcode.
    pub(crate) fn errcode(errcode: i64) -> Self {
        Self::body(&format!(r#"{{"errcode":{errcode},"errmsg":"said so, rid: 6af00000-00000000-00000000"}}"#))
    }

    /// Any status, content type and body.
    pub(crate) fn status(status: u16, content_type: &str, body: &str) -> Self {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} Whatever\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        Self::Answer(answer.into_bytes())
    }
}

/// The server that plays them.
pub(crate) struct Replay {
    base_url: String,
    stage: Arc<Stage>,
}

#[derive(Default)]
struct Stage {
    reactions: Mutex<VecDeque<Reaction>>,
    asked: Mutex<Vec<Url>>,
    connections: Mutex<usize>,
}

impl Stage {
    fn asked(&self) -> MutexGuard<'_, Vec<Url>> {
        self.asked.lock().unwrap()
    }
}

impl Replay {
    /// Plays `reactions` in their order, on a port of its own.
    pub(crate) async fn of(reactions: impl IntoIterator<Item = Reaction>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let base_url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let stage =
            Arc::new(Stage { reactions: Mutex::new(reactions.into_iter().collect()), ..Stage::default() });
        tokio::spawn(accept(listener, stage.clone()));
        Self { base_url, stage }
    }

    /// Adds reactions to those still to be played.
    pub(crate) fn add(&self, reactions: impl IntoIterator<Item = Reaction>) {
        self.stage.reactions.lock().unwrap().extend(reactions);
    }

    /// How to reach it, with [`APP`] and its secret.
    pub(crate) fn config(&self) -> WeChatConfig {
        let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
        WeChatConfig { base_url: self.base_url.clone(), ..WeChatConfig::new(apps) }
    }

    /// An adapter that reaches it.
    pub(crate) fn wechat(&self) -> WeChat {
        WeChat::try_new(self.config()).expect("the configuration is valid")
    }

    /// The queries it was asked, in their order.
    pub(crate) fn queries(&self) -> Vec<HashMap<String, String>> {
        self.stage.asked().iter().map(|url| url.query_pairs().into_owned().collect()).collect()
    }

    /// The paths it was asked, in their order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.stage.asked().iter().map(|url| url.path().to_owned()).collect()
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.stage.asked().len()
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> usize {
        *self.stage.connections.lock().unwrap()
    }
}

/// Swaps [`CODE`] for [`APP`].
pub(crate) async fn exchange(wechat: &WeChat) -> Result<Exchanged, ExchangeError> {
    let app: AppId = APP.parse().unwrap();
    let code: LoginCode = CODE.parse().unwrap();
    wechat.exchange(&app, &code).await
}

async fn accept(listener: TcpListener, stage: Arc<Stage>) {
    while let Ok((stream, _)) = listener.accept().await {
        *stage.connections.lock().unwrap() += 1;
        tokio::spawn(serve(stream, stage.clone()));
    }
}

async fn serve(mut stream: TcpStream, stage: Arc<Stage>) {
    while let Some(target) = read_target(&mut stream).await {
        let url = Url::parse("http://wechat").unwrap().join(&target).unwrap();
        stage.asked().push(url);
        let reaction = stage.reactions.lock().unwrap().pop_front();
        let reaction =
            reaction.unwrap_or_else(|| Reaction::status(599, "text/plain", "nothing left to play"));
        if !play(&mut stream, reaction).await {
            return;
        }
    }
}

/// The target of the next request, once its head is complete.
async fn read_target(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    head.strip_prefix("GET ")?.split(' ').next().map(str::to_owned)
}

/// True where the connection stays.
async fn play(stream: &mut TcpStream, reaction: Reaction) -> bool {
    match reaction {
        Reaction::Answer(bytes) => stream.write_all(&bytes).await.is_ok(),
        Reaction::AnswerAndClose(bytes) => {
            // The caller may have heard enough before all of it is written.
            let _ = stream.write_all(&bytes).await;
            false
        }
        Reaction::Drip(bytes, pause) => {
            for byte in bytes {
                sleep(pause).await;
                if stream.write_all(&[byte]).await.is_err() {
                    break;
                }
            }
            false
        }
        Reaction::Reset => {
            stream.set_zero_linger().expect("the socket is open");
            false
        }
        Reaction::Silence => {
            let _ = stream.read_u8().await;
            false
        }
    }
}
