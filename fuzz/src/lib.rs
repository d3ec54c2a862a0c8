//! What the targets share: the macro that makes one, and the driver that feeds them without libFuzzer.

pub mod stable;

#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// A disk in memory whose folder `/j` holds one file.
#[must_use]
pub fn disk(name: &str, content: &[u8]) -> store::testing::SimulatedDisk {
    let disk = store::testing::SimulatedDisk::default();
    disk.put(&std::path::Path::new("/j").join(name), Some(content.to_vec()));
    disk
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
