//! The rules of the chain and of failures, one test each: their numbers are those of the module `middleware`.
use crate::world::{next, reporter};
use std::time::Duration;
use xmtp_agent::{
    During, FailureCause, LoopGuard, Reported,
    prelude::*,
    testing::{TestError, TestNetwork},
};

#[derive(Debug)]
struct Word(&'static str);

#[tokio::test] // rule 1
async fn middlewares_run_in_order_around_the_handlers_and_hand_data_and_content_on() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let (first, second, third) = (report.clone(), report.clone(), report);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .with(move |ctx: Context, next: Next| {
                let report = first.clone();
                async move {
                    report.tell("first in");
                    next.run(ctx.extend(Word("a")).extend(Word("b"))).await?;
                    report.tell("first out");
                    Ok(())
                }
            })
            .with(move |ctx: Context, next: Next| {
                let report = second.clone();
                async move {
                    report.tell(format!("second has {}", ctx.get::<Word>().map_or("nothing", |word| word.0)));
                    next.run(ctx.with_content(Content::markdown("# changed"))).await
                }
            })
            .on_text(async |_, _| Err("the content is text no more".into()))
            .on_markdown(move |ctx, markdown| {
                third.tell(format!("{markdown} {}", ctx.get::<u8>().is_none()));
                async { Ok(()) }
            })
    });
    let agent = agent.await?;
    network.user().await?.say_to(&agent, "plain").await?;
    for expected in ["first in", "second has b", "# changed true", "first out"] {
        assert_eq!(next(&mut reports).await, expected);
    }
    Ok(())
}

#[tokio::test] // rule 2
async fn a_middleware_that_does_not_run_the_rest_stops_the_chain() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| {
        agent
            .with(
                async |ctx: Context, next: Next| if ctx.text() == Some("stop") { Ok(()) } else { next.run(ctx).await },
            )
            .on_message(async |ctx, _| {
                ctx.send("handled").await?;
                Ok(())
            })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "stop").await?;
    agent.settle().await?;
    assert!(alice.heard().await?.is_empty());
    alice.say_to(&agent, "go on").await?;
    assert_eq!(alice.hears_text().await?, "handled");
    Ok(())
}

#[tokio::test] // rules 4, 5, 9
async fn a_failure_that_is_handled_is_none_to_who_stands_in_front_of_it() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let (outcome, other, told, passed_over) = (report.clone(), report.clone(), report.clone(), report);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .with(move |ctx: Context, next: Next| {
                let report = outcome.clone();
                async move {
                    report.tell(format!("outcome: {}", next.run(ctx).await.is_ok()));
                    Ok(())
                }
            })
            .on_text(async |_, _| Err("broken".into()))
            .on_text(move |_, _| {
                other.tell("the other handler");
                async { Ok(()) }
            })
            .on_error(move |failure| {
                told.tell(format!("{:?}: {:?}", failure.during, failure.context().and_then(Context::text)));
                async { Ok(()) }
            })
            .on_error(move |failure| {
                passed_over.tell("never");
                async { Err(failure) }
            })
    });
    let agent = agent.await?;
    network.user().await?.say_to(&agent, "hi").await?;
    for expected in ["Handler: Some(\"hi\")", "the other handler", "outcome: true"] {
        assert_eq!(next(&mut reports).await, expected);
    }
    Ok(())
}

#[tokio::test] // rules 6, 8, 9
async fn a_failure_that_is_passed_on_reaches_the_next_and_is_told_once() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let (outcome, first, second) = (report.clone(), report.clone(), report);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            // Hands the failure behind it further, which tells nobody a second time.
            .with(async |ctx: Context, next: Next| next.run(ctx).await)
            .with(move |ctx: Context, next: Next| {
                let report = outcome.clone();
                async move {
                    let outcome = next.run(ctx).await;
                    let is_reported = outcome.as_ref().is_err_and(|error| error.is::<Reported>());
                    report.tell(format!("reported: {is_reported}"));
                    outcome
                }
            })
            .on_text(async |_, _| Err("broken".into()))
            .on_error(move |failure| {
                first.tell(format!("first: {}", words(&failure)));
                async { Err(failure.with_error("explained")) }
            })
            .on_error(move |failure| {
                second.tell(format!("second: {}", words(&failure)));
                async { Err(failure) }
            })
    });
    let mut agent = agent.await?;
    network.user().await?.say_to(&agent, "hi").await?;
    agent.settle().await?;
    agent.stop().await?;
    for expected in ["first: broken", "second: explained", "reported: true"] {
        assert_eq!(next(&mut reports).await, expected);
    }
    assert_eq!(reports.recv().await, None);
    Ok(())
}

