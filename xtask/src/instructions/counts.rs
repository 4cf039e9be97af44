//! What was counted, operation by operation.
use std::{fmt::Write, fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::callgrind::{Dump, is_count, names_the_allocator};

/// Counts of one run.
#[derive(Debug)]
pub(crate) struct Counts {
    /// The compiler.
    pub(crate) rustc: String,
    /// The processor that valgrind played: its architecture and the features that cryptography asks for.
    pub(crate) machine: String,
    /// Each operation's name and count, in the order of running.
    pub(crate) operations: Vec<(String, Dump)>,
}

impl Counts {
    /// Puts together what the program said and what callgrind wrote into `folder`.
    ///
    /// # Errors
    /// If they do not fit.
    pub(crate) fn read(said: &str, folder: &Path, rustc: String) -> Result<Self> {
        let named = |kind: &str| -> Vec<String> {
            said.lines().filter_map(|line| line.strip_prefix(kind)).map(str::to_owned).collect()
        };
        let names = named("operation ");
        let mut machine = named("machine ").pop().context("the program does not say which processor it sees")?;
        let (mut dumps, mut allocator) = (Vec::new(), false);
        for number in 1.. {
            let file = folder.join(format!("callgrind.{number}"));
            let Ok(text) = fs::read_to_string(&file) else { break };
            if is_count(&text) {
                allocator |= names_the_allocator(&text);
                dumps.push(Dump::read(&text));
            }
        }
        if !allocator {
            machine.push_str(", without the names of the C library's functions (on Debian: libc6-dbg)");
        }
        ensure!(names.len() == dumps.len(), "{} operations were run and {} counted", names.len(), dumps.len());
        let operation = |(line, dump): (String, Dump)| {
            let (times, name) = line.split_once(' ').context("the program does not say how often it ran what")?;
            Ok((name.to_owned(), dump.per_run(times.parse()?)))
        };
        Ok(Self { rustc, machine, operations: names.into_iter().zip(dumps).map(operation).collect::<Result<_>>()? })
    }

    /// The table of costs: what of an operation is cryptography, what is ours, and which primitives it is made of.
    pub(crate) fn table(&self) -> String {
        let mut table = "| operation | instructions | cryptography | around it | calls into the cryptography |\n\
                         |---|---:|---:|---:|---|\n"
            .to_owned();
        for (name, dump) in &self.operations {
            let cryptography: u64 = dump.primitives.values().map(|(_, cost)| cost).sum();
            let calls: Vec<_> = dump.primitives.iter().map(|(name, (calls, _))| format!("{calls} {name}")).collect();
            let around = dump.total.saturating_sub(cryptography);
            let _infallible =
                writeln!(table, "| {name} | {} | {cryptography} | {around} | {} |", dump.total, calls.join(", "));
        }
        table
    }
}
