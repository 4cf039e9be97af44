//! A shop: a menu of goods, a cart for each customer, and a checkout that asks for the rest.
//!
//! What is on the shelf is offered by buttons. The checkout is a form that survives a restart; carts are kept in memory.
//! `cargo run -p xmtp-agent --example general_store`, then write `/shop` to it.
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};
use xmtp_agent::{ActionWizard, Answers, CommandRouter, Step, prelude::*};
use xmtp_content_types::{Action, ActionStyle, Actions, Intent};

/// The id of the menu, which an answer names.
const MENU: &str = "shelf";
/// Id, label, and price in cents.
const GOODS: [(&str, &str, u64); 3] = [("apple", "Apple", 80), ("bread", "Bread", 350), ("tea", "Tea", 420)];

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    general_store(Agent::from_env()?).run().await
}

/// What each customer has in the cart, by conversation and person.
#[derive(Clone, Default)]
struct Carts(Arc<Mutex<HashMap<(GroupId, InboxId), Cart>>>);

/// How many of what.
type Cart = BTreeMap<String, u64>;

impl Carts {
    fn with<R>(&self, ctx: &Context, work: impl FnOnce(&mut Cart) -> R) -> R {
        let mut carts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(carts.entry((ctx.id().clone(), ctx.sender())).or_default())
    }
}

pub(crate) fn general_store(agent: Agent) -> Agent {
    let carts = Carts::default();
    let [bought, shown] = [carts.clone(), carts.clone()];
    let commands = CommandRouter::new()
        .help("/help")
        .command("/shop", "See what there is", async |ctx: Context, _| show_shelf(&ctx).await)
        .command("/cart", "See what you have", move |ctx: Context, _| {
            let bill = shown.with(&ctx, |cart| bill(cart));
            async move { Ok(ctx.reply_markdown(bill).await.map(drop)?) }
        });
    agent.named("store").with(commands).with(checkout(carts)).on_intent(move |ctx, intent: Intent| {
        let good = GOODS.iter().find(|(id, ..)| intent.id == MENU && *id == intent.action_id);
        let count = good.map(|(id, ..)| {
            bought.with(&ctx, |cart| *cart.entry((*id).to_owned()).and_modify(|n| *n += 1).or_insert(1))
        });
        async move {
            if let (Some((_, label, _)), Some(count)) = (good, count) {
                ctx.reply(format!("{label}: {count} in your cart. Write /cart to see it, /checkout to pay.")).await?;
            }
            Ok(())
        }
    })
}

async fn show_shelf(ctx: &Context) -> HandlerResult {
    let buttons = GOODS
        .map(|(id, label, cents)| Action::new(id, format!("{label}, {}", price(cents))).styled(ActionStyle::Primary));
    ctx.send(Actions::new(MENU, "What would you like?", buttons)).await?;
    Ok(())
}

/// Asks where to deliver, and whether that is all.
fn checkout(carts: Carts) -> ActionWizard {
    let address = Step::text("address", "Where shall we deliver it?").check(|address| match address.chars().count() {
        5..=200 => Ok(()),
        _ => Err("Please write the whole address, in 200 letters at most."),
    });
    ActionWizard::new("checkout")
        .step(address)
        .select("speed", "When?", [("today", "Today"), ("week", "This week")])
        .select("sure", "Shall we send it?", [("yes", "Yes, send it"), ("no", "No, wait")])
        .cancel("Back to the shop")
        .persisted()
        .on_cancel(async |ctx: Context| Ok(ctx.reply("Your cart is as it was.").await.map(drop)?))
        .on_complete(move |ctx: Context, answers: Answers| {
            let carts = carts.clone();
            async move {
                if answers.get("sure") != Some("yes") {
                    ctx.reply("Your cart is as it was.").await?;
                    return Ok(());
                }
                let receipt = carts.with(&ctx, |cart| bill(&std::mem::take(cart)));
                let address = answers.get("address").unwrap_or_default();
                ctx.send_markdown(format!("**Thank you!**\n\n{receipt}\n\nOn its way to {address}.")).await?;
                Ok(())
            }
        })
}

/// A cart in markdown, with its sum.
fn bill(cart: &Cart) -> String {
    if cart.is_empty() {
        return "Your cart is empty. Write /shop to see what there is.".to_owned();
    }
    let lines = GOODS.iter().filter_map(|(id, label, cents)| {
        let count = cart.get(*id)?;
        Some((format!("- {count} × {label}: {}", price(cents * count)), cents * count))
    });
    let (lines, sums): (Vec<_>, Vec<_>) = lines.unzip();
    format!("{}\n\n**Total: {}**", lines.join("\n"), price(sums.iter().sum()))
}

fn price(cents: u64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}