#[tokio::test] // rule 7
async fn an_error_handler_that_panics_passes_the_failure_on_as_it_was() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .on_text(async |_, _| Err("broken".into()))
            .on_error(async |failure| {
                assert_eq!(words(&failure), "something else", "on purpose");
                Ok(())
            })
            .on_error(move |failure| {
                report.tell(words(&failure));
                async { Ok(()) }
            })
    });
    let agent = agent.await?;
    network.user().await?.say_to(&agent, "hi").await?;
    assert_eq!(next(&mut reports).await, "broken");
    Ok(())
}

#[tokio::test] // rules 10, 11
async fn a_check_that_fails_lets_nothing_through_and_the_agent_goes_on() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .with(async |ctx: Context, next: Next| match ctx.text() {
                Some("fail") => Err("cannot check".into()),
                text => {
                    assert_ne!(text, Some("panic"), "on purpose");
                    next.run(ctx).await
                }
            })
            .on_text(async |ctx, text| {
                ctx.send(text).await?;
                Ok(())
            })
            .on_error(move |failure| {
                assert_eq!(failure.during, During::Middleware);
                report.tell(words(&failure));
                async { Ok(()) }
            })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    for text in ["fail", "panic", "pass"] {
        alice.say_to(&agent, text).await?;
    }
    assert_eq!(alice.hears_text().await?, "pass");
    assert_eq!(next(&mut reports).await, "cannot check");
    assert_eq!(next(&mut reports).await, "panic");
    Ok(())
}

#[tokio::test] // rules 9, 11
async fn a_failure_after_the_rest_has_run_is_told_and_runs_nothing_twice() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let told = report.clone();
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .with(async |ctx: Context, next: Next| {
                next.run(ctx).await?;
                Err("late".into())
            })
            .on_text(move |_, text| {
                report.tell(text);
                async { Ok(()) }
            })
            .on_error(move |failure| {
                told.tell(words(&failure));
                async { Ok(()) }
            })
    });
    let agent = agent.await?;
    let alice = network.user().await?;
    for text in ["one", "two"] {
        alice.say_to(&agent, text).await?;
        assert_eq!(next(&mut reports).await, text);
        assert_eq!(next(&mut reports).await, "late");
    }
    Ok(())
}

#[tokio::test]
async fn two_agents_that_answer_each_other_come_to_an_end_and_a_person_is_answered_later() -> Result<(), TestError> {
    let parrot = |agent: Agent| {
        agent.with(LoopGuard::new(3, Duration::from_secs(60))).on_text(async |ctx, text| {
            ctx.send(text).await?;
            Ok(())
        })
    };
    let network = TestNetwork::new();
    let (one, other) = (network.agent(parrot).await?, network.agent(parrot).await?);
    let dm = one.running()?.create_dm_with_address(&other.address().to_string()).await?;
    dm.send_text("polly").await?;
    // Each settles until none has said anything more.
    let mut said = 0;
    loop {
        one.settle().await?;
        other.settle().await?;
        let now = dm.conversation().count_messages(Default::default()).await?;
        if now == said {
            break;
        }
        said = now;
    }
    assert_eq!(said, 7, "the first word and three answers of each");
    network.advance(Duration::from_secs(60));
    let mut alice = network.user().await?;
    for text in ["hi", "again"] {
        alice.say_to(&one, text).await?;
        assert_eq!(alice.hears_text().await?, text);
    }
    Ok(())
}

fn words(failure: &Failure) -> String {
    match &failure.cause {
        FailureCause::Error(error) => error.to_string(),
        FailureCause::Panic => "panic".to_owned(),
        other => format!("{other:?}"),
    }
}
