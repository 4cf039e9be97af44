//! Forms in direct conversations and groups: what is asked, what counts as an answer, and what survives a restart.
use crate::world::{Person, Report, World, next, reporter, say};
use std::time::Duration;
use xmtp_agent::{
    ActionWizard, Step,
    prelude::*,
    testing::{TestNetwork, TestUser},
};
use xmtp_client::LocalWallet;
use xmtp_content_types::{Actions, Intent};

/// A form of three questions, which reports its answers and everything that passes by it.
fn order(report: &Report) -> ActionWizard {
    let [done, left] = [report.clone(), report.clone()];
    ActionWizard::new("order")
        .select("size", "Which size?", [("s", "Small"), ("l", "Large")])
        .step(Step::number("count", "How many?", 1..=10))
        .text("name", "For whom?")
        .cancel("Never mind")
        .on_complete(move |_, answers| {
            let all: Vec<_> = answers.iter().map(|(step, answer)| format!("{step}={answer}")).collect();
            done.tell(all.join(" "));
            async { Ok(()) }
        })
        .on_cancel(move |_| {
            left.tell("left");
            async { Ok(()) }
        })
}

async fn start(client: Client, wizard: ActionWizard, report: Report) -> RunningAgent {
    let told = report.clone();
    let agent = Agent::new(client).named("@shop").with(wizard).on_text(move |_, text| {
        report.tell(format!("text {text}"));
        async { Ok(()) }
    });
    let agent = agent.on_intent(move |_, intent: Intent| {
        told.tell(format!("intent {}", intent.action_id));
        async { Ok(()) }
    });
    agent.start().await.unwrap()
}

async fn buttons(person: &mut Person) -> Actions {
    let content = person.hears().await;
    let Content::Actions(actions) = content else { panic!("{content:?} is no question with buttons") };
    actions
}

async fn told(person: &mut Person) -> String {
    match person.hears().await {
        Content::Reply(reply) => reply.content.as_text().unwrap().to_owned(),
        other => panic!("{other:?} is no reply"),
    }
}

#[tokio::test]
async fn a_form_asks_one_question_after_another_and_hands_over_the_answers() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(world.client().await, order(&report), report).await;
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "/Order").await;
    let actions = buttons(&mut alice).await;
    assert!(actions.id.starts_with("order:size:") && actions.expires_at.is_some());
    let labels: Vec<_> = actions.actions.iter().map(|action| action.label.as_str()).collect();
    assert_eq!(labels, ["Small", "Large", "Never mind"]);
    say(&dm, Intent::new(&actions.id, "l")).await;
    assert_eq!(alice.hears_text().await, "How many?");
    say(&dm, "eleven").await;
    assert_eq!(told(&mut alice).await, "Please send a whole number from 1 to 10.");
    say(&dm, "3").await;
    assert_eq!(alice.hears_text().await, "For whom?");
    say(&dm, " Bob ").await;
    assert_eq!(next(&mut reports).await, "size=l count=3 name=Bob");
    say(&dm, "thanks").await;
    assert_eq!(next(&mut reports).await, "text thanks", "the form is over");
}

#[tokio::test]
async fn the_number_shown_in_the_text_selects_a_button() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(world.client().await, order(&report), report).await;
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "/order").await;
    buttons(&mut alice).await;
    say(&dm, "hm, what is large?").await;
    assert_eq!(next(&mut reports).await, "text hm, what is large?", "talk goes on to the handlers");
    say(&dm, "2").await;
    assert_eq!(alice.hears_text().await, "How many?");
    say(&dm, "/cancel").await;
    assert_eq!(next(&mut reports).await, "left");
}

#[tokio::test]
async fn a_button_of_another_question_or_one_never_offered_is_no_answer() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(world.client().await, order(&report), report).await;
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "/order").await;
    let old = buttons(&mut alice).await;
    say(&dm, "/order").await;
    assert_eq!(next(&mut reports).await, "left", "who begins again leaves first");
    let new = buttons(&mut alice).await;
    assert_ne!(old.id, new.id);
    say(&dm, Intent::new(&new.id, "xl")).await;
    say(&dm, Intent::new(&old.id, "l")).await;
    assert_eq!(told(&mut alice).await, "This question is no longer open. Send /order to begin again.");
    say(&dm, Intent::new("another menu", "l")).await;
    assert_eq!(next(&mut reports).await, "intent l", "buttons of others go on to the handlers");
    say(&dm, Intent::new(&new.id, "l")).await;
    assert_eq!(alice.hears_text().await, "How many?");
    // The button to leave has an id of its own for each question.
    say(&dm, "/order").await;
    assert_eq!(next(&mut reports).await, "left");
    let newest = buttons(&mut alice).await;
    let leave = &newest.actions[2].id;
    assert_ne!(leave, &new.actions[2].id);
    say(&dm, Intent::new(&newest.id, leave)).await;
    assert_eq!(next(&mut reports).await, "left");
}

