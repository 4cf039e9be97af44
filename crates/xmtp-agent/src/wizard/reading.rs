//! What a message means to a question: an answer, a wrong one, a wish to stop, or nothing.
use super::{
    session::Session,
    step::{Kind, Step},
};
use crate::commands::PREFIX;
use xmtp_content_types::{Action, Content};

/// What people write to leave a form that can be left.
pub(super) const CANCEL_COMMAND: &str = "/cancel";

/// What a message means to a question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Reading {
    /// It answers it.
    Answer(String),
    /// It answers it in a way that does not pass, and why.
    Refused(String),
    /// Its sender does not want to go on.
    Cancel,
    /// It is about another question.
    Other,
}

/// Reads a message as the answer to a step. `cancel` is the button to cancel, if there is one.
pub(super) fn read(step: &Step, session: &Session, cancel: Option<&Action>, content: &Content) -> Reading {
    let text = match content {
        Content::Intent(intent) => return chosen(step, session, cancel, &intent.id, &intent.action_id),
        Content::Text(text) => text.as_str(),
        // An answer to the question by a quote of it.
        Content::Reply(_) => match content.as_text() {
            Some(text) => text,
            None => return Reading::Other,
        },
        _ => return Reading::Other,
    };
    let text = text.trim();
    if cancel.is_some() && text.eq_ignore_ascii_case(CANCEL_COMMAND) {
        return Reading::Cancel;
    }
    if text.starts_with(PREFIX) || text.is_empty() {
        return Reading::Other;
    }
    match &step.kind {
        Kind::Select(options) => match by_text(options, cancel, text) {
            Some(action) if Some(action) == cancel => Reading::Cancel,
            Some(action) => Reading::Answer(action.id.clone()),
            None => Reading::Other,
        },
        Kind::Text => match step.checked(text) {
            Ok(()) => Reading::Answer(text.to_owned()),
            Err(reason) => Reading::Refused(reason),
        },
    }
}

/// A button was pressed: only one of this very question counts.
fn chosen(step: &Step, session: &Session, cancel: Option<&Action>, question: &str, action: &str) -> Reading {
    let Kind::Select(options) = &step.kind else { return Reading::Other };
    if question != session.question {
        return Reading::Other;
    }
    if cancel.is_some_and(|cancel| cancel.id == action) {
        return Reading::Cancel;
    }
    match options.iter().find(|option| option.id == action) {
        Some(option) => Reading::Answer(option.id.clone()),
        None => Reading::Other,
    }
}

/// Applications that show no buttons show numbers: "Reply with the number to select".
fn by_text<'a>(options: &'a [Action], cancel: Option<&'a Action>, text: &str) -> Option<&'a Action> {
    let mut shown = options.iter().chain(cancel);
    let number = text.trim_matches(['[', ']', '.', ')']).parse::<usize>();
    match number {
        Ok(number) => shown.nth(number.checked_sub(1)?),
        Err(_) => shown.find(|action| action.label.trim().to_lowercase() == text.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_client::MessageId;
    use xmtp_content_types::{Intent, Reply};

    const QUESTION: &str = "order:size:00";

    fn size() -> Step {
        Step::select("size", "Which size?", [Action::new("s", "Small"), Action::new("l", "Large")])
    }

    fn reading(step: &Step, content: impl Into<Content>) -> Reading {
        let session =
            Session { step: 0, question: QUESTION.to_owned(), asked_at: 0, cause: String::new(), answers: Vec::new() };
        read(step, &session, Some(&Action::new("cancel-00", "Cancel")), &content.into())
    }

    fn answer(id: &str) -> Reading {
        Reading::Answer(id.to_owned())
    }

    #[test]
    fn a_button_counts_if_it_is_one_of_this_very_question() {
        assert_eq!(reading(&size(), Intent::new(QUESTION, "l")), answer("l"));
        assert_eq!(reading(&size(), Intent::new(QUESTION, "cancel-00")), Reading::Cancel);
        for (question, action) in [(QUESTION, "xl"), (QUESTION, ""), ("order:size:11", "l"), ("order", "l"), ("", "l")]
        {
            assert_eq!(reading(&size(), Intent::new(question, action)), Reading::Other, "{question} {action}");
        }
        assert_eq!(reading(&Step::text("name", "?"), Intent::new(QUESTION, "l")), Reading::Other);
    }

    #[test]
    fn the_number_or_the_label_of_a_button_selects_it_and_other_text_is_left_alone() {
        for text in ["2", " 2 ", "[2]", "2.", "large", "LARGE "] {
            assert_eq!(reading(&size(), text), answer("l"), "{text}");
        }
        for text in ["3", "cancel", "/CANCEL"] {
            assert_eq!(reading(&size(), text), Reading::Cancel, "{text}");
        }
        for text in ["0", "4", "-1", "l", "how big is large?", "/help", ""] {
            assert_eq!(reading(&size(), text), Reading::Other, "{text}");
        }
        assert_eq!(reading(&size(), Reply::new(MessageId::from_bytes([1; 32]), "1")), answer("s"));
        assert_eq!(reading(&size(), Content::reaction(MessageId::from_bytes([1; 32]), "1")), Reading::Other);
    }

    #[test]
    fn a_text_is_checked_and_a_command_is_no_answer() {
        let count = Step::number("count", "How many?", 1..=10).check(|text| match text {
            "7" => Err("Not seven."),
            _ => Ok(()),
        });
        assert_eq!(reading(&count, " 3 "), answer("3"));
        assert_eq!(reading(&count, "7"), Reading::Refused("Not seven.".to_owned()));
        for text in ["0", "11", "1.5", "three", "99999999999999999999"] {
            let reason = "Please send a whole number from 1 to 10.".to_owned();
            assert_eq!(reading(&count, text), Reading::Refused(reason), "{text}");
        }
        assert_eq!(reading(&count, "/help"), Reading::Other);
        let address = Step::value::<xmtp_client::Identifier>("to", "To whom?");
        assert!(
            matches!(reading(&address, "0x12"), Reading::Refused(reason) if reason.contains("not an Ethereum address"))
        );
    }
}
