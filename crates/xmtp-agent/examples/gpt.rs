//! Lets a language model answer: each text goes to a chat completion, and what comes back is sent.
//!
//! Works with every service that speaks OpenAI's API, one of your own included:
//! `OPENAI_API_KEY=... OPENAI_BASE_URL=http://localhost:8080/v1 OPENAI_MODEL=... cargo run -p xmtp-agent --example gpt`.
use serde_json::{Value, json};
use std::sync::Arc;
use xmtp_agent::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Which implementation of TLS is used is for a program to say.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    let of_env = |name: &str| std::env::var(name).ok();
    let model = Model {
        url: of_env("OPENAI_BASE_URL").unwrap_or_else(|| "https://api.openai.com/v1".to_owned()),
        key: of_env("OPENAI_API_KEY").ok_or("OPENAI_API_KEY is not set: get a key from the service")?,
        name: of_env("OPENAI_MODEL").unwrap_or_else(|| "gpt-4.1-mini".to_owned()),
    };
    Ok(gpt(Agent::from_env()?, model).run().await?)
}

/// A model and where it is asked.
pub(crate) struct Model {
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) name: String,
}

pub(crate) fn gpt(agent: Agent, model: Model) -> Agent {
    let model = Arc::new(model);
    agent
        .only(filter::dm() | filter::mentioned() | filter::replied_to_me())
        .on_text(move |ctx, text| {
            let model = Arc::clone(&model);
            async move {
                let answer = model.answer(&text).await?;
                ctx.reply_markdown(answer).await?;
                Ok(())
            }
        })
        .on_error(async |failure| {
            // Whoever asked is told; the author finds the reason in the log, which the failure goes on to.
            if let Some(ctx) = failure.context() {
                let told = ctx.reply_text("Sorry, I could not think of an answer.").await;
                tracing::debug!(?told, "an apology");
            }
            Err(failure)
        })
}

impl Model {
    async fn answer(&self, text: &str) -> Result<String, HandlerError> {
        let request = json!({ "model": self.name, "messages": [{ "role": "user", "content": text }] });
        let answer: Value = reqwest::Client::new()
            .post(format!("{}/chat/completions", self.url))
            .bearer_auth(&self.key)
            .json(&request)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let content = answer.pointer("/choices/0/message/content").and_then(Value::as_str);
        Ok(content.ok_or("the model answered without a text")?.to_owned())
    }
}
