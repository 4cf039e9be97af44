//! The help of the whole command, as a guide: verbs under headings.
use super::Cli;
use clap::CommandFactory;

/// Headings and what stands under each, in the order of a first day.
const HEADINGS: &[(&str, &[&str])] = &[
    ("Begin", &["up", "keys", "whoami"]),
    ("Talk", &["chat", "send", "reply", "react", "receipt", "delete", "publish"]),
    ("Read", &["messages", "message", "count", "listen", "stream", "sync"]),
    ("Conversations", &["conversations", "group", "members", "permissions", "consent"]),
    ("Yourself", &["inbox"]),
    ("Look for faults", &["debug", "repair"]),
    ("Your shell", &["completions", "man"]),
];

/// The command line with its guide.
pub(crate) fn command() -> clap::Command {
    let command = Cli::command();
    let mut guide = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for (heading, verbs) in HEADINGS {
        guide.push_str(&format!("\n{}\n", console::style(format!("{heading}:")).bold().underlined()));
        for verb in *verbs {
            let about = command.find_subcommand(verb).and_then(clap::Command::get_about);
            guide.push_str(&format!("  {verb:<15}{}\n", about.map(ToString::to_string).unwrap_or_default()));
        }
    }
    guide.push_str("\n`xmtp help <command>` tells more about each.\n\n{options}{after-help}");
    command.help_template(guide)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    /// A row for each command that does something, under the words that lead to it.
    fn rows(command: &clap::Command, path: &str, rows: &mut Vec<String>) {
        let below: Vec<_> = command.get_subcommands().filter(|below| below.get_name() != "help").collect();
        if below.is_empty() || !command.is_subcommand_required_set() && path.contains(' ') {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            rows.push(format!("| `{path}` | {about} |"));
        }
        for below in below {
            self::rows(below, &format!("{path} {}", below.get_name()), rows);
        }
    }

    #[test]
    fn the_page_about_the_command_line_has_every_command_as_the_help_tells_it() {
        let mut wanted = vec!["| command | |".to_owned(), "|---|---|".to_owned()];
        rows(&command(), "xmtp", &mut wanted);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
        let page = fs::read_to_string(path).unwrap();
        let begun = page.split_once("<!-- commands -->").unwrap().1;
        let table = begun.split_once("<!-- end of commands -->").unwrap().0.trim();
        assert!(table == wanted.join("\n"), "docs/cli.md has to have this table:\n{}\n", wanted.join("\n"));
    }
}
