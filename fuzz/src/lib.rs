//! What the targets share: the macro that makes one, and the driver that feeds them without libFuzzer.

pub mod stable;

#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// A disk in memory whose folder `/j` holds one file: the first byte says which, the rest is its content.
#[must_use]
pub fn journal(bytes: &[u8]) -> (std::path::PathBuf, store::testing::SimulatedDisk) {
    let (kind, content) = bytes.split_first().unwrap_or((&0, bytes));
    let first = "00000000000000000001";
    let name =
        [format!("{first}.open"), format!("{first}.segment"), format!("{first}.frames"), "head".into()][usize::from(kind % 4)].clone();
    let (file, disk) = (std::path::Path::new("/j").join(name), store::testing::SimulatedDisk::default());
    disk.put(&file, Some(content.to_vec()));
    (file, disk)
}

/// The blocks of an event stream that arrives in these pieces.
#[must_use]
pub fn blocks(pieces: &[&[u8]]) -> Vec<protocol::event_stream::Block> {
    let (mut splitter, mut all) = (protocol::event_stream::Splitter::default(), Vec::new());
    for piece in pieces {
        splitter.push(piece);
        all.extend(std::iter::from_fn(|| splitter.block().ok().flatten()));
    }
    all
}

/// Data and name of those of them that are events.
#[must_use]
pub fn events(blocks: &[protocol::event_stream::Block]) -> Vec<(Vec<u8>, Vec<u8>)> {
    blocks.iter().filter(|block| block.is_event()).map(|block| (block.data().to_vec(), block.event().to_vec())).collect()
}

/// A header that is there once for each line, and absent for none.
#[must_use]
pub fn headers(name: &'static str, lines: &[u8]) -> http::HeaderMap {
    let lines = lines.split(|byte| *byte == b'\n').filter(|_| !lines.is_empty());
    let values = lines.filter_map(|line| http::HeaderValue::from_bytes(line).ok());
    values.map(|value| (http::HeaderName::from_static(name), value)).collect()
}

/// One target: with `--cfg fuzzing` libFuzzer's, else a function `fuzz` and a program that drives it.
#[macro_export]
#[cfg(fuzzing)]
macro_rules! target {
    ($($all:tt)*) => { $crate::libfuzzer_sys::fuzz_target!($($all)*); };
}

/// One target: with `--cfg fuzzing` libFuzzer's, else a function `fuzz` and a program that drives it.
#[macro_export]
#[cfg(not(fuzzing))]
macro_rules! target {
    (|$input:ident: &str| $body:block) => {
        $crate::target!(|bytes: &[u8]| {
            // As libFuzzer does: the text up to the first byte that is none.
            let text = |end: usize| bytes.get(..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
            let $input = std::str::from_utf8(bytes).unwrap_or_else(|error| text(error.valid_up_to()));
            $body
        });
    };
    (|$input:ident: &[u8]| $body:block) => {
        pub fn fuzz($input: &[u8]) {
            $body
        }

        fn main() -> std::process::ExitCode {
            $crate::stable::run(&[(env!("CARGO_BIN_NAME"), fuzz)])
        }
    };
}
