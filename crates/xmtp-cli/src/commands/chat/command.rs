//! What can be typed in a chat that is no message: a slash and a word.
use crate::target::Target;

/// The commands, as `/help` tells them.
pub(super) const HELP: &[(&str, &str)] = &[
    ("/list", "your conversations, with numbers"),
    ("/chat N", "go on in the conversation with this number, or with an address"),
    ("/members", "who is in this conversation"),
    ("/history", "show the last messages again"),
    ("/reply N TEXT", "answer the message with this number"),
    ("/react N EMOJI", "give it an emoji"),
    ("/unreact N EMOJI", "take the emoji back"),
    ("/choose N", "choose this option of the newest question"),
    ("/delete [N]", "delete it for everybody; alone, what you said last"),
    ("/read", "tell the others that you have read this"),
    ("/seen", "who has read this, and when"),
    ("/help", "this"),
    ("/exit", "leave; Ctrl-D does, too"),
];

/// What the user wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Wish {
    /// Say this.
    Say(String),
    List,
    Open(Place),
    Members,
    History,
    Reply(usize, String),
    React(usize, String),
    Unreact(usize, String),
    Choose(usize),
    /// Without a number: what was said here last.
    Delete(Option<usize>),
    Read,
    Seen,
    Help,
    Exit,
}

/// A conversation to go to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// As `/list` has numbered it.
    Listed(usize),
    Named(Target),
}

/// Reads a line. Two slashes are a message that begins with one.
///
/// # Errors
/// Says how the command is written.
pub(super) fn wish(line: &str) -> Result<Wish, String> {
    if let Some(text) = line.strip_prefix("//") {
        return Ok(Wish::Say(format!("/{text}")));
    }
    let Some(command) = line.strip_prefix('/') else { return Ok(Wish::Say(line.to_owned())) };
    let (verb, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    match verb {
        "list" => Ok(Wish::List),
        "members" => Ok(Wish::Members),
        "history" => Ok(Wish::History),
        "read" => Ok(Wish::Read),
        "seen" => Ok(Wish::Seen),
        "help" | "" => Ok(Wish::Help),
        "exit" | "quit" => Ok(Wish::Exit),
        "delete" if rest.is_empty() => Ok(Wish::Delete(None)),
        "delete" => number(rest).map(|at| Wish::Delete(Some(at))).ok_or_else(|| usage("/delete")),
        "choose" => number(rest).map(Wish::Choose).ok_or_else(|| usage("/choose")),
        "chat" => match (number(rest), rest.parse()) {
            (Some(at), _) => Ok(Wish::Open(Place::Listed(at))),
            (None, Ok(target)) => Ok(Wish::Open(Place::Named(target))),
            _ => Err(usage("/chat")),
        },
        "reply" => about(rest).map(|(at, text)| Wish::Reply(at, text)).ok_or_else(|| usage("/reply")),
        "react" => about(rest).map(|(at, emoji)| Wish::React(at, emoji)).ok_or_else(|| usage("/react")),
        "unreact" => about(rest).map(|(at, emoji)| Wish::Unreact(at, emoji)).ok_or_else(|| usage("/unreact")),
        _ => Err(format!("there is no /{verb}: /help lists what there is, and //{verb} says it as a message")),
    }
}

/// A number below a million: an id of a conversation can be all digits.
fn number(text: &str) -> Option<usize> {
    if text.len() > 6 { None } else { text.parse().ok().filter(|number| *number > 0) }
}

fn about(rest: &str) -> Option<(usize, String)> {
    let (at, what) = rest.split_once(char::is_whitespace)?;
    let what = what.trim();
    (!what.is_empty()).then_some(())?;
    Some((number(at)?, what.to_owned()))
}

fn usage(verb: &str) -> String {
    let form = HELP.iter().find(|(form, _)| form.split(' ').next() == Some(verb)).map_or(verb, |(form, _)| form);
    format!("write it as {form}, where N is the number in front of it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_message_unless_it_begins_with_one_slash() {
        assert_eq!(wish("hi /there"), Ok(Wish::Say("hi /there".to_owned())));
        assert_eq!(wish("//etc/passwd"), Ok(Wish::Say("/etc/passwd".to_owned())));
        assert_eq!(wish(""), Ok(Wish::Say(String::new())));
    }

    #[test]
    fn commands_name_messages_and_conversations_by_number() {
        assert_eq!(wish("/reply 3  see you\nthere"), Ok(Wish::Reply(3, "see you\nthere".to_owned())));
        assert_eq!(wish("/react 12 👍"), Ok(Wish::React(12, "👍".to_owned())));
        assert_eq!(wish("/delete"), Ok(Wish::Delete(None)));
        assert_eq!(wish("/chat 2"), Ok(Wish::Open(Place::Listed(2))));
        let id = "12".repeat(16);
        assert_eq!(wish(&format!("/chat {id}")), Ok(Wish::Open(Place::Named(id.parse().unwrap()))));
    }

    #[test]
    fn what_is_written_wrongly_is_told_how_it_is_written() {
        for line in
            ["/reply", "/reply 3", "/reply x hello", "/react 0 👍", "/chat", "/chat bob", "/delete x", "/choose"]
        {
            let verb = line.split(' ').next().unwrap();
            assert!(wish(line).unwrap_err().contains(&format!("{verb} ")), "{line}");
        }
        assert!(wish("/shout hello").unwrap_err().contains("/help"));
    }

    #[test]
    fn every_command_of_the_help_is_understood() {
        for (form, _) in HELP {
            let line = form.replace("[N]", "1").replace('N', "1").replace("TEXT", "hi").replace("EMOJI", "👍");
            assert!(!matches!(wish(&line), Ok(Wish::Say(_)) | Err(_)), "{line}");
        }
    }
}
