//! Messages as a person reads them: time, sender, words.
use super::{
    Names,
    describe::{Words, describe},
    time,
    wrap::{indent, wrap},
};
use console::style;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use xmtp_client::{Client, ConversationKind, DeliveryStatus, GroupId, Message};

/// Columns before the words: time and sender.
const WORDS_AT: usize = 20;
/// The narrowest terminal for which text is broken; below it the terminal does that.
const NARROW: usize = 40;

/// Whether a line says which conversation it is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Label {
    /// All lines are of one conversation.
    None,
    /// Lines of groups name them.
    Groups,
}

/// What stands between the sender and the words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Margin {
    /// Nothing.
    None,
    /// A number by which the message can be named.
    Number(usize),
    /// Room, because others have a number.
    Empty,
}

impl Margin {
    const fn width(self) -> usize {
        match self {
            Self::None => 0,
            Self::Number(_) | Self::Empty => 5,
        }
    }

    fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Number(number) => format!("{number:>3}  "),
            Self::Empty => " ".repeat(self.width()),
        }
    }
}

/// Writes messages down for a person, one after another.
#[derive(Debug)]
pub(crate) struct Transcript {
    client: Client,
    names: Names,
    zone: TimeZone,
    label: Label,
    groups: HashMap<GroupId, Option<String>>,
    day: Option<String>,
    shows_ids: bool,
}

impl Transcript {
    pub(crate) fn new(client: Client, label: Label) -> Self {
        let names = Names::new(client.clone());
        Self { client, names, zone: TimeZone::system(), label, groups: HashMap::new(), day: None, shows_ids: false }
    }

    /// Each message with its id below it, or not.
    pub(crate) fn with_ids(self, shows_ids: bool) -> Self {
        Self { shows_ids, ..self }
    }

    /// As [`Transcript::lines_beside`], without a margin.
    pub(crate) async fn lines(&mut self, message: &Message, columns: Option<usize>) -> String {
        self.lines_beside(message, columns, Margin::None).await
    }

    /// The lines of a message, after a line with the date if it is of another day than the one before. `columns` is the
    /// width of the terminal, if it is one.
    pub(crate) async fn lines_beside(&mut self, message: &Message, columns: Option<usize>, margin: Margin) -> String {
        let mut lines = String::new();
        let day = time::day(message.sent_at, &self.zone);
        if self.day.as_ref() != Some(&day) {
            lines.push_str(&style(format!("── {day} ──")).dim().to_string());
            lines.push('\n');
            self.day = Some(day);
        }
        let sender = self.names.of(message.sender).await;
        let words = describe(message, &self.client, &mut self.names).await;
        let label = self.label_of(&message.conversation).await;
        let head = style(time::of_day(message.sent_at, &self.zone)).dim().to_string();
        let sender = style(format!("{sender:<11}")).bold().to_string();
        let room = Room { columns, at: WORDS_AT + margin.width() };
        let body = body(&words, label.as_deref(), message.status, room);
        lines.push_str(&format!("{head}  {sender}  {}{body}", style(margin.text()).dim()));
        if self.shows_ids {
            lines.push_str(&format!("\n{}{}", " ".repeat(room.at), style(message.id).dim()));
        }
        lines
    }

    async fn label_of(&mut self, conversation: &GroupId) -> Option<String> {
        if self.label == Label::None {
            return None;
        }
        if let Some(label) = self.groups.get(conversation) {
            return label.clone();
        }
        let label = match self.client.conversations().find(conversation).await {
            Ok(found) if found.kind() == ConversationKind::Dm => None,
            Ok(found) => {
                let name = found.info().await.ok().and_then(|info| info.attributes.get("group_name").cloned());
                let name = name.filter(|name| !name.is_empty());
                Some(name.map_or_else(|| super::short_id(&conversation.to_string()), |name| super::clean(&name).into()))
            }
            Err(_) => None,
        };
        self.groups.insert(conversation.clone(), label.clone());
        label
    }
}

/// Where the words of a message go.
#[derive(Clone, Copy)]
struct Room {
    /// The width of the terminal, if it is one.
    columns: Option<usize>,
    /// The first column.
    at: usize,
}

fn body(words: &Words, label: Option<&str>, status: DeliveryStatus, room: Room) -> String {
    let fit = |text: &str| match room.columns {
        Some(columns) if columns >= NARROW => wrap(text, columns, room.at),
        _ => indent(text, room.at),
    };
    // The head stands in the first line: what is left of it is as wide as the lines below.
    let label = label.map(|label| format!("[{label}] ")).unwrap_or_default();
    let mark = match status {
        DeliveryStatus::Unpublished => " (not sent yet)",
        DeliveryStatus::Failed => " (could not be sent)",
        DeliveryStatus::Published => "",
    };
    match words {
        Words::Said { about: None, text } => fit(&format!("{label}{text}{mark}")),
        Words::Said { about: Some(about), text } => {
            let about = style(fit(&format!("{label}↳ {about}"))).dim();
            format!("{about}\n{}{}", " ".repeat(room.at), fit(&format!("{text}{mark}")))
        }
        Words::Did(what) => style(fit(&format!("{label}{what}{mark}"))).dim().italic().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_TERMINAL: Room = Room { columns: None, at: WORDS_AT };

    fn said(text: &str) -> Words {
        Words::Said { about: None, text: text.to_owned() }
    }

    #[test]
    fn long_words_continue_below_where_they_began() {
        let shown =
            body(&said(&"word ".repeat(12)), None, DeliveryStatus::Published, Room { columns: Some(50), at: WORDS_AT });
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines.len() > 1 && lines[1].starts_with(&" ".repeat(WORDS_AT)), "{shown}");
        assert!(lines.iter().all(|line| line.trim_start().len() <= 30), "{shown}");
    }

    #[test]
    fn without_a_terminal_lines_are_as_long_as_they_were_written() {
        let text = "word ".repeat(100);
        assert_eq!(body(&said(&text), None, DeliveryStatus::Published, NO_TERMINAL), text);
    }

    #[test]
    fn a_message_that_waits_says_so() {
        let shown = body(&said("hi"), Some("us"), DeliveryStatus::Unpublished, NO_TERMINAL);
        assert_eq!(shown, "[us] hi (not sent yet)");
    }

    #[test]
    fn what_is_answered_stands_above_the_answer() {
        let words = Words::Said { about: Some("answers “hi”".to_owned()), text: "yes".to_owned() };
        let shown = body(&words, None, DeliveryStatus::Published, NO_TERMINAL);
        assert_eq!(shown, format!("↳ answers “hi”\n{}yes", " ".repeat(WORDS_AT)));
    }
}
