//! The baseline: what operations cost when it was taken, and with what.
use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::{Context, Result};

use super::{callgrind::Dump, counts::Counts};

/// A rise above so many hundredths fails.
const TOLERANCE_PERCENT: u64 = 3;
const HEAD: &str = "\
# What the operations of the pure layers cost, in instructions: `cargo xtask instructions` compares, and with --save
# writes this file anew. It holds for this compiler and for a machine on which valgrind plays such a processor.
";

/// Counts to compare with.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Baseline {
    /// The compiler it was taken with.
    pub(crate) rustc: String,
    machine: String,
    operations: BTreeMap<String, u64>,
}

/// How an operation compares.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Finding {
    /// It costs more than is tolerated.
    Dearer { name: String, before: u64, now: u64 },
    /// It costs so much less that the baseline no longer guards it.
    Cheaper { name: String, before: u64, now: u64 },
    /// It is in no baseline.
    New { name: String, now: u64 },
    /// It is in the baseline alone.
    Gone { name: String },
}

impl Baseline {
    /// A baseline of these counts.
    pub(crate) fn of(counts: Counts) -> Self {
        let Counts { rustc, machine, operations } = counts;
        Self {
            rustc,
            machine,
            operations: operations.into_iter().map(|(name, Dump { total, .. })| (name, total)).collect(),
        }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// If it is not there, or not as [`Baseline::write`] writes it.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("there is no baseline {}: take one with --save", file.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a baseline", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let (mut rustc, mut machine, mut operations) = (None, None, BTreeMap::new());
        for line in text.lines().filter(|line| !line.starts_with(['#', '[']) && !line.is_empty()) {
            let (key, value) = line.rsplit_once(" = ").with_context(|| format!("{line} names no value"))?;
            match key {
                "rustc" => rustc = Some(unquoted(value)),
                "machine" => machine = Some(unquoted(value)),
                name => {
                    let count = value.replace('_', "").parse().with_context(|| format!("{value} is no count"))?;
                    operations.insert(unquoted(name), count);
                }
            }
        }
        Ok(Self { rustc: rustc.context("no compiler")?, machine: machine.context("no machine")?, operations })
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        fs::write(file, self.text()).with_context(|| format!("cannot write {}", file.display()))
    }

    fn text(&self) -> String {
        let Self { rustc, machine, operations } = self;
        let counts = operations.iter().map(|(name, count)| format!("\"{name}\" = {}\n", grouped(*count)));
        format!("{HEAD}rustc = \"{rustc}\"\nmachine = \"{machine}\"\n\n[instructions]\n{}", counts.collect::<String>())
    }

    /// Why these counts cannot be compared with it, if they cannot.
    pub(crate) fn differs_from(&self, counts: &Counts) -> Option<String> {
        let differs = |what: &str, before: &str, now: &str| {
            (before != now).then(|| {
                format!("the baseline was taken with {what} {before}, and this is {now}; take one here with --save")
            })
        };
        differs("rustc", &self.rustc, &counts.rustc)
            .or_else(|| differs("a processor of the kind", &self.machine, &counts.machine))
    }

    /// What is to be told about these counts; nothing about an operation that costs what it did.
    pub(crate) fn compare(&self, counts: &Counts) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, Dump { total: now, .. }) in &counts.operations {
            let (name, now) = (name.clone(), *now);
            match self.operations.get(&name).copied() {
                None => findings.push(Finding::New { name, now }),
                Some(before) if now * 100 > before * (100 + TOLERANCE_PERCENT) => {
                    findings.push(Finding::Dearer { name, before, now });
                }
                Some(before) if now * 100 < before * (100 - TOLERANCE_PERCENT) => {
                    findings.push(Finding::Cheaper { name, before, now });
                }
                Some(_) => {}
            }
        }
        let is_counted = |name: &String| counts.operations.iter().any(|(counted, _)| counted == name);
        let gone = self.operations.keys().filter(|name| !is_counted(name));
        findings.extend(gone.map(|name| Finding::Gone { name: name.clone() }));
        findings
    }
}

