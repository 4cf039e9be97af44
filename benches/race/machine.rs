//! What the machine says about a process and its files. Where it does not tell, as outside Linux, nothing is measured.
use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Memory, threads and open files of a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Footprint {
    /// Resident memory in MiB.
    pub(crate) memory: f64,
    pub(crate) threads: f64,
    pub(crate) files: f64,
}

/// Reads the footprint of process `id`.
///
/// # Errors
/// If the machine does not tell.
pub(crate) fn footprint(id: u32) -> Result<Footprint> {
    let status = read(id, "status")?;
    let files = fs::read_dir(format!("/proc/{id}/fd")).context("cannot count open files")?.count();
    let field = |name| field(&status, name).with_context(|| format!("no {name} in the status of a process"));
    Ok(Footprint { memory: field("VmRSS")? / 1024.0, threads: field("Threads")?, files: files as f64 })
}

/// Bytes that process `id` has had written to disks since it began.
///
/// # Errors
/// If the machine does not tell.
pub(crate) fn bytes_written(id: u32) -> Result<f64> {
    field(&read(id, "io")?, "write_bytes").context("no write_bytes of a process")
}

/// Bytes of all files in a folder and the folders in it.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn size_of_folder(folder: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            size += size_of_folder(&entry.path())?;
        } else if kind.is_file() {
            size += entry.metadata()?.len();
        }
    }
    Ok(size)
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// If something cannot be read or written.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

/// How busy the machine was in the last minute: processes that ran or wanted to.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// What processor it has.
pub(crate) fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(name.trim_start_matches([' ', '\t', ':']).to_owned())
}

fn read(id: u32, what: &str) -> Result<String> {
    fs::read_to_string(format!("/proc/{id}/{what}")).with_context(|| format!("cannot read {what} of process {id}"))
}

fn field(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let text = "VmRSS:\t   20972 kB\nThreads:\t4\nVmRSSx: 1\n";
        assert_eq!(field(text, "VmRSS"), Some(20_972.0));
        assert_eq!(field(text, "Threads"), Some(4.0));
        assert_eq!(field(text, "VmRS"), None);
    }

    #[test]
    fn a_copied_folder_is_as_large_as_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("inner")).unwrap();
        fs::write(from.join("a"), [0; 10]).unwrap();
        fs::write(from.join("inner/b"), [0; 5]).unwrap();
        copy_folder(&from, &to).unwrap();
        assert_eq!(size_of_folder(&to).unwrap(), 15);
    }
}
