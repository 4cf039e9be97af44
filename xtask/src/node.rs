//! Node.js and npm on this machine.
use std::process::Command;

/// The oldest Node.js on which both generations of the official client load.
const OLDEST_MAJOR: u32 = 20;

/// Why interop cannot run on this machine, or nothing if it can.
pub(crate) fn missing() -> Option<String> {
    let Some(version) = said(Command::new("node").arg("--version")) else {
        return Some(format!("node is not on this machine; {OLDEST_MAJOR} or newer is needed"));
    };
    if major(&version).is_none_or(|major| major < OLDEST_MAJOR) {
        return Some(format!("node {version} is too old; {OLDEST_MAJOR} or newer is needed"));
    }
    match said(Command::new("npm").arg("--version")) {
        None => Some("npm is not on this machine".to_owned()),
        Some(_) => None,
    }
}

/// The C library's version, as `(major, minor)`, where Node runs on glibc.
pub(crate) fn glibc() -> Option<(u32, u32)> {
    let script = "process.report.getReport().header.glibcVersionRuntime ?? ''";
    let version = said(Command::new("node").args(["-p", script]))?;
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_prints() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20"), None);
        assert_eq!(major(""), None);
    }
}