impl Finding {
    /// Whether the chore fails by it. What is cheaper is only told; what no baseline guards is not allowed.
    pub(crate) const fn is_failure(&self) -> bool {
        !matches!(self, Self::Cheaper { .. })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |before: u64, now: u64| (now as f64 / before as f64 - 1.0) * 100.0;
        match self {
            Self::Dearer { name, before, now } => {
                let (rise, before, now) = (percent(*before, *now), grouped(*before), grouped(*now));
                write!(
                    f,
                    "DEARER  {name}: {before} instructions before, {now} now, {rise:+.1} %; {TOLERANCE_PERCENT} % is allowed"
                )
            }
            Self::Cheaper { name, before, now } => {
                let (fall, before, now) = (percent(*before, *now), grouped(*before), grouped(*now));
                write!(f, "cheaper {name}: {before} instructions before, {now} now, {fall:+.1} %; keep it with --save")
            }
            Self::New { name, now } => write!(f, "NEW     {name}: {} instructions; keep it with --save", grouped(*now)),
            Self::Gone { name } => write!(f, "GONE    {name}: it is in the baseline alone; write it anew with --save"),
        }
    }
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}

/// A number with a line under every third digit from the right.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(operations: &[(&str, u64)]) -> Counts {
        let dump = |total| Dump { total, ..Dump::default() };
        let operations = operations.iter().map(|(name, total)| ((*name).to_owned(), dump(*total))).collect();
        Counts { rustc: "1.95.0".into(), machine: "x86_64+avx2".into(), operations }
    }

    #[test]
    fn a_rise_of_five_percent_fails_and_names_the_operation_with_both_counts() {
        let baseline = Baseline::of(counts(&[("mls/message sealed", 1_000_000), ("crypto/sign", 50_000)]));
        let found = baseline.compare(&counts(&[("mls/message sealed", 1_050_000), ("crypto/sign", 50_000)]));
        assert!(matches!(&*found, [dearer] if dearer.is_failure()), "{found:?}");
        assert_eq!(
            found[0].to_string(),
            "DEARER  mls/message sealed: 1_000_000 instructions before, 1_050_000 now, +5.0 %; 3 % is allowed"
        );
    }

    #[test]
    fn what_costs_the_same_within_three_percent_is_not_told_and_what_costs_less_does_not_fail() {
        let baseline = Baseline::of(counts(&[("a", 1000), ("b", 1000), ("c", 1000)]));
        let found = baseline.compare(&counts(&[("a", 1030), ("b", 970), ("c", 900)]));
        assert!(matches!(&*found, [Finding::Cheaper { name, before: 1000, now: 900 }] if name == "c"), "{found:?}");
        assert!(!found[0].is_failure());
    }

    #[test]
    fn an_operation_without_a_baseline_fails_and_so_does_a_baseline_without_an_operation() {
        let baseline = Baseline::of(counts(&[("old", 1000)]));
        let found = baseline.compare(&counts(&[("new", 1000)]));
        assert!(matches!(&*found, [Finding::New { .. }, Finding::Gone { .. }]), "{found:?}");
        assert!(found.iter().all(Finding::is_failure));
    }

    #[test]
    fn another_compiler_or_processor_is_said_and_not_compared() {
        let baseline = Baseline::of(counts(&[]));
        assert_eq!(baseline.differs_from(&counts(&[])), None);
        let why = baseline.differs_from(&Counts { rustc: "1.96.0".into(), ..counts(&[]) }).unwrap();
        assert!(why.contains("1.95.0") && why.contains("1.96.0"), "{why}");
        let why = baseline.differs_from(&Counts { machine: "aarch64".into(), ..counts(&[]) }).unwrap();
        assert!(why.contains("x86_64+avx2") && why.contains("aarch64"), "{why}");
    }

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let baseline = Baseline::of(counts(&[("mls/message sealed, 2 members", 1_234_567), ("a = b", 7)]));
        assert_eq!(Baseline::parse(&baseline.text()).unwrap(), baseline);
        assert!(Baseline::parse("rustc = \"1\"\nmachine = \"m\"\n\"a\" = many\n").is_err());
    }
}
