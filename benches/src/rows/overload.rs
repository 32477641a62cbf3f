//! Rows 13 and 14: more requests than the server can answer, and clients that mean to keep out the others.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::LocalSet,
};

use super::{Database, Effort, Rows, login, session_check};
use crate::{
    load::{Connection, Offered, Until, get, now, offer, run},
    seed::token,
    servers::{serve, serve_with},
    table::{Duel, Measurement, median},
    world::World,
};

/// How many sessions the server may cache.
const CACHED: usize = 100_000;

/// The connections of the load: fewer than one address may have.
const CONNECTIONS: usize = 448;

/// How often the honest client asks.
const INTERVAL: Duration = Duration::from_millis(5);

/// How long each attack lasts.
const ATTACK: Duration = Duration::from_secs(10);

/// Row 13: twice as many logins as the server can answer, while an honest client checks sessions and a load balancer
/// asks whether the server is well.
pub(crate) fn measure(world: &World, database: &Database, effort: Effort) -> Rows {
    // Otherwise the later logins of a run would have more to do: each would end another session.
    let variables = [("YAOSHI_SESSION__MAX_PER_PERSON", "1000000")];
    let server = serve_with(world, &database.settings(CACHED), &variables)?;
    let address = server.address();
    login::log_everybody_in(world, database, address)?;
    session_check::visit_all(&server, database)?;
    let duration = Duration::from_secs(effort.seconds.max(2));
    let unloaded = Watch::on(address).finish_after(duration)?;
    world.with_slow_wechat(|| {
        let logins = login::logins(world, database)?;
        let closed = |connections| run(address, connections, 0, Until::Elapsed(duration), logins.clone());
        let (mut best, mut most) = (0.0, 0);
        for connections in [32, 64, 128, 256] {
            let rate = closed(connections)?;
            if rate > best {
                (best, most) = (rate, connections);
            }
        }
        let (mut offers, mut loaded) = (Vec::new(), Seen::default());
        let overload = || {
            let watch = Watch::on(address);
            let offered = offer(address, CONNECTIONS, 2.0 * best, duration, logins.clone());
            loaded.add(watch.finish()?);
            let Offered { goodput, offered } = offered?;
            offers.push(offered);
            Ok(goodput)
        };
        let duel = Duel::play(effort.rounds, || closed(most), overload)?;
        let offered = median(offers);
        let what = |what: &str| format!("{offered:.0} logins a second are sent: {what}, SQLite");
        let (idle, busy) = (unloaded.p99(), loaded.p99());
        Ok(vec![
            duel.line(
                "13",
                what("those that succeed"),
                &format!("{most} connections, the best number of 32 to 256"),
                0.90,
            ),
            Measurement {
                row: "13",
                what: what("99th percentile of a session check"),
                baseline: format!("the same without load: {idle:.2} ms"),
                result: format!("**{busy:.2} ms**"),
                target: format!("< {:.2} ms", 10.0 * idle),
                reached: Some(busy < 10.0 * idle),
            },
            loaded.probes("13", what("probes answered, each on a connection of its own")),
        ])
    })
}

/// Row 14: attacks from one address, seen by an honest client at another. Each of its checks opens a connection.
pub(crate) fn attacks(world: &World, database: &Database) -> Rows {
    let attacks = [
        ("4096 bodies that stay unfinished after one byte", 4_096, UNFINISHED),
        ("8192 connections that send nothing", 8_192, &b""[..]),
    ];
    let mut lines = Vec::new();
    for (what, connections, sent) in attacks {
        let server = serve(world, &database.settings(CACHED))?;
        session_check::visit_all(&server, database)?;
        let address = server.address();
        let unloaded = Watch::on(address).finish_after(Duration::from_secs(2))?;
        let attack = Attack::start(address, connections, sent);
        let seen = Watch::on(address).finish_after(ATTACK);
        let opened = attack.stop()?;
        let seen = seen?;
        let slowest = seen.slowest_check();
        lines.push(Measurement {
            row: "14",
            what: format!(
                "{what}, from one address ({opened} connections in all): the slowest check of another"
            ),
            baseline: format!("without the attack: {:.1} ms", unloaded.slowest_check()),
            result: format!("**{slowest:.1} ms** ({} checks)", seen.checks.len()),
            target: "< 100 ms".to_owned(),
            reached: Some(slowest < 100.0),
        });
        lines.push(seen.probes("14", format!("{what}: probes answered")));
    }
    Ok(lines)
}

/// The beginning of a request whose body never comes.
const UNFINISHED: &[u8] =
    b"POST /v1/login HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";

