//! The simulator over TCP: client addresses, resets and shutdown.

use std::io::ErrorKind;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use wechat_simulator::{App, Fault, FaultKind, Simulator};

use crate::support::{APP, SECRET, code, exchange, exchange_path, simulator, user};

const ENDPOINT: &str = "/sns/jscode2session";

struct Server {
    simulator: Simulator,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<std::io::Result<()>>,
}

async fn start() -> Server {
    let simulator = simulator();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving = simulator.clone();
    let running =
        tokio::spawn(
            async move { serving.serve(listener, async { stopped.await.unwrap_or_default() }).await },
        );
    Server { simulator, address, stop, running }
}

impl Server {
    async fn send(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: api.weixin.qq.com\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    async fn get(&self, path: &str) -> std::io::Result<String> {
        let mut response = String::new();
        self.send(path).await.read_to_string(&mut response).await?;
        Ok(response)
    }

    async fn exchange(&self, code: &str) -> std::io::Result<String> {
        self.get(&exchange_path(APP, SECRET, code)).await
    }
}

#[tokio::test]
async fn a_reset_fault_resets_the_connection() {
    let server = start().await;
    let code = code(&server.simulator, user(&server.simulator));
    server.simulator.set_faults(vec![Fault::on(ENDPOINT, FaultKind::Reset).times(1).consuming()]);
    assert_eq!(server.exchange(&code).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let afterwards = server.exchange(&code).await.unwrap();
    assert!(afterwards.starts_with("HTTP/1.1 200 OK\r\n") && afterwards.contains("40163"), "{afterwards}");
}

#[tokio::test]
async fn a_timeout_uses_the_code_and_ends_in_a_reset() {
    let server = start().await;
    let code = code(&server.simulator, user(&server.simulator));
    let hang = FaultKind::TimeoutAfter { milliseconds: 1 };
    server.simulator.set_faults(vec![Fault::on(ENDPOINT, hang).times(1)]);
    assert_eq!(server.exchange(&code).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(server.exchange(&code).await.unwrap().contains("40163"));
}

#[tokio::test]
async fn the_whitelist_checks_the_client_address() {
    let server = start().await;
    let app = |ip: [u8; 4]| App { ip_whitelist: vec![ip.into()], ..App::new(APP, SECRET) };
    let code = code(&server.simulator, user(&server.simulator));
    server.simulator.register_app(app([10, 0, 0, 1])).unwrap();
    let rejected = server.exchange(&code).await.unwrap();
    assert!(
        rejected.contains(
            r#"{"errcode":40164,"errmsg":"invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist, rid: "#
        ),
        "{rejected}"
    );
    server.simulator.register_app(app([127, 0, 0, 1])).unwrap();
    assert!(server.exchange(&code).await.unwrap().contains(r#"{"session_key":""#));
}

#[tokio::test]
async fn the_whitelist_covers_access_tokens() {
    let server = start().await;
    let app = App { ip_whitelist: vec![[10, 0, 0, 1].into()], ..App::new(APP, SECRET) };
    server.simulator.register_app(app).unwrap();
    let path = format!("/cgi-bin/token?grant_type=client_credential&appid={APP}&secret={SECRET}");
    let rejected = server.get(&path).await.unwrap();
    assert!(
        rejected.contains(
            r#"{"errcode":40164,"errmsg":"invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "#
        ),
        "{rejected}"
    );
}

#[tokio::test]
async fn a_hanging_call_does_not_block_the_shutdown() {
    let server = start().await;
    let hang = FaultKind::TimeoutAfter { milliseconds: 60_000 };
    server.simulator.set_faults(vec![Fault::on(ENDPOINT, hang).times(1)]);
    let hanging = server.send(&exchange_path(APP, SECRET, "x")).await;
    while server.simulator.calls().total == 0 {
        tokio::task::yield_now().await;
    }
    server.stop.send(()).unwrap();
    server.running.await.unwrap().unwrap();
    drop(hanging);
    assert!(
        exchange(&server.simulator, "x").await.body.contains("40029"),
        "the router works without the listener"
    );
}
