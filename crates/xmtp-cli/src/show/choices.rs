//! Questions with buttons in words, and answers to them.
use super::{clean, minute};
use xmtp_content_types::{ActionStyle, Actions, Intent};

/// The question, and its options by number.
pub(super) fn question(question: &Actions) -> String {
    let mut text = clean(&question.description).into_owned();
    for (at, action) in question.actions.iter().enumerate() {
        let mark = if action.style == Some(ActionStyle::Danger) { " (think first)" } else { "" };
        text.push_str(&format!("\n  [{}] {}{mark}", at + 1, clean(&action.label).replace('\n', " ")));
    }
    if let Some(until) = question.expires_at {
        text.push_str(&format!("\n  until {}", minute(until)));
    }
    text
}

/// What somebody chose.
pub(super) fn choice(choice: &Intent) -> String {
    format!("chose “{}”", clean(&choice.action_id).replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_content_types::Action;

    #[test]
    fn options_are_numbered_from_one() {
        let button = |label: &str, style| Action {
            id: label.to_lowercase(),
            label: label.to_owned(),
            image_url: None,
            style,
            expires_at: None,
        };
        let asked = Actions {
            id: "menu".to_owned(),
            description: "Shall I?".to_owned(),
            actions: vec![button("Yes", None), button("Drop\nall", Some(ActionStyle::Danger))],
            expires_at: None,
        };
        assert_eq!(question(&asked), "Shall I?\n  [1] Yes\n  [2] Drop all (think first)");
        assert_eq!(choice(&Intent::new("menu", "yes")), "chose “yes”");
    }
}