#[tokio::test]
async fn in_a_group_each_person_fills_in_a_form_of_its_own() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(world.client().await, order(&report), report).await;
    let (mut alice, bob) = (world.person().await, world.person().await);
    let members = [agent.inbox_id(), bob.client.inbox_id()];
    let group = alice.client.conversations().create_group(&members, Default::default()).await.unwrap();
    bob.client.conversations().sync_all().await.unwrap();
    let bobs = bob.client.conversations().find(group.id()).await.unwrap();
    say(&group, "@shop /order").await;
    let actions = buttons(&mut alice).await;
    say(&bobs, Intent::new(&actions.id, "s")).await;
    say(&bobs, "1").await;
    assert_eq!(next(&mut reports).await, "text 1", "Bob is asked nothing, and his button is not Alice's");
    say(&group, Intent::new(&actions.id, "l")).await;
    loop {
        // Alice hears Bob, too.
        if alice.hears().await.as_text() == Some("How many?") {
            break;
        }
    }
}

#[tokio::test]
async fn a_form_can_be_moved_from_a_group_to_the_direct_conversation() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = start(world.client().await, order(&report).in_dm(), report).await;
    let mut alice = world.person().await;
    let group = alice.client.conversations().create_group(&[agent.inbox_id()], Default::default()).await.unwrap();
    say(&group, "/order").await;
    let actions = buttons(&mut alice).await;
    say(&group, Intent::new(&actions.id, "l")).await;
    say(&group, "in the group").await;
    assert_eq!(next(&mut reports).await, "text in the group", "nothing in the group is an answer");
    let dm = alice.client.conversations().find_dm(agent.inbox_id()).await.unwrap().unwrap();
    say(&dm, Intent::new(&actions.id, "l")).await;
    assert_eq!(alice.hears_text().await, "How many?");
}

#[tokio::test]
async fn a_question_that_is_answered_too_late_is_over() {
    let network = TestNetwork::new();
    let (report, mut reports) = reporter();
    let passed_by = report.clone();
    let wizard = order(&report).ttl(Duration::from_secs(60)).over("too late");
    let agent = network.agent(|agent| {
        agent.with(wizard).on_text(move |_, text| {
            passed_by.tell(format!("text {text}"));
            async { Ok(()) }
        })
    });
    let agent = agent.await.unwrap();
    let mut alice = network.user().await.unwrap();
    let open = async |alice: &mut TestUser| {
        alice.say_to(&agent, "/order").await.unwrap();
        let Content::Actions(actions) = alice.hears().await.unwrap() else { panic!("no question") };
        actions.id
    };
    let question = open(&mut alice).await;
    network.advance(Duration::from_secs(59));
    alice.say_to(&agent, Intent::new(&question, "l")).await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "How many?");
    network.advance(Duration::from_secs(61));
    alice.say_to(&agent, "3").await.unwrap();
    assert_eq!(next(&mut reports).await, "text 3", "nobody is asked any more, and nobody has left");

    let question = open(&mut alice).await;
    network.advance(Duration::from_secs(61));
    alice.say_to(&agent, Intent::new(&question, "l")).await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "too late");
}

#[tokio::test]
async fn a_persisted_form_goes_on_after_a_restart_and_another_begins_anew() {
    let world = World::new();
    let (report, mut reports) = reporter();
    for persisted in [true, false] {
        let (folder, wallet) = (tempfile::tempdir().unwrap(), LocalWallet::generate().unwrap());
        let wizard = || if persisted { order(&report).persisted() } else { order(&report) };
        let agent = start(world.client_in(folder.path(), &wallet).await, wizard(), report.clone()).await;
        let mut alice = world.person().await;
        let dm = alice.dm(agent.inbox_id()).await;
        say(&dm, "/order").await;
        buttons(&mut alice).await;
        say(&dm, "1").await;
        assert_eq!(alice.hears_text().await, "How many?");
        agent.stop().await.unwrap();

        say(&dm, "3").await;
        let agent = start(world.client_in(folder.path(), &wallet).await, wizard(), report.clone()).await;
        if persisted {
            assert_eq!(alice.hears_text().await, "For whom?");
            say(&dm, "Bob").await;
            assert_eq!(next(&mut reports).await, "size=s count=3 name=Bob");
        } else {
            assert_eq!(next(&mut reports).await, "text 3");
        }
        agent.stop().await.unwrap();
    }
}
