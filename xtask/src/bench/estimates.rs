//! What criterion found, as it leaves it on the disk.
use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

/// How long operations take, in nanoseconds, by `layer/name`.
#[derive(Debug, Default)]
pub(crate) struct Estimates(BTreeMap<String, f64>);

impl Estimates {
    /// Reads all results in criterion's folder.
    ///
    /// # Errors
    /// If a file is not as criterion writes it.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut found = Self::default();
        found.collect(folder)?;
        Ok(found)
    }

    /// The median time of an operation.
    pub(crate) fn of(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    fn collect(&mut self, folder: &Path) -> Result<()> {
        let listing = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in listing {
            let path = entry?.path();
            if !path.is_dir() {
                continue;
            }
            if path.file_name().is_some_and(|name| name == "new") {
                self.add(&path)?;
            } else {
                self.collect(&path)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        let read = |name: &str| -> Result<Value> {
            let file = folder.join(name);
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            serde_json::from_str(&text).with_context(|| format!("{} is not criterion's", file.display()))
        };
        let (benchmark, estimates) = (read("benchmark.json")?, read("estimates.json")?);
        let text = |key: &str| benchmark.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let median = estimates.pointer("/median/point_estimate").and_then(Value::as_f64);
        self.0.insert(format!("{}/{}", text("group_id"), text("function_id")), median.context("no median")?);
        Ok(())
    }
}

#[cfg(test)]
impl Estimates {
    /// Estimates for a test.
    pub(crate) fn given(times: &[(&str, f64)]) -> Self {
        Self(times.iter().map(|(name, time)| ((*name).to_owned(), *time)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_found_however_deep_they_lie_and_named_as_the_operation_is() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("mls").join("message sent_ 2 members").join("new");
        fs::create_dir_all(&new).unwrap();
        fs::write(new.join("benchmark.json"), r#"{"group_id":"mls","function_id":"message sent, 2 members"}"#).unwrap();
        fs::write(new.join("estimates.json"), r#"{"median":{"point_estimate":55000.5}}"#).unwrap();
        let estimates = Estimates::read(folder.path()).unwrap();
        assert_eq!(estimates.of("mls/message sent, 2 members"), Some(55000.5));
        assert_eq!(estimates.of("mls/another"), None);
    }
}
