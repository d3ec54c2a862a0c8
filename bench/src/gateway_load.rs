//! The load: keep-alive connections that write requests rendered beforehand and read whole answers.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the connections send.
#[derive(Clone)]
pub enum Requests {
    /// One request again and again until the time is over.
    Same(Arc<[u8]>, Duration),
    /// For each connection its own, each sent once.
    Each(Arc<Vec<Vec<Vec<u8>>>>),
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Answers.
    pub count: usize,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Of every answer.
    pub latencies: Vec<Duration>,
}

impl Run {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.count as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that the share of the answers stayed within, in microseconds.
    pub fn percentile(&mut self, share: f64) -> f64 {
        self.latencies.sort_unstable();
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.latencies.get(at).map_or(0.0, |latency| latency.as_secs_f64() * 1e6)
    }
}

/// One connection with what it has read and not used.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// One answer.
pub struct Answer<'b> {
    pub status: u16,
    pub head: &'b str,
    pub body: &'b [u8],
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: vec![0; 64 * 1_024], filled: 0 })
    }

    /// Sends one request and reads its whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let mut whole = None;
        while whole.is_none_or(|(_, end)| self.filled < end) {
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            if read == 0 {
                bail!("the connection ended within an answer");
            }
            self.filled += read;
            if whole.is_none() {
                whole = extent(&self.buffer[..self.filled])?;
            }
        }
        let (head, end) = whole.context("an answer")?;
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).context("a status")?.parse()?;
        Ok(Answer { status, head: text, body: &self.buffer[head..end] })
    }
}

impl Answer<'_> {
    /// A field's value; the name in lower case.
    pub fn field<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.fields(name).next()
    }

    /// The values of a field that comes several times.
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// Where the head ends and where the answer does, once the head is there.
fn extent(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(at) = memchr::memmem::find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = at + 4;
    let text = std::str::from_utf8(&bytes[..head])?;
    let length = text.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    let length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim().parse::<usize>());
    // An answer of upkeep has no body and says no length.
    let length = if text.get(9..12) == Some("204") { 0 } else { length.last().context("an answer without a length")?? };
    Ok(Some((head, head + length)))
}

/// The closed loop: every connection sends the next request when the last is answered. Any answer but 200 is an error.
pub fn closed(address: SocketAddr, connections: usize, requests: &Requests) -> Result<Run> {
    on_a_thread(|| async move {
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(Connection::open(address).await?);
        }
        let start = Instant::now();
        let tasks = open.into_iter().enumerate().map(|(number, connection)| {
            let requests = requests.clone();
            tokio::spawn(one(connection, number, requests, start))
        });
        gather(tasks.collect(), start).await
    })
}

async fn one(mut connection: Connection, number: usize, requests: Requests, start: Instant) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut timed = async |request: &[u8]| -> Result<()> {
        let sent = Instant::now();
        let answer = connection.ask(request).await?;
        if answer.status != 200 {
            bail!("{}{}", answer.head, String::from_utf8_lossy(answer.body));
        }
        latencies.push(sent.elapsed());
        Ok(())
    };
    match requests {
        Requests::Same(request, length) => {
            while start.elapsed() < length {
                timed(&request).await?;
            }
        }
        Requests::Each(each) => {
            for request in &each[number] {
                timed(request).await?;
            }
        }
    }
    Ok(latencies)
}

/// The open loop at a rate over some connections: a request is due whether the last is answered or not, and what it waits
/// for its connection counts.
pub fn open(address: SocketAddr, (connections, rate): (usize, f64), requests: &Requests) -> Result<Run> {
    on_a_thread(|| async move {
        let start = Instant::now() + Duration::from_millis(20);
        let step = Duration::from_secs_f64(connections as f64 / rate);
        let mut tasks = Vec::new();
        for number in 0..connections {
            let mut connection = Connection::open(address).await?;
            let (requests, first) = (requests.clone(), start + step.mul_f64(number as f64 / connections as f64));
            tasks.push(tokio::spawn(async move {
                let mut latencies = Vec::new();
                let count = match &requests {
                    Requests::Same(_, length) => (length.as_secs_f64() / step.as_secs_f64()) as u32,
                    Requests::Each(each) => u32::try_from(each[number].len())?,
                };
                for turn in 0..count {
                    let due = first + step * turn;
                    let late = Instant::now() > due;
                    tokio::time::sleep_until(due.into()).await;
                    // The timer counts whole milliseconds: its own lateness is none of the server's.
                    let since = if late { due } else { Instant::now() };
                    let request = match &requests {
                        Requests::Same(request, _) => request,
                        Requests::Each(each) => &each[number][turn as usize][..],
                    };
                    let status = connection.ask(request).await?.status;
                    if status != 200 {
                        bail!("{status} in the open loop");
                    }
                    latencies.push(since.elapsed());
                }
                Ok(latencies)
            }));
        }
        gather(tasks, start).await
    })
}

async fn gather(tasks: Vec<tokio::task::JoinHandle<Result<Vec<Duration>>>>, start: Instant) -> Result<Run> {
    let mut run = Run::default();
    for task in tasks {
        run.latencies.extend(task.await??);
    }
    run.elapsed = start.elapsed();
    run.count = run.latencies.len();
    Ok(run)
}

/// Runs work on one thread, so that the generator takes at most one core.
pub fn on_a_thread<T, F: Future<Output = Result<T>>>(work: impl FnOnce() -> F) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work())
}
