//! The simulator over TCP: addresses, resets, shutdown.

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

struct Served {
    simulator: Simulator,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<std::io::Result<()>>,
}

async fn served() -> Served {
    let simulator = simulator();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = simulator.clone();
    let running =
        tokio::spawn(
            async move { server.serve(listener, async { stopped.await.unwrap_or_default() }).await },
        );
    Served { simulator, address, stop, running }
}

impl Served {
    async fn send(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: api.weixin.qq.com\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    async fn get(&self, path: &str) -> std::io::Result<String> {
        let mut answer = String::new();
        self.send(path).await.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    async fn exchange(&self, code: &str) -> std::io::Result<String> {
        self.get(&exchange_path(APP, SECRET, code)).await
    }
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let served = served().await;
    let code = code(&served.simulator, user(&served.simulator));
    served.simulator.set_faults(vec![Fault::on(ENDPOINT, FaultKind::Reset).times(1).consuming()]);
    assert_eq!(served.exchange(&code).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let afterwards = served.exchange(&code).await.unwrap();
    assert!(afterwards.starts_with("HTTP/1.1 200 OK\r\n") && afterwards.contains("40163"), "{afterwards}");
}

#[tokio::test]
async fn a_hang_uses_the_code_up_and_ends_in_a_reset() {
    let served = served().await;
    let code = code(&served.simulator, user(&served.simulator));
    let hang = FaultKind::TimeoutAfter { milliseconds: 1 };
    served.simulator.set_faults(vec![Fault::on(ENDPOINT, hang).times(1)]);
    assert_eq!(served.exchange(&code).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(served.exchange(&code).await.unwrap().contains("40163"));
}

#[tokio::test]
async fn the_whitelist_knows_the_caller() {
    let served = served().await;
    let app = |ip: [u8; 4]| App { ip_whitelist: vec![ip.into()], ..App::new(APP, SECRET) };
    let code = code(&served.simulator, user(&served.simulator));
    served.simulator.register_app(app([10, 0, 0, 1])).unwrap();
    let refused = served.exchange(&code).await.unwrap();
    assert!(
        refused.contains(
            r#"{"errcode":40164,"errmsg":"invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist, rid: "#
        ),
        "{refused}"
    );
    served.simulator.register_app(app([127, 0, 0, 1])).unwrap();
    assert!(served.exchange(&code).await.unwrap().contains(r#"{"session_key":""#));
}

#[tokio::test]
async fn a_hanging_call_does_not_hold_up_the_shutdown() {
    let served = served().await;
    let hang = FaultKind::TimeoutAfter { milliseconds: 60_000 };
    served.simulator.set_faults(vec![Fault::on(ENDPOINT, hang).times(1)]);
    let hanging = served.send(&exchange_path(APP, SECRET, "x")).await;
    while served.simulator.calls().total == 0 {
        tokio::task::yield_now().await;
    }
    served.stop.send(()).unwrap();
    served.running.await.unwrap().unwrap();
    drop(hanging);
    assert!(exchange(&served.simulator, "x").await.body.contains("40029"), "the routes outlive the listener");
}
