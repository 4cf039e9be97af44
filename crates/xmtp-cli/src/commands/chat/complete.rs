//! The tab key: commands of the chat.
use super::command::HELP;
use rustyline::{Context, Helper, completion::Completer, highlight::Highlighter, hint::Hinter, validate::Validator};

/// What the line editor asks.
#[derive(Debug)]
pub(super) struct Commands;

impl Completer for Commands {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..at).unwrap_or_default();
        let candidates = if typed.starts_with('/') { candidates(typed) } else { Vec::new() };
        Ok((0, candidates))
    }
}

fn candidates(typed: &str) -> Vec<String> {
    let verbs = HELP.iter().filter_map(|(form, _)| form.split(' ').next().map(|verb| (verb, form.contains(' '))));
    let fitting = verbs.filter(|(verb, _)| verb.starts_with(typed));
    fitting.map(|(verb, takes_more)| if takes_more { format!("{verb} ") } else { verb.to_owned() }).collect()
}

impl Hinter for Commands {
    type Hint = String;
}

impl Highlighter for Commands {}
impl Validator for Commands {}
impl Helper for Commands {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_completed_from_its_first_letters() {
        assert_eq!(candidates("/me"), ["/members"]);
        assert_eq!(candidates("/re"), ["/reply ", "/react ", "/read"]);
        assert!(candidates("/reply 3").is_empty());
    }
}