/// What an honest client has seen.
#[derive(Default)]
struct Seen {
    /// How long each session check took, in milliseconds.
    checks: Vec<f64>,
    probed: usize,
    probes_answered: usize,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.checks.extend(other.checks);
        self.probed += other.probed;
        self.probes_answered += other.probes_answered;
    }

    fn p99(&self) -> f64 {
        let mut checks = self.checks.clone();
        checks.sort_by(f64::total_cmp);
        checks.get(checks.len() * 99 / 100).copied().unwrap_or(f64::NAN)
    }

    fn slowest_check(&self) -> f64 {
        self.checks.iter().copied().fold(0.0, f64::max)
    }

    fn probes(&self, row: &'static str, what: String) -> Measurement {
        let Self { probed, probes_answered, .. } = *self;
        Measurement {
            row,
            what,
            baseline: "–".to_owned(),
            result: format!("**{probes_answered} of {probed}**"),
            target: "all".to_owned(),
            reached: Some(probes_answered == probed && probed > 0),
        }
    }
}

/// An honest client and a load balancer, in a thread of their own.
struct Watch {
    is_over: Arc<AtomicBool>,
    thread: thread::JoinHandle<Result<Seen, String>>,
}

impl Watch {
    fn on(address: SocketAddr) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let until = is_over.clone();
        let thread = thread::spawn(move || in_runtime(watch(address, &until)));
        Self { is_over, thread }
    }

    fn finish(self) -> Result<Seen, String> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the honest client panicked")?
    }

    fn finish_after(self, duration: Duration) -> Result<Seen, String> {
        thread::sleep(duration);
        self.finish()
    }
}

fn in_runtime<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    LocalSet::new().block_on(&runtime.map_err(|error| error.to_string())?, work)
}

async fn watch(address: SocketAddr, is_over: &AtomicBool) -> Result<Seen, String> {
    let (check, mut seen) = (get("/v1/session", &token(0)), Seen::default());
    let probes = ["/healthz", "/readyz"].map(|path| get(path, "-"));
    let mut turn = 0_usize;
    while !is_over.load(Ordering::Relaxed) {
        let begun = now();
        if ask(address, &check).await? != 200 {
            return Err("a session check was not answered with 200".to_owned());
        }
        seen.checks.push(begun.elapsed().as_secs_f64() * 1_000.0);
        if turn.is_multiple_of(10) {
            for probe in &probes {
                seen.probed += 1;
                seen.probes_answered += usize::from(ask(address, probe).await == Ok(200));
            }
        }
        turn += 1;
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(seen)
}

/// The status of the answer to a request on a connection of its own.
async fn ask(address: SocketAddr, request: &[u8]) -> Result<u16, String> {
    let ask = async { Connection::open(address).await?.call(request).await.map(|answer| answer.status) };
    ask.await.map_err(|error: io::Error| error.to_string())
}

/// A client that keeps a number of connections open and opens each again that is closed, in a thread of its own.
struct Attack {
    is_over: Arc<AtomicBool>,
    thread: thread::JoinHandle<Result<usize, String>>,
}

impl Attack {
    /// The address of the attacker. All of 127.0.0.0/8 is this machine.
    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

    /// How many connections an attack opens at most.
    const MOST: usize = 200_000;

    fn start(server: SocketAddr, connections: usize, sent: &'static [u8]) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let until = is_over.clone();
        let thread = thread::spawn(move || in_runtime(attack(server, connections, sent, until)));
        Self { is_over, thread }
    }

    /// Ends the attack, and returns how many connections it opened.
    fn stop(self) -> Result<usize, String> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the attacker panicked")?
    }
}

async fn attack(
    server: SocketAddr,
    connections: usize,
    sent: &'static [u8],
    is_over: Arc<AtomicBool>,
) -> Result<usize, String> {
    let opened = std::rc::Rc::new(std::cell::Cell::new(0_usize));
    let attackers: Vec<_> = (0..connections)
        .map(|_| {
            let (opened, is_over) = (opened.clone(), is_over.clone());
            tokio::task::spawn_local(async move {
                while !is_over.load(Ordering::Relaxed) && opened.get() < Attack::MOST {
                    opened.set(opened.get() + 1);
                    // Whatever happens to the connection, the next one follows.
                    let _ = hold(server, sent, &is_over).await;
                }
            })
        })
        .collect();
    for attacker in attackers {
        attacker.await.map_err(|error| error.to_string())?;
    }
    Ok(opened.get())
}

/// Opens a connection, sends a little, and waits until the server closes it.
async fn hold(server: SocketAddr, sent: &[u8], is_over: &AtomicBool) -> io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(Attack::ADDRESS, 0))?;
    let mut stream: TcpStream = socket.connect(server).await?;
    stream.set_zero_linger()?;
    stream.write_all(sent).await?;
    let mut answer = [0; 1024];
    while !is_over.load(Ordering::Relaxed) {
        match tokio::time::timeout(Duration::from_millis(200), stream.read(&mut answer)).await {
            Ok(Ok(0)) => return Ok(()),
            Ok(Ok(_)) | Err(_) => {}
            Ok(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
            Ok(Err(error)) => return Err(error),
        }
    }
    Ok(())
}
