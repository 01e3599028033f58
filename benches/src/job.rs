//! One piece of work, in a process of its own: what it took goes to its output.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use declarest::Sqlite;
use nix::time::{ClockId, clock_gettime};

use crate::declared::sonar;
use crate::{PAGE, Result, by_hand};

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Time on the clock.
    pub wall: Duration,
    /// Time of all of its threads on a core.
    pub cpu: Duration,
    /// The most memory that was resident, in KiB.
    pub peak: u64,
}

impl Cost {
    fn to_line(self) -> String {
        format!("{} {} {}", self.wall.as_nanos(), self.cpu.as_nanos(), self.peak)
    }

    /// What a job has written.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn of_line(line: &str) -> Result<Self> {
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let mut next = || numbers.next().ok_or("the job did not say what it took")?.map_err(|error| error.to_string());
        Ok(Self { wall: Duration::from_nanos(next()?), cpu: Duration::from_nanos(next()?), peak: next()? })
    }
}

/// Does a job: its name, the server's URL, how many rows there are, and a database's path.
///
/// # Errors
/// Where it fails, or fewer rows come than there are.
pub fn run(name: &str, args: &[&str]) -> Result<()> {
    // As `#[tokio::main]` has it.
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measured(name, args))
}

async fn measured(name: &str, args: &[&str]) -> Result<()> {
    let [url, rows, database] = args else { return Err("a job takes a URL, a number of rows and a path".into()) };
    let expected: u64 = rows.parse()?;
    measure(name, expected, job(name, url, expected, database)).await
}

/// Does a job's work, and writes what it took to the output.
///
/// # Errors
/// Where it fails, or fewer rows come than there are.
pub async fn measure(name: &str, expected: u64, work: impl Future<Output = Result<u64>>) -> Result<()> {
    let (begun, cpu) = (Instant::now(), cpu()?);
    let rows = work.await?;
    let cost = Cost { wall: begun.elapsed(), cpu: self::cpu()?.saturating_sub(cpu), peak: peak()? };
    if rows != expected {
        return Err(format!("{name}: {rows} rows came, there are {expected}").into());
    }
    writeln!(std::io::stdout(), "{}", cost.to_line())?;
    Ok(())
}

async fn job(name: &str, url: &str, expected: u64, database: &str) -> Result<u64> {
    Ok(match name {
        "socket" => socket(url, expected)?,
        "hand-read" => by_hand::read::read(url).await?.0,
        "hand-sync" => by_hand::sync::sync(url, database.into()).await?,
        "read-1" => read(url, Some(1)).await?.0,
        "read-8" => read(url, Some(8)).await?.0,
        "read" => read(url, None).await?.0,
        "sync" => sync(url, "issues", database).await?,
        "sync-cursor" => sync(url, "changes", database).await?,
        name => return Err(format!("no job is named {name}").into()),
    })
}

/// The declared client of the server.
///
/// # Errors
/// Where the URL is none.
pub fn client(url: &str) -> Result<sonar::Client> {
    Ok(sonar::Client::builder().base_url(url).build()?)
}

async fn read(url: &str, concurrency: Option<usize>) -> Result<(u64, u64)> {
    let request = client(url)?.issues();
    let mut issues = match concurrency {
        Some(pages) => request.concurrency(pages).stream(),
        None => request.stream(),
    };
    let (mut rows, mut bytes) = (0, 0);
    while let Some(issue) = issues.next().await {
        rows += 1;
        bytes += issue?.message.len() as u64;
    }
    Ok((rows, bytes))
}

async fn sync(url: &str, resource: &str, database: &str) -> Result<u64> {
    let mut database = Sqlite::open(database)?;
    let report = client(url)?.sync(&mut database).only([resource]).await?;
    Ok(report.resource(resource).map_or(0, |resource| resource.rows))
}

/// The pages as bytes, one after the other on one connection: what the server takes at least.
fn socket(url: &str, rows: u64) -> Result<u64> {
    let (host, path) = url.strip_prefix("http://").and_then(|url| url.split_once('/')).ok_or("no URL")?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 1 << 20];
    for page in 1..=rows / u64::from(PAGE) {
        write!(stream, "GET /{path}/issues?p={page}&ps={PAGE} HTTP/1.1\r\nhost: {host}\r\n\r\n")?;
        let (mut length, mut wanted) = (0, usize::MAX);
        while length < wanted {
            let read = stream.read(&mut buffer[length..])?;
            length += read;
            if read == 0 {
                return Err("the server closed the connection".into());
            }
            if wanted == usize::MAX
                && let Some(head) = buffer[..length].windows(4).position(|end| end == b"\r\n\r\n")
            {
                let head = std::str::from_utf8(&buffer[..head + 4])?;
                let body = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
                wanted = head.len() + body.parse::<usize>()?;
            }
        }
    }
    Ok(rows)
}

fn cpu() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.into())
}

fn peak() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
