//! Commands in direct conversations and in groups: which are taken, what reaches their handlers, and what is answered.
use crate::world::{Report, World, next, reporter, say, soon};
use xmtp_agent::{Arguments, Command, CommandRouter, InGroups, prelude::*};

/// A router whose `/add` adds, and which reports everything else that it handles.
fn router(report: &Report) -> CommandRouter {
    let add = Command::new("/add", async |ctx: Context, arguments: Arguments| {
        let (a, b): (i64, i64) = (arguments.value(0, "a number")?, arguments.value(1, "a second number")?);
        ctx.reply(a.saturating_add(b).to_string()).await?;
        Ok(())
    });
    let told = report.clone();
    let note = move |ctx: Context, arguments: Arguments| {
        told.tell(format!("note {:?} of {:?}", arguments.rest(), ctx.text().unwrap()));
        async { Ok(()) }
    };
    CommandRouter::new()
        .help("/help")
        .with(add.alias("/plus").usage("<number> <number>").describe("Add two numbers"))
        .command("/note", "Keep a text", note)
}

async fn start(world: &World, router: CommandRouter, report: Report) -> RunningAgent {
    let agent = Agent::new(world.client().await).named("@calc").with(router).on_text(move |_, text| {
        report.tell(format!("text {text:?}"));
        async { Ok(()) }
    });
    agent.start().await.unwrap()
}

fn answered(content: Content) -> Content {
    let Content::Reply(reply) = content else { panic!("{content:?} is no reply") };
    *reply.content
}

#[tokio::test]
async fn a_command_runs_by_name_or_alias_and_everything_else_goes_on() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(&world, router(&report), report.clone()).await;
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    for text in ["/add 2 3", " /PLUS\n2\n3", "/calc@nobody 1 2", "/unknown", "plain"] {
        say(&dm, text).await;
    }
    for _ in 0..2 {
        assert_eq!(answered(alice.hears().await).as_text(), Some("5"));
    }
    for text in ["/calc@nobody 1 2", "/unknown", "plain"] {
        assert_eq!(next(&mut reports).await, format!("text {text:?}"));
    }
}

#[tokio::test]
async fn what_follows_a_command_reaches_its_handler_as_written_and_the_message_stays_as_it_is() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(&world, router(&report), report.clone()).await;
    let alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "/note two  spaces\nand a line ").await;
    let expected = r#"note "two  spaces\nand a line" of "/note two  spaces\nand a line ""#;
    assert_eq!(next(&mut reports).await, expected);
}

#[tokio::test]
async fn help_is_a_markdown_reply_with_a_line_for_each_command() {
    let world = World::new();
    let (report, _reports) = reporter();
    let agent = start(&world, router(&report), report.clone()).await;
    let mut alice = world.person().await;
    say(&alice.dm(agent.inbox_id()).await, "/help").await;
    let Content::Markdown(help) = answered(alice.hears().await) else { panic!("no markdown") };
    let expected = "1. `/add <number> <number>` - Add two numbers\n\
                    2. `/help` - Show available commands\n\
                    3. `/note` - Keep a text";
    assert_eq!(help, expected);
}

#[tokio::test]
async fn wrong_arguments_are_answered_with_the_usage_and_are_no_failure() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let told = report.clone();
    let agent = Agent::new(world.client().await).with(router(&report)).on_error(move |failure| {
        told.tell(format!("{failure:?}"));
        async { Ok(()) }
    });
    let agent = agent.start().await.unwrap();
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "/add 2").await;
    let answer = answered(alice.hears().await);
    assert_eq!(answer.as_text(), Some("please add a second number\nUsage: /add <number> <number>"));
    say(&dm, "/add 2 x").await;
    assert!(answered(alice.hears().await).as_text().unwrap().starts_with("a second number is not right: "));
    agent.stop().await.unwrap();
    drop(dm);
    assert!(reports.try_recv().is_err(), "nobody was told of a failure");
}

#[tokio::test]
async fn in_a_group_the_default_handler_speaks_only_when_spoken_to() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let told = report.clone();
    let router = router(&report).unknown("what?").default_handler(move |_, arguments| {
        told.tell(format!("default {:?}", arguments.rest()));
        async { Ok(()) }
    });
    let agent = start(&world, router, report).await;
    let mut alice = world.person().await;
    let group = alice.client.conversations().create_group(&[agent.inbox_id()], Default::default()).await.unwrap();
    for text in ["talk among us", "/unknown among us", "@calc are you  there?"] {
        say(&group, text).await;
    }
    assert_eq!(next(&mut reports).await, r#"text "talk among us""#);
    assert_eq!(next(&mut reports).await, r#"text "/unknown among us""#);
    assert_eq!(next(&mut reports).await, r#"default "are you  there?""#);
    say(&group, "/add 2 3").await;
    assert_eq!(answered(alice.hears().await).as_text(), Some("5"), "a known command needs no mention");
    say(&group, "@calc /nope").await;
    assert_eq!(answered(alice.hears().await).as_text(), Some("what?"));
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "hello").await;
    assert_eq!(next(&mut reports).await, r#"default "hello""#);
}

#[tokio::test]
async fn a_router_can_want_a_mention_for_every_command_of_a_group_or_none_at_all() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(&world, router(&report).in_groups(InGroups::WhenAddressed), report.clone()).await;
    let deaf = start(&world, router(&report).in_groups(InGroups::Never), report.clone()).await;
    let mut alice = world.person().await;
    let members = [agent.inbox_id(), deaf.inbox_id()];
    let group = alice.client.conversations().create_group(&members, Default::default()).await.unwrap();
    say(&group, "/add 1 1").await;
    assert_eq!([next(&mut reports).await, next(&mut reports).await], [r#"text "/add 1 1""#; 2]);
    for (text, sum) in [("@calc /add 2 2", "4"), ("/add@calc 3 3", "6"), ("/add 4 4 @calc", "8")] {
        say(&group, text).await;
        assert_eq!(answered(alice.hears().await).as_text(), Some(sum));
    }
    // An answer to one of its messages is meant for the agent, too.
    let theirs = group.messages(Default::default()).await.unwrap();
    let theirs = theirs.iter().rev().find(|message| message.sender == agent.inbox_id()).unwrap().id;
    say(&group, Reply::new(theirs, "/add 5 5")).await;
    assert_eq!(answered(alice.hears().await).as_text(), Some("10"));
    soon(agent.stop()).await.unwrap();
}
