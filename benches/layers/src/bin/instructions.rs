//! Runs each operation of the pure layers, for valgrind to count its instructions.
//!
//! `cargo xtask instructions` starts this under callgrind, which begins a count at [`begin`] and writes it down after
//! [`counted`]. How often what was run is told on standard output, in the same order, one a line.
use anyhow::Result;
use std::hint::black_box;
use xmtp_layers::{Operation, operations};

/// How often an operation that can be repeated is: what memory is asked for falls differently from run to run, and seeds
/// of hash tables are random.
const TIMES: u32 = 10;

fn main() -> Result<()> {
    println!("machine {}", machine());
    for mut operation in operations()? {
        // Once before, so that what is done once in the life of a process is done, and memory lies as it will lie.
        operation.ready()?;
        operation.run()?;
        operation.ready()?;
        let times = if operation.is_repeatable() { TIMES } else { 1 };
        begin();
        counted(&mut operation, times)?;
        println!("operation {times} {}", operation.name);
    }
    Ok(())
}

/// Callgrind knows this function by its name, and the next one.
#[inline(never)]
fn begin() {
    black_box(());
}

#[inline(never)]
fn counted(operation: &mut Operation, times: u32) -> Result<()> {
    for _ in 0..times {
        operation.run()?;
    }
    // Something is left to do here: a call in the last place would be a jump out of what is counted.
    black_box(Ok(()))
}

/// What of the processor the cryptography asks for before it chooses how to work.
fn machine() -> String {
    #[cfg(target_arch = "x86_64")]
    let features = [
        ("aes", std::is_x86_feature_detected!("aes")),
        ("avx2", std::is_x86_feature_detected!("avx2")),
        ("avx512f", std::is_x86_feature_detected!("avx512f")),
        ("bmi2", std::is_x86_feature_detected!("bmi2")),
        ("pclmulqdq", std::is_x86_feature_detected!("pclmulqdq")),
        ("sha", std::is_x86_feature_detected!("sha")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let features: [(&str, bool); 0] = [];
    let present = features.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name);
    [std::env::consts::ARCH].into_iter().chain(present).collect::<Vec<_>>().join("+")
}
