//! A sync that takes long: its memory, its descriptors and its tasks stay what they were.
//!
//! ```sh
//! SOAK_ROWS=5000000 cargo test --release -p declarest-tests --test soak -- --ignored --nocapture
//! ```
//!
//! `SOAK_ROWS` is 5 000 000 unless said, `SOAK_RATE` (pages a second, 60) makes that a quarter of an hour and more. Linux only: it reads `/proc`.
//!
//! Measured with `SOAK_RATE=50` on two busy cores: 5 000 000 rows in 1162 s, 837 retries: 15.3 MiB resident when warm and 15.5 MiB at
//! most afterwards, 18 descriptors, 2 threads, 10 tasks at most.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use declarest_examples::demo_api::{DemoApi, Faults, Options};
use declarest_tests::Database;
use declarest_tests::killed::setting;

/// What a process holds at a moment.
#[derive(Debug, Clone, Copy)]
struct Sample {
    resident_kib: u64,
    descriptors: usize,
    threads: u64,
}

impl Sample {
    /// None when the process has ended.
    fn of(process: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim_start_matches(':').split_whitespace().next()?.parse().ok()
        };
        let descriptors = fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
        Some(Self { resident_kib: number("VmRSS")?, descriptors, threads: number("Threads")? })
    }
}

#[test]
#[ignore = "takes a quarter of an hour and 4 GiB of disk"]
fn millions_of_rows_through_faults_in_the_memory_of_a_few_pages() {
    let (rows, rate) = (setting("SOAK_ROWS", 5_000_000), setting("SOAK_RATE", 60));
    let faults = Faults {
        fail_rate: 0.001,
        drop_rate: 0.001,
        rate_limit: Some(format!("{rate}/s").parse().expect("a rate")),
        ..Faults::default()
    };
    let issues = Some(usize::try_from(rows).expect("not that many"));
    let server =
        DemoApi::new(Options { issues, log: false, faults, ..Options::default() }).start(None).expect("it starts");
    let database = Database::new();
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_soak"));
    command.arg(server.base_url()).arg(database.path()).env("USER_TOKEN", Options::TOKEN).stdout(Stdio::piped());
    let mut sync = command.spawn().expect("it starts");
    let output = sync.stdout.take().expect("a pipe");
    let printed = thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).inspect(|line| println!("{line}")).collect::<Vec<_>>()
    });
    let mut samples = Vec::new();
    while sync.try_wait().expect("it is ours").is_none() {
        thread::sleep(Duration::from_millis(500));
        samples.extend(Sample::of(sync.id()));
        if samples.len() % 60 == 0 {
            println!("{:.0} s: {:?}", started.elapsed().as_secs_f64(), samples.last());
        }
    }
    let printed = printed.join().expect("it read all");
    assert!(sync.wait().expect("it is ours").success(), "{printed:?}");
    assert_eq!(database.count("issues"), rows);

    // Warm is what a tenth of the run has made it; from then on nothing grows with the rows.
    let (warm, rest) = samples.split_at(samples.len() / 10 + 1);
    let most = |samples: &[Sample], what: fn(&Sample) -> u64| samples.iter().map(what).max().unwrap_or_default();
    for (name, what, slack) in [
        ("KiB resident", (|sample| sample.resident_kib) as fn(&Sample) -> u64, 32 << 10),
        ("descriptors", |sample| sample.descriptors as u64, 8),
        ("threads", |sample| sample.threads, 2),
    ] {
        let (before, after) = (most(warm, what), most(rest, what));
        println!("{name}: at most {before} when warm, {after} afterwards");
        assert!(after <= before + slack, "{name} grew from {before} to {after}");
    }
    println!("{rows} rows in {:.0} s", started.elapsed().as_secs_f64());
    let tasks = printed.iter().find(|line| line.starts_with("tasks: ")).expect("it says so");
    let numbers: Vec<u32> = tasks.split(|c: char| !c.is_ascii_digit()).filter_map(|text| text.parse().ok()).collect();
    assert!(numbers.iter().all(|tasks| *tasks < 50), "{tasks}");
}
