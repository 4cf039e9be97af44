//! Completions, manual pages and help.
use crate::support::{User, text};
use std::{fs, process::Command};

#[test]
fn each_shell_gets_completions_that_know_every_verb() {
    let user = User::without_keys("");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = user.shown(&["completions", shell]);
        for verb in ["conversations", "hmac-keys", "request-removal", "completions"] {
            assert!(script.contains(verb) || shell == "elvish" && verb == "request-removal", "{shell}: {verb}");
        }
    }
    assert_eq!(user.fails(&["completions", "tcsh"]).0, 2);
}

#[test]
fn bash_completes_a_verb_from_its_first_letters() {
    let user = User::without_keys("");
    let script = user.folder.path().join("xmtp.bash");
    fs::write(&script, user.shown(&["completions", "bash"])).unwrap();
    let asked = "COMP_WORDS=(xmtp conv); COMP_CWORD=1; _xmtp xmtp conv xmtp; echo ${COMPREPLY[@]}";
    let output = Command::new("bash").args(["-c", &format!("source {}; {asked}", script.display())]).output().unwrap();
    assert_eq!(text(&output.stdout), "conversations\n", "{}", text(&output.stderr));
}

#[test]
fn manual_pages_are_printed_or_written_for_every_command() {
    let user = User::without_keys("");
    let page = user.shown(&["man"]);
    assert!(page.contains(".TH xmtp 1") && page.contains("EXIT") || page.contains("Exit codes"), "{page}");
    let output = user.run(&["man", "--folder", "pages/man1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let folder = user.folder.path().join("pages/man1");
    let pages: Vec<_> = fs::read_dir(&folder).unwrap().map(|page| page.unwrap().file_name()).collect();
    for page in ["xmtp.1", "xmtp-send.1", "xmtp-conversations-list.1", "xmtp-inbox-accounts-add.1"] {
        assert!(pages.iter().any(|name| name == page), "{page} in {pages:?}");
        assert!(fs::read_to_string(folder.join(page)).unwrap().contains(".TH"));
    }
    fs::write(user.folder.path().join("taken"), "").unwrap();
    let (code, said) = user.fails(&["man", "--folder", "taken"]);
    assert!(code == 1 && said.contains("taken"), "{said}");
}

#[test]
fn help_is_a_guide_and_has_colour_only_where_that_is_wanted() {
    let user = User::without_keys("");
    let help = user.shown(&["--help"]);
    for heading in ["Begin:", "Talk:", "Read:", "Conversations:", "Yourself:", "Examples:", "Exit codes:"] {
        assert_eq!(help.matches(&format!("{heading}\n")).count(), 1, "{heading}");
    }
    assert!(!help.contains('\u{1b}'));
    assert!(user.shown(&["help", "group", "create"]).contains("--permissions"));
}
