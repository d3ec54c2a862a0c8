//! The driver for any compiler: corpus bytes, changed by a seed, until the time is up. It knows nothing of coverage; what it
//! finds is a panic, or an input that takes more than a second.
#![allow(clippy::disallowed_methods, reason = "tools live outside the product: they read the clock and the environment themselves")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, panic};

const MOST_BYTES: usize = 1 << 16;
const MOST_KEPT: usize = 1_024;
const SLOW: Duration = Duration::from_secs(1);
/// What parsers look at, and numbers at the edges of what they hold.
const WORDS: [&[u8]; 24] = [
    b"\0",
    b"\xff",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"=",
    b",",
    b";",
    b"%",
    b"%2e",
    b"%2F",
    b"/",
    b"//",
    b"..",
    b"\\",
    b"\r\n",
    b" ",
    b"0",
    b"-1",
    b"9223372036854775808",
    b"18446744073709551615",
    b"\xe2\x80\xae",
    b"\xfaFRAME\r\n",
];

/// A target's name and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// SplitMix64.
struct Luck(u64);

impl Luck {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, 0 for 0.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap_or(0).checked_rem(bound).unwrap_or(0)
    }
}

/// Drives the targets that the arguments name, else all: `[TARGET...] [--seconds N] [--seed N]`.
pub fn run(targets: &[Target]) -> ExitCode {
    let (mut named, mut seconds, mut seed) = (Vec::new(), 30, 1);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|number| number.parse().ok());
        match (word.as_str(), &targets.iter().find(|(name, _)| *name == word)) {
            ("--seconds", _) => seconds = number().expect("--seconds wants a number"),
            ("--seed", _) => seed = number().expect("--seed wants a number"),
            (_, Some(target)) => named.push(**target),
            (_, None) => {
                eprintln!("fuzz: there is no target `{word}`");
                return ExitCode::from(2);
            }
        }
    }
    let targets = if named.is_empty() { targets } else { &named };
    let clean = targets.iter().filter(|target| drive(target, Duration::from_secs(seconds), seed)).count();
    println!("fuzz: {clean} of {} targets clean", targets.len());
    if clean == targets.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn drive((name, target): &Target, time: Duration, seed: u64) -> bool {
    let mut kept = corpus(name);
    let (first, start, mut luck, mut inputs) = (kept.len(), Instant::now(), Luck(seed), 0_u64);
    if first == 0 {
        println!("{name}: no corpus in testdata/corpus/{name}");
        return false;
    }
    loop {
        let input = match usize::try_from(inputs).ok().and_then(|number| kept.get(number).filter(|_| number < first)) {
            Some(whole) => whole.clone(),
            None => changed(&kept, &mut luck),
        };
        let takes_long = || {
            let begun = Instant::now();
            target(&input);
            begun.elapsed() > SLOW
        };
        // A second look: the first may have waited for the machine.
        let slow = panic::catch_unwind(|| takes_long() && takes_long());
        if !matches!(slow, Ok(false)) {
            let file = root().join(format!("fuzz/artifacts/{name}/seed-{seed}-input-{inputs}"));
            fs::create_dir_all(file.parent().expect("it stands in a folder")).expect("the artifacts' folder can be made");
            fs::write(&file, &input).expect("what was found can be written");
            println!(
                "{name}: {} at input {inputs} of seed {seed}, kept in {}",
                if slow.is_ok() { "slow" } else { "PANIC" },
                file.display()
            );
            return false;
        }
        inputs += 1;
        if luck.below(64) == 0 && input.len() <= MOST_BYTES {
            if kept.len() < MOST_KEPT {
                kept.push(input);
            } else {
                let at = first + luck.below(kept.len() - first);
                kept[at] = input;
            }
        }
        if start.elapsed() >= time {
            println!("{name}: clean after {inputs} inputs from {first} of the corpus, {} s, seed {seed}", start.elapsed().as_secs());
            return true;
        }
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = root().join("testdata/corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).collect()
}

/// One of those kept, changed in one to eight places.
fn changed(kept: &[Vec<u8>], luck: &mut Luck) -> Vec<u8> {
    let mut bytes = kept[luck.below(kept.len())].clone();
    for _ in 0..=luck.below(8) {
        let at = luck.below(bytes.len() + 1);
        let longest = (bytes.len() - at).min(1 << luck.below(8));
        let end = at + luck.below(longest + 1);
        match luck.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << luck.below(8),
            1 if at < bytes.len() => bytes[at] = luck.next() as u8,
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            4 => drop(bytes.splice(at..end, WORDS[luck.below(WORDS.len())].iter().copied())),
            5 => {
                let other = &kept[luck.below(kept.len())];
                let from = luck.below(other.len() + 1);
                let part = other[from..from + luck.below(other.len() - from + 1).min(256)].to_vec();
                drop(bytes.splice(at..end, part));
            }
            6 => bytes.truncate(at),
            7 if end - at >= 4 => bytes[at..at + 4].copy_from_slice(&[0, 1, 0xff, 0x7f].map(|byte| byte & luck.next() as u8)),
            _ => bytes.insert(at, luck.next() as u8),
        }
    }
    bytes.truncate(MOST_BYTES);
    bytes
}
