//! A fuzz target without its fuzzer: the seeds, and texts made from them by chance, the same ones in every run.

use std::fs;
use std::path::Path;
use std::thread;

/// Gives `check` the seeds of a target, and then this many others.
pub(crate) fn run(seeds: &str, target: &str, rounds: usize, check: impl Fn(&[u8])) {
    run_all(&files(seeds, target), rounds, check);
}

/// The same where each line of the seeds is one.
#[allow(dead_code, reason = "for the targets of one crate alone")]
pub(crate) fn run_lines(seeds: &str, target: &str, rounds: usize, check: impl Fn(&[u8])) {
    let files = files(seeds, target);
    let lines = files.iter().flat_map(|file| file.split(|byte| *byte == b'\n'));
    run_all(&lines.map(<[u8]>::to_vec).collect::<Vec<_>>(), rounds, check);
}

fn files(seeds: &str, target: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = fs::read_dir(Path::new(seeds).join(target))
        .expect("seeds")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a seed")).collect()
}

fn run_all(seeds: &[Vec<u8>], rounds: usize, check: impl Fn(&[u8])) {
    let check = |data: &[u8]| {
        let _shown = Shown(data);
        check(data);
    };
    for seed in seeds {
        check(seed);
    }
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..rounds {
        let mut data = dice.pick(seeds).clone();
        for _ in 0..=dice.roll(4) {
            let other: &Vec<u8> = dice.pick(seeds);
            change(&mut data, other, &mut dice);
        }
        check(&data);
    }
}

/// Makes one change somewhere.
fn change(data: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    const TOKENS: &[&[u8]] = &[
        b"",
        b"\0",
        b"\n",
        b"\r\n",
        b"\"",
        b"\\u0000",
        b"\x1b[31m",
        b"\xFF",
        b"\xEF\xBB\xBF",
        "\u{202e}é€".as_bytes(),
        b"{",
        b"}",
        b"[",
        b"]",
        b"<",
        b">",
        b";",
        b",",
        b"=",
        b"..",
        b"%2e",
        b"/",
        b"//",
        b"\\",
        b"?",
        b"#",
        b"@",
        b":",
        b"-1",
        b"99999999999999999999",
        b"1e999",
        b"null",
        b"true",
        b"http:",
        b"file:///",
        b"[[[[[[[[",
    ];
    let at = dice.roll(data.len() + 1);
    let end = (at + dice.roll(8)).min(data.len());
    match dice.roll(5) {
        0 => drop(data.drain(at..end)),
        1 => drop(data.splice(at..at, dice.pick(TOKENS).iter().copied())),
        2 => drop(data.splice(at..end, dice.pick(TOKENS).iter().copied())),
        3 => {
            let from = dice.roll(other.len() + 1);
            let to = (from + dice.roll(40)).min(other.len());
            data.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            if let Some(byte) = data.get_mut(at) {
                *byte = u8::try_from(dice.roll(256)).expect("a byte");
            }
        }
    }
}

/// Says what the text was, when the test fails of it.
struct Shown<'a>(&'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the input: b\"{}\"", self.0.escape_ascii());
        }
    }
}

/// Small, seeded, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).expect("a small number")).expect("a small number")
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}
